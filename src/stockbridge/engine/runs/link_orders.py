"""Linking orders to what the books have of them already: shown first, never repeated.

An order that would be posted is compared with the sales of the books that no order here
is known to be. One that fits to the cent can be linked as it is; where something
differs, or several may be it, the person who started the run chooses.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from stockbridge.domain.accounting import DocumentKind
from stockbridge.domain.adoption import (
    DAYS_APART,
    Candidate,
    Fit,
    Match,
    Sought,
    matches,
)
from stockbridge.domain.business_dates import business_date, local_day
from stockbridge.domain.commerce import Order
from stockbridge.domain.errors import ActionNeededError, RetryableError
from stockbridge.domain.planning import SALE, Hold, Outcome
from stockbridge.domain.policy import DateChoice, Ground
from stockbridge.engine.bridge_rows import lock_bridges_of_store
from stockbridge.engine.fetch import ORDERS
from stockbridge.engine.ground import load_ground
from stockbridge.engine.linked_sales import Linker, taken_ids
from stockbridge.engine.models import RunRow, Snapshot
from stockbridge.engine.plan import BATCH, Planner, Planning
from stockbridge.engine.runs.link_rows import (
    candidate_in,
    link_digest,
    offers_row,
    settled_row,
    sought_in,
)
from stockbridge.engine.runs.parameters import LinkSelection
from stockbridge.engine.runs.steps import (
    DONE,
    HOLD,
    RunWork,
    execute_each,
    keep,
    preview_each,
    sent_back,
)

PAGE = 500
#: How long after an order was placed it may have been paid or shipped.
LATE = timedelta(days=90)


def preview(work: RunWork) -> bool:
    """Show, order by order, which document of the books it may be."""
    candidates = _candidates(work)
    found = preview_each(
        work, _selected(work), lambda rows: _look(work, rows, candidates), size=BATCH
    )
    if found:
        with work.session.fenced():
            _compare_all(work)
    return found


def execute(work: RunWork) -> bool:
    """Link the approved orders, each if order and document are as they were shown."""
    known = {one.books_id: one for one in _candidates(work)}
    return execute_each(work, lambda rows: _act(work, rows, known), size=BATCH)


# ── both sides ───────────────────────────────────────────────────────────────


def _selected(work: RunWork) -> QuerySet[Snapshot]:
    chosen, zone = work.chosen(LinkSelection), _zone(work)
    begins = datetime.combine(chosen.first, time.min, zone)
    ends = datetime.combine(chosen.last + timedelta(days=1), time.min, zone)
    return Snapshot.objects.filter(
        connection=work.bridge.store,
        feed=ORDERS,
        at__gte=begins,
        at__lt=ends,
        deleted_at=None,
    )


def _candidates(work: RunWork) -> list[Candidate]:
    """Return the sales of the books, read now, that are not ours nor linked."""
    assert work.books is not None
    chosen = work.chosen(LinkSelection)
    first, last = chosen.first - DAYS_APART, chosen.last + DAYS_APART
    ground = load_ground(work.bridge, [], now=work.session.now())
    if ground.policy.date_choice is not DateChoice.PLACED:
        last += LATE
    found, cursor = list[Candidate](), ""
    while True:
        try:
            page = work.books.documents(first, last, cursor=cursor, limit=PAGE)
        except RetryableError as error:
            raise ActionNeededError(
                f"The books could not be read: {error.message}",
                remedy="Start it again once they answer.",
            ) from error
        found += [
            Candidate(
                books_id=one.books_id,
                number=one.reference,
                day=one.business_date,
                total=one.total,
                customer=one.customer,
            )
            for one in page.records
            if one.kind is DocumentKind.SALE
            and one.is_live
            and not (one.is_ours or one.key)
        ]
        cursor = page.cursor
        if page.is_last:
            break
    taken = taken_ids(work.bridge.books, [one.books_id for one in found])
    return [one for one in found if one.books_id not in taken]


@dataclass(frozen=True, slots=True)
class _Standing:
    """An order as it stands: what would be booked of it, or why it is left out."""

    planning: Planning
    sought: Sought
    refusal: str = ""


def _standings(work: RunWork, snapshots: Sequence[Snapshot]) -> list[_Standing]:
    planner = Planner(work.bridge, work.session, run=work.run)
    by_hand = frozenset(one.external_id for one in snapshots)
    plannings = planner.plan(snapshots, by_hand=by_hand)
    ground = load_ground(work.bridge, [], now=work.session.now())
    return [
        _Standing(one, _sought(one.order, ground), _refusal(one)) for one in plannings
    ]


def _sought(order: Order, ground: Ground) -> Sought:
    dated = business_date(order, replace(ground, closed_until=None))
    placed = local_day(order.placed_at, ground)
    return Sought(
        order_id=order.external_id,
        number=order.number,
        day=placed if isinstance(dated, Hold) else dated[0],
        total=order.total.rounded(),
    )


def _refusal(planning: Planning) -> str:
    """Return why an order is not looked for in the books; "" where it is."""
    plan, order_id = planning.plan, planning.order.external_id
    if plan.must_wait:
        return "An earlier step is on its way; look again in a minute."
    if any(one.effect == SALE for one in plan.planned):
        return ""
    verdict = next(
        one
        for one in plan.verdicts
        if one.source.kind == "order" and one.source.external_id == order_id
    )
    if verdict.outcome is Outcome.POSTED:
        return "It is in the books already."
    if verdict.outcome in (Outcome.PLANNED, Outcome.HELD):
        return ""  # its sale waits, or something of it does: not there yet
    return verdict.reason or "It would not be booked."


# ── the preview ──────────────────────────────────────────────────────────────


def _look(
    work: RunWork, snapshots: Sequence[Snapshot], candidates: Sequence[Candidate]
) -> list[RunRow]:
    standings = _standings(work, snapshots)
    looked_for = [one.sought for one in standings if not one.refusal]
    found = matches(looked_for, candidates)
    return [
        offers_row(
            work.run,
            one.planning,
            found.get(one.sought.order_id, Match(one.sought, Fit.NONE)),
            refusal=one.refusal,
        )
        for one in standings
    ]


def _compare_all(work: RunWork) -> None:
    """Compare all orders with all that was offered, once all were looked at.

    What fits an order of another slice is offered to no other.
    """
    rows = [
        row
        for row in RunRow.objects.filter(run=work.run).order_by("pk")
        if not row.details["refusal"]
    ]
    offered = {
        one.books_id: one
        for row in rows
        for one in map(candidate_in, row.details["offers"])
    }
    found = matches([sought_in(row) for row in rows], list(offered.values()))
    chosen = work.chosen(LinkSelection).documents
    for row in rows:
        settled_row(row, found[row.subject_id], chosen.get(row.subject_id, ""))
    keep(rows)


# ── linking ──────────────────────────────────────────────────────────────────


def _act(work: RunWork, rows: list[RunRow], known: dict[str, Candidate]) -> None:
    lock_bridges_of_store(work.bridge.store_id)  # first, as planning does
    snapshots = Snapshot.objects.filter(
        connection=work.bridge.store,
        feed=ORDERS,
        external_id__in=[row.subject_id for row in rows],
    )
    standings = {
        one.sought.order_id: one
        for one in _standings(work, list(snapshots.order_by("id")))
    }
    taken = taken_ids(work.bridge.books, known)
    linker = Linker(work.session, work.bridge, work.run)
    for row in rows:
        standing = standings.get(row.subject_id)
        document = known.get(row.details["document"])
        why = _why_not(row, standing, document, taken)
        if why or standing is None or document is None:
            sent_back(row, RunRow(action=HOLD, reason=why, details=row.details))
            continue
        made = linker.link(standing.planning, document)
        taken.add(document.books_id)
        row.details = {**row.details, "keys": [made.key]}
        row.outcome, row.message = DONE, ""


def _why_not(
    row: RunRow,
    standing: _Standing | None,
    document: Candidate | None,
    taken: set[str],
) -> str:
    """Return why a row is not linked as it was approved; "" where it is."""
    if standing is None:
        return "The order can no longer be read."
    if standing.refusal:
        return standing.refusal
    if document is None:
        return "The document is no longer there as it was. Look again."
    if document.books_id in taken:
        return "The document was linked to another order meanwhile. Look again."
    if link_digest(standing.sought, document) != row.digest:
        return "The order or its document changed meanwhile. Look again."
    return ""


def _zone(work: RunWork) -> ZoneInfo:
    return ZoneInfo(work.bridge.company.time_zone)
