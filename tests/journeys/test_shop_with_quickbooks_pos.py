"""A shop and QuickBooks Point of Sale: the real translator, its caller, a company."""

from collections.abc import Iterator

import pytest

from stockbridge.connectors.books.quickbooks_pos.simulator.records import Row
from stockbridge.domain.tests.builders import a_line
from stockbridge.engine.actions.retrying import retry_issues
from stockbridge.engine.models import Delivery
from stockbridge.engine.tests.worlds import an_order
from tests.quickbooks.journeys import DeskJourneys, an_order_of_bob, sales
from tests.quickbooks.losing import lose_answer
from tests.quickbooks.office import Entry
from tests.quickbooks.point_of_sale import PointOfSale
from tests.quickbooks.world import QuickBooksWorld, a_clock, a_world

pytestmark = pytest.mark.django_db(transaction=True)


class TestPointOfSale(DeskJourneys):
    """Sales are receipts, refunds are returns, and what is taken back is reversed."""

    item_field, customer_field = "ListID", "CustomerListID"

    def world(self, **options: object) -> Iterator[QuickBooksWorld]:
        """Give a world at rest."""
        with a_world(PointOfSale(a_clock()), **options) as world:
            yield world

    def refund(self, number: str, total: str, tax: str) -> list[Entry]:
        """Return the return receipt: whom it is for stands in that of the sale."""
        return [Entry("refund", number, total, tax, "")]

    def test_a_refused_sale_waits_for_its_cure_and_stops_nobody_else(self) -> None:
        with self.open() as world:
            office = world.office
            assert isinstance(office, PointOfSale)
            mug = office.item("MUG")
            world.shop.place(an_order())
            pen = a_line(item_id="94", product_id="94", sku="PEN", name="Pen")
            world.shop.place(an_order_of_bob(lines=(pen,)))
            del office.company.records.items.rows[mug["ListID"]]
            world.rest()

            assert [entry.number for entry in sales(world)] == ["1043"]
            (issue,) = world.issues()
            assert "cannot be found" in issue.message
            assert issue.remedy

            office.company.records.items.rows[mug["ListID"]] = mug
            retry_issues(world.company, [issue], world.act)
            world.rest()

            assert [entry.number for entry in sales(world)] == ["1042", "1043"]
            assert world.issues() == []

    def test_a_receipt_that_is_still_being_committed_is_not_written_again(self) -> None:
        with self.open() as world:
            office = world.office
            assert isinstance(office, PointOfSale)
            line = lose_answer(world, b"SalesReceiptAddRq")
            receipts = office.company.records.receipts.rows
            hidden: dict[str, Row] = {}

            def hide() -> None:
                hidden.update(receipts)
                receipts.clear()
                before = line.sessions
                line.at_session = lambda n: show() if n > before + 1 else None

            def show() -> None:
                receipts.update(hidden)

            line.afterwards = hide
            world.shop.place(an_order())
            world.rest(rounds=2)
            assert Delivery.objects.get(kind="sale").state == "in_doubt"
            assert Delivery.objects.get(kind="sale").misses == 1
            world.rest()

            assert world.outcome("727") == "posted"
            assert line.count(b"SalesReceiptAddRq") == 1
            assert len(sales(world)) == 1

    def test_what_never_arrived_is_written_after_two_misses_in_two_visits(self) -> None:
        with self.open() as world:
            line = lose_answer(world, b"SalesReceiptAddRq", arrives=False)
            world.shop.place(an_order())
            world.rest(rounds=3)

            assert line.count(b"SalesReceiptQueryRq") >= 2
            assert line.count(b"SalesReceiptAddRq") == 2
            assert len(sales(world)) == 1
            assert world.office.on_hand("MUG") == 18
