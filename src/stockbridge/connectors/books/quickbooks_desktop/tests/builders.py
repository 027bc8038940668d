"""Documents and settings with defaults, so that a test shows only what matters."""

from datetime import UTC, date, datetime
from decimal import Decimal

from stockbridge.connectors.books.quickbooks_desktop.settings import (
    QuickBooksDesktopSettings,
)
from stockbridge.domain.accounting import (
    BooksRef,
    Document,
    DocumentLine,
    DocumentTax,
    RefundDocument,
    SaleDocument,
    SaleForm,
)
from stockbridge.domain.commerce import LineKind
from stockbridge.domain.identity import marker_of
from stockbridge.domain.money import Money
from stockbridge.ports import PostRequest

DAY = date(2026, 11, 20)
PLACED = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
CUSTOMER, MUG, OTHER_CHARGE, UNSTOCKED = "C-1", "A-1", "A-2", "A-3"
SHIPPING = "A-4"
TAX_ITEM, TAX_LINE = "A-8", "A-9"
FULL = {
    "tax_policy": "liability_line",
    "tax_items": f"{TAX_ITEM}=8",
    "tax_line_item": TAX_LINE,
    "shipping_item": SHIPPING,
    "fee_item": OTHER_CHARGE,
    "discount_item": OTHER_CHARGE,
    "gift_card_item": OTHER_CHARGE,
    "unstocked_item": UNSTOCKED,
    "guest_customer": CUSTOMER,
    "income_account": "D-1",
    "cogs_account": "D-2",
    "asset_account": "D-3",
    "adjustment_account": "D-4",
}


def settings_of(**changes: object) -> QuickBooksDesktopSettings:
    return QuickBooksDesktopSettings.model_validate({**FULL, **changes})


def usd(amount: str) -> Money:
    return Money(Decimal(amount), "USD")


def a_line(
    *,
    source: str = "11",
    kind: LineKind = LineKind.ITEM,
    total: str = "20.00",
    tax: str = "1.60",
    units: str = "2",
    item: str = MUG,
) -> DocumentLine:
    return DocumentLine(
        source_id=source,
        kind=kind,
        name="Mug",
        quantity=Decimal(units) or Decimal(1),
        total=usd(total),
        tax=usd(tax),
        item=BooksRef(item) if item else None,
        units=Decimal(units),
    )


def a_sale(
    *lines: DocumentLine,
    form: SaleForm = SaleForm.SALES_RECEIPT,
    reference: str = "1001",
    rate: str | None = "8",
    customer: str = CUSTOMER,
) -> SaleDocument:
    lines = lines or (a_line(),)
    net = sum((line.total.amount for line in lines), Decimal(0))
    tax = sum((line.tax.amount for line in lines), Decimal(0))
    rows = (
        DocumentTax(
            "1", "State tax", Money(tax, "USD"), Decimal(rate) if rate else None
        ),
    )
    return SaleDocument(
        form=form,
        reference=reference,
        business_date=DAY,
        customer=BooksRef(customer) if customer else None,
        lines=lines,
        taxes=rows if tax else (),
        total=Money(net + tax, "USD"),
        total_tax=Money(tax, "USD"),
        placed_at=PLACED,
    )


def a_refund(
    sale: str, *lines: DocumentLine, restocked: tuple[tuple[str, Decimal], ...] = ()
) -> RefundDocument:
    lines = lines or (a_line(total="10.00", tax="0.80", units="1"),)
    net = sum((line.total.amount for line in lines), Decimal(0))
    tax = sum((line.tax.amount for line in lines), Decimal(0))
    return RefundDocument(
        sale=BooksRef(sale),
        reference="1001",
        business_date=DAY,
        lines=lines,
        taxes=(DocumentTax("1", "State tax", Money(tax, "USD"), Decimal(8)),),
        total=Money(net + tax, "USD"),
        total_tax=Money(tax, "USD"),
        restocked=restocked,
    )


def a_post(
    document: Document, key: str = "sale/1001/1", attempt: int = 1
) -> PostRequest:
    return PostRequest(f"{key}-{attempt}", key, marker_of(key, generation=1), document)
