"""Reading lists page by page: items with their stock, customers, documents."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TypeAlias, TypeVar

from lxml import etree

from stockbridge.connectors.books.quickbooks_pos import (
    counter_receipts,
    customers,
    items,
    orders,
)
from stockbridge.connectors.books.quickbooks_pos import receipts as pos_receipts
from stockbridge.connectors.books.quickbooks_pos.cursors import (
    RESTARTS_MAX,
    Cursor,
    cursor_of,
)
from stockbridge.connectors.books.quickbooks_pos.envelopes import (
    Message,
    Node,
    Response,
    text_of,
)
from stockbridge.connectors.books.quickbooks_pos.facts import CompanyFacts
from stockbridge.connectors.books.quickbooks_pos.markers import (
    MARKER_START,
    read_signed,
)
from stockbridge.connectors.books.quickbooks_pos.numbers import time_of, time_text
from stockbridge.connectors.books.quickbooks_pos.settings import (
    PosSettings,
    SaleDocumentKind,
)
from stockbridge.domain.accounting import DocumentKind
from stockbridge.domain.catalog import BooksItem, StockLevel
from stockbridge.domain.errors import DefectError
from stockbridge.ports import (
    DeskResult,
    NotDone,
    PageRead,
    Read,
    ReadFeed,
    StoredDocument,
    Unreadable,
)

Row: TypeAlias = etree._Element
Record = TypeVar("Record")
_ORDERS, _DELETED = "orders", "deleted"  # after the receipts, which have no name
_DELETED_ROW = "ListDeletedRet"
_KINDS = {"Sales": DocumentKind.SALE, "Return": DocumentKind.REFUND}
_REQUESTS = {
    ReadFeed.ITEMS: ("ItemInventoryQueryRq", items.ROW, items.READ),
    ReadFeed.CUSTOMERS: ("CustomerQueryRq", customers.ROW, customers.READ),
}


@dataclass(frozen=True, slots=True)
class Reader:
    """How the lists of one connection are read."""

    settings: PosSettings
    facts: CompanyFacts

    def request(self, read: Read) -> Message:
        """Return the request for the page that the cursor names."""
        if read.feed is ReadFeed.RECEIPTS:
            return counter_receipts.request(read)
        cursor = cursor_of(read.cursor)
        if cursor.part == _DELETED:
            return self._deleted(read, cursor)
        tag, _, fields = self._list(read.feed, cursor)
        step = (
            (("iterator", "Continue"), ("iteratorID", cursor.iterator))
            if cursor.iterator
            else (("iterator", "Start"),)
        )
        children: list[Node] = [
            ("MaxReturned", str(read.limit)),
            *self._filters(read.feed, cursor),
            *[("IncludeRetElement", field) for field in fields],
        ]
        return Message(tag, read.attempt_id, children, step)

    def page(self, read: Read, response: Response) -> DeskResult:
        """Return the records of a page; a dead iterator starts the walk again."""
        if read.feed is ReadFeed.RECEIPTS:
            return counter_receipts.page(read, response, self.settings.currency)
        cursor = cursor_of(read.cursor)
        if response.is_error:
            return self._refused(read, cursor, response)
        _, row_tag, _ = self._list(read.feed, cursor)
        rows = response.rows(row_tag)
        page = self._records(read, rows)
        remaining = response.element.get("iteratorRemainingCount", "")
        iterator = response.element.get("iteratorID", "")
        left = int(remaining) if remaining.isdecimal() else 0
        cursor = cursor.seen(_moments(rows))
        if left and iterator:
            going_on = replace(cursor, iterator=iterator, began=self._began(cursor))
            return replace(page, cursor=going_on.text(), remaining=left)
        return self._ended(read, cursor, page)

    def _deleted(self, read: Read, cursor: Cursor) -> Message:
        """Return the question which orders were deleted; it has no pages.

        Receipts cannot be: ListDelType names held ones only, TxnReverse takes back.
        """
        children: list[Node] = [("ListDelType", "SalesOrder")]
        if cursor.since:
            first = time_text(time_of(cursor.since), self.facts.zone)
            children.append(("DeletedDateRangeFilter", [("FromDeletedDate", first)]))
        return Message("ListDeletedQueryRq", read.attempt_id, children)

    def _list(self, feed: ReadFeed, cursor: Cursor) -> tuple[str, str, tuple[str, ...]]:
        if feed in _REQUESTS:
            return _REQUESTS[feed]
        if feed is ReadFeed.DOCUMENTS:
            if cursor.part == _DELETED:
                return "ListDeletedQueryRq", _DELETED_ROW, ()
            if cursor.part == _ORDERS:
                return "SalesOrderQueryRq", orders.ROW, ()
            return "SalesReceiptQueryRq", pos_receipts.ROW, ()
        raise DefectError(f"{feed.value} is not read page by page.")

    def _filters(self, feed: ReadFeed, cursor: Cursor) -> list[Node]:
        found: list[Node] = []
        if cursor.since:
            moment = time_text(time_of(cursor.since), self.facts.zone)
            criterion: Node = ("MatchNumericCriterion", "GreaterThanEqual")
            newer: list[Node] = [criterion, ("TimeModified", moment)]
            found.append(("TimeModifiedFilter", newer))
        if feed is ReadFeed.DOCUMENTS:
            field = "Instructions" if cursor.part == _ORDERS else "Comments"
            starts: Node = ("MatchStringCriterion", "StartsWith")
            found.append((f"{field}Filter", [starts, (field, MARKER_START)]))
        if cursor.days:
            first, last = cursor.days
            days: list[Node] = [("FromTxnDate", first), ("ToTxnDate", last)]
            found.append(("TxnDateRangeFilter", days))
        return found

    def _refused(self, read: Read, cursor: Cursor, response: Response) -> DeskResult:
        is_stuck = cursor.restarts >= RESTARTS_MAX
        if not cursor.iterator or is_stuck:
            return NotDone(
                read.attempt_id,
                f"Point of Sale did not give its {read.feed.value}: {response.text}",
                remedy="Check that Point of Sale is open and works, then check the "
                "connection.",
                is_retryable=not is_stuck,
            )
        return PageRead(read.attempt_id, cursor.restarted().text(), is_last=False)

    def _ended(self, read: Read, cursor: Cursor, page: PageRead) -> PageRead:
        wants_orders = self.settings.sale_document is SaleDocumentKind.SALES_ORDER
        parts = {"": _ORDERS, _ORDERS: _DELETED} if wants_orders else {}
        if read.feed is ReadFeed.DOCUMENTS and cursor.part in parts:
            following = Cursor(
                since=cursor.since,
                latest=cursor.latest,
                began=self._began(cursor),
                days=cursor.days,
                part=parts[cursor.part],
            )
            return replace(page, cursor=following.text(), is_last=False)
        is_one_page = not cursor.iterator and not cursor.part
        done = cursor.done(is_one_page=is_one_page)
        after = "" if cursor.days else done.text()
        return replace(page, cursor=after, is_last=True)

    def _began(self, cursor: Cursor) -> str:
        """Return when the walk began, by the books' clock or earlier."""
        moment = self.facts.books_time
        return cursor.began or (moment.isoformat() if moment else "")

    def _records(self, read: Read, rows: list[Row]) -> PageRead:
        empty = PageRead(read.attempt_id, cursor="", is_last=False)
        match read.feed:
            case ReadFeed.ITEMS:
                return self._items(read, rows, empty)
            case ReadFeed.CUSTOMERS:
                found, bad = _each(rows, "ListID", customers.customer_of)
                return replace(empty, customers=tuple(found), unreadable=tuple(bad))
            case _ if cursor_of(read.cursor).part == _DELETED:
                gone = [text_of(row, "ListID") for row in rows]
                return replace(
                    empty, gone=tuple(map(orders.order_id, filter(None, gone)))
                )
            case _:
                documents, bad = _each(rows, "TxnID", self._document)
                kept = tuple(one for one in documents if one is not None)
                return replace(empty, documents=kept, unreadable=tuple(bad))

    def _items(self, read: Read, rows: list[Row], empty: PageRead) -> PageRead:
        def both(row: Row) -> tuple[BooksItem, tuple[StockLevel, ...]]:
            item = items.item_of(row, self.settings)
            return item, tuple(items.levels_of(row, self.settings, read.began_at))

        found, bad = _each(rows, "ListID", both)
        return replace(
            empty,
            items=tuple(item for item, _ in found),
            levels=tuple(level for _, levels in found for level in levels),
            unreadable=tuple(bad),
        )

    def _document(self, row: Row) -> StoredDocument | None:
        """Return one of our documents; None for what is the counter's own."""
        is_order = row.tag == orders.ROW
        signed = read_signed(text_of(row, "Instructions" if is_order else "Comments"))
        kind = (
            DocumentKind.SALE
            if is_order
            else _KINDS.get(text_of(row, "SalesReceiptType"))
        )
        state = text_of(row, "HistoryDocStatus")
        if signed is None or kind is None or state == "Reversing":
            return None
        line = orders.LINE if is_order else "SalesReceiptItemRet"
        txn_id = text_of(row, "TxnID")
        return StoredDocument(
            books_id=orders.order_id(txn_id) if is_order else txn_id,
            kind=kind,
            reference=signed.reference,
            business_date=date.fromisoformat(text_of(row, "TxnDate")),
            total=pos_receipts.billed_total(row, self.settings),
            total_tax=pos_receipts.tax_of(row, line, self.settings),
            shipping=pos_receipts.shipping_of(row, line, self.settings),
            is_live=is_order or state == pos_receipts.REGULAR,
            sale_id=signed.sale_id,
        )


def _each(
    rows: list[Row], id_tag: str, decode: Callable[[Row], Record]
) -> tuple[list[Record], list[Unreadable]]:
    """Decode row by row: one that is not readable blocks only itself."""
    found: list[Record] = []
    bad: list[Unreadable] = []
    for row in rows:
        try:
            found.append(decode(row))
        except ValueError as error:
            bad.append(Unreadable(text_of(row, id_tag), str(error)))
    return found, bad


def _moments(rows: list[Row]) -> list[datetime]:
    moments: list[datetime] = []
    for row in rows:
        text = text_of(row, "TimeModified")
        if text:
            moments.append(time_of(text))
    return moments
