"""Any document, and any settings it may be written by: strategies for hypothesis."""

from datetime import UTC, date, datetime
from decimal import Decimal

from hypothesis import strategies as st

from stockbridge.connectors.books.quickbooks_desktop.basis import Basis
from stockbridge.connectors.books.quickbooks_desktop.tests.builders import (
    CUSTOMER,
    DAY,
    MUG,
    settings_of,
    usd,
)
from stockbridge.domain.accounting import (
    AdjustmentDocument,
    AmendmentDocument,
    BooksRef,
    CancellationDocument,
    CustomerChange,
    CustomerField,
    CustomerRecord,
    DocumentKind,
    DocumentLine,
    DocumentTax,
    FulfillmentDocument,
    ItemRecord,
    PaymentDocument,
    RefundDocument,
    ReversalDocument,
    SaleDocument,
    SaleForm,
)
from stockbridge.domain.commerce import Address, LineKind
from stockbridge.domain.money import total_of

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)

TEXTS = st.text(max_size=60) | st.text(
    alphabet=st.characters(codec="utf-8"), max_size=5000
)
NAMES = st.text(max_size=80)
CENTS = st.integers(-99_999_999, 99_999_999).map(lambda c: usd(f"{Decimal(c) / 100}"))
POSITIVE = st.integers(0, 99_999_999).map(lambda c: usd(f"{Decimal(c) / 100:.2f}"))
UNITS = st.decimals("0.00001", "99999", places=5)
DAYS = st.dates(date(2000, 1, 1), date(2040, 12, 31))
ADDRESSES = st.builds(
    Address,
    first_name=NAMES,
    last_name=NAMES,
    company=NAMES,
    line1=NAMES,
    line2=NAMES,
    city=NAMES,
    state=NAMES,
    postcode=NAMES,
    country=NAMES,
)
LINES = st.builds(
    DocumentLine,
    source_id=st.text(max_size=50),
    kind=st.sampled_from(LineKind),
    name=TEXTS,
    quantity=UNITS,
    total=CENTS,
    tax=POSITIVE,
    item=st.just(BooksRef(MUG)) | st.none(),
    units=UNITS | st.just(Decimal(0)),
)
REFERENCES = st.text(alphabet="0123456789WEB-#", min_size=1, max_size=11)
SETTINGS = st.builds(
    settings_of,
    qbxml_version=st.sampled_from(["auto", "13.0", "14.0", "15.0", "16.0"]),
    name_taken=st.sampled_from(["hold", "suffix"]),
    customer_naming=st.sampled_from(["name", "last_first", "name_and_email"]),
    item_naming=st.sampled_from(["sku", "name"]),
    new_item_type=st.sampled_from(["inventory", "non_inventory", "service"]),
    refund_form=st.sampled_from(
        ["credit_memo_and_refund", "credit_memo_and_check", "credit_memo"]
    ),
    check_account=st.sampled_from(["", "D-10"]),
    uses_sites=st.booleans(),
    accounting_class=st.sampled_from(["", "E-1"]),
    template=st.sampled_from(["", "E-2"]),
    terms=st.sampled_from(["", "E-3"]),
    sales_rep=st.sampled_from(["", "E-4"]),
    ar_account=st.sampled_from(["", "D-7"]),
    deposit_account=st.sampled_from(["", "D-8"]),
    store_name=st.sampled_from(["", "Mug shop"]),
    payment_methods=st.sampled_from(["", "card=E-5"]),
)


@st.composite
def sales(draw: st.DrawFn) -> SaleDocument:
    lines = tuple(draw(st.lists(LINES, min_size=1, max_size=5)))
    tax = total_of([line.tax for line in lines], "USD")
    rates = st.sampled_from([None, Decimal(8), Decimal(6)])
    return SaleDocument(
        form=draw(st.sampled_from([f for f in SaleForm if f != "customer_order"])),
        reference=draw(REFERENCES),
        business_date=draw(DAYS),
        customer=draw(st.just(BooksRef(CUSTOMER)) | st.none()),
        lines=lines,
        taxes=(DocumentTax("1", "Tax", tax, draw(rates)),),
        total=total_of([line.total for line in lines], "USD") + tax,
        total_tax=tax,
        placed_at=NOW,
        memo=draw(TEXTS),
        location_id="F-1",
        shipping_address=draw(ADDRESSES),
        payment_method=draw(st.sampled_from(["card", "cash"])),
        account_id=draw(st.sampled_from(["", "D-9"])),
    )


