"""Sales receipts: a sale (Sales) and what came back (Return), written and read."""

from collections.abc import Set
from decimal import Decimal

from lxml import etree

from stockbridge.connectors.books.quickbooks_pos.addresses import receipt_address
from stockbridge.connectors.books.quickbooks_pos.envelopes import Node, text_of
from stockbridge.connectors.books.quickbooks_pos.markers import (
    Signed,
    read_signed,
    signed_text,
)
from stockbridge.connectors.books.quickbooks_pos.numbers import (
    amount_text,
    decimal_of,
    quantity_text,
)
from stockbridge.connectors.books.quickbooks_pos.receipt_plan import Planner
from stockbridge.connectors.books.quickbooks_pos.receipt_values import (
    Receipt,
    ReceiptLine,
)
from stockbridge.connectors.books.quickbooks_pos.settings import PosSettings
from stockbridge.connectors.books.quickbooks_pos.tenders import tender_nodes
from stockbridge.connectors.books.quickbooks_pos.texts import fit
from stockbridge.domain.accounting import RefundDocument, SaleDocument
from stockbridge.domain.commerce import Address
from stockbridge.domain.money import Money
from stockbridge.ports import PostOutcome, PostRequest, PostResult

ADD = "SalesReceiptAddRq"
ROW = "SalesReceiptRet"
REGULAR, REVERSED = "Regular", "Reversed"
_COMMENTS_CHARS_MAX = 2000
_NAME_CHARS_MAX = 30


def sale_receipt(
    post: PostRequest, sale: SaleDocument, planner: Planner, *, fills: str = ""
) -> list[Node]:
    """Return what is inside SalesReceiptAddRq for a sale.

    `fills` is the TxnID of a sales order that it fills.
    """
    receipt = planner.sale(sale)
    comments = signed_text(
        Signed(post.marker, sale.reference, gift=receipt.gift),
        f"{sale.memo} {sale.payment_title}".strip(),
        chars_max=_COMMENTS_CHARS_MAX,
    )
    customer = sale.customer.books_id if sale.customer else ""
    children: list[Node] = [
        ("Cashier", fit(planner.settings.cashier, 16)),
        ("Comments", comments),
        ("CustomerListID", customer),
        *_totals(receipt, planner.settings, kind="Sales", fills=fills),
        ("StoreNumber", store_of(sale.location_id, planner.settings)),
        ("TaxCategory", receipt.tax_category),
        ("TxnDate", sale.business_date.isoformat()),
        ("TxnState", "Normal"),
        ("ShippingInformation", _shipping(sale.shipping_address, receipt)),
        *[("SalesReceiptItemAdd", line_nodes(line)) for line in receipt.lines],
        *tender_nodes(sale.account_id, receipt, planner.settings),
    ]
    return [("SalesReceiptAdd", children)]


def return_receipt(
    post: PostRequest, refund: RefundDocument, planner: Planner
) -> list[Node]:
    """Return what is inside SalesReceiptAddRq for goods and money given back."""
    receipt = planner.refund(refund)
    comments = signed_text(
        Signed(post.marker, refund.reference, refund.sale.books_id, receipt.gift),
        refund.reason,
        chars_max=_COMMENTS_CHARS_MAX,
    )
    children: list[Node] = [
        ("Cashier", fit(planner.settings.cashier, 16)),
        ("Comments", comments),
        *_totals(receipt, planner.settings, kind="Return"),
        ("StoreNumber", store_of(refund.location_id, planner.settings)),
        ("TaxCategory", receipt.tax_category),
        ("TxnDate", refund.business_date.isoformat()),
        ("TxnState", "Normal"),
        ("ShippingInformation", _shipping(Address(), receipt)),
        *[("SalesReceiptItemAdd", line_nodes(line)) for line in receipt.lines],
        *tender_nodes(refund.account_id, receipt, planner.settings),
    ]
    return [("SalesReceiptAdd", children)]


