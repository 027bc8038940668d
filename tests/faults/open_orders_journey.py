"""A journey of sales orders that change while they are open; interrupted, and judged.

Three orders of two customers are written. One gets more of an item and is shipped, one
goes to another address, one changes, changes back and is called off.
"""

from typing import Any

from stockbridge.connectors.simulation import SettableClock
from stockbridge.connectors.webconnector.simulator import Hook
from stockbridge.domain.commerce import Address
from stockbridge.domain.tests.builders import a_customer, a_line, a_shipping_line
from stockbridge.engine.tests.worlds import an_order
from tests.faults.quickbooks_journey import ADA, BOB, Ending, rest, told_apart
from tests.quickbooks.desktop import Desktop
from tests.quickbooks.office import Entry
from tests.quickbooks.point_of_sale import PointOfSale
from tests.quickbooks.world import QuickBooksWorld, built

LEEDS = Address(line1="1 High Street", city="Leeds", postcode="LS1", country="GB")


def a_world(books: str, clock: SettableClock) -> QuickBooksWorld:
    """Return the world before the journey; nothing was read yet."""
    if books == "pos":
        return built(PointOfSale(clock, sale_document="sales_order"))
    return built(Desktop(clock, document="sales_order"))


def travel(world: QuickBooksWorld, hook: Hook) -> None:
    """Go the whole way, however often it is interrupted."""
    bob = a_customer(
        external_id="6",
        email="bob@example.com",
        first_name="Bob",
        last_name="Stone",
    )
    world.shop.place(an_order())
    world.shop.place(an_order(external_id="728", number="1043"))
    world.shop.place(an_order(external_id="729", number="1044", customer=bob))
    rest(world, hook)
    for order_id in ("727", "729"):
        world.shop.change(order_id, **mugs("3", "15.00"))
    world.shop.change("728", shipping_address=LEEDS)
    rest(world, hook)
    world.shop.ship("727")
    world.shop.change("729", **mugs("2", "10.00"))
    rest(world, hook)
    world.shop.cancel("729")
    rest(world, hook)


def mugs(count: str, net: str) -> dict[str, Any]:
    """Return what changes in an order with another number of mugs."""
    made = an_order(lines=(a_line(quantity=count, total=net), a_shipping_line()))
    same = ("lines", "tax_lines", "total", "total_tax")
    return {name: getattr(made, name) for name in same}


def judged(world: QuickBooksWorld, books: str) -> dict[str, Any]:
    """Return what is wrong; empty: all is as it should be."""
    entries = [
        Entry("order", "1042", "22.00", "2.00", ADA, "filled"),
        Entry("sale", "1042", "22.00", "2.00", ADA),
        Entry("order", "1043", "16.50", "1.50", ADA),
    ]
    if books == "desktop":  # Point of Sale deletes what was called off
        entries.append(Entry("order", "1044", "16.50", "1.50", BOB, "taken back"))
        entries.append(Entry("payment", "1042", "22.00"))
    return told_apart(world, Ending(entries, {"MUG": "17"}, {"93": "15"}))
