"""Sales orders from a shop, filled in both kinds of QuickBooks when the goods leave."""

import pytest

from stockbridge.connectors.books.quickbooks_desktop.simulator.lists import touch
from stockbridge.engine.tests.worlds import an_order
from tests.quickbooks.desktop import Desktop
from tests.quickbooks.filling import FilledOrders
from tests.quickbooks.journeys import is_even, statement
from tests.quickbooks.office import Entry
from tests.quickbooks.open_orders import (
    OpenOrdersOnDesktop,
    OpenOrdersOnPointOfSale,
    sell_at_the_counter,
)
from tests.quickbooks.point_of_sale import PointOfSale
from tests.quickbooks.world import QuickBooksWorld

pytestmark = pytest.mark.django_db(transaction=True)
_INVOICE = """<?xml version="1.0"?><?qbxml version="13.0"?><QBXML>
<QBXMLMsgsRq onError="stopOnError"><InvoiceAddRq requestID="1"><InvoiceAdd>
<CustomerRef><ListID>{customer}</ListID></CustomerRef>
<LinkToTxnID>{order}</LinkToTxnID>
</InvoiceAdd></InvoiceAddRq></QBXMLMsgsRq></QBXML>"""


class TestDesktop(OpenOrdersOnDesktop, FilledOrders):
    """An invoice bills the sales order, and its payment comes after it."""

    def called_off(self, *, total: str = "16.50", tax: str = "1.50") -> list[Entry]:
        return [self.order(state="taken back", total=total, tax=tax)]

    def change_by_hand(self, world: QuickBooksWorld) -> None:
        office = world.office
        assert isinstance(office, Desktop)
        (order,) = office.company.state.of("SalesOrder")
        line = order.ret.find("SalesOrderLineRet")
        line.find("Quantity").text = "9"
        touch(office.company.state, order)

    def fill_by_hand(self, world: QuickBooksWorld) -> None:
        office = world.office
        assert isinstance(office, Desktop)
        (order,) = office.company.state.of("SalesOrder")
        customer = order.text("CustomerRef/ListID")
        told = _INVOICE.format(customer=customer, order=order.id)
        office.company.process(told.encode())

    def test_an_invoice_voided_by_hand_is_a_difference(self) -> None:
        with self.open() as world:
            office = world.office
            assert isinstance(office, Desktop)
            world.shop.place(an_order())
            world.shop.ship("727")
            world.rest()
            assert is_even(world)
            (invoice,) = office.company.state.of("Invoice")
            invoice.is_void = True
            invoice.ret.find("Memo").text = f"VOID: {invoice.text('Memo')}"
            world.clock.advance(hours=7)
            world.rest()

            (row,) = statement(world).statement.drift
            assert row.number == "1042"


class TestPointOfSale(OpenOrdersOnPointOfSale, FilledOrders):
    """A sales receipt takes goods and money, and names the sales order."""

    def called_off(self, *, total: str = "16.50", tax: str = "1.50") -> list[Entry]:
        return []

    def change_by_hand(self, world: QuickBooksWorld) -> None:
        office = world.office
        assert isinstance(office, PointOfSale)
        (order,) = office.company.records.orders.all()
        order["SalesOrderItemRet"][0]["Qty"] = "9.00"

    def fill_by_hand(self, world: QuickBooksWorld) -> None:
        sell_at_the_counter(world, 2)
