"""What we write into the books: records and documents, in no vendor's words."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from stockbridge.domain.commerce import Address, LineKind, TaxShare
from stockbridge.domain.money import Money, total_of


class DocumentKind(StrEnum):
    """What one delivery writes. Customer and item are shared records."""

    CUSTOMER = "customer"
    ITEM = "item"
    SALE = "sale"
    PAYMENT = "payment"  # payment received
    FULFILLMENT = "fulfillment"  # goods handed over: moves stock on hand
    REFUND = "refund"
    CANCELLATION = "cancellation"
    AMENDMENT = "amendment"  # an open sale takes its order's later form
    ADJUSTMENT = "adjustment"  # stock, with a reason
    REVERSAL = "reversal"  # undo of a posted document
    CUSTOMER_CHANGE = "change"  # a customer who is there takes on what changed
    ITEM_CHANGE = "item_change"  # an item that is there does


class CustomerField(StrEnum):
    """One thing that both sides say of a customer, and that one of them owns."""

    NAME = "name"  # under which the books list them
    PERSON = "person"  # first and last name
    COMPANY = "company"
    EMAIL = "email"
    PHONE = "phone"
    BILLING = "billing"
    SHIPPING = "shipping"


class ItemField(StrEnum):
    """One thing that both sides say of an item, and that one of them owns."""

    NAME = "name"
    DESCRIPTION = "description"
    PRICE = "price"
    UPC = "upc"


#: What documents name and wait for, shared by those of many orders.
SHARED_RECORDS = frozenset({DocumentKind.CUSTOMER, DocumentKind.ITEM})


class SaleForm(StrEnum):
    """In which form a sale is booked."""

    CUSTOMER_ORDER = "customer_order"  # the back office's
    SALES_RECEIPT = "sales_receipt"
    INVOICE = "invoice"
    SALES_ORDER = "sales_order"


@dataclass(frozen=True, slots=True)
class BooksRef:
    """A record by id, or by the key of what creates it: names have namesakes."""

    books_id: str = ""
    key: str = ""

    @property
    def is_known(self) -> bool:
        """Whether the id in the books is known."""
        return bool(self.books_id)


@dataclass(frozen=True, slots=True)
class CustomerRecord:
    """A customer to create in the books."""

    name: str  # by the naming policy
    email: str = ""
    phone: str = ""
    first_name: str = ""
    last_name: str = ""
    company: str = ""
    billing: Address = Address()
    shipping: Address = Address()
    store_id: str = ""  # the store's customer id, for our binding


@dataclass(frozen=True, slots=True)
class CustomerChange:
    """What the store changed of a customer that the books have (`customer_changes`).

    `before` is what the books were last told, `after` what the store says now.
    """

    customer: BooksRef
    before: CustomerRecord
    after: CustomerRecord
    fields: tuple[CustomerField, ...]  # what may be written
    ruled: tuple[CustomerField, ...] = ()  # … whatever the books say meanwhile


@dataclass(frozen=True, slots=True)
class ItemRecord:
    """An item to create in the books; `ItemChange` changes one that is there."""

    name: str
    sku: str = ""
    upc: str = ""
    description: str = ""
    price: Money | None = None
    sale_price: Money | None = None
    department: str = ""
    attribute: str = ""
    size: str = ""
    is_tracked: bool = True
    is_sold_online: bool = True
    initial_quantity: Decimal | None = None  # None: says nothing about stock
    initial_date: date | None = None
    location_id: str = ""
    accounts: tuple[tuple[str, str], ...] = ()  # role (income, asset …) → account id
    store_id: str = ""


@dataclass(frozen=True, slots=True)
class ItemChange:
    """What the store changed of an item that the books have (`item_changes`).

    `before` is what the books were last told, `after` what the store says now.
    Quantities are no part of it.
    """

    item: BooksRef
    before: ItemRecord
    after: ItemRecord
    fields: tuple[ItemField, ...]  # what may be written
    ruled: tuple[ItemField, ...] = ()  # … whatever the books say meanwhile


@dataclass(frozen=True, slots=True)
class DocumentLine:
    """One line of a sale or refund. Amounts are without tax, in whole coins.

    A store item that stands for several books items makes one line for each; all
    but the first carry no money, and their ids are `part_id`s.
    """

    source_id: str  # the order line's external id; of a further part: `part_id`
    kind: LineKind
    name: str
    quantity: Decimal
    total: Money
    tax: Money
    taxes: tuple[TaxShare, ...] = ()
    item: BooksRef | None = None  # None: sells no item of the books
    units: Decimal = Decimal(0)  # books' units that leave the shelf (× factor)
    sku: str = ""
    account_id: str = ""


@dataclass(frozen=True, slots=True)
class DocumentTax:
    """What one tax rate charges on the whole document, as billed."""

    rate_id: str
    label: str
    total: Money
    rate_percent: Decimal | None = None
    code: str = ""  # the books' tax code, where one is mapped


@dataclass(frozen=True, slots=True)
class SaleDocument:
    """A sale. Lines and taxes add up to `total`, to the cent."""

    form: SaleForm
    reference: str  # our number on the document: the store's order number
    business_date: date  # in the company's time zone; never computed again
    customer: BooksRef | None
    lines: tuple[DocumentLine, ...]
    taxes: tuple[DocumentTax, ...]
    total: Money
    total_tax: Money
    placed_at: datetime
    memo: str = ""
    location_id: str = ""
    shipping_address: Address = Address()
    payment_title: str = ""
    payment_method: str = ""  # the store's own word
    account_id: str = ""  # where the money lands, for forms that carry it themselves
    is_fulfilled: bool = False  # books move stock with the sale itself
    class_id: str = ""  # "" = as the books' settings say; so are the next three
    tax_code: str = ""  # the books' own; its taxes carry it, too
    department_id: str = ""  # a place that sells, as reports name it; holds no stock
    terms_id: str = ""  # when an invoice is due
    order_fields: tuple[tuple[str, str], ...] = ()  # as the books' settings name them


@dataclass(frozen=True, slots=True)
class PaymentDocument:
    """Money received for a sale."""

    sale: BooksRef
    amount: Money
    business_date: date
    method: str = ""
    title: str = ""
    account_id: str = ""  # "" = the books' default deposit account
    reference: str = ""  # the processor's transaction id
    memo: str = ""


@dataclass(frozen=True, slots=True)
class FulfillmentDocument:
    """Goods of a sale handed over. No lines means all that is still open."""

    sale: BooksRef
    business_date: date
    lines: tuple[tuple[str, Decimal], ...] = ()  # order line id, units
    location_id: str = ""
    memo: str = ""
    billed: SaleDocument | None = None  # the sale, where it is billed only now
    whole: tuple[Money, Money] | None = None  # where that is a part: total, tax of all
    gone: tuple[tuple[str, Decimal], ...] = ()  # … and the units that left before


@dataclass(frozen=True, slots=True)
class RefundDocument:
    """Money given back for a sale, by line or as an amount. Positive amounts."""

    sale: BooksRef
    reference: str
    business_date: date
    lines: tuple[DocumentLine, ...]
    taxes: tuple[DocumentTax, ...]
    total: Money  # tax included
    total_tax: Money
    restocked: tuple[tuple[str, Decimal], ...] = ()  # order line id, books' units
    reason: str = ""
    method: str = ""
    location_id: str = ""
    account_id: str = ""
    class_id: str = ""  # with the next two: as the sale has them
    tax_code: str = ""
    department_id: str = ""


@dataclass(frozen=True, slots=True)
class CancellationDocument:
    """An open sale called off: its promise of stock ends."""

    sale: BooksRef
    business_date: date
    reason: str = ""
    is_rest: bool = False  # parts of it were handed over, and stay


@dataclass(frozen=True, slots=True)
class AmendmentDocument:
    """An open sale takes the form that its order has now.

    `before` is the form that the books were last given: what they have otherwise by
    now somebody changed there. None where it was planned before that was kept.
    """

    sale: BooksRef
    document: SaleDocument
    before: SaleDocument | None = None


@dataclass(frozen=True, slots=True)
class AdjustmentDocument:
    """A change of stock that no sale explains. `delta` is in the books' units."""

    item: BooksRef
    location_id: str
    delta: Decimal
    reason: str
    business_date: date


