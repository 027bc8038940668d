"""Planning one order at one bridge: what the books should hold, and what to do.

Theory of operation. An order and its refunds *want* effects: the sale, its
payment, its fulfillment or cancellation, one refund document per refund. The
outbox *has* effects (`Booked`). The plan is the difference: an effect that is
wanted and missing is planned; one that has not left yet and is wanted otherwise,
or needs what is planned anew, is superseded; one that the books have and is wanted
otherwise is amended, or held with a choice. While anything is unsettled, nothing
is planned: what the books have is not known (CORRECTNESS 2).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from stockbridge.domain.business_dates import is_closed
from stockbridge.domain.delivery import State
from stockbridge.domain.identity import Source
from stockbridge.domain.order_effects import Wanted, first_effects, later_effects
from stockbridge.domain.order_holds import booked_otherwise
from stockbridge.domain.order_request import Request
from stockbridge.domain.planning import (
    PART,
    REFUND,
    REVERSAL,
    SALE,
    SHARED,
    Booked,
    Hold,
    OrderPlan,
    Outcome,
    Planned,
    Skip,
    Verdict,
)
from stockbridge.domain.posting import unready
from stockbridge.domain.refunding import is_same_money
from stockbridge.domain.unsent import is_chosen_otherwise

__all__ = ["Request", "plan_order"]

_STUCK = frozenset({State.HELD, State.FAILED})


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


@dataclass(slots=True)
class _Draft:
    planned: list[Planned] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    superseded: list[str] = field(default_factory=list)
    holds: list[tuple[Source, Hold]] = field(default_factory=list)
    fresh: set[str] = field(default_factory=set)  # keys whose document is a new one


def _difference(request: Request, wanted: Wanted) -> OrderPlan:
    has = {(booked.effect, booked.source): booked for booked in request.booked}
    draft = _Draft(holds=list(wanted.holds))
    for want in wanted.planned:
        _take(draft, request, want, has.pop((want.effect, want.source), None))
    for booked in has.values():
        if _stays(request, wanted, booked):
            draft.kept.append(booked.key)
        else:
            draft.superseded.append(booked.key)
    return OrderPlan(
        verdicts=_verdicts(request, wanted, dict(draft.holds)),
        planned=tuple(draft.planned),
        kept=tuple(draft.kept),
        superseded=tuple(draft.superseded),
        holds=tuple(draft.holds),
    )


def _take(
    draft: _Draft, request: Request, want: Planned, booked: Booked | None
) -> None:
    if booked is not None and not _is_outdated(draft, request, want, booked):
        draft.kept.append(booked.key)
        if booked.is_posted and not _is_same(booked, want):
            hold = booked_otherwise(request.order, want.effect, want.digest)
            draft.holds.append((want.source, hold))
        return
    draft.planned.append(want)
    if booked is not None:
        draft.superseded.append(booked.key)
    if want.effect not in SHARED:
        draft.fresh.add(want.key)


def _is_outdated(
    draft: _Draft, request: Request, want: Planned, booked: Booked
) -> bool:
    """Whether what waits to leave must be planned anew."""
    if not booked.is_replaceable or want.effect in SHARED:
        return False
    day = booked.business_date
    return (
        booked.digest != want.digest
        or is_chosen_otherwise(request, want, booked)
        or not draft.fresh.isdisjoint(want.requires)
        or (day is not None and is_closed(day, request.ground))
    )


def _is_same(booked: Booked, want: Planned) -> bool:
    if want.effect == REFUND:
        return is_same_money(booked.digest, want.digest)
    return booked.digest == want.digest


def _stays(request: Request, wanted: Wanted, booked: Booked) -> bool:
    """Whether a delivery stays that nothing wants (any more)."""
    if wanted.keeps_rest or not booked.is_replaceable or booked.effect in SHARED:
        return True
    # A refund that was not read yet may still be there.
    return booked.effect == REFUND and not request.order.is_refunds_complete


def _later(request: Request) -> OrderPlan:
    verdicts = tuple(
        Verdict(source, Outcome.PLANNED, "unsettled", "Waits for an earlier step.")
        for source in _sources(request)
    )
    kept = tuple(booked.key for booked in request.booked)
    return OrderPlan(verdicts=verdicts, kept=kept, must_wait=True)


def _nothing(request: Request, skip: Skip) -> OrderPlan:
    gone = [b for b in request.booked if b.is_replaceable and b.effect not in SHARED]
    order_verdict = Verdict(request.source, skip.outcome, skip.code, skip.reason)
    reason = "Its order is not in the books."
    refunds = tuple(
        Verdict(source, Outcome.SALE_NOT_IN_BOOKS, skip.code, reason)
        for source in _sources(request)[1:]
    )
    return OrderPlan(
        verdicts=(order_verdict, *refunds), superseded=tuple(b.key for b in gone)
    )


def _verdicts(
    request: Request, wanted: Wanted, held: dict[Source, Hold]
) -> tuple[Verdict, ...]:
    skips = dict(wanted.skips)
    is_sale_held = request.source in held and not wanted.planned
    verdicts = []
    for source in _sources(request):
        if source in held:
            hold = held[source]
            verdict = Verdict(source, Outcome.HELD, hold.code, hold.message)
        elif is_sale_held:
            reason = "Its order waits for you."
            verdict = Verdict(source, Outcome.SALE_NOT_IN_BOOKS, "sale_held", reason)
        elif source in skips:
            skip = skips[source]
            verdict = Verdict(source, skip.outcome, skip.code, skip.reason)
        else:
            verdict = _verdict(request, wanted, source)
        verdicts.append(verdict)
    return tuple(verdicts)


def _verdict(request: Request, wanted: Wanted, source: Source) -> Verdict:
    own = {source}
    if source == request.source:  # its parts are the order's own, too
        own |= {b.source for b in request.booked if b.source.kind == PART}
        own |= {p.source for p in wanted.planned if p.source.kind == PART}
    wants = {(p.effect, p.source) for p in wanted.planned if p.source in own}
    has = {(b.effect, b.source): b for b in request.booked if b.source in own}
    if request.has_posted(REVERSAL, source):
        reason = "The refund was deleted in the store, and taken back in the books."
        return Verdict(source, Outcome.UNDONE, "refund_deleted", reason)
    if not wants and not any(booked.is_posted for booked in has.values()):
        return _unwanted(request, wanted, source, has.values())
    if any(
        has[e].state in _STUCK and not _is_stale(has[e], wanted)
        for e in wants & set(has)
    ):
        reason = "One of its documents waits for you."
        return Verdict(source, Outcome.HELD, "refused", reason)
    done = all(effect in has and has[effect].is_posted for effect in wants)
    return Verdict(source, Outcome.POSTED if done else Outcome.PLANNED)


def _unwanted(
    request: Request, wanted: Wanted, source: Source, has: Iterable[Booked]
) -> Verdict:
    if any(_stays(request, wanted, booked) for booked in has):
        return Verdict(source, Outcome.PLANNED)
    if wanted.keeps_rest:
        reason = "Its order waits for you."
        return Verdict(source, Outcome.SALE_NOT_IN_BOOKS, "sale_held", reason)
    reason = "The refund was deleted in the store before it was booked."
    return Verdict(source, Outcome.IGNORED, "refund_deleted", reason)


def _is_stale(booked: Booked, wanted: Wanted) -> bool:
    """Whether a refused delivery is planned anew, so that it gets another chance."""
    return any(
        p.key == booked.key and p.digest != booked.digest for p in wanted.planned
    )


def _sources(request: Request) -> list[Source]:
    """Return the order, its refunds, and refunds that it had once."""
    refunds = [Source("refund", r.external_id) for r in request.order.refunds]
    known = [b.source for b in request.booked if b.effect in (REFUND, REVERSAL)]
    return list(dict.fromkeys([request.source, *refunds, *known]))
