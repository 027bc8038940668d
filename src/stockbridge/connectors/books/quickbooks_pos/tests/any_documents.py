"""Any document, and any settings it may be written by: strategies for hypothesis."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from hypothesis import strategies as st

from stockbridge.connectors.books.quickbooks_pos.settings import (
    CustomerSign,
    GiftTender,
    MatchKey,
    OrderFilling,
    SaleDocumentKind,
    TaxPolicy,
)
from stockbridge.connectors.books.quickbooks_pos.simulator.seeding import (
    FEE_ITEM,
    SHIPPING_ITEM,
    TAX_ITEM,
    UNSTOCKED_ITEM,
)
from stockbridge.connectors.books.quickbooks_pos.tests.building import settings
from stockbridge.connectors.tests.any_documents import (
    DAYS,
    LONG,
    TEXTS,
    AnyDocuments,
)
from stockbridge.domain.accounting import (
    AmendmentDocument,
    BooksRef,
    CancellationDocument,
    CustomerChange,
    CustomerField,
    Document,
    DocumentKind,
    DocumentLine,
    FulfillmentDocument,
    SaleForm,
)
from stockbridge.domain.money import Money

ITEM, CUSTOMER, GIFT_ITEM = "-9223372036854775808", "9223372036854775807", "-7"
ORDER = BooksRef("order:-55")


def _mostly(item: str) -> st.SearchStrategy[str]:
    return st.sampled_from([item] * 6 + [""])


SETTINGS = st.builds(
    settings,
    match_key=st.sampled_from(MatchKey),
    sale_document=st.sampled_from(SaleDocumentKind),
    fills_orders=st.sampled_from(OrderFilling),
    tax_policy=st.sampled_from(TaxPolicy),
    tax_category=st.sampled_from(["", "Two Rates", "Gone"]),
    tax_item=_mostly(TAX_ITEM),
    shipping_item=_mostly(SHIPPING_ITEM),
    fee_item=_mostly(FEE_ITEM),
    gift_card_item=_mostly(GIFT_ITEM),
    gift_card_tender=st.sampled_from(GiftTender),
    unstocked_item=_mostly(UNSTOCKED_ITEM),
    primary_store=st.sampled_from([1, 20]),
    price_level=st.integers(1, 5),
    cashier=st.sampled_from(["", "Zoë"]),
    default_tender=st.sampled_from(["", "cash", "credit_card:Visa"]),
    customer_sign=st.sampled_from(CustomerSign),
)


@dataclass(frozen=True, slots=True)
class PosDocuments(AnyDocuments):
    """Documents whose prices mostly come to whole cents: others are held."""

    def lines(self) -> st.SearchStrategy[DocumentLine]:
        drawn = AnyDocuments.lines(self)
        priced = st.builds(_priced, drawn, _FEW_UNITS, _PRICES)
        return st.one_of(priced, priced, priced, drawn).map(_planned)


_FEW_UNITS = st.sampled_from([Decimal(u) for u in ("1", "3", "0.5", "2.25", "12.125")])
_PRICES = st.integers(0, 99_999).map(lambda price: Decimal(price * 8) / 100)


def _priced(line: DocumentLine, units: Decimal, price: Decimal) -> DocumentLine:
    """Return the line at a price of whole cents; what is below zero takes off less."""
    amount = units * price if line.total.amount >= 0 else -units * price / 64
    total = Money(amount.quantize(Decimal("0.01")), line.total.currency)
    return replace(line, quantity=units, units=units, total=total)


def _planned(line: DocumentLine) -> DocumentLine:
    """Return the line as planning makes it: without an item nothing leaves a shelf."""
    return line if line.item else replace(line, units=Decimal(0))


OWN = PosDocuments(
    customer=CUSTOMER,
    item=ITEM,
    location="2",
    account="cash",
    forms=[SaleForm.SALES_RECEIPT, SaleForm.SALES_ORDER],
    percents=[Decimal(8), Decimal("7.375")],
    references=st.text(max_size=60),
    names=st.text(max_size=80) | LONG | st.text("ABC-0123456789", max_size=20),
)


def _back(lines: Sequence[DocumentLine]) -> tuple[tuple[str, Decimal], ...]:
    return tuple((line.source_id, line.units) for line in lines[:2] if line.item)


CHANGES = st.builds(
    CustomerChange,
    customer=st.just(BooksRef(CUSTOMER)),
    before=OWN.customers(),
    after=OWN.customers(),
    fields=st.sets(st.sampled_from(CustomerField)).map(lambda found: tuple(found)),
)
FULFILLMENTS = st.builds(
    FulfillmentDocument,
    sale=st.just(ORDER),
    business_date=DAYS,
    memo=TEXTS,
    billed=OWN.sales(),
)
AMENDMENTS = st.builds(
    AmendmentDocument,
    sale=st.just(ORDER),
    document=OWN.sales(),
    before=OWN.sales(),
)
CANCELLATIONS = st.builds(
    CancellationDocument, st.sampled_from([ORDER, BooksRef("-56")]), DAYS, TEXTS
)
REVERSALS = OWN.reversals(
    ("-56", DocumentKind.SALE),
    ("order:-55", DocumentKind.SALE),
    ("-57", DocumentKind.FULFILLMENT),
    ("-58", DocumentKind.REFUND),
    ("-59", DocumentKind.ADJUSTMENT),
)
DOCUMENTS = st.one_of(
    OWN.sales(),
    OWN.refunds(["-56"], _back),
    FULFILLMENTS,
    AMENDMENTS,
    CANCELLATIONS,
    OWN.customers(),
    CHANGES,
    OWN.items(),
    OWN.adjustments(),
    REVERSALS,
)
#: What was read before a change of an order, or of a customer, or of a quantity.
_THERE = {
    "lines": [["-101", ITEM, "2", "10", "Non"], ["-102", FEE_ITEM, "1", "1", "Non"]],
    "discount": "1.00",
    "shipping": "4.90",
    "place": ["Springfield", "", "US", "Ada Example", "", "62701", "IL", "", ""],
}
_CHANGE = {
    "write": list(CustomerField),
    "others": [[["AddressName", "Office"], ["City", "Springfield"]]],
}


def basis_of(document: Document) -> str:
    """Return what may have been read before a document is written."""
    match document:
        case AmendmentDocument():
            return json.dumps(_THERE)
        case CustomerChange():
            return json.dumps(_CHANGE)
        case _:
            return json.dumps({"on_hand": "4.00", "store": "2"})
