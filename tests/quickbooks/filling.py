"""What happens between a shop and QuickBooks where sales are written as sales orders.

A sales order promises goods and owes nothing. When the shop ships, it is filled: by an
invoice and its payment, or by a sales receipt. What is judged is the company's own
records.
"""

from abc import abstractmethod
from decimal import Decimal
from typing import Any

import pytest

from stockbridge.domain.commerce import Address, OrderStatus
from stockbridge.domain.tests.builders import a_line, a_refund, a_shipping_line
from stockbridge.engine.actions.orders import import_again
from stockbridge.engine.actions.runs import undo_run
from stockbridge.engine.models import Delivery, Run
from stockbridge.engine.tests.worlds import an_order
from tests.quickbooks.journeys import Journeys, is_even, statement
from tests.quickbooks.losing import lose_answer
from tests.quickbooks.office import Entry
from tests.quickbooks.open_orders import ONE_BACK, OpenOrders
from tests.quickbooks.world import QuickBooksWorld

LEEDS = Address(line1="1 High Street", city="Leeds", postcode="LS1", country="GB")


def mugs(count: str, net: str) -> dict[str, Any]:
    """Return what changes in order 1042 with another number of mugs."""
    made = an_order(lines=(a_line(quantity=count, total=net), a_shipping_line()))
    same = ("lines", "tax_lines", "total", "total_tax")
    return {name: getattr(made, name) for name in same}


THREE, FOUR = mugs("3", "15.00"), mugs("4", "20.00")
ALL_BACK = (("11", Decimal(2)),)


