"""What QuickBooks says it stored, as values of the domain."""

from collections.abc import Callable, Iterator
from datetime import datetime
from decimal import Decimal

from stockbridge.connectors.books.quickbooks_online import naming
from stockbridge.connectors.books.quickbooks_online.basis import Basis
from stockbridge.connectors.books.quickbooks_online.json_text import Record
from stockbridge.connectors.books.quickbooks_online.payloads import (
    AccountPayload,
    CustomerPayload,
    DocumentPayload,
    ItemPayload,
    parsed,
)
from stockbridge.connectors.books.quickbooks_online.reversals import is_live
from stockbridge.connectors.books.quickbooks_online.settings import (
    SHIPPING_ITEM,
    QuickBooksOnlineSettings,
)
from stockbridge.domain.accounting import DocumentKind
from stockbridge.domain.catalog import BooksCustomer, BooksItem, StockLevel
from stockbridge.domain.errors import InvalidInputError
from stockbridge.domain.money import Money
from stockbridge.ports import BooksAccount, PostOutcome, PostResult, StoredDocument

MAIN_LOCATION = "main"
_SOLD = frozenset({"Inventory", "NonInventory", "Service"})
_WITH_TAX = frozenset({"SalesReceipt", "Invoice", "RefundReceipt", "CreditMemo"})
REFUNDS = frozenset({"RefundReceipt", "CreditMemo"})
#: What names the account of its money; an invoice and a credit memo move none.
MONEY = frozenset({"SalesReceipt", "Payment", "RefundReceipt"})
_KINDS = {
    **dict.fromkeys(REFUNDS, DocumentKind.REFUND),
    "Payment": DocumentKind.PAYMENT,
}


def document_result(
    attempt_id: str, entity: str, record: Record, basis: Basis
) -> PostResult:
    """Return a stored sale, refund, payment or adjustment."""
    said = parsed(DocumentPayload, record)
    has_total = said.total is not None and entity != "InventoryAdjustment"
    return PostResult(
        attempt_id=attempt_id,
        outcome=PostOutcome.POSTED,
        books_id=str(naming.Txn(entity, said.id)),
        number=said.number,
        version=said.version,
        total=total_of(said, basis) if has_total else None,
        total_tax=_tax(said, basis) if entity in _WITH_TAX else None,
    )


def record_result(attempt_id: str, record: Record) -> PostResult:
    """Return a stored customer or item."""
    said = parsed(DocumentPayload, record)  # only its id and version
    return PostResult(
        attempt_id=attempt_id,
        outcome=PostOutcome.POSTED,
        books_id=said.id,
        number=str(record.get("DisplayName") or record.get("Name") or ""),
        version=said.version,
    )


def statement_row(
    entity: str, record: Record, basis: Basis, undeposited: Callable[[], str]
) -> StoredDocument:
    """Return a document as the statement compares it.

    `undeposited` tells the account of money for which a document names none.
    """
    said = parsed(DocumentPayload, record)
    if said.day is None:
        raise InvalidInputError(f"{entity} {said.id} has no date.", field="TxnDate")
    is_refund = entity in REFUNDS
    live = is_live(record)
    account: str | None = said.deposited_to.value if entity in MONEY else ""
    if entity in MONEY and live and not account:
        account = undeposited() or None
    shipping = {*basis.settings.shipping_items, SHIPPING_ITEM}
    return StoredDocument(
        books_id=str(naming.Txn(entity, said.id)),
        kind=_KINDS.get(entity, DocumentKind.SALE),
        reference=said.number or said.payment_number,
        business_date=said.day,
        total=total_of(said, basis),
        total_tax=_tax(said, basis),
        shipping=_on_items(said, shipping, basis),
        is_live=live,
        sale_id=naming.sale_in(said.note) if is_refund else "",
        is_ours=naming.is_marked(said.note),
        customer=said.customer.name,
        account_id=account,
    )


def item_of(
    record: Record, settings: QuickBooksOnlineSettings, currency: str
) -> BooksItem | None:
    """Return an item that can be sold; None for categories and bundles."""
    said = parsed(ItemPayload, record)
    if said.type not in _SOLD:
        return None
    name = said.full_name or said.name
    by_name = settings.sku_field == "name"
    other = said.sku if by_name else said.name
    return BooksItem(
        external_id=said.id,
        name=name,
        sku=said.name if by_name else said.sku,
        lookup_codes=(other,) if other else (),
        description=said.description,
        price=None if said.price is None else Money(said.price, currency),
        cost=None if said.cost is None else Money(said.cost, currency),
        is_tracked=said.type == "Inventory",
        is_active=said.is_active,
        version=said.version,
        changed_at=said.meta.changed_at,
    )


def level_of(record: Record, began_at: datetime) -> StockLevel | None:
    """Return an item's quantity; None where it is not counted.

    QuickBooks Online counts for the whole company, and promises nothing.
    """
    said = parsed(ItemPayload, record)
    if said.type != "Inventory":
        return None
    return StockLevel(
        item_id=said.id,
        location_id=MAIN_LOCATION,
        on_hand=said.on_hand or Decimal(0),
        committed=Decimal(0),
        began_at=began_at,
    )


def customer_of(record: Record) -> BooksCustomer:
    """Return a customer; sub-customers count as customers.

    An inactive one comes without its e-mail address and telephone number: nothing
    can be billed to it (2500), so no order must find it.
    """
    said = parsed(CustomerPayload, record)
    return BooksCustomer(
        external_id=said.id,
        name=said.name,
        email=said.mail.address if said.is_active else "",
        phone=said.phone.number if said.is_active else "",
        first_name=said.given_name,
        last_name=said.family_name,
        company=said.company,
    )


def account_of(record: Record) -> BooksAccount:
    """Return an account."""
    said = parsed(AccountPayload, record)
    return BooksAccount(said.id, said.full_name or said.name, said.kind, said.number)


def moved_items(record: Record) -> Iterator[str]:
    """Return the items that a document's lines may have moved."""
    for line in parsed(DocumentPayload, record).lines:
        for detail in (line.sold, line.bought, line.adjusted):
            if detail.item.value:
                yield detail.item.value


def total_of(said: DocumentPayload, basis: Basis) -> Money:
    """Return what a document comes to, in its own currency."""
    if said.total is None:
        raise InvalidInputError(f"Document {said.id} has no total.", field="TotalAmt")
    return Money(said.total, _currency(said, basis))


def _tax(said: DocumentPayload, basis: Basis) -> Money:
    """Return the tax that a document charges: QuickBooks' own, and that on a line."""
    own = Money(said.tax.total, _currency(said, basis))
    return own + _on_items(said, {basis.settings.tax_line_item} - {""}, basis)


def _on_items(said: DocumentPayload, items: set[str], basis: Basis) -> Money:
    amounts = [line.amount for line in said.lines if line.sold.item.value in items]
    return Money(sum(amounts, Decimal(0)), _currency(said, basis))


def _currency(said: DocumentPayload, basis: Basis) -> str:
    """Return a document's currency; one that keeps one currency may leave it out."""
    return said.currency.value or basis.company.currency
