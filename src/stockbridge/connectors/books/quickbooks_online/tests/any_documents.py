"""Any document, and any settings it may be written by: strategies for hypothesis."""

from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from stockbridge.connectors.books.quickbooks_online.basis import Basis
from stockbridge.connectors.books.quickbooks_online.naming import Txn
from stockbridge.connectors.books.quickbooks_online.tests.builders import (
    CUSTOMER,
    DAY,
    MUG,
    PLACED,
    a_company,
    settings_of,
)
from stockbridge.domain.accounting import (
    AdjustmentDocument,
    BooksRef,
    CustomerRecord,
    DocumentKind,
    DocumentLine,
    DocumentTax,
    ItemRecord,
    PaymentDocument,
    RefundDocument,
    ReversalDocument,
    SaleDocument,
    SaleForm,
)
from stockbridge.domain.commerce import Address, LineKind, TaxShare
from stockbridge.domain.money import Money, total_of

TEXTS = st.text(max_size=60) | st.text(
    alphabet=st.characters(codec="utf-8"), max_size=5000
)
NAMES = st.text(max_size=150)
SALE = Txn("Invoice", "130")
UNITS = st.decimals("0.00001", "99999", places=5)
DAYS = st.dates(date(2000, 1, 1), date(2040, 12, 31))
ADDRESSES = st.builds(Address, *[NAMES] * 9)


def _money(cents: int) -> Money:
    return Money(Decimal(cents) / 100, "USD")


CENTS = st.integers(-99_999_999, 99_999_999).map(_money)
POSITIVE = st.integers(0, 99_999_999).map(_money)


@st.composite
def lines(draw: st.DrawFn) -> DocumentLine:
    tax = draw(POSITIVE)
    return DocumentLine(
        source_id=draw(st.text(max_size=50)),
        kind=draw(st.sampled_from(LineKind)),
        name=draw(TEXTS),
        quantity=draw(UNITS),
        total=draw(CENTS),
        tax=tax,
        taxes=(TaxShare("1", tax),),
        item=draw(st.just(BooksRef(MUG)) | st.none()),
        units=draw(UNITS | st.just(Decimal(0))),
    )


SETTINGS = st.builds(
    settings_of,
    strip_number_sign=st.booleans(),
    customer_naming=st.sampled_from(["name", "last_first", "name_and_email"]),
    item_naming=st.sampled_from(["sku", "name"]),
    new_item_type=st.sampled_from(["inventory", "non_inventory", "service"]),
    refund_form=st.sampled_from(["refund_receipt", "credit_memo"]),
    accounting_class=st.sampled_from(["", "5"]),
    department=st.sampled_from(["", "6"]),
    terms=st.sampled_from(["", "3"]),
    customer_currency=st.sampled_from(["", "EUR"]),
    payment_methods=st.sampled_from(["", "card=4"]),
    custom_fields=st.sampled_from(["", "1=order_number; 2=payment; 3=placed_on"]),
)
COMPANIES = st.builds(
    a_company,
    country=st.sampled_from(["US", "GB"]),
    has_many_currencies=st.booleans(),
    keeps_numbers=st.booleans(),
    uses_tax=st.booleans(),
    has_automated_tax=st.booleans(),
    class_per_line=st.booleans(),
    class_per_document=st.booleans(),
)


@st.composite
def sales(draw: st.DrawFn) -> SaleDocument:
    sold = tuple(draw(st.lists(lines(), min_size=1, max_size=5)))
    tax = total_of([line.tax for line in sold], "USD")
    rates = st.sampled_from([None, Decimal(20), Decimal(5)])
    return SaleDocument(
        form=draw(st.sampled_from([SaleForm.SALES_RECEIPT, SaleForm.INVOICE])),
        reference=draw(st.text("0123456789WEB-#é", min_size=1, max_size=21)),
        business_date=draw(DAYS),
        customer=draw(st.just(BooksRef(CUSTOMER)) | st.none()),
        lines=sold,
        taxes=(DocumentTax("1", "Tax", tax, draw(rates)),),
        total=total_of([line.total for line in sold], "USD") + tax,
        total_tax=tax,
        placed_at=PLACED,
        memo=draw(TEXTS),
        shipping_address=draw(ADDRESSES),
        payment_title=draw(TEXTS),
        payment_method=draw(st.sampled_from(["card", "cash"])),
        account_id=draw(st.sampled_from(["", "36"])),
    )


