"""What became of each order and each later change: one row per revision."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from django.db.models import QuerySet

from stockbridge.companies.prepared import Change, prepared, prepared_change
from stockbridge.companies.row_writes import put_rows
from stockbridge.domain.identity import Source, digest_of
from stockbridge.domain.planning import (
    Booked,
    Hold,
    OrderPlan,
    Outcome,
    Planned,
    Verdict,
)
from stockbridge.engine.decisions import dropped
from stockbridge.engine.issues import IssueDraft, open_issue
from stockbridge.engine.models import Bridge, Disposition, Issue
from stockbridge.engine.session import Session

if TYPE_CHECKING:
    from stockbridge.engine.plan import Planning


@dataclass(frozen=True, slots=True)
class Standing:
    """What was decided about an order before this revision of it."""

    outcome: str = ""
    code: str = ""
    reason: str = ""
    is_by_hand: bool = False
    settled: tuple[str, ...] = ()  # holds that a person put aside
    current: dict[Source, Disposition] = field(default_factory=dict)


def load_standings(bridge: Bridge, order_ids: Sequence[str]) -> dict[str, Standing]:
    """Return the current dispositions of these orders and of their refunds."""
    rows = current_of(bridge.pk, order_ids)
    found = {order_id: Standing() for order_id in order_ids}
    for row in rows:
        standing = found[row.order_id]
        source = Source(row.source_kind, row.source_id)
        standing.current[source] = row
        if row.source_kind == "order":
            found[row.order_id] = replace(
                standing,
                outcome=row.outcome,
                code=row.code,
                reason=row.reason,
                is_by_hand=row.is_by_hand,
                settled=tuple(row.settled),
            )
    return found


@prepared
def current_of(bridge_id: int, order_ids: Collection[str]) -> QuerySet[Disposition]:
    """Return what was last decided about these orders and their refunds."""
    return Disposition.objects.filter(
        bridge=bridge_id, order_id__in=order_ids, is_current=True
    )


def hold_mark(source: Source, hold: Hold) -> str:
    """Return what names a hold when a person puts it aside."""
    return digest_of([source.kind, source.external_id, hold.code, dict(hold.details)])


def without_settled(
    plan: OrderPlan, standing: Standing, booked: Sequence[Booked]
) -> OrderPlan:
    """Return the plan without what a person has put aside: holds, documents."""
    if not standing.settled:
        return plan
    left = tuple(
        (source, hold)
        for source, hold in plan.holds
        if hold_mark(source, hold) not in standing.settled
    )
    gone = {source for source, _ in plan.holds} - {source for source, _ in left}
    verdicts = tuple(_settled(v) if v.source in gone else v for v in plan.verdicts)
    away = {
        one.key
        for one in plan.planned
        if dropped(one.effect, one.source) in standing.settled
    }
    planned = tuple(
        replace(one, requires=tuple(key for key in one.requires if key not in away))
        for one in plan.planned
        if one.key not in away
    )
    verdicts = tuple(_without_dropped(v, planned, away, booked) for v in verdicts)
    return replace(plan, holds=left, verdicts=verdicts, planned=planned)


def _without_dropped(
    verdict: Verdict,
    planned: Sequence[Planned],
    away: set[str],
    booked: Sequence[Booked],
) -> Verdict:
    """Return what became of a source of which a person dropped documents.

    With nothing left to send, what is in the books is all there will be.
    """
    own = [one for one in booked if one.source == verdict.source]
    is_open = any(one.source == verdict.source for one in planned)
    is_done = bool(own) and all(one.is_posted for one in own)
    if not away or is_open or not is_done or verdict.outcome is not Outcome.PLANNED:
        return verdict
    reason = "A document of it was cancelled by hand."
    return Verdict(verdict.source, Outcome.POSTED, "partly_cancelled", reason)


def _settled(verdict: Verdict) -> Verdict:
    """Return what became of a change that a person settled by hand."""
    outcome = Outcome.POSTED
    if verdict.source.kind == "refund":
        outcome = Outcome.BOOKED_ELSEWHERE
    return Verdict(verdict.source, outcome, "settled", "Settled by hand.")


def save_verdicts(
    bridge: Bridge, plannings: Iterable["Planning"], *, session: Session
) -> None:
    """Keep each verdict as the current disposition; open and close issues."""
    ended: list[int] = []
    rows: list[Disposition] = []
    held: list[tuple[Planning, Source, Hold]] = []
    quiet: list[Source] = []
    for planning in plannings:
        for verdict in planning.plan.verdicts:
            old = planning.standing.current.get(verdict.source)
            if old is not None and _says_the_same(old, planning, verdict):
                continue
            if old is not None:
                ended.append(old.pk)
            rows.append(_row(bridge, planning, verdict, session))
            if verdict.outcome is not Outcome.HELD and _was_held(old):
                quiet.append(verdict.source)
        holds = dict(planning.plan.holds)
        held += [(planning, source, hold) for source, hold in holds.items()]
    _end(ended)
    known_by = ["bridge", "source_kind", "source_id", "revision"]
    put_rows(rows, unique=known_by, columns=_UPDATED)
    _close_issues(bridge, quiet, held, session)
    for planning, source, hold in held:
        open_issue(_draft(bridge, planning, source, hold), now=session.now())


@prepared_change
def _end(disposition_ids: Collection[int]) -> Change:
    rows = Disposition.objects.filter(pk__in=disposition_ids)
    return Change(rows, {"is_current": False})


_UPDATED = [
    "outcome",
    "code",
    "reason",
    "at",
    "is_current",
    "is_by_hand",
    "settled",
    "order_id",
]


def _says_the_same(old: Disposition, planning: "Planning", verdict: Verdict) -> bool:
    return (
        old.revision == planning.snapshot.digest
        and old.outcome == verdict.outcome.value
        and old.code == verdict.code
        and old.is_by_hand == planning.standing.is_by_hand
        and tuple(old.settled) == planning.standing.settled
    )


def _was_held(old: Disposition | None) -> bool:
    return old is not None and old.outcome == Outcome.HELD.value


def _row(
    bridge: Bridge, planning: "Planning", verdict: Verdict, session: Session
) -> Disposition:
    return Disposition(
        bridge=bridge,
        source_kind=verdict.source.kind,
        source_id=verdict.source.external_id,
        order_id=planning.order.external_id,
        revision=planning.snapshot.digest,
        outcome=verdict.outcome.value,
        code=verdict.code,
        reason=verdict.reason,
        at=session.now(),
        is_current=True,
        is_by_hand=planning.standing.is_by_hand,
        settled=list(planning.standing.settled),
    )


def _close_issues(
    bridge: Bridge,
    quiet: Sequence[Source],
    held: Sequence[tuple["Planning", Source, Hold]],
    session: Session,
) -> None:
    """Close what is mended, and what is now held for another reason."""
    still = {(source, hold.code) for _, source, hold in held}
    asked = set(quiet) | {source for source, _ in still}
    if not asked:
        return
    issues = Issue.objects.filter(
        bridge=bridge,
        resolved_at=None,
        subject_kind__in={source.kind for source in asked},
        subject_id__in={source.external_id for source in asked},
    )
    mended = [
        issue.pk
        for issue in issues
        if Source(issue.subject_kind, issue.subject_id) in asked
        and (Source(issue.subject_kind, issue.subject_id), issue.code) not in still
    ]
    Issue.objects.filter(pk__in=mended).update(resolved_at=session.now())


def _draft(
    bridge: Bridge, planning: "Planning", source: Source, hold: Hold
) -> IssueDraft:
    return IssueDraft(
        company=bridge.company,
        bridge=bridge,
        connection=bridge.store,
        code=hold.code,
        subject_kind=source.kind,
        subject_id=source.external_id,
        title=hold.title,
        message=hold.message,
        remedy=hold.remedy,
        details={
            **hold.details,
            "order_id": planning.order.external_id,
            "number": planning.order.number,
            "mark": hold_mark(source, hold),
        },
    )
