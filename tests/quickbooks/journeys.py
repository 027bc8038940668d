"""What happens between a shop and QuickBooks, whichever QuickBooks it is.

Each journey goes over the wire: the real connector, the engine and a simulated company,
with the engine's desk, the endpoint and a simulated Web Connector between them where
there is one. What is judged is the company's own records.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any, Generic, TypeVar

from stockbridge.domain.commerce import Order
from stockbridge.domain.tax_report import tax_report
from stockbridge.domain.tests.builders import (
    a_customer,
    a_fee,
    a_line,
    a_refund,
    a_shipping_line,
    a_store_item,
    usd,
)
from stockbridge.engine.actions.issues import settle_issue
from stockbridge.engine.actions.orders import import_again
from stockbridge.engine.actions.retrying import retry_issues
from stockbridge.engine.actions.runs import undo_run
from stockbridge.engine.models import Binding, Delivery, Run
from stockbridge.engine.statement import BridgeStatement, Span, statement_of
from stockbridge.engine.tests.shop_store import ShopStore
from stockbridge.engine.tests.worlds import an_order
from stockbridge.engine.work import work_on_store
from tests.quickbooks.losing import lose_answer
from tests.quickbooks.office import Entry
from tests.quickbooks.world import OfficeWorld, QuickBooksWorld, another_shop

MARCH = Span(date(2026, 3, 1), date(2026, 3, 31))
ADA = "Ada Byron"
Between = TypeVar("Between", bound=OfficeWorld)


class Journeys(ABC, Generic[Between]):
    """The journeys; a file per QuickBooks says how its documents look."""

    @abstractmethod
    def world(self, **options: object) -> Iterator[Between]:
        """Give a world at rest."""

    def sale(self, total: str, tax: str, *, state: str = "live") -> Entry:
        """Return how a sale of order 1042 to Ada stands in the books."""
        return Entry("sale", "1042", total, tax, ADA, state)

    def refund(self, number: str, total: str, tax: str) -> list[Entry]:
        """Return how a refund stands in the books."""
        return [Entry("refund", number, total, tax, ADA)]

    def taken_back(self, total: str, tax: str) -> Entry:
        """Return how a sale to Ada stands in the books that was taken back."""
        return self.sale(total, tax, state="taken back")

    def test_a_paid_order_of_a_new_customer_is_booked_to_the_cent(self) -> None:
        with self.open() as world:
            lines = (
                a_line(total="9.00"),
                a_shipping_line(),
                a_fee(total="-1.00", name="Club"),
                a_fee(external_id="14", total="0.50"),
            )
            world.shop.place(an_order(lines=lines))
            world.rest()

            assert world.outcome("727") == "posted"
            assert world.office.entries() == [self.sale("14.85", "1.35")]
            assert world.office.customers() == [ADA]
            assert world.office.on_hand("MUG") == 18
            assert world.shown("93") == 18
            assert is_even(world)

    def test_a_second_order_of_the_same_customer_is_billed_to_the_same_record(
        self,
    ) -> None:
        with self.open() as world:
            world.shop.place(an_order())
            world.rest()
            world.shop.place(an_order(external_id="728", number="1043"))
            world.rest()

            assert world.office.customers() == [ADA]
            assert [entry.customer for entry in sales(world)] == [ADA, ADA]

    def test_a_partial_refund_gives_money_and_goods_back(self) -> None:
        with self.open() as world:
            world.shop.place(an_order())
            world.rest()
            back = a_refund(restocked_units=(("11", Decimal(1)),))
            world.shop.refund("727", back)
            world.rest()

            assert world.outcome("801", "refund") == "posted"
            assert world.office.entries() == sorted(
                [self.sale("16.50", "1.50"), *self.refund("1042", "5.50", "0.50")]
            )
            assert world.office.on_hand("MUG") == 19
            assert world.shown("93") == 19
            assert is_even(world)

    def test_a_booked_order_that_is_cancelled_is_taken_back(self) -> None:
        with self.open() as world:
            world.shop.place(an_order())
            world.rest()
            world.shop.cancel("727")
            world.rest()

            assert world.office.entries() == [self.taken_back("16.50", "1.50")]
            assert world.office.on_hand("MUG") == 20
            assert world.shown("93") == 20
            assert is_even(world)

    def test_an_order_changed_after_it_was_booked_is_held_with_a_choice(self) -> None:
        with self.open() as world:
            world.shop.place(an_order())
            world.rest()
            three = a_line(quantity="3", total="15.00")
            world.shop.place(an_order(lines=(three, a_shipping_line())))
            world.rest()

            issue = world.issue("changed_after_booking")
            assert issue.remedy
            assert world.office.entries() == [self.sale("16.50", "1.50")]
            settle_issue(issue, world.act)
            world.rest()
            assert world.issues() == []
            assert len(sales(world)) == 1

    def test_an_unknown_item_is_held_and_booked_once_it_is_there(self) -> None:
        with self.open() as world:
            cup = a_store_item(
                external_id="777", product_id="777", name="Cup", sku="CUP"
            )
            world.shop.add_item(cup)
            line = a_line(item_id="777", product_id="777", sku="CUP", name="Cup")
            world.shop.place(an_order(lines=(line,)))
            world.rest()
            assert world.issue("missing_items").title
            assert world.office.entries() == []

            world.office.add_item("CUP", 20)
            world.rest(rounds=1)
            retry_issues(world.company, world.issues(), world.act)
            world.rest()

            assert world.outcome("727") == "posted"
            assert [entry.total for entry in sales(world)] == ["11.00"]
            assert world.office.on_hand("CUP") == 18
            assert world.issues() == []

    def test_a_count_in_the_books_reaches_the_shop(self) -> None:
        with self.open() as world:
            world.shop.place(an_order())
            world.rest()
            world.office.count("MUG", 41)
            world.rest()

            assert world.shown("93") == 41

    def test_a_price_that_the_store_owns_reaches_the_books_and_no_quantity(
        self,
    ) -> None:
        with self.open(change_items=True, price_owner="store") as world:
            world.rest()
            mug = world.shop.items["93"]
            world.shop.add_item(replace(mug, price=usd("5.50")))
            world.rest(rounds=4)

            assert world.office.price("MUG") == Decimal("5.50")
            assert world.office.on_hand("MUG") == 20
            assert [row.state for row in changes("item_change")] == ["posted"]
            assert world.unsettled() == 0

    def test_nothing_is_written_into_another_company(self) -> None:
        with self.open() as world:
            world.shop.place(an_order())
            world.office.open_another()
            world.rest()
            assert world.office.entries() == []
            assert world.issue("other_company").remedy

            world.office.open_ours()
            world.rest()

            assert len(sales(world)) == 1
            assert world.issues() == []

    def test_an_undone_run_can_be_imported_again(self) -> None:
        with self.open(orders_enabled=False) as world:
            world.shop.place(an_order())
            world.rest()
            done = world.approve(world.start(Run.Kind.IMPORT_ORDERS, orders=["727"]))
            world.rest()
            assert [entry.state for entry in sales(world)] == ["live"]

            self.approve(world, undo_run(done, world.act))
            assert world.outcome("727") == "undone"
            assert [entry.state for entry in sales(world)] == ["taken back"]
            assert world.office.on_hand("MUG") == 20

            import_again(world.bridge, ["727"], world.act)
            world.rest()

            states = sorted(entry.state for entry in sales(world))
            assert states == ["live", "taken back"]
            assert world.office.on_hand("MUG") == 18
            newest = Delivery.objects.filter(kind="sale").latest("pk")
            assert newest.generation == 2
            assert is_even(world)

    def test_two_shops_share_a_company_and_no_sale_is_booked_twice(self) -> None:
        with self.open() as world:
            books, clock = world.books_connection, world.clock
            second, bridge = another_shop(world.company, books, clock)
            world.shop.place(an_order())
            second.place(an_order())
            second.place(an_order(external_id="728", number="1043"))
            for _ in range(3):
                with world.session(bridge.store) as session:
                    work_on_store(session, ShopStore(second))
                world.rest()

            assert [entry.number for entry in sales(world)] == ["1042", "1042", "1043"]
            assert world.office.customers() == [ADA]
            assert world.office.on_hand("MUG") == 14
            assert world.shown("93") == second.on_shelf("93") == 14

    @contextmanager
    def open(self, **options: object) -> Iterator[Between]:
        """Give a world at rest."""
        yield from self.world(**options)

    @staticmethod
    def approve(world: OfficeWorld, run: Run) -> None:
        """Approve a run once its preview is made, and let all come to rest."""
        world.clock.advance(minutes=6)
        world.store_job()
        run.refresh_from_db()
        world.approve(run)
        world.rest()


class DeskJourneys(Journeys[QuickBooksWorld]):
    """What the Web Connector's QuickBooks do besides."""

    item_field, customer_field = "ItemRef", "CustomerRef"

    def test_a_refusal_names_the_item_that_was_sent_and_its_field(self) -> None:
        with self.open() as world:
            books_id = Binding.objects.get(kind="item", store_id="93").books_id
            world.office.forget_item("MUG")
            world.shop.place(an_order())
            world.rest()

            (issue,) = world.issues()
            assert books_id in issue.message  # QuickBooks' words stay
            assert f"item MUG “Mug”, sent as {self.item_field}." in issue.message
            record = {"kind": "item", "id": books_id, "sku": "MUG", "name": "Mug"}
            assert issue.details["record"] == record
            assert issue.details["field"] == self.item_field
            assert "item MUG" in Delivery.objects.get(kind="sale").error

    def test_a_refusal_names_the_customer_that_was_sent_and_the_field(self) -> None:
        with self.open() as world:
            world.shop.place(an_order())
            world.rest()
            world.office.forget_customer(ADA)
            world.shop.place(an_order(external_id="728", number="1043"))
            world.rest()

            (issue,) = world.issues()
            assert f"customer “{ADA}”, sent as {self.customer_field}." in issue.message
            assert issue.details["record"]["name"] == ADA
            assert issue.details["field"] == self.customer_field

    def test_a_customer_who_changed_her_name_is_renamed_and_nobody_new(self) -> None:
        with self.open(change_customers=True) as world:
            world.shop.place(an_order())
            world.shop.add_customer(a_customer())
            an_hour(world)
            world.shop.add_customer(a_customer(last_name="King"))
            an_hour(world)

            assert world.office.customers() == ["Ada King"]
            assert [row.state for row in changes()] == ["posted"]
            world.shop.place(an_order(external_id="728", number="1043"))
            world.rest()
            assert world.office.customers() == ["Ada King"]

    def test_a_price_whose_answer_got_lost_is_looked_up_and_set_once(self) -> None:
        with self.open(change_items=True, price_owner="store") as world:
            world.rest()
            mug = world.shop.items["93"]
            lose_answer(world, b"ItemInventoryModRq")
            world.shop.add_item(replace(mug, price=usd("5.50")))
            for _ in range(3):
                an_hour(world)

            assert world.office.price("MUG") == Decimal("5.50")
            (change,) = changes("item_change")
            events = [event.event for event in change.events.all()]
            assert "lose_answer" in events
            assert change.state == "posted"
            assert events.count("send") == 1

    def test_a_change_whose_answer_got_lost_is_looked_up_and_made_once(self) -> None:
        with self.open(change_customers=True) as world:
            world.shop.place(an_order())
            world.shop.add_customer(a_customer())
            an_hour(world)
            lose_answer(world, b"CustomerModRq")
            world.shop.add_customer(a_customer(last_name="King"))
            an_hour(world)
            an_hour(world)

            assert world.office.customers() == ["Ada King"]
            (change,) = changes()
            events = [event.event for event in change.events.all()]
            assert "lose_answer" in events
            assert change.state == "posted"


def an_hour(world: OfficeWorld) -> None:
    """Let an hour pass: customers of the store are read once in it."""
    world.clock.advance(minutes=60)
    world.rest()


def changes(kind: str = "change") -> list[Delivery]:
    """Return the changes of customers, or of items, the oldest first."""
    return list(Delivery.objects.filter(kind=kind).order_by("id"))


def sales(world: OfficeWorld) -> list[Entry]:
    """Return the sales in the books."""
    return [entry for entry in world.office.entries() if entry.kind == "sale"]


def is_even(world: OfficeWorld) -> bool:
    """Return whether store and books agree, and no rate's tax differs either."""
    found = statement(world)
    return found.is_even and not tax_report(found.statement).open


def statement(world: OfficeWorld) -> BridgeStatement:
    """Return the statement of March."""
    return statement_of(world.bridge, MARCH, now=world.clock(), find=world.find)


def an_order_of_bob(**changes: Any) -> Order:
    """Return an order of somebody else."""
    bob = a_customer(
        external_id="6",
        email="bob@example.com",
        first_name="Bob",
        last_name="Stone",
    )
    own = {"external_id": "728", "number": "1043", "customer": bob}
    return an_order(**{**own, **changes})
