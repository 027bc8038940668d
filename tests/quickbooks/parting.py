"""What happens between a shop and QuickBooks when an order leaves in parts.

Order 1042 sells five mugs for 25.00, ships them for 5.00, and charges 10 %: 33.00. It
is paid when it is placed; three mugs leave first, then two. What is judged is the
company's own records.
"""

from abc import abstractmethod
from datetime import timedelta
from decimal import Decimal

import pytest

from stockbridge.domain.commerce import Order, Shipment
from stockbridge.domain.tests.builders import a_line, a_refund, a_shipping_line
from stockbridge.engine.tests.worlds import an_order
from tests.quickbooks.journeys import is_even, statement
from tests.quickbooks.losing import lose_answer
from tests.quickbooks.office import Entry
from tests.quickbooks.open_orders import ONE_BACK, OpenOrders
from tests.quickbooks.world import QuickBooksWorld

#: Three mugs with the shipping: 15.00 + 5.00 + 2.00; two mugs: 10.00 + 1.00.
FIRST, SECOND = ("22.00", "2.00"), ("11.00", "1.00")
WHOLE = {"total": "33.00", "tax": "3.00"}


def five_mugs() -> Order:
    """Return the order, of which nothing has left."""
    line = a_line(quantity="5", total="25.00")
    return an_order(lines=(line, a_shipping_line()), shipments=())


def ship(world: QuickBooksWorld, *units: int, order_id: str = "727") -> None:
    """Let the shop tell of so many parcels, and of the mugs in each."""
    shipments = tuple(
        Shipment(
            f"F{order_id}-{place}",
            world.clock() - timedelta(minutes=9 - place),
            (("11", Decimal(count)),),
        )
        for place, count in enumerate(units)
    )
    world.shop.change(order_id, shipments=shipments)


def three_left(world: QuickBooksWorld) -> None:
    """Let the order be placed and booked, and then three of its mugs leave."""
    world.shop.place(five_mugs())
    world.rest()
    ship(world, 3)
    world.rest()


class PartedOrders(OpenOrders):
    """The journeys; a file per QuickBooks says how its documents look."""

    @abstractmethod
    def fill_by_hand(self, world: QuickBooksWorld) -> None:
        """Let somebody fill one mug of the order in QuickBooks."""

    def in_two_parts(self) -> list[Entry]:
        """Return how the order stands in the books once both parts left."""
        order = self.order(state="filled", **WHOLE)
        return [order, *self.billed(FIRST, SECOND)]

    def test_an_order_that_leaves_in_two_parts_is_two_bills_to_the_cent(self) -> None:
        with self.open(parts="split") as world:
            world.shop.place(five_mugs())
            world.rest()
            assert world.shown("93") == 15
            ship(world, 3)
            world.rest()

            expected = [self.order(**WHOLE), *self.billed(FIRST)]
            assert world.office.entries() == sorted(expected)
            assert world.office.on_hand("MUG") == 17
            assert world.shown("93") == 15
            (row,) = statement(world).statement.named
            assert (row.code, str(row.difference.orders)) == (
                "not_shipped_yet",
                "11.00 USD",
            )
            assert not statement(world).statement.drift

            ship(world, 3, 2)
            world.rest()
            world.shop.ship("727")
            world.rest()

            expected = [
                self.order(state="filled", **WHOLE),
                *self.billed(FIRST, SECOND),
            ]
            assert world.office.entries() == sorted(expected)
            assert world.office.on_hand("MUG") == 15
            assert world.shown("93") == 15
            assert world.outcome("727") == "posted"
            assert is_even(world)
            assert world.issues() == []

    def test_what_completes_the_order_bills_only_the_rest(self) -> None:
        with self.open(parts="split") as world:
            three_left(world)
            world.shop.ship("727")
            world.rest()

            expected = [
                self.order(state="filled", **WHOLE),
                *self.billed(FIRST, SECOND),
            ]
            assert world.office.entries() == sorted(expected)
            assert world.office.on_hand("MUG") == 15
            assert is_even(world)
            world.clock.advance(hours=7)
            world.rest()
            assert is_even(world)

    @pytest.mark.parametrize("quantity", ["on_hand", "available"])
    def test_a_refund_after_the_parts_is_of_the_bill_that_has_its_goods(
        self, quantity: str
    ) -> None:
        with self.open(parts="split", quantity=quantity) as world:
            three_left(world)
            world.shop.ship("727")
            world.rest()
            world.shop.refund("727", a_refund(restocked_units=ONE_BACK))
            world.rest()

            assert world.outcome("801", "refund") == "posted"
            expected = [
                self.order(state="filled", **WHOLE),
                *self.billed(FIRST, SECOND),
            ]
            expected += self.refund("5.50", "0.50")
            assert world.office.entries() == sorted(expected)
            assert world.office.on_hand("MUG") == 16
            assert world.shown("93") == 16
            assert is_even(world)

    @pytest.mark.parametrize("quantity", ["on_hand", "available"])
    def test_between_its_parts_an_order_takes_what_it_took(self, quantity: str) -> None:
        with self.open(parts="split", quantity=quantity) as world:
            three_left(world)
            world.clock.advance(hours=7)
            world.rest()

            assert world.shown("93") == 15
            assert world.shop.on_shelf("93") == 15

    @pytest.mark.parametrize("arrives", [True, False])
    def test_a_part_whose_answer_got_lost_is_there_once(self, *, arrives: bool) -> None:
        with self.open(parts="split") as world:
            world.shop.place(five_mugs())
            world.rest()
            line = lose_answer(world, self.request, arrives=arrives)
            ship(world, 3, 2)
            world.rest(rounds=4)
            world.shop.ship("727")
            world.rest(rounds=4)

            expected = [
                self.order(state="filled", **WHOLE),
                *self.billed(FIRST, SECOND),
            ]
            assert world.office.entries() == sorted(expected)
            assert line.lost == 1
            assert line.count(self.request) == (2 if arrives else 3)
            assert world.office.on_hand("MUG") == 15
            assert is_even(world)
            assert world.issues() == []

    def test_a_part_that_somebody_filled_is_held_and_not_filled_twice(self) -> None:
        with self.open(parts="split") as world:
            world.shop.place(five_mugs())
            world.rest()
            self.fill_by_hand(world)
            before = world.office.entries()
            ship(world, 3)
            world.rest()

            (issue,) = world.issues()
            assert "sales order 1042" in issue.message.casefold()
            assert issue.remedy
            assert world.office.entries() == before
            assert world.office.on_hand("MUG") == 19

    def test_without_that_choice_an_order_waits_until_all_has_left(self) -> None:
        with self.open(parts="split") as world:
            world.set_options(parts="wait")
            three_left(world)

            assert world.office.entries() == [self.order(**WHOLE)]
            assert is_even(world)
