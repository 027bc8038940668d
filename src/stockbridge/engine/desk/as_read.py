"""Books that call us, as they were last read: for screens and checks, at any time.

Nothing here reaches the books: they call when they like. What is written goes through
the desk.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from stockbridge.domain.accounting import (
    CancellationDocument,
    DocumentKind,
    ReversalDocument,
)
from stockbridge.domain.catalog import BooksCustomer, BooksItem, Location, StockLevel
from stockbridge.domain.delivery import State
from stockbridge.domain.errors import DefectError
from stockbridge.engine.clock import database_now
from stockbridge.engine.codec import load_document
from stockbridge.engine.desk.lists import LISTS, accounts_of, locations_of
from stockbridge.engine.desk.stored import (
    amendments_of,
    as_confirmed,
    documents_as_read,
    posted,
)
from stockbridge.engine.models import (
    Connection,
    Delivery,
    DeliverySource,
    DeskAccess,
    StockReading,
)
from stockbridge.ports import (
    BooksAccount,
    BooksCapabilities,
    ConnectionReport,
    Finding,
    LookUpResult,
    Page,
    PostRequest,
    PostResult,
    Severity,
    StoredDocument,
)

SILENT = timedelta(hours=24)


class BooksAsRead:
    """Implements `ports.Books` for reading; writes go through the desk."""

    def __init__(self, connection: Connection, capabilities: BooksCapabilities) -> None:
        self._connection = connection
        self._capabilities = capabilities

    @property
    def capabilities(self) -> BooksCapabilities:
        """What this kind of books can do."""
        return self._capabilities

    def check(self) -> ConnectionReport:
        """Say when the caller was last here, and what is missing until it comes."""
        access = DeskAccess.objects.filter(connection=self._connection).first()
        return ConnectionReport(
            (_finding(access),),
            version=self._connection.version,
            facts={k: v for k, v in self._connection.facts.items() if k != LISTS},
        )

    def post(self, requests: Sequence[PostRequest]) -> tuple[PostResult, ...]:
        """Refuse: only the desk writes."""
        raise DefectError("These books call us: what is written goes through the desk.")

    def look_up(self, requests: Sequence[PostRequest]) -> tuple[LookUpResult, ...]:
        """Refuse: only the desk asks."""
        raise DefectError("These books call us: look-ups go through the desk.")

    def changed_items(self, cursor: str, *, limit: int) -> Page[BooksItem]:
        """Return nothing: the desk keeps what it reads."""
        return Page((), cursor, is_last=True)

    def changed_customers(self, cursor: str, *, limit: int) -> Page[BooksCustomer]:
        """Return nothing: the desk keeps what it reads."""
        return Page((), cursor, is_last=True)

    def changed_stock(self, cursor: str, *, limit: int) -> Page[StockLevel]:
        """Return nothing: the desk keeps what it reads."""
        return Page((), cursor, is_last=True)

    def stock(self, item_ids: Sequence[str]) -> tuple[StockLevel, ...]:
        """Return the levels as last read."""
        rows = StockReading.objects.filter(books=self._connection, item_id__in=item_ids)
        return tuple(
            StockLevel(
                row.item_id, row.location_id, row.on_hand, row.committed, row.began_at
            )
            for row in rows
        )

    def locations(self) -> tuple[Location, ...]:
        """Return the locations as last read."""
        return locations_of(self._connection)

    def accounts(self) -> tuple[BooksAccount, ...]:
        """Return the accounts, or kinds of tender, as last read."""
        return accounts_of(self._connection)

    def documents(
        self, first: date, last: date, *, cursor: str, limit: int
    ) -> Page[StoredDocument]:
        """Return our documents by business date, as they were last read.

        Those that were not read since are as the books confirmed them.
        """
        rows = posted(self._connection).filter(business_date__range=(first, last))
        if cursor:
            rows = rows.filter(pk__gt=int(cursor))
        page = list(rows[:limit])
        after = str(page[-1].pk) if page else cursor
        gone = keys_taken_back(page)
        ids = [row.books_id for row in page]
        read = documents_as_read(self._connection, ids)
        changed = amendments_of(self._connection, ids)
        found = [
            _stored(row, gone, read.get(row.books_id), changed.get(row.books_id))
            for row in page
            if row.document
        ]
        kept = tuple(one for one in found if one is not None)
        return Page(kept, after, is_last=len(page) < limit)


def keys_taken_back(rows: Sequence[Delivery]) -> set[str]:
    """Return the keys of those that a posted document of the same orders took back."""
    orders = DeliverySource.objects.filter(delivery__in=rows).values("order_id")
    undoing = Delivery.objects.filter(
        connection__in={row.connection_id for row in rows},
        state=State.POSTED.value,
        kind__in=[DocumentKind.REVERSAL.value, DocumentKind.CANCELLATION.value],
        sources__order_id__in=orders,
    )
    found = set()
    for row in undoing.distinct():
        document = load_document(row.kind, row.document)
        if isinstance(document, ReversalDocument):
            found.add(document.target.key)
        elif isinstance(document, CancellationDocument):
            found.add(document.sale.key)
    return found


def _stored(
    row: Delivery,
    gone: set[str],
    read: StoredDocument | None,
    change: Delivery | None,
) -> StoredDocument | None:
    found = read or (change and as_confirmed(change)) or as_confirmed(row)
    if found is None:
        return None
    return replace(found, key=row.key, is_live=found.is_live and row.key not in gone)


def _finding(access: DeskAccess | None) -> Finding:
    if access is None or access.last_sign_in_at is None:
        return Finding(
            "never_called",
            Severity.WARNING,
            "The QuickBooks Web Connector has not called yet.",
            "Download the file for it on this connection's page, add it in the Web "
            "Connector, type the password and let it run once.",
        )
    silent = database_now() - access.last_sign_in_at
    if silent > max(SILENT, timedelta(minutes=3 * access.every_minutes)):
        return Finding(
            "silent",
            Severity.WARNING,
            "The QuickBooks Web Connector has been silent for more than a day.",
            "See whether the PC is on, the Web Connector runs and Auto-Run is ticked.",
        )
    return Finding("called", Severity.OK, "The QuickBooks Web Connector calls us.")