@st.composite
def refunds(draw: st.DrawFn) -> RefundDocument:
    lines = tuple(draw(st.lists(LINES, max_size=4)))
    tax = total_of([line.tax for line in lines], "USD")
    return RefundDocument(
        sale=BooksRef(draw(st.sampled_from(["SalesReceipt:1-1", "Invoice:1-2"]))),
        reference=draw(REFERENCES),
        business_date=draw(DAYS),
        lines=lines,
        taxes=(),
        total=total_of([line.total for line in lines], "USD") + tax,
        total_tax=tax,
        restocked=(
            *((line.source_id, Decimal(1)) for line in lines[:2]),
            ("bundle~1", Decimal(3)),
        ),
        reason=draw(TEXTS),
    )


FULFILLMENTS = st.builds(
    FulfillmentDocument,
    sale=st.just(BooksRef("SalesOrder:1-3")),
    business_date=DAYS,
    memo=TEXTS,
    billed=sales(),
)
AMENDMENTS = st.builds(
    AmendmentDocument,
    sale=st.just(BooksRef("SalesOrder:1-3")),
    document=sales(),
    before=sales(),
)
CUSTOMERS = st.builds(
    CustomerRecord,
    name=TEXTS,
    email=NAMES,
    phone=NAMES,
    first_name=NAMES,
    last_name=NAMES,
    company=NAMES,
    billing=ADDRESSES,
    shipping=ADDRESSES,
)
CHANGES = st.builds(
    CustomerChange,
    customer=st.just(BooksRef(CUSTOMER)),
    before=CUSTOMERS,
    after=CUSTOMERS,
    fields=st.sets(st.sampled_from(CustomerField)).map(lambda found: tuple(found)),
)
ITEMS = st.builds(
    ItemRecord,
    name=TEXTS,
    sku=NAMES,
    upc=NAMES,
    description=TEXTS,
    price=POSITIVE | st.none(),
    is_tracked=st.booleans(),
    initial_quantity=UNITS | st.none(),
    initial_date=DAYS | st.none(),
    books_id=st.sampled_from(["", MUG]),
)
PAYMENTS = st.builds(
    PaymentDocument,
    sale=st.just(BooksRef("Invoice:1-2")),
    amount=POSITIVE,
    business_date=DAYS,
    method=st.sampled_from(["card", ""]),
    title=TEXTS,
    account_id=st.sampled_from(["", "D-9"]),
    reference=NAMES,
    memo=TEXTS,
)
ADJUSTMENTS = st.builds(
    AdjustmentDocument,
    item=st.just(BooksRef(MUG)),
    location_id=st.just("F-1"),
    delta=UNITS | UNITS.map(lambda units: -units),
    reason=TEXTS,
    business_date=DAYS,
)
REVERSALS = st.sampled_from(
    [
        ReversalDocument(BooksRef(target), kind, DAY, "deleted in the store")
        for target, kind in (
            ("SalesReceipt:1-1", DocumentKind.SALE),
            ("Invoice:1-1", DocumentKind.SALE),
            ("SalesOrder:1-1", DocumentKind.SALE),
            ("Invoice:1-1", DocumentKind.FULFILLMENT),
            ("ReceivePayment:1-1", DocumentKind.PAYMENT),
            ("CreditMemo:1-1+ARRefundCreditCard:1-2", DocumentKind.REFUND),
            ("CreditMemo:1-1+Check:1-2", DocumentKind.REFUND),
            ("InventoryAdjustment:1-1", DocumentKind.ADJUSTMENT),
            (CUSTOMER, DocumentKind.CUSTOMER),
            (MUG, DocumentKind.ITEM),
        )
    ]
)
CANCELLATIONS = st.sampled_from(
    [
        CancellationDocument(BooksRef(f"{kind}:1-1"), DAY)
        for kind in ("SalesReceipt", "Invoice", "SalesOrder")
    ]
)
DOCUMENTS = st.one_of(
    sales(),
    refunds(),
    FULFILLMENTS,
    AMENDMENTS,
    CUSTOMERS,
    CHANGES,
    ITEMS,
    PAYMENTS,
    ADJUSTMENTS,
    REVERSALS,
    CANCELLATIONS,
)
BASIS = Basis(
    type="ItemInventory",
    edit_sequence="1700000000",
    customer=CUSTOMER,
    tax_item="A-8",
    tax_code="Tax",
    receivable="D-7",
    items={"bundle~1": MUG},
    lines=(("1-4", "", "", "", "0.00", ""), ("1-5", "11", MUG, "2", "20.00", "Tax")),
    write=tuple(CustomerField),
)
