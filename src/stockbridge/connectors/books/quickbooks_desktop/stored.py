"""What QuickBooks says it stored, as values of the domain."""

from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from stockbridge.connectors.books.quickbooks_desktop import naming
from stockbridge.connectors.books.quickbooks_desktop.qbxml import Element, text_of
from stockbridge.connectors.books.quickbooks_desktop.settings import (
    QuickBooksDesktopSettings,
)
from stockbridge.connectors.books.quickbooks_desktop.tax import billed_tax
from stockbridge.domain.accounting import DocumentKind
from stockbridge.domain.catalog import BooksCustomer, BooksItem, StockLevel
from stockbridge.domain.errors import InvalidInputError
from stockbridge.domain.money import Money
from stockbridge.ports import PostOutcome, PostResult, StoredDocument

MAIN_LOCATION = "main"
_ITEM_RETS = frozenset(
    {"ItemInventoryRet", "ItemInventoryAssemblyRet", "ItemNonInventoryRet"}
    | {"ItemServiceRet"}
)
_MONEY_BACK = frozenset({"ARRefundCreditCard", "Check"})
_COUNTED = frozenset({"ItemInventoryRet", "ItemInventoryAssemblyRet"})


def kind_of(ret: Element) -> str:
    """Return the kind of a record, as Invoice of InvoiceRet."""
    return str(ret.tag).removesuffix("Ret")


def txn_of(ret: Element) -> naming.Txn:
    """Return the name of a stored document."""
    return naming.Txn(kind_of(ret), _needed(ret, "TxnID"))


def document_result(
    attempt_id: str, ret: Element, settings: QuickBooksDesktopSettings
) -> PostResult:
    """Return a stored sale, credit memo, payment, refund or adjustment."""
    kind = kind_of(ret)
    has_total = kind != "InventoryAdjustment"
    has_tax = kind in {"SalesReceipt", "Invoice", "SalesOrder", "CreditMemo"}
    return PostResult(
        attempt_id=attempt_id,
        outcome=PostOutcome.POSTED,
        books_id=str(txn_of(ret)),
        number=text_of(ret, "RefNumber"),
        version=text_of(ret, "EditSequence"),
        total=total_of(ret, settings) if has_total else None,
        total_tax=tax_of(ret, settings) if has_tax else None,
    )


def record_result(attempt_id: str, ret: Element) -> PostResult:
    """Return a stored customer or item."""
    return PostResult(
        attempt_id=attempt_id,
        outcome=PostOutcome.POSTED,
        books_id=_needed(ret, "ListID"),
        number=text_of(ret, "Name"),
        version=text_of(ret, "EditSequence"),
    )


def total_of(ret: Element, settings: QuickBooksDesktopSettings) -> Money:
    """Return what a document comes to; an invoice says it in two parts."""
    if kind_of(ret) == "Check":
        return _money(_needed(ret, "Amount"), settings)
    if ret.find("TotalAmount") is not None:
        return _money(_needed(ret, "TotalAmount"), settings)
    before_tax = _money(_needed(ret, "Subtotal"), settings)
    return before_tax + _money(text_of(ret, "SalesTaxTotal") or "0", settings)


def tax_of(ret: Element, settings: QuickBooksDesktopSettings) -> Money:
    """Return the tax that a document charges: QuickBooks' own, and that on a line."""
    computed = _money(text_of(ret, "SalesTaxTotal") or "0", settings)
    return billed_tax(computed, _amounts_on(ret, settings.tax_line_item, settings))


def is_live(ret: Element) -> bool:
    """Return whether a document still counts: not voided, not closed by hand."""
    is_voided = text_of(ret, "Memo").startswith(naming.VOIDED)
    return not is_voided and text_of(ret, "IsManuallyClosed") != "true"


def items_by_line(ret: Element) -> dict[str, str]:
    """Return the item of each order line, by what stands in Other1."""
    lines = ret.findall(f"{kind_of(ret)}LineRet")
    found = {text_of(line, "Other1"): text_of(line, "ItemRef/ListID") for line in lines}
    return {source: item for source, item in found.items() if source and item}


def statement_row(ret: Element, settings: QuickBooksDesktopSettings) -> StoredDocument:
    """Return a document as the statement compares it."""
    is_refund = kind_of(ret) == "CreditMemo"
    shipping = Money(Decimal(0), settings.currency)
    for item in settings.shipping_items:
        for amount in _amounts_on(ret, item, settings):
            shipping += amount
    return StoredDocument(
        books_id=naming.joined(txn_of(ret), *money_back(ret)),
        kind=DocumentKind.REFUND if is_refund else DocumentKind.SALE,
        reference=text_of(ret, "RefNumber"),
        business_date=date.fromisoformat(_needed(ret, "TxnDate")),
        total=total_of(ret, settings),
        total_tax=tax_of(ret, settings),
        shipping=shipping,
        is_live=is_live(ret),
        sale_id=naming.sale_in(text_of(ret, "Memo")) if is_refund else "",
    )


