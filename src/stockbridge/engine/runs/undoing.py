"""Undoing a run, or single orders: shown first, refused with the reason."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from stockbridge.domain.delivery import Event, State
from stockbridge.domain.planning import SHARED, Outcome
from stockbridge.engine.decisions import UNDO_REFUSED
from stockbridge.engine.issues import IssueDraft, open_issue, resolve_issues
from stockbridge.engine.linked_sales import unlink
from stockbridge.engine.models import (
    Delivery,
    DeliveryNeed,
    DeliverySource,
    Disposition,
    Run,
    RunRow,
    Snapshot,
)
from stockbridge.engine.moves import Move, Mover
from stockbridge.engine.runs.following import finish_if_done, take_endings
from stockbridge.engine.runs.parameters import UndoSelection
from stockbridge.engine.runs.steps import (
    CHANGE,
    DONE,
    FAILED,
    LATER,
    QUEUED,
    REFUSED,
    SKIP,
    SKIPPED,
    RunWork,
    execute_each,
    keep,
    preview_each,
    sent_back,
)
from stockbridge.engine.settle import close_refusal
from stockbridge.engine.undo import EFFECT, Reverser, UndoPlan, plan_undo

_UNSENT = "Nothing had left yet."
_LINKS_END = "Only the link ends: the document stays in the books."
_LIVE_REVERSAL = [State.READY.value, State.HELD.value, State.FAILED.value]


def preview(work: RunWork) -> bool:
    """Show, order by order, which documents would be taken back."""
    if not preview_each(work, _orders(work), lambda rows: _look(work, rows)):
        return False
    if work.run.undoes_id:
        with work.session.fenced():
            work.put(_record_rows(work))
    return True


def execute(work: RunWork) -> bool:
    """Queue the reversals; records that orders may need go last."""
    return execute_each(work, lambda rows: _act(work, rows))


def settle(work: RunWork) -> None:
    """See what became of the reversals; let go of orders that the books keep."""
    take_endings(work)
    with work.session.fenced():
        mine = RunRow.objects.filter(run=work.run)
        rows = list(mine.filter(outcome=FAILED))
        for row in rows:
            _give_up(work, row)
        keep(rows)
        if not _is_open(work):
            mine.filter(outcome=LATER).update(outcome="")
    finish_if_done(work)
    if work.run.undoes_id and not _is_open(work):
        with work.session.fenced():
            _mark_undone(work)


def _orders(work: RunWork) -> QuerySet[Snapshot]:
    chosen = work.chosen(UndoSelection)
    ids = set(chosen.orders)
    if work.run.undoes_id:
        sources = DeliverySource.objects.filter(
            bridge=work.bridge, delivery__run=work.run.undoes_id
        ).exclude(order_id="")
        ids |= set(sources.values_list("order_id", flat=True))
    return Snapshot.objects.filter(
        connection=work.bridge.store, feed="orders", external_id__in=ids
    )


def _plans(work: RunWork, order_ids: Sequence[str]) -> dict[str, UndoPlan]:
    found = plan_undo(work.bridge, order_ids, of_run=work.run.undoes)
    return {plan.order_id: plan for plan in found}


def _look(work: RunWork, snapshots: Sequence[Snapshot]) -> list[RunRow]:
    plans = _plans(work, [one.external_id for one in snapshots])
    names = {one.external_id: one for one in snapshots}
    return [_row(work, plan, names[one].name) for one, plan in plans.items()]


def _row(work: RunWork, plan: UndoPlan, name: str) -> RunRow:
    return RunRow(
        run=work.run,
        subject_kind="order",
        subject_id=plan.order_id,
        label=f"{plan.number} · {name}"[:300],
        action=SKIP if plan.refusal else CHANGE,
        reason=plan.refusal or _kept(plan),
        digest=plan.digest,
        details={
            "number": plan.number,
            "documents": [_shown(one) for one in plan.posted],
            "dropped": [_shown(one) for one in plan.pending],
            "together": list(plan.together),
        },
    )


def _kept(plan: UndoPlan) -> str:
    """Say that a document stays which we have not written."""
    return _LINKS_END if any(one.is_linked for one in plan.posted) else ""


def _shown(row: Delivery) -> dict[str, str]:
    total = f"{row.total:.2f} {row.currency}" if row.total is not None else ""
    day = row.business_date.isoformat() if row.business_date else ""
    return {"kind": row.kind, "number": row.books_number, "date": day, "total": total}


def _record_rows(work: RunWork) -> list[RunRow]:
    """Offer to remove customers and items that the run created."""
    created = Delivery.objects.filter(
        run=work.run.undoes_id, kind__in=SHARED, state=State.POSTED.value
    ).order_by("id")
    return [
        RunRow(
            run=work.run,
            subject_kind=row.kind,
            subject_id=row.key,
            label=row.title,
            action=CHANGE,
            reason="Removed only if nothing else uses it.",
            digest=row.digest,
        )
        for row in created
        if not Delivery.objects.filter(
            key__startswith=f"{row.key}/reversal/", state=State.POSTED.value
        ).exists()
    ]


def _act(work: RunWork, rows: list[RunRow]) -> None:
    orders = [row for row in rows if row.subject_kind == "order"]
    if orders:
        _act_on_orders(work, orders)
        return
    if _is_open(work):
        for row in rows:
            row.outcome = LATER
        return
    for row in rows:
        _reverse_record(work, row)


def _is_open(work: RunWork) -> bool:
    rows = RunRow.objects.filter(run=work.run, subject_kind="order", is_approved=True)
    return rows.filter(outcome__in=["", QUEUED]).exists()


def _act_on_orders(work: RunWork, rows: Sequence[RunRow]) -> None:
    approved = set(
        RunRow.objects.filter(
            run=work.run, subject_kind="order", is_approved=True
        ).values_list("subject_id", flat=True)
    )
    plans = _plans(work, [row.subject_id for row in rows])
    for row in rows:
        plan = plans[row.subject_id]
        if plan.digest != row.digest:
            sent_back(row, _row(work, plan, row.label.partition(" · ")[2]))
        elif not set(plan.together) <= approved:
            row.outcome = SKIPPED
            row.message = "A document covers other orders, too: undo them together."
        else:
            _take_back(work, row, plan)


def _take_back(work: RunWork, row: RunRow, plan: UndoPlan) -> None:
    mover = Mover(work.session)
    mover.move([Move(one, Event.CANCEL, "Undone.") for one in plan.pending])
    DeliverySource.objects.filter(delivery__in=plan.pending).update(is_live=False)
    zone = ZoneInfo(work.bridge.company.time_zone)
    today = work.session.now().astimezone(zone).date()
    written = [one for one in plan.posted if not one.is_linked]
    made = Reverser(work.session, work.bridge, work.run, today).reverse(written)
    linked = [one for one in plan.posted if one.is_linked]
    unlink(work.session, work.bridge, linked)
    _decide(work, plan.order_id, Outcome.UNDONE, "undone", "Undone by hand.")
    row.details = {**row.details, "keys": [one.key for one in made]}
    row.outcome = QUEUED if made else DONE
    row.message = "Waits to be sent." if made else _LINKS_END if linked else _UNSENT


def _decide(
    work: RunWork, order_id: str, outcome: Outcome, code: str, reason: str
) -> None:
    Disposition.objects.filter(
        bridge=work.bridge, source_kind="order", source_id=order_id, is_current=True
    ).update(outcome=outcome.value, code=code, reason=reason, at=work.session.now())
    resolve_issues(
        work.bridge.company,
        now=work.session.now(),
        bridge=work.bridge,
        subject_kind="order",
        subject_id=order_id,
    )
    Snapshot.objects.filter(
        connection=work.bridge.store, feed="orders", external_id=order_id
    ).update(is_plan_due=True)


def _give_up(work: RunWork, row: RunRow) -> None:
    """Drop what waits for a step that the books refuse, and say where it stands."""
    keys = row.details.get("keys", [])
    rows = list(Delivery.objects.filter(key__in=keys).select_related("company"))
    stuck = [one for one in rows if one.state in _LIVE_REVERSAL]
    reason = next((one.error for one in stuck if one.was_refused), row.message)
    Mover(work.session).move([Move(one, Event.CANCEL, reason) for one in stuck])
    DeliverySource.objects.filter(delivery__in=stuck).update(is_live=False)
    for one in stuck:
        close_refusal(work.session, one, by="")
    row.outcome, row.message = REFUSED, reason
    if row.subject_kind != "order":  # something uses it that we do not know of
        row.outcome = SKIPPED
        return
    if not any(one.state == State.POSTED.value for one in rows):
        _decide(work, row.subject_id, Outcome.POSTED, "", "")
        return
    _decide(work, row.subject_id, Outcome.HELD, UNDO_REFUSED, reason)
    open_issue(
        IssueDraft(
            company=work.bridge.company,
            bridge=work.bridge,
            connection=work.bridge.books,
            code=UNDO_REFUSED,
            subject_kind="order",
            subject_id=row.subject_id,
            title=f"Order {row.details.get('number')} is undone only in part",
            message=reason,
            remedy="Mend the cause and undo the order again, or import it again: "
            "what was taken back is then booked anew.",
            details={"order_id": row.subject_id},
        ),
        now=work.session.now(),
    )


def _reverse_record(work: RunWork, row: RunRow) -> None:
    target = Delivery.objects.filter(
        key=row.subject_id, state=State.POSTED.value
    ).first()
    if target is None:
        row.outcome, row.message = SKIPPED, "It is no longer there."
        return
    if _is_used(target):
        row.outcome, row.message = SKIPPED, "Other orders use it."
        return
    zone = ZoneInfo(work.bridge.company.time_zone)
    today = work.session.now().astimezone(zone).date()
    made = Reverser(work.session, work.bridge, work.run, today).reverse([target])
    row.details = {**row.details, "keys": [one.key for one in made]}
    row.outcome = QUEUED


def _is_used(record: Delivery) -> bool:
    """Whether a document that still counts was made with this record."""
    needs = DeliveryNeed.objects.filter(
        needed=record, delivery__sources__is_live=True
    ).exclude(delivery__sources__effect__startswith=EFFECT)
    gone = [State.CANCELLED.value, State.SUPERSEDED.value]
    return needs.exclude(delivery__state__in=gone).exists()


def _mark_undone(work: RunWork) -> None:
    left = RunRow.objects.filter(run=work.run, subject_kind="order")
    if not left.exclude(outcome=DONE).exists():
        Run.objects.filter(undone_by=work.run).update(state=Run.State.UNDONE)
