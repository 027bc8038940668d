"""Documents and settings with defaults, so that a test shows only what matters."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from stockbridge.connectors.books.quickbooks_online.basis import Basis
from stockbridge.connectors.books.quickbooks_online.facts import CompanyFacts
from stockbridge.connectors.books.quickbooks_online.settings import (
    QuickBooksOnlineSettings,
)
from stockbridge.domain.accounting import (
    BooksRef,
    CustomerRecord,
    Document,
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
from stockbridge.domain.commerce import LineKind, TaxShare
from stockbridge.domain.errors import ActionNeededError
from stockbridge.domain.identity import marker_of
from stockbridge.domain.money import Money
from stockbridge.ports import (
    Books,
    LookUpResult,
    PostOutcome,
    PostRequest,
    PostResult,
)

DAY = date(2026, 1, 5)
PLACED = datetime(2026, 1, 5, 9, 30, tzinfo=UTC)
CUSTOMER, MUG, SERVICE, UNSTOCKED, TAX_LINE, SHIPPING = (
    "58",
    "19",
    "30",
    "31",
    "32",
    "33",
)
STANDARD, REDUCED, EXEMPT = "7", "8", "9"
FULL = {
    "tax_policy": "tax_line",
    "tax_codes": f"{STANDARD}=20; {REDUCED}=5",
    "exempt_code": EXEMPT,
    "tax_line_item": TAX_LINE,
    "shipping_item": SHIPPING,
    "fee_item": SERVICE,
    "discount_item": SERVICE,
    "gift_card_item": SERVICE,
    "unstocked_item": UNSTOCKED,
    "guest_customer": CUSTOMER,
    "income_account": "79",
    "cogs_account": "80",
    "asset_account": "81",
    "adjustment_account": "91",
    "deposit_account": "35",
}


def settings_of(**changes: object) -> QuickBooksOnlineSettings:
    return QuickBooksOnlineSettings.model_validate({**FULL, **changes})


def a_company(**changes: object) -> CompanyFacts:
    told: dict[str, Any] = {
        "name": "Example Kitchenware",
        "country": "US",
        "currency": "USD",
        "has_many_currencies": False,
        "keeps_numbers": True,
        "uses_tax": True,
        "has_automated_tax": True,
        "counts_stock": True,
        "class_per_line": True,
        "class_per_document": False,
        "has_departments": True,
        "closed_until": "",
        **changes,
    }
    return CompanyFacts(**told)


def a_basis(**changes: object) -> Basis:
    return Basis(settings_of(), a_company(**changes))


def money(amount: str, currency: str = "USD") -> Money:
    return Money(Decimal(amount), currency)


def a_line(
    *,
    source: str = "11",
    kind: LineKind = LineKind.ITEM,
    total: str = "20.00",
    tax: str = "1.60",
    units: str = "2",
    item: str = MUG,
    currency: str = "USD",
    rate: str = "1",
) -> DocumentLine:
    shares = (TaxShare(rate, money(tax, currency)),) if Decimal(tax) else ()
    return DocumentLine(
        source_id=source,
        kind=kind,
        name="Mug" if kind is LineKind.ITEM else kind.value.title(),
        quantity=Decimal(units) or Decimal(1),
        total=money(total, currency),
        tax=money(tax, currency),
        taxes=shares,
        item=BooksRef(item) if item and kind is LineKind.ITEM else None,
        units=Decimal(units) if kind is LineKind.ITEM else Decimal(0),
    )


def a_sale(
    *lines: DocumentLine,
    form: SaleForm = SaleForm.SALES_RECEIPT,
    reference: str = "1001",
    percent: str | None = "8",
    customer: str = "",
    day: date = DAY,
) -> SaleDocument:
    lines = lines or (a_line(),)
    currency = lines[0].total.currency
    net = sum((line.total.amount for line in lines), Decimal(0))
    tax = sum((line.tax.amount for line in lines), Decimal(0))
    rate = Decimal(percent) if percent else None
    return SaleDocument(
        form=form,
        reference=reference,
        business_date=day,
        customer=BooksRef(customer) if customer else None,
        lines=lines,
        taxes=(DocumentTax("1", "Tax", Money(tax, currency), rate),) if tax else (),
        total=Money(net + tax, currency),
        total_tax=Money(tax, currency),
        placed_at=PLACED,
    )


def a_refund(
    sale: str,
    *lines: DocumentLine,
    restocked: tuple[tuple[str, Decimal], ...] = (),
    day: date = DAY,
) -> RefundDocument:
    lines = lines or (a_line(total="10.00", tax="0.80", units="1"),)
    currency = lines[0].total.currency
    net = sum((line.total.amount for line in lines), Decimal(0))
    tax = sum((line.tax.amount for line in lines), Decimal(0))
    return RefundDocument(
        sale=BooksRef(sale),
        reference="1001",
        business_date=day,
        lines=lines,
        taxes=(DocumentTax("1", "Tax", Money(tax, currency), Decimal(8)),),
        total=Money(net + tax, currency),
        total_tax=Money(tax, currency),
        restocked=restocked,
    )


def a_payment(sale: str, amount: str = "21.60") -> PaymentDocument:
    return PaymentDocument(
        sale=BooksRef(sale),
        amount=money(amount),
        business_date=DAY,
        method="card",
        title="Card",
        reference="ch_1",
    )


def a_post(
    document: Document, key: str = "sale/1001/1", attempt: int = 1
) -> PostRequest:
    return PostRequest(
        attempt_id=f"{key}-{attempt}",
        key=key,
        marker=marker_of(key, generation=1),
        document=document,
    )


def post(books: Books, document: Document, key: str = "sale/1001/1") -> PostResult:
    (result,) = books.post([a_post(document, key)])
    return result


def posted(books: Books, document: Document, key: str = "sale/1001/1") -> PostResult:
    result = post(books, document, key)
    assert result.outcome is PostOutcome.POSTED, result.error
    return result


def a_mug(books: Books, *, units: str = "10", day: date = DAY) -> str:
    """Create an inventory item; return its id."""
    record = ItemRecord(
        name="Mug",
        sku="MUG-1",
        price=money("10.00"),
        initial_quantity=Decimal(units),
        initial_date=day,
    )
    return posted(books, record, "item/mug/1").books_id


def ada(name: str = "Ada Example", email: str = "ada@example.com") -> CustomerRecord:
    return CustomerRecord(name, email=email)


def undo(target: str, kind: DocumentKind = DocumentKind.SALE) -> ReversalDocument:
    return ReversalDocument(BooksRef(target), kind, DAY, "deleted in the store")


def on_hand(books: Books, item: str) -> Decimal:
    (level,) = books.stock([item])
    return level.on_hand


def refusal(result: PostResult) -> ActionNeededError:
    assert result.outcome is PostOutcome.REFUSED
    assert isinstance(result.error, ActionNeededError)
    assert result.error.remedy
    return result.error


def look_up(books: Books, document: Document, key: str = "sale/1001/1") -> LookUpResult:
    (found,) = books.look_up([a_post(document, key, attempt=9)])
    return found
