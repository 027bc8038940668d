"""A counter with one open sales order, and the two acts that may come to it."""

from decimal import Decimal

from stockbridge.connectors.books.quickbooks_pos.settings import SaleDocumentKind
from stockbridge.connectors.books.quickbooks_pos.simulator.records import Row
from stockbridge.connectors.books.quickbooks_pos.tests.building import (
    DAY,
    Counter,
    a_line,
    a_request,
    a_sale,
    settings,
)
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

AMEND = "amendment:1:abcd1234/12/1"
FILL = "fulfillment/12/1"
LEEDS = Address("Ada", "Example", "", "1 High Street", "Flat 2", "Leeds", "", "LS1")
Change = AmendmentDocument | FulfillmentDocument


class Shop:
    """A counter with one sales order: two mugs, taxed, and shipping."""

    def __init__(self, **chosen: object) -> None:
        kind = SaleDocumentKind.SALES_ORDER
        self.counter = Counter(settings=settings(sale_document=kind, **chosen))
        customers = self.counter.company.records.customers
        customers.rows["-5"] = {"ListID": "-5", "LastName": "E"}
        customers.rows["-6"] = {"ListID": "-6", "LastName": "F"}
        self.mug = self.counter.item(on_hand="10")
        self.sale = self.of(self.mugs(2), self.post())
        self.order_id = self.counter.write(self.sale).books_id

    def mugs(self, units: int) -> DocumentLine:
        many = {"quantity": Decimal(units), "units": Decimal(units)}
        total, tax = f"{units * 10}.00", f"{units * Decimal('0.80'):.2f}"
        return a_line(self.mug, total=total, tax=tax, **many)

    def post(self, total: str = "5.00") -> DocumentLine:
        kind = LineKind.SHIPPING
        return a_line(kind=kind, name="Post", total=total, source_id="13")

    def of(self, *lines: DocumentLine, to: Address = LEEDS) -> SaleDocument:
        return a_sale(
            *lines,
            customer=BooksRef("-5"),
            form=SaleForm.SALES_ORDER,
            shipping_address=to,
        )

    @property
    def order(self) -> Row:
        return self.counter.company.records.orders.rows[self.order_id[6:]]

    @property
    def place(self) -> Row:
        (found,) = self.order["ShippingInformation"]
        return dict(found)

    @property
    def promised(self) -> str:
        row = self.counter.company.records.items.rows[self.mug]
        return str(row["QuantityOnCustomerOrder"])

    def line_ids(self) -> set[str]:
        return {line["TxnLineID"] for line in self.order["SalesOrderItemRet"]}

    def change(self, after: SaleDocument) -> AmendmentDocument:
        return AmendmentDocument(BooksRef(self.order_id), after, self.sale)

    def a_mug_more(self) -> AmendmentDocument:
        return self.change(self.of(self.mugs(3), self.post()))

    def amended(self, after: SaleDocument) -> PostResult:
        result = self.counter.write(self.change(after), AMEND)
        assert result.outcome is PostOutcome.POSTED, result.error
        return result

    def filling(self) -> FulfillmentDocument:
        return FulfillmentDocument(BooksRef(self.order_id), DAY, billed=self.sale)

    def fill(self) -> str:
        result = self.counter.write(self.filling(), FILL)
        assert result.outcome is PostOutcome.POSTED, result.error
        return result.books_id

    def prepared(self, document: Change) -> NotDone | Prepared:
        key = AMEND if isinstance(document, AmendmentDocument) else FILL
        (told,) = self.counter.ask(Prepare("p", a_request(document, key)))
        assert isinstance(told, NotDone | Prepared)
        return told

    def refuses(self, words: str, document: Change) -> None:
        told = self.prepared(document)
        assert isinstance(told, NotDone)
        assert words in told.message
        assert told.remedy
        assert not told.is_retryable
