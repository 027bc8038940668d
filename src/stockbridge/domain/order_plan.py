"""Planning one order at one bridge: what the books should hold, and what to do.

Theory of operation. An order and its refunds *want* effects: the sale, its
payment, its fulfillment or cancellation, one refund document per refund. The
outbox *has* effects (`Booked`). The plan is the difference: an effect that is
wanted and missing is planned; one that has not left yet and is wanted otherwise
is superseded; one that the books have and is wanted otherwise is amended, or
held with a choice. While anything is unsettled, nothing is planned: what the
books have is not known (CORRECTNESS 2).
"""

from collections.abc import Sequence

from stockbridge.domain.accounting import DocumentKind, ReversalDocument
from stockbridge.domain.commerce import OrderStatus
from stockbridge.domain.identity import Source
from stockbridge.domain.order_effects import (
    Request,
    Wanted,
    first_effects,
    later_effects,
)
from stockbridge.domain.order_holds import booked_otherwise
from stockbridge.domain.planning import (
    REFUND,
    SALE,
    Booked,
    Hold,
    OrderPlan,
    Outcome,
    Planned,
    Skip,
    Verdict,
)
from stockbridge.domain.posting import unready

__all__ = ["Request", "plan_order"]


def plan_order(request: Request) -> OrderPlan:
    """Return all that should happen for this order, and why."""
    if any(booked.is_unsettled for booked in request.booked):
        return _later(request)
    sale = request.find(SALE)
    if sale is not None and sale.is_posted:
        return _difference(request, later_effects(request, sale))
    skip = unready(request.order, request.ground)
    if skip is not None:
        return _nothing(request, skip)
    return _difference(request, first_effects(request))


def _later(request: Request) -> OrderPlan:
    verdicts = tuple(
        Verdict(source, Outcome.PLANNED, "unsettled", "Waits for an earlier step.")
        for source in _sources(request)
    )
    kept = tuple(booked.key for booked in request.booked)
    return OrderPlan(verdicts=verdicts, kept=kept, must_wait=True)


def _difference(request: Request, wanted: Wanted) -> OrderPlan:
    has = {(booked.effect, booked.source): booked for booked in request.booked}
    planned: list[Planned] = []
    kept: list[str] = []
    superseded: list[str] = []
    holds = list(wanted.holds)
    for want in wanted.planned:
        booked = has.pop((want.effect, want.source), None)
        if booked is None or (booked.is_replaceable and booked.digest != want.digest):
            planned.append(want)
            superseded += [booked.key] if booked else []
            continue
        kept.append(booked.key)
        if booked.digest != want.digest and want.effect != SALE:
            hold = booked_otherwise(request.order, want.effect)
            holds.append((want.source, hold))
    frozen = {source for source, _ in holds}
    for booked in has.values():
        if booked.is_replaceable and booked.source not in frozen:
            superseded.append(booked.key)
        else:
            kept.append(booked.key)
            planned += _taken_back(request, booked)
    return OrderPlan(
        verdicts=_verdicts(request, wanted, holds),
        planned=tuple(planned),
        kept=tuple(kept),
        superseded=tuple(superseded),
        holds=tuple(holds),
    )


def _taken_back(request: Request, booked: Booked) -> list[Planned]:
    """Reverse a refund that was deleted in the store after we booked it."""
    order = request.order
    present = {refund.external_id for refund in order.refunds}
    if (
        booked.effect != REFUND
        or not booked.is_posted
        or booked.source.external_id in present
        or not order.is_refunds_complete
        or order.status is OrderStatus.DELETED
        or request.find("reversal", booked.source)
    ):
        return []
    document = ReversalDocument(
        target=booked.ref,
        target_kind=DocumentKind.REFUND,
        business_date=request.ground.today,
        reason="The refund was deleted in the store.",
    )
    generation = request.generations.get(("reversal", booked.source), 1)
    key = request.ground.scope.document_key(
        "reversal", booked.source, generation=generation
    )
    needs = (booked.key,)
    return [Planned("reversal", booked.source, key, document, "reversed", needs)]


def _nothing(request: Request, skip: Skip) -> OrderPlan:
    gone = tuple(b.key for b in request.booked if b.is_replaceable)
    order_verdict = Verdict(request.source, skip.outcome, skip.code, skip.reason)
    refunds = tuple(
        Verdict(
            source,
            Outcome.SALE_NOT_IN_BOOKS,
            skip.code,
            "Its order is not in the books.",
        )
        for source in _sources(request)[1:]
    )
    return OrderPlan(verdicts=(order_verdict, *refunds), superseded=gone)


def _verdicts(
    request: Request, wanted: Wanted, holds: Sequence[tuple[Source, Hold]]
) -> tuple[Verdict, ...]:
    held = dict(holds)
    is_sale_held = request.source in held and not wanted.planned
    return tuple(
        _verdict(request, wanted, source, held.get(source), is_sale_held)
        for source in _sources(request)
    )


def _verdict(
    request: Request,
    wanted: Wanted,
    source: Source,
    hold: Hold | None,
    is_sale_held: bool,  # noqa: FBT001 – a verdict's ground, not an option
) -> Verdict:
    if hold is not None:
        return Verdict(source, Outcome.HELD, hold.code, hold.message)
    if is_sale_held:
        reason = "Its order waits for you."
        return Verdict(source, Outcome.SALE_NOT_IN_BOOKS, "sale_held", reason)
    posted = {(b.effect, b.source) for b in request.booked if b.is_posted}
    wants = {(p.effect, p.source) for p in wanted.planned if p.source == source}
    done = bool(wants) and wants <= posted
    return Verdict(source, Outcome.POSTED if done else Outcome.PLANNED)


def _sources(request: Request) -> list[Source]:
    refunds = [Source("refund", r.external_id) for r in request.order.refunds]
    return [request.source, *refunds]
