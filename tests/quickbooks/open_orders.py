"""Sales that are written as sales orders, in both kinds of QuickBooks.

What of them is the same whether they are filled at once or in parts: how they stand in
the books, and what bills them.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal

from tests.quickbooks.desktop import Desktop
from tests.quickbooks.journeys import ADA
from tests.quickbooks.office import Entry
from tests.quickbooks.point_of_sale import PointOfSale
from tests.quickbooks.world import QuickBooksWorld, a_clock, a_world

ONE_BACK = (("11", Decimal(1)),)
_RECEIPT = """<?xml version="1.0"?><?qbposxml version="3.0"?><QBPOSXML>
<QBPOSXMLMsgsRq onError="stopOnError"><SalesReceiptAddRq requestID="1">
<SalesReceiptAdd><CustomerListID>{customer}</CustomerListID>
<SalesOrderTxnID>{order}</SalesOrderTxnID><TaxCategory>Local Sales Tax</TaxCategory>
<SalesReceiptItemAdd><ListID>{item}</ListID><Price>5.00</Price><Qty>{count}</Qty>
<TaxCode>Non</TaxCode></SalesReceiptItemAdd>
<TenderCashAdd><TenderAmount>{paid}.00</TenderAmount></TenderCashAdd>
</SalesReceiptAdd></SalesReceiptAddRq></QBPOSXMLMsgsRq></QBPOSXML>"""


class OpenOrders(ABC):
    """How sales orders look in the books; a class per QuickBooks says it."""

    request: bytes  # what fills an order, or a part of it

    @abstractmethod
    def world(self, **options: object) -> Iterator[QuickBooksWorld]:
        """Give a world at rest, whose sales are sales orders."""

    @abstractmethod
    def billed(self, *bills: tuple[str, str]) -> list[Entry]:
        """Return how bills of order 1042 stand in the books, each paid."""

    @abstractmethod
    def refund(self, total: str, tax: str) -> list[Entry]:
        """Return how a refund stands in the books."""

    def order(
        self, *, state: str = "live", total: str = "16.50", tax: str = "1.50"
    ) -> Entry:
        """Return how order 1042 of Ada stands in the books."""
        return Entry("order", "1042", total, tax, ADA, state)

    @contextmanager
    def open(self, **options: object) -> Iterator[QuickBooksWorld]:
        """Give a world at rest."""
        yield from self.world(**options)


class OpenOrdersOnDesktop(OpenOrders):
    """An invoice bills the sales order, and its payment comes after it."""

    request = b"<InvoiceAddRq"

    def world(self, **options: object) -> Iterator[QuickBooksWorld]:
        with a_world(Desktop(a_clock(), document="sales_order"), **options) as world:
            yield world

    def billed(self, *bills: tuple[str, str]) -> list[Entry]:
        invoices = [Entry("sale", "1042", total, tax, ADA) for total, tax in bills]
        return [*invoices, *(Entry("payment", "1042", total) for total, _ in bills)]

    def refund(self, total: str, tax: str) -> list[Entry]:
        return [
            Entry("refund", "1042", total, tax, ADA),
            Entry("money back", "1042", total, "", ADA),
        ]


class OpenOrdersOnPointOfSale(OpenOrders):
    """A sales receipt takes goods and money, and names the sales order."""

    request = b"<SalesReceiptAddRq"

    def world(self, **options: object) -> Iterator[QuickBooksWorld]:
        office = PointOfSale(a_clock(), sale_document="sales_order")
        with a_world(office, **options) as world:
            yield world

    def billed(self, *bills: tuple[str, str]) -> list[Entry]:
        return [Entry("sale", "1042", total, tax, ADA) for total, tax in bills]

    def refund(self, total: str, tax: str) -> list[Entry]:
        return [Entry("refund", "1042", total, tax, "")]


def sell_at_the_counter(world: QuickBooksWorld, count: int) -> None:
    """Let a cashier hand over so many mugs of the one open order."""
    office = world.office
    assert isinstance(office, PointOfSale)
    (order,) = office.company.records.orders.all()
    told = _RECEIPT.format(
        customer=order["CustomerListID"],
        order=order["TxnID"],
        item=office.item("MUG")["ListID"],
        count=count,
        paid=5 * count,
    )
    office.company.process(told.encode())
