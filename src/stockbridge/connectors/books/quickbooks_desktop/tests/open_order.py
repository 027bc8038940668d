"""A company file with one open sales order, and the two acts that may come to it."""

from dataclasses import replace
from decimal import Decimal

from stockbridge.connectors.books.quickbooks_desktop.simulator.state import Record
from stockbridge.connectors.books.quickbooks_desktop.tests.builders import (
    DAY,
    a_line,
    a_post,
    a_sale,
)
from stockbridge.connectors.books.quickbooks_desktop.tests.company_world import a_world
from stockbridge.domain.accounting import (
    AmendmentDocument,
    BooksRef,
    DocumentLine,
    FulfillmentDocument,
    SaleDocument,
    SaleForm,
)
from stockbridge.domain.commerce import Address, LineKind
from stockbridge.ports import NotDone, PostOutcome, PostResult, Prepare, Prepared

AMEND = "amendment:1:abcd1234/1001/1"
FILL = "fulfillment/1001/1"
LEEDS = Address("Ada", "Example", "", "1 High Street", "Flat 2", "Leeds", "", "LS1")
INVOICE = """<?xml version="1.0"?><?qbxml version="13.0"?><QBXML>
<QBXMLMsgsRq onError="stopOnError"><InvoiceAddRq requestID="1"><InvoiceAdd>
<CustomerRef><ListID>{customer}</ListID></CustomerRef>{lines}
</InvoiceAdd></InvoiceAddRq></QBXMLMsgsRq></QBXML>"""
Change = AmendmentDocument | FulfillmentDocument


class Shop:
    """A company file with one sales order: two mugs, taxed, and shipping."""

    def __init__(self, **settings: object) -> None:
        self.world = a_world(document="sales_order", **settings)
        self.mug, self.ada = self.world.a_mug(), self.world.ada()
        self.sale = self.of(self.mugs("2"), self.post)
        self.order_id = self.world.made(self.sale, "sale/1001/1")

    @property
    def post(self) -> DocumentLine:
        return a_line(
            source="12",
            kind=LineKind.SHIPPING,
            total="5.00",
            tax="0.00",
            units="0",
            item="",
        )

    def mugs(self, units: str) -> DocumentLine:
        total, tax = Decimal(units) * 10, Decimal(units) * Decimal("0.80")
        return a_line(item=self.mug, units=units, total=f"{total:.2f}", tax=f"{tax}")

    def of(self, *lines: DocumentLine, to: Address = LEEDS) -> SaleDocument:
        made = a_sale(*lines, form=SaleForm.SALES_ORDER, customer=self.ada)
        return replace(made, shipping_address=to)

    @property
    def order(self) -> Record:
        return self.world.company.state.records[self.order_id.partition(":")[2]]

    @property
    def lines(self) -> dict[str, str]:
        """What stands on the order, by the order line's id: its TxnLineID."""
        rows = self.order.ret.findall("SalesOrderLineRet")
        return {row.findtext("Other1"): row.findtext("TxnLineID") for row in rows}

    @property
    def promised(self) -> str:
        (level,) = self.world.books.stock([self.mug])
        return f"{level.committed.normalize():f}"

    def change(
        self, after: SaleDocument, before: SaleDocument | None = None
    ) -> AmendmentDocument:
        return AmendmentDocument(BooksRef(self.order_id), after, before or self.sale)

    def a_mug_more(self) -> AmendmentDocument:
        return self.change(self.of(self.mugs("3"), self.post))

    def amended(self, after: SaleDocument) -> PostResult:
        result = self.world.write(a_post(self.change(after), AMEND))
        assert result is not None
        assert result.outcome is PostOutcome.POSTED, result.error
        return result

    def filling(self) -> FulfillmentDocument:
        return FulfillmentDocument(BooksRef(self.order_id), DAY, billed=self.sale)

    def fill(self) -> str:
        return self.world.made(self.filling(), FILL)

    def invoice_by_hand(self, lines: str = "") -> None:
        """Let somebody invoice it in QuickBooks: all of it, or these lines."""
        all_of_it = f"<LinkToTxnID>{self.order.id}</LinkToTxnID>"
        told = INVOICE.format(customer=self.ada, lines=lines or all_of_it)
        self.world.company.process(told.encode())

    def prepared(self, document: Change) -> NotDone | Prepared:
        key = AMEND if isinstance(document, AmendmentDocument) else FILL
        (told,) = self.world.books.ask([Prepare("p", a_post(document, key))])
        assert isinstance(told, NotDone | Prepared)
        return told

    def refuses(self, words: str, document: Change) -> None:
        told = self.prepared(document)
        assert isinstance(told, NotDone)
        assert words in told.message
        assert told.remedy
        assert not told.is_retryable
