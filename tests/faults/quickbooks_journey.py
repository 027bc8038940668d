"""The journey into QuickBooks that is interrupted, and the judge of its end.

Three orders of two customers are booked; one is partly refunded, one called off, and
somebody counts a shelf. The judge reads the company's own records, and what the shop
shows; our own tables only to see that nothing waits any more.
"""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from stockbridge.connectors.simulation import SettableClock
from stockbridge.connectors.webconnector.simulator import Hook, Mishap, Step
from stockbridge.domain.errors import RetryableError
from stockbridge.domain.tests.builders import (
    a_customer,
    a_fee,
    a_line,
    a_refund,
    a_refund_line,
    a_shipping_line,
)
from stockbridge.engine.models import Delivery
from stockbridge.engine.tests.worlds import an_order
from tests.quickbooks.desktop import Desktop
from tests.quickbooks.office import Entry
from tests.quickbooks.point_of_sale import PointOfSale
from tests.quickbooks.world import QuickBooksWorld, built

ADA, BOB = "Ada Byron", "Bob Stone"
VISITS_MAX = 40
DONE = ["posted", "superseded", "cancelled"]


def _taken(customer: str, total: str, tax: str) -> list[Entry]:
    return [
        Entry("sale", "1042", "14.85", "1.35", ADA),
        Entry("sale", "1043", total, tax, ADA, "taken back"),
        Entry("sale", "1044", "16.50", "1.50", BOB),
        Entry("refund", "1042", "4.95", "0.45", customer),
    ]


EXPECTED = {
    "pos": _taken("", "16.50", "1.50"),
    "desktop": [
        *_taken(ADA, "0.00", "0.00"),
        Entry("money back", "1042", "4.95", "", ADA),
    ],
}


def a_world(books: str, clock: SettableClock) -> QuickBooksWorld:
    """Return the world before the journey; nothing was read yet."""
    return built(PointOfSale(clock) if books == "pos" else Desktop(clock))


@dataclass
class Counting:
    """Counts the steps of all visits together, and lets some go wrong."""

    hook: Hook
    steps: list[Step] = field(default_factory=list)

    def __call__(self, step: Step) -> Mishap:
        """Count a step; what goes wrong is decided by its place in the journey."""
        counted = Step(len(self.steps) + 1, step.name)
        self.steps.append(counted)
        return self.hook(counted)


def travel(world: QuickBooksWorld, hook: Hook) -> None:
    """Go the whole way, however often it is interrupted."""
    rich = (
        a_line(total="9.00"),
        a_shipping_line(),
        a_fee(total="-1.00", name="Club"),
        a_fee(external_id="14", total="0.50"),
    )
    bob = a_customer(
        external_id="6",
        email="bob@example.com",
        first_name="Bob",
        last_name="Stone",
    )
    world.shop.place(an_order(lines=rich))
    world.shop.place(an_order(external_id="728", number="1043"))
    world.shop.place(an_order(external_id="729", number="1044", customer=bob))
    rest(world, hook)
    part = a_refund_line(total="4.50", tax="0.45")
    back = a_refund(lines=(part,), restocked_units=(("11", Decimal(1)),))
    world.shop.refund("727", back)
    world.shop.cancel("728")
    world.office.count("PEN", 33)
    rest(world, hook)


def rest(world: QuickBooksWorld, hook: Hook) -> None:
    """Let all take turns until nothing waits, and once more."""
    quiet = 0
    for _ in range(VISITS_MAX):
        world.clock.advance(minutes=6)
        world.store_job()
        world.visit(hook)
        try:
            world.books_job()
        except RetryableError:
            continue  # a visit that broke off still holds the desk
        quiet = 0 if world.unsettled() else quiet + 1
        if quiet > 1:
            break
    world.clock.advance(minutes=6)
    world.store_job()


@dataclass(frozen=True, slots=True)
class Ending:
    """How the company and the shop should look in the end."""

    entries: list[Entry]
    shelf: dict[str, str]  # by SKU
    shown: dict[str, str]  # by the shop's id


def judged(world: QuickBooksWorld, books: str) -> dict[str, Any]:
    """Return what is wrong; empty: all is as it should be."""
    shelf, shown = {"MUG": "17", "PEN": "33"}, {"93": "17", "94": "33"}
    return told_apart(world, Ending(EXPECTED[books], shelf, shown))


def told_apart(world: QuickBooksWorld, ending: Ending) -> dict[str, Any]:
    """Return what is otherwise than it should be."""
    office = world.office
    found: dict[str, Any] = {}
    if office.entries() != sorted(ending.entries):
        found["entries"] = [str(entry) for entry in office.entries()]
    if office.customers() != [ADA, BOB]:
        found["customers"] = office.customers()
    shelf = {sku: str(office.on_hand(sku).normalize()) for sku in ending.shelf}
    if shelf != ending.shelf:
        found["on_hand"] = shelf
    shown = {one: str(world.shown(one).normalize()) for one in ending.shown}
    if shown != ending.shown:
        found["shown"] = shown
    open_rows = Delivery.objects.exclude(state__in=DONE)
    if open_rows.exists():
        found["unsettled"] = [f"{r.kind} {r.state} {r.error}" for r in open_rows]
    if issues := [f"{one.code}: {one.title}" for one in world.issues()]:
        found["issues"] = issues
    return found
