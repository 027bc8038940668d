"""Orders that leave in parts, booked part by part in both kinds of QuickBooks."""

from collections.abc import Iterator

import pytest

from tests.quickbooks.desktop import Desktop
from tests.quickbooks.journeys import ADA
from tests.quickbooks.office import Entry
from tests.quickbooks.parting import PartedOrders
from tests.quickbooks.point_of_sale import PointOfSale
from tests.quickbooks.world import QuickBooksWorld, a_clock, a_world

pytestmark = pytest.mark.django_db(transaction=True)
_INVOICE = """<?xml version="1.0"?><?qbxml version="13.0"?><QBXML>
<QBXMLMsgsRq onError="stopOnError"><InvoiceAddRq requestID="1"><InvoiceAdd>
<CustomerRef><ListID>{customer}</ListID></CustomerRef>
<InvoiceLineAdd><Quantity>1</Quantity><LinkToTxn><TxnID>{order}</TxnID>
<TxnLineID>{line}</TxnLineID></LinkToTxn></InvoiceLineAdd>
</InvoiceAdd></InvoiceAddRq></QBXMLMsgsRq></QBXML>"""


class TestDesktop(PartedOrders):
    """Each part is an invoice that names the order's lines, and its payment."""

    request = b"<InvoiceAddRq"

    def world(self, **options: object) -> Iterator[QuickBooksWorld]:
        with a_world(Desktop(a_clock(), document="sales_order"), **options) as world:
            yield world

    def billed(self, *parts: tuple[str, str]) -> list[Entry]:
        bills = [Entry("sale", "1042", total, tax, ADA) for total, tax in parts]
        return [*bills, *(Entry("payment", "1042", total) for total, _ in parts)]

    def refund(self, total: str, tax: str) -> list[Entry]:
        return [
            Entry("refund", "1042", total, tax, ADA),
            Entry("money back", "1042", total, "", ADA),
        ]

    def fill_by_hand(self, world: QuickBooksWorld) -> None:
        office = world.office
        assert isinstance(office, Desktop)
        (order,) = office.company.state.of("SalesOrder")
        told = _INVOICE.format(
            customer=order.text("CustomerRef/ListID"),
            order=order.id,
            line=order.text("SalesOrderLineRet/TxnLineID"),
        )
        office.company.process(told.encode())


class TestPointOfSale(PartedOrders):
    """Each part is a sales receipt that names the order."""

    request = b"<SalesReceiptAddRq"

    def world(self, **options: object) -> Iterator[QuickBooksWorld]:
        office = PointOfSale(a_clock(), sale_document="sales_order")
        with a_world(office, **options) as world:
            yield world

    def billed(self, *parts: tuple[str, str]) -> list[Entry]:
        return [Entry("sale", "1042", total, tax, ADA) for total, tax in parts]

    def refund(self, total: str, tax: str) -> list[Entry]:
        return [Entry("refund", "1042", total, tax, "")]

    def fill_by_hand(self, world: QuickBooksWorld) -> None:
        office = world.office
        assert isinstance(office, PointOfSale)
        (order,) = office.company.records.orders.all()
        order["SalesOrderItemRet"][0]["QtySold"] = "1.00"
