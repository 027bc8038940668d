"""An order of five mugs and three plates that leaves in parts."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from stockbridge.domain.accounting import (
    SaleForm,
)
from stockbridge.domain.commerce import Order, OrderStatus, Shipment
from stockbridge.domain.order_plan import plan_order
from stockbridge.domain.planning import Booked, OrderPlan
from stockbridge.domain.policy import Ground, PartShipments, When
from stockbridge.domain.references import resolved
from stockbridge.domain.tests.builders import (
    NOW,
    a_ground,
    a_line,
    a_policy,
    a_request,
    a_shipping_line,
    an_order,
    booked_from,
)

SPLIT = a_policy(
    form=SaleForm.SALES_ORDER,
    when=When.PLACED,
    fulfillment_bills=True,
    parts=PartShipments.SPLIT,
)
GROUND = a_ground(policy=SPLIT)
#: Five mugs for 9.99, three plates for 20.00, shipped for 5.00; 10 % tax: 38.49.
MUGS = a_line(total="9.99", tax="1.00", quantity="5")
PLATES = a_line(total="20.00", quantity="3", external_id="14")
LINES = [MUGS, PLATES, a_shipping_line()]


def a_shipment(name: str, *lines: tuple[str, int], hours: int = 1) -> Shipment:
    """Return what left, so many units of some lines."""
    units = tuple((line_id, Decimal(count)) for line_id, count in lines)
    return Shipment(name, NOW - timedelta(hours=hours), units)


FIRST = a_shipment("F1", ("11", 3), hours=2)
SECOND = a_shipment("F2", ("11", 2), ("14", 3), hours=1)


def order_with(*shipments: Shipment, **changes: Any) -> Order:
    """Return the order, with these shipments told."""
    return an_order(lines=LINES, shipments=shipments, **changes)


def completed(*shipments: Shipment, **changes: Any) -> Order:
    """Return the order once the shop has completed it."""
    return order_with(
        *shipments, status=OrderStatus.COMPLETED, completed_at=NOW, **changes
    )


def plan(
    order: Order, booked: list[Booked] | None = None, ground: Ground = GROUND
) -> OrderPlan:
    """Return what an order comes to, with what the books have."""
    return plan_order(a_request(order, booked=booked or [], ground=ground))


def after(made: OrderPlan, booked: list[Booked] | None = None) -> list[Booked]:
    """Return what the outbox has once the books took all of a plan."""
    ids = {one.key: f"B:{one.key}" for one in made.planned}
    ids |= {one.key: one.books_id for one in booked or []}
    found = [*(booked or [])]
    for one in made.planned:
        known = replace(one, document=resolved(one.document, ids))
        found.append(booked_from(known))
    return found


def journey(*orders: Order, ground: Ground = GROUND) -> list[Booked]:
    """Return what the books have after the order was seen in each of these forms."""
    booked: list[Booked] = []
    for order in orders:
        booked = after(plan(order, booked, ground), booked)
    return booked


def documents(made: OrderPlan, kind: type) -> list[Any]:
    """Return the planned documents of one kind."""
    return [one.document for one in made.planned if isinstance(one.document, kind)]


def names(made: OrderPlan) -> list[tuple[str, str]]:
    """Return what is planned, each with its source."""
    return [(one.effect, one.source.external_id) for one in made.planned]


def codes(made: OrderPlan) -> set[str]:
    """Return why something is held."""
    return {hold.code for _, hold in made.holds}
