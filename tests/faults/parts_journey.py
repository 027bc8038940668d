"""A journey of sales orders that leave in parts; interrupted, and judged.

Two orders of two customers are written. One leaves as three mugs and then two, with
their parcels told one after the other, and one mug comes back. Of the other one mug
leaves, and what completes the order brings the rest.
"""

from dataclasses import replace
from typing import Any

from stockbridge.connectors.simulation import SettableClock
from stockbridge.connectors.webconnector.simulator import Hook
from stockbridge.domain.commerce import Order
from stockbridge.domain.tests.builders import (
    a_customer,
    a_line,
    a_refund,
    a_shipping_line,
)
from stockbridge.engine.tests.worlds import an_order
from tests.faults.quickbooks_journey import ADA, BOB, Ending, rest, told_apart
from tests.quickbooks.desktop import Desktop
from tests.quickbooks.office import Entry
from tests.quickbooks.open_orders import ONE_BACK
from tests.quickbooks.parting import FIRST, SECOND, five_mugs, ship
from tests.quickbooks.point_of_sale import PointOfSale
from tests.quickbooks.world import QuickBooksWorld, built


def a_world(books: str, clock: SettableClock) -> QuickBooksWorld:
    """Return the world before the journey; nothing was read yet."""
    if books == "pos":
        office = PointOfSale(clock, sale_document="sales_order")
        return built(office, parts="split")
    return built(Desktop(clock, document="sales_order"), parts="split")


def travel(world: QuickBooksWorld, hook: Hook) -> None:
    """Go the whole way, however often it is interrupted."""
    world.shop.place(five_mugs())
    world.shop.place(_two_mugs())
    rest(world, hook)
    ship(world, 3)
    ship(world, 1, order_id="728")
    rest(world, hook)
    ship(world, 3, 2)
    world.shop.ship("728")
    rest(world, hook)
    world.shop.ship("727")
    world.shop.refund("727", a_refund(restocked_units=ONE_BACK))
    rest(world, hook)


def _two_mugs() -> Order:
    """Return Bob's order, of which nothing has left: 10.00 + 5.00 + 1.50."""
    bob = a_customer(
        external_id="6",
        email="bob@example.com",
        first_name="Bob",
        last_name="Stone",
    )
    lines = (a_line(), a_shipping_line())
    made = an_order(external_id="728", number="1043", customer=bob, lines=lines)
    return replace(made, shipments=())


def judged(world: QuickBooksWorld, books: str) -> dict[str, Any]:
    """Return what is wrong; empty: all is as it should be."""
    bills = [
        ("1042", *FIRST, ADA),
        ("1042", *SECOND, ADA),
        ("1043", "11.00", "1.00", BOB),
        ("1043", "5.50", "0.50", BOB),
    ]
    entries = [
        Entry("order", "1042", "33.00", "3.00", ADA, "filled"),
        Entry("order", "1043", "16.50", "1.50", BOB, "filled"),
        *(Entry("sale", *bill) for bill in bills),
    ]
    if books == "desktop":
        entries += [Entry("payment", number, total) for number, total, *_ in bills]
        entries.append(Entry("refund", "1042", "5.50", "0.50", ADA))
        entries.append(Entry("money back", "1042", "5.50", "", ADA))
    else:
        entries.append(Entry("refund", "1042", "5.50", "0.50"))
    return told_apart(world, Ending(entries, {"MUG": "14"}, {"93": "14"}))