@dataclass(frozen=True, slots=True)
class ReversalDocument:
    """A posted document taken back, by a document of its own."""

    target: BooksRef
    target_kind: DocumentKind
    business_date: date
    reason: str


Document = (
    CustomerRecord
    | ItemRecord
    | SaleDocument
    | PaymentDocument
    | FulfillmentDocument
    | RefundDocument
    | CancellationDocument
    | AmendmentDocument
    | AdjustmentDocument
    | ReversalDocument
    | CustomerChange
    | ItemChange
)

KIND_OF: dict[type, DocumentKind] = {
    CustomerRecord: DocumentKind.CUSTOMER,
    ItemRecord: DocumentKind.ITEM,
    SaleDocument: DocumentKind.SALE,
    PaymentDocument: DocumentKind.PAYMENT,
    FulfillmentDocument: DocumentKind.FULFILLMENT,
    RefundDocument: DocumentKind.REFUND,
    CancellationDocument: DocumentKind.CANCELLATION,
    AmendmentDocument: DocumentKind.AMENDMENT,
    AdjustmentDocument: DocumentKind.ADJUSTMENT,
    ReversalDocument: DocumentKind.REVERSAL,
    CustomerChange: DocumentKind.CUSTOMER_CHANGE,
    ItemChange: DocumentKind.ITEM_CHANGE,
}


def part_id(line_id: str, part: int) -> str:
    """Return the id of one part of an order line; part 0 is the line itself."""
    return f"{line_id}~{part}" if part else line_id


def line_id_of(source_id: str) -> str:
    """Return the order line that a document line, or a part of one, came from."""
    return source_id.rsplit("~", 1)[0]


def total_of_document(document: Document) -> Money | None:
    """Return the total that a document says it has; None where it has none."""
    match document:
        case SaleDocument(total=amount) | RefundDocument(total=amount):
            return amount
        case PaymentDocument(amount=amount):
            return amount
        case FulfillmentDocument(billed=SaleDocument() as billed):
            return billed.total
        case AmendmentDocument(document=amended):
            return amended.total
        case _:
            return None


def adds_up(document: Document) -> bool:
    """Return whether its lines and taxes make its total; true where it has none."""
    if isinstance(document, FulfillmentDocument):
        return document.billed is None or adds_up(document.billed)
    if isinstance(document, AmendmentDocument):
        return adds_up(document.document)
    if not isinstance(document, SaleDocument | RefundDocument):
        return True
    amounts = [line.total for line in document.lines]
    amounts += [tax.total for tax in document.taxes]
    return total_of(amounts, document.total.currency) == document.total
