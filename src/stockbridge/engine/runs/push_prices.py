"""Sending the books' prices to the store, with a limit on how far they may move."""

from collections.abc import Iterator, Sequence

from django.db.models import QuerySet

from stockbridge.domain.breakers import CountedEffect, EffectKind
from stockbridge.domain.identity import digest_of
from stockbridge.domain.money import Money
from stockbridge.engine.fetch import ITEMS, STORE_ITEMS
from stockbridge.engine.fetch import keep as keep_items
from stockbridge.engine.ground import options_of
from stockbridge.engine.limits import trips
from stockbridge.engine.models import Binding, Run, RunRow, Snapshot
from stockbridge.engine.price_pairs import NOT_LINKED, Pair, price_pairs
from stockbridge.engine.prices import (
    PriceSources,
    Repricing,
    reprice,
    sources_of,
    with_sale,
)
from stockbridge.engine.runs.halting import halt, waiting_rows
from stockbridge.engine.runs.parameters import ItemSelection
from stockbridge.engine.runs.price_rows import kept_moves, moves_of, note_moves
from stockbridge.engine.runs.steps import (
    CHANGE,
    FAILED,
    SKIP,
    RunWork,
    preview_each,
    sent_back,
)
from stockbridge.engine.runs.store_writes import Outgoing, write_each
from stockbridge.ports import ItemWrite, WriteResult


def preview(work: RunWork) -> bool:
    """Show each price before and after."""
    return preview_each(work, _selected(work), lambda rows: _rows(work, rows))


def execute(work: RunWork) -> bool:
    """Write the approved prices; then ask about those that move too far."""
    moves = list(_moves(work))
    found = trips(work.bridge, [one for _, one in moves], work.session.now())
    named = {subject for trip in found for subject in trip.rows}
    over = {row.pk: row for row, one in moves if one.subject in named}
    beyond = list(over.values())
    is_done = write_each(
        work,
        lambda rows: _prepare(work, rows),
        lambda _, result: _settle(work, result),
        besides=frozenset(row.pk for row in beyond),
    )
    if is_done and beyond:
        with work.session.fenced():
            if work.is_wanted(Run.State.RUNNING):
                halt(work, EffectKind.REPRICED.value, beyond, found[0].message)
    return is_done


def _moves(work: RunWork) -> Iterator[tuple[RunRow, CountedEffect]]:
    """Count how far the approved prices would move, as they were shown."""
    for row in waiting_rows(work):
        for effect in moves_of(row):
            yield row, effect


def _selected(work: RunWork) -> QuerySet[Snapshot]:
    """Return the store's items that are linked, as far as they are chosen."""
    chosen = work.chosen(ItemSelection)
    linked = Binding.objects.filter(
        store_connection=work.bridge.store,
        books_connection=work.bridge.books,
        kind="item",
    ).values("store_id")
    rows = Snapshot.objects.filter(
        connection=work.bridge.store, feed=ITEMS, deleted_at=None
    ).exclude(data=None)
    if chosen.all:
        return rows.filter(external_id__in=linked)
    return rows.filter(external_id__in=chosen.items)


def _rows(work: RunWork, snapshots: Sequence[Snapshot]) -> list[RunRow]:
    pairs = price_pairs(work.bridge, snapshots)
    return [_row(work, one, pairs.get(one.external_id)) for one in snapshots]


def _shown(price: Money | None, sale: str) -> str:
    """Return what an item costs, for a person."""
    text = str(price or "")
    return f"{text}, on sale for {sale}" if sale else text


def _row(work: RunWork, snapshot: Snapshot, pair: Pair | None) -> RunRow:
    if pair is None:
        found = Repricing(None, None, reason=NOT_LINKED)
    else:
        found = reprice(*pair, _sources(work))
    is_ours = found.is_sale_ours
    before = _shown(found.before, found.sale_said if is_ours else "")
    after = _shown(found.after, str(found.sale_after or "") if is_ours else "")
    return RunRow(
        run=work.run,
        subject_kind="item",
        subject_id=snapshot.external_id,
        label=f"{snapshot.key} · {snapshot.name}"[:300],
        action=CHANGE if found.is_needed else SKIP,
        reason=found.reason,
        digest=digest_of([before, after, is_ours, found.reason]),
        details={
            "before": before,
            "after": after,
            **kept_moves(snapshot.external_id, found),
        },
    )


def _prepare(work: RunWork, rows: list[RunRow]) -> list[Outgoing]:
    snapshots = list(
        Snapshot.objects.filter(
            connection=work.bridge.store,
            feed=ITEMS,
            external_id__in=[row.subject_id for row in rows],
        ).exclude(data=None)
    )
    pairs = price_pairs(work.bridge, snapshots)
    fresh = {
        one.external_id: _row(work, one, pairs.get(one.external_id))
        for one in snapshots
    }
    outgoing = []
    for row in rows:
        now = fresh.get(row.subject_id)
        if now is None:
            row.outcome, row.message = FAILED, "It is no longer in the store."
        elif now.digest != row.digest:
            sent_back(row, now)
        else:
            outgoing.append(Outgoing(row, _write(work, pairs[row.subject_id])))
    with work.session.fenced():
        note_moves(work, [one.row for one in outgoing])
    return outgoing


def _sources(work: RunWork) -> PriceSources:
    return sources_of(options_of(work.bridge))


def _write(work: RunWork, pair: Pair) -> ItemWrite:
    _, known, _ = pair
    found = reprice(*pair, _sources(work))
    write = ItemWrite(
        known.external_id, known.product_id, known.kind, price=found.after
    )
    return with_sale(write, found)


def _settle(work: RunWork, result: WriteResult) -> None:
    if result.item is not None:
        keep_items(work.session, STORE_ITEMS, [result.item])
