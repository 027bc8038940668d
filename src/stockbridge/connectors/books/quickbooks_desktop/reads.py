"""The queries that read a page of a feed."""

from datetime import date, timedelta

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

DAYS_BACK = 31  # of documents, where no days are asked for
DELETED = "TxnDeleted"
QUANTITIES = ("ItemInventory", "ItemInventoryAssembly")
_QUANTITY_PARTS = ("ListID", "QuantityOnHand", "QuantityOnSalesOrder")
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


def phases(
    feed: ReadFeed, settings: QuickBooksDesktopSettings, cursor: Cursor
) -> tuple[str, ...]:
    """Return the queries that a feed consists of, one after the other.

    Documents move quantities without moving an item's TimeModified (?). So a walk
    over changed items is followed by one over all quantities, and nothing else of them.
    After the documents comes what was deleted: it is in no other answer.
    """
    if feed is ReadFeed.CUSTOMERS:
        return ("Customer",)
    if feed is not ReadFeed.ITEMS:
        return (*document_types(settings), DELETED)
    if settings.uses_sites:
        return ("Item", "ItemSites")
    return ("Item", *QUANTITIES) if cursor.since else ("Item",)


def page_requests(read: Read, settings: QuickBooksDesktopSettings) -> list[Element]:
    """Return the queries of one page."""
    if read.feed is ReadFeed.SETUP:
        return [
            request(tag, naming.request_id(read.attempt_id, part))
            for part, (_, tag) in enumerate(setup_queries(settings), start=1)
        ]
    cursor = cursor_of(read.cursor)
    kind = phases(read.feed, settings, cursor)[cursor.phase]
    if kind == DELETED:
        return [_deleted(read, settings)]
    element = etree.Element(
        f"{kind}QueryRq", requestID=naming.request_id(read.attempt_id)
    )
    element.set("iterator", "Continue" if cursor.iterator else "Start")
    if cursor.iterator:
        element.set("iteratorID", cursor.iterator)
    element.append(_needed(leaf("MaxReturned", str(read.limit))))
    element.extend(
        [child for child in _filters(kind, cursor, read) if child is not None]
    )
    return [element]


def _deleted(read: Read, settings: QuickBooksDesktopSettings) -> Element:
    """Return the question what was deleted: no pages, no more than 90 days back.

    Without dates, so that no clock and no zone can hide anything. It tells nothing of
    what is older (docs.conductor.is, "deleted transactions", names both limits).
    """
    kinds = [leaf("TxnDelType", kind) for kind in document_types(settings)]
    return request(f"{DELETED}QueryRq", naming.request_id(read.attempt_id), *kinds)


def days_of(cursor: Cursor, read: Read) -> tuple[date, date]:
    """Return the first and last business day that documents are read for."""
    if not cursor.days:
        today = read.began_at.date()
        return today - timedelta(days=DAYS_BACK), today + timedelta(days=1)
    first, _, last = cursor.days.partition("/")
    try:
        return date.fromisoformat(first), date.fromisoformat(last)
    except ValueError as error:
        raise DefectError(
            f"{cursor.days!r} are no days like 2026-11-01/2026-11-30."
        ) from error


def _filters(kind: str, cursor: Cursor, read: Read) -> list[Child]:
    if kind == "ItemSites":
        return [leaf("ActiveStatus", "All")]
    if kind in QUANTITIES:
        parts = [leaf("IncludeRetElement", part) for part in _QUANTITY_PARTS]
        return [leaf("ActiveStatus", "All"), *parts]
    if kind in {"Item", "Customer"}:
        since = leaf("FromModifiedDate", cursor.since)
        return [leaf("ActiveStatus", "All"), since]
    first, last = days_of(cursor, read)
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
