"""Taking what was typed in the store into the books, with each change shown first.

The same arithmetic as where it happens by itself (`both_ways`). What was approved is
one difference; what has become another by then goes back to the preview.
"""

from collections.abc import Sequence
from decimal import Decimal
from functools import partial

from stockbridge.domain.identity import digest_of
from stockbridge.engine.both_ways import StoreEdits, suspects_of
from stockbridge.engine.feeds import order_reader
from stockbridge.engine.fetch import ITEMS
from stockbridge.engine.models import Binding, Run, RunRow, Snapshot, StockTarget
from stockbridge.engine.runs.parameters import ItemSelection
from stockbridge.engine.runs.steps import (
    CHANGE,
    HOLD,
    QUEUED,
    SKIP,
    SKIPPED,
    RunWork,
    count_done,
    keep,
    preview_each,
    sent_back,
)
from stockbridge.engine.targets import compute_stale

CHUNK = 500


def preview(work: RunWork) -> bool:
    """Show each quantity that somebody typed in the store, beside the books'."""
    chosen = work.chosen(ItemSelection)
    if not work.position:
        compute_stale(work.session, work.bridge)
    source = suspects_of(work.bridge)
    if not chosen.all:
        source = source.filter(item_id__in=chosen.items)
    return preview_each(work, source, lambda rows: _rows(work, rows))


def execute(work: RunWork) -> bool:
    """Make adjustments of what was approved and still is so."""
    assert work.store is not None
    read_orders = order_reader(work.session, work.store)
    while not work.session.is_over():
        rows = list(work.approved()[:CHUNK])
        if not rows:
            return True
        read_orders()
        compute_stale(work.session, work.bridge)
        approved = {row.subject_id: Decimal(row.details["typed"]) for row in rows}
        edits = StoreEdits(
            work.session,
            work.bridge,
            work.store,
            read_orders,
            run=work.run,
            approved=approved,
        )
        edits.take(then=partial(_note, work, rows))
    return False


def _note(work: RunWork, rows: Sequence[RunRow], made: dict[str, str]) -> None:
    """Say of each row what became of it; in the transaction of the adjustments."""
    targets = {
        one.item_id: one
        for one in StockTarget.objects.filter(
            bridge=work.bridge, item_id__in=[row.subject_id for row in rows]
        )
    }
    others = [one for key, one in targets.items() if key not in made]
    fresh = {row.subject_id: row for row in _rows(work, others)}
    for row in rows:
        now = fresh.get(row.subject_id)
        if key := made.get(row.subject_id):
            row.outcome, row.message = QUEUED, "Waits to be sent."
            row.details = {**row.details, "keys": [key]}
        elif now is None:
            row.outcome, row.message = SKIPPED, "It is no longer linked."
        elif now.digest != row.digest:
            sent_back(row, now)
        else:
            row.outcome = SKIPPED
            row.message = "An order moved it in this moment: preview it again."
    keep(rows)
    count_done(work)


def _rows(work: RunWork, targets: Sequence[StockTarget]) -> list[RunRow]:
    ids = [one.item_id for one in targets]
    names = {
        row.external_id: f"{row.key} · {row.name}"[:300]
        for row in Snapshot.objects.filter(
            connection=work.bridge.store_id, feed=ITEMS, external_id__in=ids
        ).only("external_id", "key", "name")
    }
    links: dict[str, int] = {}
    for store_id in Binding.objects.filter(
        store_connection=work.bridge.store_id,
        books_connection=work.bridge.books_id,
        kind="item",
        store_id__in=ids,
    ).values_list("store_id", flat=True):
        links[store_id] = links.get(store_id, 0) + 1
    edits = StoreEdits(work.session, work.bridge, work.store, work.session.now)
    return [
        _row(work.run, one, edits.typed(one), names, links.get(one.item_id, 0))
        for one in targets
    ]


def _row(
    run: Run, target: StockTarget, typed: Decimal, names: dict[str, str], links: int
) -> RunRow:
    action, reason = CHANGE, ""
    if not typed:
        action, reason = SKIP, "Nobody typed anything: orders explain it."
    elif not links:
        action, reason = SKIP, "It is not linked to an item of the books."
    elif links > 1:
        action = HOLD
        reason = "It stands for several items: change them in the books."
    shown = target.shown or Decimal(0)
    before, after = (f"{one.normalize():f}" for one in (shown - typed, shown))
    name = names.get(target.item_id, target.item_id)
    return RunRow(
        run=run,
        subject_kind="stock",
        subject_id=target.item_id,
        label=name,
        action=action,
        reason=reason,
        digest=digest_of([action, before, after]),
        details={
            "before": before,
            "after": after,
            "typed": str(typed),
            "stock": {name: str(typed)} if action == CHANGE else {},
        },
    )
