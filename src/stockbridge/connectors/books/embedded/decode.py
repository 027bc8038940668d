"""Turns rows of the back office into values of the domain. Pure: no queries."""

from datetime import datetime
from decimal import Decimal

from stockbridge.backoffice.models import (
    Account,
    DocumentKind,
    Item,
    LineKind,
    Location,
    OrderStatus,
    Partner,
    PostedDocument,
    StockLevel,
)
from stockbridge.domain import accounting, catalog
from stockbridge.domain.catalog import BooksCustomer, BooksItem
from stockbridge.domain.money import Money
from stockbridge.ports import BooksAccount, StoredDocument

_KINDS = {
    DocumentKind.ORDER: accounting.DocumentKind.SALE,
    DocumentKind.FULFILLMENT: accounting.DocumentKind.FULFILLMENT,
    DocumentKind.CANCELLATION: accounting.DocumentKind.CANCELLATION,
    DocumentKind.AMENDMENT: accounting.DocumentKind.AMENDMENT,
    DocumentKind.PAYMENT: accounting.DocumentKind.PAYMENT,
    DocumentKind.REFUND: accounting.DocumentKind.REFUND,
    DocumentKind.ADJUSTMENT: accounting.DocumentKind.ADJUSTMENT,
    DocumentKind.OPENING: accounting.DocumentKind.ADJUSTMENT,
}
_MONEY = frozenset({DocumentKind.PAYMENT.value, DocumentKind.REFUND.value})
#: What the statement lists; goods received and transfers are no store's business.
STATEMENT_KINDS = tuple(kind.value for kind in _KINDS)


def item_of(row: Item) -> BooksItem:
    """Return an item; its lookup codes must have been fetched with it."""
    return BooksItem(
        external_id=str(row.pk),
        name=row.name,
        sku=row.sku,
        upc=row.upc,
        lookup_codes=tuple(code.code for code in row.lookup_codes.all()),
        description=row.description,
        price=_money(row.price, row.currency),
        cost=Money(row.cost, row.currency),
        department=row.department,
        attribute=row.attribute,
        size=row.size,
        is_tracked=row.is_tracked,
        is_sold_online=row.is_sold_online,
        is_active=row.is_active,
        prices=_prices(row),
        version=str(row.seq),
        changed_at=row.changed_at,
    )


def _prices(row: Item) -> tuple[tuple[str, Money], ...]:
    sale = _money(row.sale_price, row.currency)
    return (("sale", sale),) if sale is not None else ()


def customer_of(row: Partner) -> BooksCustomer:
    """Return a customer."""
    return BooksCustomer(
        external_id=str(row.pk),
        name=row.name,
        email=row.email,
        phone=row.phone,
        first_name=row.first_name,
        last_name=row.last_name,
        company=row.business_name,
    )


def level_of(row: StockLevel, began_at: datetime) -> catalog.StockLevel:
    """Return a stock level, read at `began_at` or later."""
    return catalog.StockLevel(
        item_id=str(row.item_id),
        location_id=str(row.location_id),
        on_hand=row.on_hand,
        committed=row.committed,
        began_at=began_at,
    )


def location_of(row: Location) -> catalog.Location:
    """Return a location."""
    return catalog.Location(str(row.pk), row.name, row.is_active)


def account_of(row: Account) -> BooksAccount:
    """Return an account."""
    return BooksAccount(str(row.pk), row.name, row.kind, row.number)


def kind_of(row: PostedDocument) -> accounting.DocumentKind:
    """Return what the domain calls a document of this kind."""
    if row.reverses_id is not None:
        return accounting.DocumentKind.REVERSAL
    return _KINDS[DocumentKind(row.kind)]


def stored_of(row: PostedDocument, *, sale_id: str) -> StoredDocument:
    """Return a document for the statement; its lines must have been fetched."""
    sums = line_sums(row)
    is_sale = row.kind == DocumentKind.ORDER and row.reverses_id is None
    total = row.order.total if is_sale and row.order else row.total
    return StoredDocument(
        books_id=str(row.pk),
        kind=kind_of(row),
        reference=row.reference,
        business_date=row.business_date,
        total=Money(total, row.currency),
        total_tax=Money(sums.get(LineKind.TAX, Decimal(0)), row.currency),
        shipping=Money(sums.get(LineKind.SHIPPING, Decimal(0)), row.currency),
        key=row.key,
        is_live=_is_live(row),
        sale_id=sale_id,
        account_id=_money_account(row),
    )


def _money_account(row: PostedDocument) -> str:
    """Return where a document's money landed or came from, "" where it moved none.

    What was paid to vendors goes out by a payment: no store's business.
    """
    if row.kind not in _MONEY or row.reverses_id is not None:
        return ""
    sign = -1 if row.kind == DocumentKind.REFUND else 1
    own = [one for one in row.payments.all() if one.amount == sign * row.total]
    return str(own[0].account_id) if own else ""


def line_sums(row: PostedDocument) -> dict[str, Decimal]:
    """Return what a sale, a refund or a reversal says per kind of line."""
    sums: dict[str, Decimal] = {}
    if row.kind == DocumentKind.ORDER and row.order and row.reverses_id is None:
        for sold in row.order.lines.all():
            if not sold.is_replaced:
                sums[sold.kind] = sums.get(sold.kind, Decimal(0)) + sold.amount
        return sums
    for line in row.lines.all():
        sums[line.kind] = sums.get(line.kind, Decimal(0)) + line.amount
    return sums


def _is_live(row: PostedDocument) -> bool:
    if hasattr(row, "reversed_by") or row.reverses_id is not None:
        return False
    return not (
        row.kind == DocumentKind.ORDER
        and row.order is not None
        and row.order.status == OrderStatus.CANCELLED
        and not row.order.billed
    )


def _money(amount: Decimal | None, currency: str) -> Money | None:
    return None if amount is None else Money(amount, currency)
