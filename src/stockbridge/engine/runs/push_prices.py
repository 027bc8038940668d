"""Sending the books' prices to the store, with a limit on how far they may move."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from django.db.models import QuerySet

from stockbridge.domain.breakers import CountedEffect, EffectKind, price_move
from stockbridge.domain.catalog import BooksItem, StoreItem
from stockbridge.domain.identity import digest_of
from stockbridge.engine.codec import BOOKS_ITEM, STORE_ITEM
from stockbridge.engine.fetch import ITEMS, STORE_ITEMS
from stockbridge.engine.fetch import keep as keep_items
from stockbridge.engine.limits import note_effects, trips
from stockbridge.engine.models import Binding, Run, RunRow, Snapshot
from stockbridge.engine.prices import Repricing, reprice
from stockbridge.engine.runs.halting import halt, is_allowed, waiting_rows
from stockbridge.engine.runs.parameters import ItemSelection
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

Pair = tuple[BooksItem, StoreItem, Decimal]


def preview(work: RunWork) -> bool:
    """Show each price before and after."""
    return preview_each(work, _selected(work), lambda rows: _rows(work, rows))


def execute(work: RunWork) -> bool:
    """Write the approved prices; then ask about those that move too far."""
    moves = list(_moves(work))
    found = trips(work.bridge, [one for _, one in moves], work.session.now())
    named = {subject for trip in found for subject in trip.rows}
    beyond = [row for row, _ in moves if row.subject_id in named]
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
        percent = row.details.get("percent")
        if percent:
            effect = CountedEffect(
                EffectKind.REPRICED, row.subject_id, Decimal(percent)
            )
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
    pairs = _pairs(work, snapshots)
    return [_row(work, one, pairs.get(one.external_id)) for one in snapshots]


def _pairs(work: RunWork, snapshots: Sequence[Snapshot]) -> dict[str, Pair]:
    """Return, per store item, the one books item that it stands for."""
    links: dict[str, list[tuple[str, Decimal]]] = {}
    rows = Binding.objects.filter(
        store_connection=work.bridge.store,
        books_connection=work.bridge.books,
        kind="item",
        store_id__in=[one.external_id for one in snapshots],
    )
    for store_id, books_id, factor in rows.values_list(
        "store_id", "books_id", "factor"
    ):
        links.setdefault(store_id, []).append((books_id, factor))
    wanted = {books_id for parts in links.values() for books_id, _ in parts}
    items = {
        one.external_id: BOOKS_ITEM.validate_python(one.data)
        for one in Snapshot.objects.filter(
            connection=work.bridge.books, feed=ITEMS, external_id__in=wanted
        ).exclude(data=None)
    }
    found = {}
    for one in snapshots:
        parts = links.get(one.external_id, [])
        if len(parts) == 1 and parts[0][0] in items:
            item = STORE_ITEM.validate_python(one.data)
            found[one.external_id] = (items[parts[0][0]], item, parts[0][1])
    return found


def _row(work: RunWork, snapshot: Snapshot, pair: Pair | None) -> RunRow:
    if pair is None:
        found = Repricing(None, None, "It is not linked to one item of the books.")
    else:
        found = reprice(*pair)
    return RunRow(
        run=work.run,
        subject_kind="item",
        subject_id=snapshot.external_id,
        label=f"{snapshot.key} · {snapshot.name}"[:300],
        action=CHANGE if found.is_needed else SKIP,
        reason=found.reason,
        digest=digest_of([str(found.before), str(found.after), found.reason]),
        details={
            "before": str(found.before or ""),
            "after": str(found.after or ""),
            "percent": _percent(snapshot.external_id, found),
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
    pairs = _pairs(work, snapshots)
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
            outgoing.append(Outgoing(row, _write(pairs[row.subject_id])))
    with work.session.fenced():
        for is_free in (False, True):
            effects = [
                CountedEffect(
                    EffectKind.REPRICED,
                    one.row.subject_id,
                    Decimal(one.row.details["percent"] or 0),
                )
                for one in outgoing
                if is_allowed(one.row) is is_free
            ]
            at = work.session.now()
            note_effects(work.bridge, effects, now=at, was_allowed=is_free)
    return outgoing


def _percent(subject: str, found: Repricing) -> str:
    """Return how far the price moves, signed; "" where there was none before."""
    if not found.is_needed:
        return ""
    move = price_move(subject, found.before, found.after)
    return f"{move.amount:.4f}" if move is not None else ""


def _write(pair: Pair) -> ItemWrite:
    item, known, factor = pair
    price = reprice(item, known, factor).after
    return ItemWrite(known.external_id, known.product_id, known.kind, price=price)


def _settle(work: RunWork, result: WriteResult) -> None:
    if result.item is not None:
        keep_items(work.session, STORE_ITEMS, [result.item])
