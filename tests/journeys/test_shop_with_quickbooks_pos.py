"""A shop and QuickBooks Point of Sale: the real translator, its caller, a company."""

from collections.abc import Iterator

import pytest

from stockbridge.domain.tests.builders import a_line
from stockbridge.engine.actions.retrying import retry_issues
from stockbridge.engine.tests.worlds import an_order
from tests.quickbooks.journeys import Journeys, an_order_of_bob, sales
from tests.quickbooks.office import Entry
from tests.quickbooks.point_of_sale import PointOfSale
from tests.quickbooks.world import QuickBooksWorld, a_clock, a_world

pytestmark = pytest.mark.django_db(transaction=True)


class TestPointOfSale(Journeys):
    """Sales are receipts, refunds are returns, and what is taken back is reversed."""

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
