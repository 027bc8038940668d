"""Bringing the store's quantities in line now, with what would change shown first.

What was approved is the quantity that was shown. What has changed by the time the
run begins goes back to the preview; what orders take while it writes is computed
again, and never the old number sent (CORRECTNESS 4).
"""

from collections.abc import Sequence

from django.db.models import Q

from stockbridge.domain.catalog import StockKeeping
from stockbridge.domain.identity import digest_of
from stockbridge.engine.feeds import order_reader
from stockbridge.engine.fetch import ITEMS
from stockbridge.engine.models import Binding, Run, RunRow, Snapshot, StockTarget
from stockbridge.engine.runs.parameters import ItemSelection
from stockbridge.engine.runs.steps import (
    CHANGE,
    DONE,
    FAILED,
    HOLD,
    SKIP,
    SKIPPED,
    RunWork,
    count_done,
    keep,
    preview_each,
    sent_back,
)
from stockbridge.engine.stock import StockRun
from stockbridge.engine.targets import compute_stale, ensure_targets

CHUNK = 2000
_CHECKED = "_checked"


def preview(work: RunWork) -> bool:
    """Show each quantity before and after, and how it comes about."""
    chosen = work.chosen(ItemSelection)
    if not work.position:
        with work.session.fenced():
            _show_unlinked(work, chosen.items)
        compute_stale(work.session, work.bridge)
    targets = StockTarget.objects.filter(bridge=work.bridge)
    if chosen.all:
        source = targets.filter(Q(is_due=True) | Q(is_held=True))
    else:
        source = targets.filter(item_id__in=chosen.items)
    return preview_each(work, source, lambda rows: _rows(work, rows))


def execute(work: RunWork) -> bool:
    """Write the approved quantities, a chunk at a time."""
    assert work.store is not None
    read_orders = order_reader(work.session, work.store)
    while not work.session.is_over():
        if not work.run.parameters.get(_CHECKED):
            read_orders()
            compute_stale(work.session, work.bridge)
            _check(work)
        rows = list(work.approved()[:CHUNK])
        if not rows:
            return True
        only = frozenset(row.subject_id for row in rows)
        run = StockRun(
            work.session,
            work.bridge,
            work.store,
            read_orders,
            run=work.run,
            only=only,
            is_stopped=lambda: _is_stopped(work),
        )
        is_done = run.work()
        with work.session.fenced():
            _settle(work, rows, is_done=is_done)
        if _is_stopped(work):
            return True
    return False


def _is_stopped(work: RunWork) -> bool:
    state = Run.objects.values_list("state", flat=True).get(pk=work.run.pk)
    return bool(state != Run.State.RUNNING)


def _show_unlinked(work: RunWork, item_ids: Sequence[str]) -> None:
    """Make targets that are missing; say of which items none can be made."""
    linked = set(
        Binding.objects.filter(
            store_connection=work.bridge.store,
            books_connection=work.bridge.books,
            kind="item",
            store_id__in=item_ids,
        ).values_list("store_id", flat=True)
    )
    ensure_targets(work.bridge, sorted(linked))
    names = _snapshots(work, item_ids)
    work.put(
        RunRow(
            run=work.run,
            subject_kind="stock",
            subject_id=one,
            label=_label(names.get(one), one),
            action=SKIP,
            reason="It is not linked to an item of the books.",
        )
        for one in item_ids
        if one not in linked
    )


def _snapshots(work: RunWork, item_ids: Sequence[str]) -> dict[str, Snapshot]:
    rows = Snapshot.objects.filter(
        connection=work.bridge.store, feed=ITEMS, external_id__in=item_ids
    )
    return {row.external_id: row for row in rows}


def _label(snapshot: Snapshot | None, item_id: str) -> str:
    if snapshot is None:
        return item_id
    return f"{snapshot.key} · {snapshot.name}"[:300]


def _rows(work: RunWork, targets: Sequence[StockTarget]) -> list[RunRow]:
    names = _snapshots(work, [one.item_id for one in targets])
    return [_row(work, one, names.get(one.item_id)) for one in targets]


def _row(work: RunWork, target: StockTarget, item: Snapshot | None) -> RunRow:
    action, reason = _verdict(target, item)
    before, after = _text(target.shown), _text(target.desired)
    return RunRow(
        run=work.run,
        subject_kind="stock",
        subject_id=target.item_id,
        label=_label(item, target.item_id),
        action=action,
        reason=reason,
        digest=digest_of([action, after]),
        details={"before": before, "after": after, "why": target.explanation},
    )


def _verdict(target: StockTarget, item: Snapshot | None) -> tuple[str, str]:
    data = (item.data or {}) if item else {}
    if target.desired is None:
        return HOLD, "The books' stock of it has not been read yet."
    if data.get("stock_keeping") == StockKeeping.NONE.value:
        return HOLD, "The store does not track its stock: switch tracking on there."
    if data.get("stock_keeping") == StockKeeping.PARENT.value:
        return HOLD, "Its quantity is kept by its product, for all variations."
    if target.desired == target.shown:
        return SKIP, "The store shows it already."
    return CHANGE, ""


def _text(quantity: object) -> str:
    return "" if quantity is None else f"{quantity:f}"


def _check(work: RunWork) -> None:
    """Send back what is no longer what was approved; once, when the run begins."""
    with work.session.fenced():
        if not work.is_wanted(Run.State.RUNNING):
            return
        rows = list(work.approved())
        targets = {
            one.item_id: one
            for one in StockTarget.objects.filter(
                bridge=work.bridge, item_id__in=[row.subject_id for row in rows]
            )
        }
        names = _snapshots(work, [row.subject_id for row in rows])
        for row in rows:
            target = targets.get(row.subject_id)
            if target is None:
                row.outcome, row.message = FAILED, "It is no longer linked."
                continue
            fresh = _row(work, target, names.get(row.subject_id))
            if fresh.digest != row.digest:
                sent_back(row, fresh)
        keep(rows)
        # A person asks for another try of what the store refused before.
        StockTarget.objects.filter(
            bridge=work.bridge,
            item_id__in=[row.subject_id for row in rows if row.is_approved],
        ).exclude(error="").update(is_held=False, error="")
        work.run.parameters = {**work.run.parameters, _CHECKED: True}
        Run.objects.filter(pk=work.run.pk).update(parameters=work.run.parameters)


def _settle(work: RunWork, rows: Sequence[RunRow], *, is_done: bool) -> None:
    targets = {
        one.item_id: one
        for one in StockTarget.objects.filter(
            bridge=work.bridge, item_id__in=[row.subject_id for row in rows]
        )
    }
    for row in rows:
        target = targets.get(row.subject_id)
        if target is None:
            row.outcome, row.message = FAILED, "It is no longer linked."
        elif target.error:
            row.outcome, row.message = FAILED, target.error
        elif target.is_held:
            row.outcome = SKIPPED
            row.message = "A safety limit holds it: see what needs you."
        elif not target.is_due:
            row.outcome, row.message = DONE, f"The store shows {_text(target.shown)}."
        elif is_done:
            row.outcome, row.message = FAILED, "The store kept another number."
    keep(rows)
    count_done(work)
