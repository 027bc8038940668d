"""An order of five mugs and three plates that leaves in parts."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

from stockbridge.domain.accounting import SaleForm
from stockbridge.domain.commerce import Order, OrderStatus, Shipment
from stockbridge.domain.planning import Booked, OrderPlan
from stockbridge.domain.policy import Ground, PartShipments, When
from stockbridge.domain.tests import plans
from stockbridge.domain.tests.builders import (
    NOW,
    a_ground,
    a_line,
    a_policy,
    a_shipping_line,
    an_order,
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
    order: Order, booked: Sequence[Booked] = (), ground: Ground = GROUND
) -> OrderPlan:
    """Return what an order comes to, with what the books have."""
    return plans.plan(order, booked, ground)


def journey(*orders: Order, ground: Ground = GROUND) -> list[Booked]:
    """Return what the books have after the order was seen in each of these forms."""
    booked: list[Booked] = []
    for order in orders:
        booked = plans.posted(order, booked, ground)
    return booked


def documents(made: OrderPlan, kind: type) -> list[Any]:
    """Return the planned documents of one kind."""
    return [one.document for one in made.planned if isinstance(one.document, kind)]


def names(made: OrderPlan) -> list[tuple[str, str]]:
    """Return what is planned, each with its source."""
    return [(one.effect, one.source.external_id) for one in made.planned]