def item_of(ret: Element, settings: QuickBooksDesktopSettings) -> BooksItem | None:
    """Return an item that can be sold; None for subtotals, discounts, tax items."""
    if ret.tag not in _ITEM_RETS:
        return None
    part = text_of(ret, "ManufacturerPartNumber")
    # The full name, with its parents, is unique; the bare name may not be.
    name = text_of(ret, "FullName") or _needed(ret, "Name")
    by_part = settings.sku_field == "manufacturer_part_number"
    price = _first(ret, "SalesPrice", "SalesAndPurchase/SalesPrice")
    price = price or text_of(ret, "SalesOrPurchase/Price")
    cost = _first(ret, "PurchaseCost", "SalesAndPurchase/PurchaseCost")
    return BooksItem(
        external_id=_needed(ret, "ListID"),
        name=name,
        sku=part if by_part else text_of(ret, "Name"),
        upc=text_of(ret, "BarCodeValue"),
        lookup_codes=tuple(code for code in (name if by_part else part,) if code),
        description=_first(ret, "SalesDesc", "SalesOrPurchase/Desc"),
        price=_money(price, settings) if price else None,
        cost=_money(cost, settings) if cost else None,
        is_tracked=ret.tag in _COUNTED,
        is_active=text_of(ret, "IsActive") != "false",
        version=text_of(ret, "EditSequence"),
        changed_at=_moment(text_of(ret, "TimeModified")),
    )


def level_of(ret: Element, began_at: datetime) -> StockLevel | None:
    """Return an item's quantity where there are no sites; None if it is not counted."""
    if ret.tag not in _COUNTED:
        return None
    return StockLevel(
        item_id=_needed(ret, "ListID"),
        location_id=MAIN_LOCATION,
        on_hand=_number(_needed(ret, "QuantityOnHand")),
        committed=_number(text_of(ret, "QuantityOnSalesOrder") or "0"),
        began_at=began_at,
    )


def site_level_of(ret: Element, began_at: datetime) -> StockLevel | None:
    """Return the quantity of an item at one site; None for a row of no site."""
    item = _first(ret, "ItemInventoryRef/ListID", "ItemInventoryAssemblyRef/ListID")
    site = text_of(ret, "InventorySiteRef/ListID")
    if not item or not site:
        return None
    return StockLevel(
        item_id=item,
        location_id=site,
        on_hand=_number(_needed(ret, "QuantityOnHand")),
        committed=_number(text_of(ret, "QuantityOnSalesOrders") or "0"),
        began_at=began_at,
    )


def customer_of(ret: Element) -> BooksCustomer:
    """Return a customer; jobs count as customers, by their full name."""
    return BooksCustomer(
        external_id=_needed(ret, "ListID"),
        name=text_of(ret, "FullName") or _needed(ret, "Name"),
        email=text_of(ret, "Email"),
        phone=text_of(ret, "Phone"),
        first_name=text_of(ret, "FirstName"),
        last_name=text_of(ret, "LastName"),
        company=text_of(ret, "CompanyName"),
    )


def money_back(memo: Element) -> list[naming.Txn]:
    """Return what was given back for a credit memo: to a card, or by check."""
    links = [
        naming.Txn(text_of(row, "TxnType"), text_of(row, "TxnID"))
        for row in memo.findall("LinkedTxn")
    ]
    return [txn for txn in links if txn.type in _MONEY_BACK]


def _amounts_on(
    ret: Element, item: str, settings: QuickBooksDesktopSettings
) -> list[Money]:
    if not item:
        return []
    return [
        _money(text_of(line, "Amount") or "0", settings)
        for line in ret.findall(f"{kind_of(ret)}LineRet")
        if text_of(line, "ItemRef/ListID") == item
    ]


def _money(text: str, settings: QuickBooksDesktopSettings) -> Money:
    return Money(_number(text), settings.currency)


def _number(text: str) -> Decimal:
    try:
        return Decimal(text.replace(",", ""))
    except InvalidOperation as error:
        raise InvalidInputError(f"QuickBooks says {text!r}: no number.") from error


def _moment(text: str) -> datetime | None:
    """Return an aware time; QuickBooks may leave the zone out, then it is unknown."""
    if not text:
        return None
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else None


def _first(ret: Element, *paths: str) -> str:
    return next((text for path in paths if (text := text_of(ret, path))), "")


def _needed(ret: Element, path: str) -> str:
    text = text_of(ret, path)
    if not text:
        raise InvalidInputError(
            f"{ret.tag} came without {path}.",
            field=path,
            remedy="Report it with the connection's log.",
        )
    return text