def posted_receipt(
    attempt_id: str, row: etree._Element, settings: PosSettings
) -> PostResult:
    """Return a stored receipt as a result. Raises ValueError for what is no number."""
    return PostResult(
        attempt_id,
        PostOutcome.POSTED,
        books_id=text_of(row, "TxnID"),
        number=text_of(row, "SalesReceiptNumber"),
        version=text_of(row, "TimeModified"),
        total=billed_total(row, settings),
        total_tax=tax_of(row, "SalesReceiptItemRet", settings),
    )


def line_nodes(line: ReceiptLine) -> list[Node]:
    """Return one line: ExtendedPrice is quantity × price, in cents."""
    return [
        ("ListID", line.list_id),
        ("Desc1", fit(line.name, _NAME_CHARS_MAX)),
        ("ExtendedPrice", amount_text(line.extended)),
        ("Price", amount_text(line.price)),
        ("Qty", quantity_text(line.quantity)),
        ("TaxCode", line.tax_code),
    ]


def store_of(location_id: str, settings: PosSettings) -> str:
    """Return the number of the store that a document is written to."""
    return location_id or str(settings.primary_store)


def money_at(row: etree._Element, tag: str, settings: PosSettings) -> Money:
    """Return an amount that POS always writes."""
    return Money(decimal_of(text_of(row, tag)), settings.currency)


def billed_total(row: etree._Element, settings: PosSettings) -> Money:
    """Return what the receipt comes to without what gift cards paid.

    The store's total is what is left to pay. How much gift cards paid our own words
    tell, for another way of payment may be a gift card's tender, too; they count only
    where such a tender is there.
    """
    signed = read_signed(text_of(row, "Comments"))
    said = signed.gift if signed else Decimal(0)
    paid = sum(
        (decimal_of(text_of(tender, "TenderAmount") or "0") for tender in _gifts(row)),
        Decimal(0),
    )
    gift = said if said <= paid else Decimal(0)
    return money_at(row, "Total", settings) - Money(gift, settings.currency)


def _gifts(row: etree._Element) -> list[etree._Element]:
    return [*row.findall("TenderGiftCardRet"), *row.findall("TenderGiftRet")]


def tax_of(row: etree._Element, line_tag: str, settings: PosSettings) -> Money:
    """Return the tax: what POS computed, and what stands as a line."""
    computed = decimal_of(text_of(row, "TaxAmount") or "0")
    written = under_items(row, line_tag, {settings.tax_item})
    return Money(computed + written, settings.currency)


def shipping_of(row: etree._Element, line_tag: str, settings: PosSettings) -> Money:
    """Return the shipping: the charge, and what stands as a line."""
    charge = decimal_of(text_of(row, "ShippingInformation/Shipping") or "0")
    written = under_items(row, line_tag, settings.shipping_items)
    return Money(charge + written, settings.currency)


def under_items(row: etree._Element, line_tag: str, items: Set[str]) -> Decimal:
    """Return what the lines of these items cost together."""
    return sum(
        (
            decimal_of(text_of(line, "ExtendedPrice") or "0")
            for line in row.findall(line_tag)
            if text_of(line, "ListID") in items - {""}
        ),
        Decimal(0),
    )


def _totals(
    receipt: Receipt, settings: PosSettings, *, kind: str, fills: str = ""
) -> list[Node]:
    discount = amount_text(receipt.discount) if receipt.discount else ""
    return [
        ("Discount", discount),
        ("PriceLevelNumber", str(settings.price_level)),
        ("SalesOrderTxnID", fills),
        ("SalesReceiptType", kind),
    ]


def _shipping(address: Address, receipt: Receipt) -> list[Node] | None:
    charge = amount_text(receipt.shipping) if receipt.shipping else ""
    nodes = receipt_address(address, charge)
    return nodes if any(value for _, value in nodes) else None
