"""The queries that read a page of a feed."""

from datetime import date

from lxml import etree

from stockbridge.connectors.books.quickbooks_desktop import naming
from stockbridge.connectors.books.quickbooks_desktop.cursors import Cursor, cursor_of
from stockbridge.connectors.books.quickbooks_desktop.qbxml import (
    Child,
    Element,
    leaf,
    node,
    request,
)
from stockbridge.connectors.books.quickbooks_desktop.settings import (
    QuickBooksDesktopSettings,
)
from stockbridge.domain.errors import DefectError
from stockbridge.ports import Read, ReadFeed

#: What SETUP asks for, each under the name of its list on the screen.
SETUP = (
    ("accounts", "AccountQueryRq"),
    ("locations", "InventorySiteQueryRq"),
    ("tax_codes", "SalesTaxCodeQueryRq"),
    ("tax_items", "ItemSalesTaxQueryRq"),
    ("tax_groups", "ItemSalesTaxGroupQueryRq"),
    ("payment_methods", "PaymentMethodQueryRq"),
    ("classes", "ClassQueryRq"),
    ("templates", "TemplateQueryRq"),
    ("terms", "TermsQueryRq"),
    ("sales_reps", "SalesRepQueryRq"),
    ("ship_methods", "ShipMethodQueryRq"),
    ("price_levels", "PriceLevelQueryRq"),
    ("other_charges", "ItemOtherChargeQueryRq"),
)


def setup_queries(settings: QuickBooksDesktopSettings) -> list[tuple[str, str]]:
    """Return the lists that are read; sites only where there are some."""
    return [pair for pair in SETUP if pair[0] != "locations" or settings.uses_sites]


def document_types(settings: QuickBooksDesktopSettings) -> tuple[str, ...]:
    """Return the kinds of documents that the statement compares."""
    orders = ("SalesOrder",) if settings.document == "sales_order" else ()
    return ("SalesReceipt", "Invoice", "CreditMemo", *orders)


def phases(feed: ReadFeed, settings: QuickBooksDesktopSettings) -> tuple[str, ...]:
    """Return the queries that a feed consists of, one after the other."""
    if feed is ReadFeed.ITEMS:
        return ("Item", "ItemSites") if settings.uses_sites else ("Item",)
    if feed is ReadFeed.CUSTOMERS:
        return ("Customer",)
    return document_types(settings)


def page_requests(read: Read, settings: QuickBooksDesktopSettings) -> list[Element]:
    """Return the queries of one page."""
    if read.feed is ReadFeed.SETUP:
        return [
            request(tag, naming.request_id(read.attempt_id, part))
            for part, (_, tag) in enumerate(setup_queries(settings), start=1)
        ]
    cursor = cursor_of(read.cursor)
    kind = phases(read.feed, settings)[cursor.phase]
    element = etree.Element(
        f"{kind}QueryRq", requestID=naming.request_id(read.attempt_id)
    )
    element.set("iterator", "Continue" if cursor.iterator else "Start")
    if cursor.iterator:
        element.set("iteratorID", cursor.iterator)
    element.append(_needed(leaf("MaxReturned", str(read.limit))))
    element.extend([child for child in _filters(kind, cursor) if child is not None])
    return [element]


def days_of(cursor: Cursor) -> tuple[date, date]:
    """Return the first and last business day that documents are read for."""
    first, _, last = cursor.days.partition("/")
    try:
        return date.fromisoformat(first), date.fromisoformat(last)
    except ValueError as error:
        raise DefectError(
            f"{cursor.days!r} are no days like 2026-11-01/2026-11-30."
        ) from error


def _filters(kind: str, cursor: Cursor) -> list[Child]:
    if kind == "ItemSites":
        return [leaf("ActiveStatus", "All")]
    if kind == "Item":
        # Quantities move without moving TimeModified (?), so all are read each time.
        return [leaf("ActiveStatus", "All")]
    if kind == "Customer":
        since = leaf("FromModifiedDate", cursor.since)
        return [leaf("ActiveStatus", "ActiveOnly"), since]
    first, last = days_of(cursor)
    return [
        node(
            "TxnDateRangeFilter",
            leaf("FromTxnDate", first.isoformat()),
            leaf("ToTxnDate", last.isoformat()),
        ),
        leaf("IncludeLineItems", "true"),
        leaf("IncludeLinkedTxns", "true") if kind != "SalesReceipt" else None,
    ]


def _needed(child: Child) -> Element:
    if child is None:
        raise DefectError("A query without a limit.")
    return child