class FilledOrders(OpenOrders):
    """The journeys; a file per QuickBooks says how its documents look."""

    @abstractmethod
    def called_off(self, *, total: str = "16.50", tax: str = "1.50") -> list[Entry]:
        """Return how an order stands in the books that was called off."""

    @abstractmethod
    def change_by_hand(self, world: QuickBooksWorld) -> None:
        """Let somebody change the open order in QuickBooks."""

    @abstractmethod
    def fill_by_hand(self, world: QuickBooksWorld) -> None:
        """Let somebody fill the order in QuickBooks."""

    def filled(self, *, total: str = "16.50", tax: str = "1.50") -> list[Entry]:
        """Return how an order stands in the books whose goods left."""
        order = self.order(state="filled", total=total, tax=tax)
        return [order, *self.billed((total, tax))]

    def test_a_paid_order_promises_goods_and_is_filled_when_it_is_shipped(self) -> None:
        with self.open() as world:
            world.shop.place(an_order())
            world.rest()
            assert world.outcome("727") == "posted"
            assert world.office.entries() == [self.order()]
            assert world.office.on_hand("MUG") == 20
            assert world.shown("93") == 18
            assert is_even(world)

            world.shop.ship("727")
            world.rest()

            assert world.outcome("727") == "posted"
            assert world.office.entries() == sorted(self.filled())
            assert world.office.on_hand("MUG") == 18
            assert world.shown("93") == 18
            assert is_even(world)
            world.clock.advance(hours=7)
            world.rest()
            assert is_even(world)
            assert world.issues() == []

    def test_an_order_that_comes_shipped_is_written_and_filled_at_once(self) -> None:
        with self.open() as world:
            world.shop.place(an_order())
            world.shop.ship("727")
            world.rest()

            assert world.office.entries() == sorted(self.filled())
            assert world.office.on_hand("MUG") == 18
            assert is_even(world)

    def test_a_filled_order_is_given_back_by_a_refund_of_what_filled_it(self) -> None:
        with self.open() as world:
            world.shop.place(an_order())
            world.rest()
            world.shop.ship("727")
            world.rest()
            world.shop.refund("727", a_refund(restocked_units=ONE_BACK))
            world.rest()

            assert world.outcome("801", "refund") == "posted"
            expected = [*self.filled(), *self.refund("5.50", "0.50")]
            assert world.office.entries() == sorted(expected)
            assert world.office.on_hand("MUG") == 19
            assert world.shown("93") == 19
            assert is_even(world)

    def test_a_refund_before_shipping_waits_until_the_order_is_filled(self) -> None:
        with self.open() as world:
            world.shop.place(an_order())
            world.rest()
            world.shop.refund("727", a_refund(restocked_units=ONE_BACK))
            world.rest()

            assert world.outcome("801", "refund") == "waiting"
            assert world.office.entries() == [self.order()]
            assert world.shown("93") == 19
            assert world.issues() == []

            world.shop.ship("727")
            world.rest()

            assert world.outcome("801", "refund") == "posted"
            expected = [*self.filled(), *self.refund("5.50", "0.50")]
            assert world.office.entries() == sorted(expected)
            assert world.office.on_hand("MUG") == 19
            assert world.shown("93") == 19
            assert is_even(world)

    def test_an_open_order_that_changes_is_followed_until_it_is_filled(self) -> None:
        with self.open() as world:
            world.shop.place(an_order())
            world.rest()
            world.clock.advance(hours=7)
            world.rest()  # what the statement shows was read
            world.shop.change("727", **THREE, shipping_address=LEEDS)
            world.rest()

            assert world.outcome("727") == "posted"
            assert world.office.entries() == [self.order(total="22.00", tax="2.00")]
            assert world.shown("93") == 17
            assert is_even(world)

            world.shop.ship("727")
            world.rest()

            expected = self.filled(total="22.00", tax="2.00")
            assert world.office.entries() == sorted(expected)
            assert world.office.on_hand("MUG") == 17
            assert world.shown("93") == 17
            assert is_even(world)
            assert world.issues() == []

    def test_an_order_that_changed_in_both_waits_and_loses_nothing(self) -> None:
        with self.open() as world:
            world.shop.place(an_order())
            world.rest()
            self.change_by_hand(world)
            world.shop.change("727", **THREE)
            world.rest()

            issue = world.issue("refused_not_prepared")
            assert "changed in" in issue.message
            assert issue.remedy
            assert world.shown("93") <= 17  # both the old and the new may count
            (entry,) = world.office.entries()
            assert entry.total != "22.00"

    def test_an_order_that_changed_and_is_cancelled_promises_nothing(self) -> None:
        with self.open() as world:
            world.shop.place(an_order())
            world.rest()
            world.shop.change("727", **THREE)
            world.rest()
            world.shop.cancel("727")
            world.rest()

            ended = self.called_off(total="22.00", tax="2.00")
            assert world.office.entries() == ended
            assert world.shown("93") == 20
            assert is_even(world)

    @pytest.mark.parametrize("arrives", [True, False])
    def test_a_change_whose_answer_got_lost_is_there_once(
        self, *, arrives: bool
    ) -> None:
        with self.open() as world:
            world.shop.place(an_order())
            world.rest()
            line = lose_answer(world, b"<SalesOrderModRq", arrives=arrives)
            world.shop.change("727", **THREE)
            world.rest(rounds=4)
            world.shop.change("727", **FOUR)
            world.rest(rounds=4)

            assert world.outcome("727") == "posted"
            assert world.office.entries() == [self.order(total="27.50", tax="2.50")]
            assert world.shown("93") == 16
            assert is_even(world)
            names = Delivery.objects.filter(kind="amendment", state="posted")
            assert names.count() == 2
            assert line.lost == 1

    def test_an_open_order_that_is_cancelled_sets_its_goods_free(self) -> None:
        with self.open() as world:
            world.shop.place(an_order())
            world.rest()
            world.shop.cancel("727")
            world.rest()

            assert world.office.entries() == self.called_off()
            assert world.office.on_hand("MUG") == 20
            assert world.shown("93") == 20
            assert is_even(world)

    @pytest.mark.parametrize("quantity", ["on_hand", "available"])
    def test_an_open_order_that_is_refunded_in_full_is_called_off(
        self, quantity: str
    ) -> None:
        with self.open(quantity=quantity) as world:
            world.shop.place(an_order())
            world.rest()
            back = a_refund(amount="16.50", restocked_units=ALL_BACK)
            world.shop.refund("727", back)
            world.shop.change("727", status=OrderStatus.REFUNDED)
            world.rest()

            assert world.office.entries() == self.called_off()
            assert world.outcome("801", "refund") == "ignored"
            assert world.office.on_hand("MUG") == 20
            assert world.shown("93") == 20
            assert not statement(world).statement.drift
            assert world.issues() == []

    def test_a_filled_order_that_is_cancelled_is_a_persons_choice(self) -> None:
        with self.open() as world:
            world.shop.place(an_order())
            world.shop.ship("727")
            world.rest()
            world.shop.cancel("727")
            world.rest()

            assert world.issue("cancelled_after_shipping").remedy
            assert world.office.entries() == sorted(self.filled())

    @pytest.mark.parametrize("arrives", [True, False])
    def test_a_filling_whose_answer_got_lost_is_there_once(
        self, *, arrives: bool
    ) -> None:
        with self.open() as world:
            world.shop.place(an_order())
            world.rest()
            line = lose_answer(world, self.request, arrives=arrives)
            world.shop.ship("727")
            world.rest(rounds=4)

            assert world.outcome("727") == "posted"
            assert world.office.entries() == sorted(self.filled())
            assert world.office.on_hand("MUG") == 18
            assert line.lost == 1
            assert line.count(self.request) == (1 if arrives else 2)
            assert is_even(world)
            assert world.issues() == []

    def test_an_order_that_somebody_filled_is_held_and_not_filled_twice(self) -> None:
        with self.open() as world:
            world.shop.place(an_order())
            world.rest()
            self.fill_by_hand(world)
            before = world.office.entries()
            world.shop.ship("727")
            world.rest()

            (issue,) = world.issues()
            assert "sales order 1042" in issue.message.casefold()
            assert issue.remedy
            assert world.office.entries() == before
            assert world.office.on_hand("MUG") == 18

    def test_an_undone_order_is_opened_then_deleted_and_can_be_imported_again(
        self,
    ) -> None:
        with self.open(orders_enabled=False) as world:
            world.shop.place(an_order())
            world.shop.ship("727")
            world.rest()
            done = world.approve(world.start(Run.Kind.IMPORT_ORDERS, orders=["727"]))
            world.rest()
            assert world.office.entries() == sorted(self.filled())

            Journeys.approve(world, undo_run(done, world.act))

            assert world.outcome("727") == "undone"
            assert world.office.on_hand("MUG") == 20
            assert not [e for e in world.office.entries() if e.state == "live"]
            assert not [e for e in world.office.entries() if e.kind == "order"]

            import_again(world.bridge, ["727"], world.act)
            world.rest()

            live = [e for e in world.office.entries() if e.state != "taken back"]
            assert live == sorted(self.filled())
            assert world.office.on_hand("MUG") == 18
            newest = Delivery.objects.filter(kind="fulfillment").latest("pk")
            assert newest.generation == 2
            assert is_even(world)
