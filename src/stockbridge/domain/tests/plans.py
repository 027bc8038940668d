"""Plans made, delivered and read: what the tests of planning share."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from stockbridge.domain.commerce import Order, OrderStatus
from stockbridge.domain.identity import Source
from stockbridge.domain.order_plan import plan_order
from stockbridge.domain.planning import Booked, OrderPlan, Outcome
from stockbridge.domain.policy import Ground
from stockbridge.domain.references import resolved
from stockbridge.domain.tests.builders import (
    NOW,
    a_ground,
    a_request,
    booked_from,
    order_source,
)

STATUS = OrderStatus
SHIPPED: dict[str, Any] = {"status": STATUS.COMPLETED, "completed_at": NOW}
REFUND = Source("refund", "801")


def plan(
    order: Order, booked: Sequence[Booked] = (), ground: Ground | None = None
) -> OrderPlan:
    return plan_order(a_request(order, booked=booked, ground=ground))


def posted(
    order: Order, booked: Sequence[Booked] = (), ground: Ground | None = None
) -> list[Booked]:
    """Plan the order and let all of it be posted, again and again until at rest."""
    known = list(booked)
    while (made := plan(order, known, ground)).planned:
        assert not made.holds, made.holds
        known = after(made, known)
    return known


def after(made: OrderPlan, booked: Sequence[Booked] = ()) -> list[Booked]:
    """Return what the outbox has once the books took all of a plan."""
    ids = {b.key: b.books_id for b in booked} | {
        p.key: f"B:{p.key}" for p in made.planned
    }
    known = {b.key: b for b in booked if b.key not in made.superseded}
    for one in made.planned:
        document = resolved(one.document, ids)
        known[one.key] = booked_from(replace(one, document=document))
    return list(known.values())


def effects(made: OrderPlan) -> list[str]:
    return [p.effect.split(":")[0] for p in made.planned]


def codes(made: OrderPlan) -> list[str]:
    return [hold.code for _, hold in made.holds]


def outcome(made: OrderPlan, source: Source | None = None) -> Outcome:
    wanted = source or order_source()
    return next(v.outcome for v in made.verdicts if v.source == wanted)


def by_hand() -> Ground:
    return a_ground(is_by_hand=True)