@st.composite
def refunds(draw: st.DrawFn) -> RefundDocument:
    back = tuple(draw(st.lists(lines(), max_size=4)))
    tax = total_of([line.tax for line in back], "USD")
    return RefundDocument(
        sale=BooksRef(str(SALE)),
        reference=draw(st.text("0123456789WEB-#", min_size=1, max_size=21)),
        business_date=draw(DAYS),
        lines=back,
        taxes=(),
        total=total_of([line.total for line in back], "USD") + tax,
        total_tax=tax,
        restocked=(("bundle~1", Decimal(3)),),
        reason=draw(TEXTS),
    )


CUSTOMERS = st.builds(
    CustomerRecord,
    name=TEXTS,
    email=NAMES | st.emails(),
    phone=NAMES,
    first_name=NAMES,
    last_name=NAMES,
    company=NAMES,
    billing=ADDRESSES,
    shipping=ADDRESSES,
)
ITEMS = st.builds(
    ItemRecord,
    name=TEXTS,
    sku=NAMES,
    description=TEXTS,
    price=POSITIVE | st.none(),
    is_tracked=st.booleans(),
    initial_quantity=UNITS | st.none(),
    initial_date=DAYS | st.none(),
    books_id=st.sampled_from(["", MUG]),
)
PAYMENTS = st.builds(
    PaymentDocument,
    sale=st.just(BooksRef(str(SALE))),
    amount=POSITIVE,
    business_date=DAYS,
    method=st.sampled_from(["card", ""]),
    title=TEXTS,
    account_id=st.sampled_from(["", "36"]),
    reference=NAMES,
    memo=TEXTS,
)
ADJUSTMENTS = st.builds(
    AdjustmentDocument,
    item=st.just(BooksRef(MUG)),
    location_id=st.just("main"),
    delta=UNITS | UNITS.map(lambda units: -units),
    reason=TEXTS,
    business_date=DAYS,
)
REVERSALS = st.sampled_from(
    [
        ReversalDocument(BooksRef(target), kind, DAY, "deleted in the store")
        for target, kind in (
            ("SalesReceipt:131", DocumentKind.SALE),
            ("RefundReceipt:132", DocumentKind.REFUND),
            ("CreditMemo:133", DocumentKind.REFUND),
            ("Payment:134", DocumentKind.PAYMENT),
            ("InventoryAdjustment:135", DocumentKind.ADJUSTMENT),
            (CUSTOMER, DocumentKind.CUSTOMER),
            (MUG, DocumentKind.ITEM),
        )
    ]
)
DOCUMENTS = st.one_of(
    sales(), refunds(), CUSTOMERS, ITEMS, PAYMENTS, ADJUSTMENTS, REVERSALS
)
_READ: dict[str, Any] = {"SyncToken": "2", "CustomerRef": {"value": CUSTOMER}}
RECORDS = {
    SALE: {**_READ, "Balance": Decimal(99_999_999), "PrivateNote": "x {bundle~1=19}"},
    Txn("SalesReceipt", "131"): _READ,
    Txn("RefundReceipt", "132"): _READ,
    Txn("CreditMemo", "133"): _READ,
    Txn("Payment", "134"): _READ,
    Txn("InventoryAdjustment", "135"): _READ,
    Txn("Customer", CUSTOMER): {"SyncToken": "0"},
    Txn("Item", MUG): {"SyncToken": "0", "Type": "Inventory"},
}
BASES = st.builds(Basis, SETTINGS, COMPANIES, st.just(RECORDS))
