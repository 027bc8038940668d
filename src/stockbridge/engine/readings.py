"""Reading the books' stock: levels by location, each with when its reading began.

Only levels that moved come again. Once the end of what moved was read, every other
level is known to be as it was: `Cursor.caught_up_at` says when that look began. An
item in two places whose goods left one of them is so known in both.
"""

from collections.abc import Sequence
from datetime import datetime

from stockbridge.companies.row_writes import put_rows, update_rows
from stockbridge.domain.catalog import StockLevel
from stockbridge.engine.claims import mark_stale_by_books
from stockbridge.engine.fetch import cursor_at, cursor_of
from stockbridge.engine.issues import IssueDraft, open_issue
from stockbridge.engine.models import Connection, Cursor, StockReading
from stockbridge.engine.session import Session
from stockbridge.ports import Books

PAGE = 1000
FEED = "stock"


def read_stock(session: Session, books: Books) -> int:
    """Read levels that moved; return how many targets must be computed again.

    A location that vanished writes nothing: its last reading stays, and an issue
    asks (CORRECTNESS 4).
    """
    cursor = cursor_of(session, FEED)
    stale = 0
    while True:
        began_at = session.now()
        page = books.changed_stock(cursor.value, limit=PAGE)
        with session.fenced():
            stale += keep_levels(session, page.records)
            cursor.value = page.cursor
            if page.is_last:
                cursor.caught_up_at = began_at
                stale += _end_round(session, cursor)
            elif cursor.round_started_at is None:
                cursor.round_started_at = began_at
            update_rows([cursor], ["value", "caught_up_at", "round_started_at"])
        if page.is_last or session.is_over():
            return stale


def known_at(books: Connection) -> datetime | None:
    """Return since when no level moved that did not come again; None: never read."""
    cursor = cursor_at(books.pk, FEED)
    return cursor.caught_up_at if cursor else None


def _end_round(session: Session, cursor: Cursor) -> int:
    """Let what earlier pages of this round brought be computed again.

    When it was computed first, its other locations were not known to be the same.
    """
    if cursor.round_started_at is None:
        return 0  # one page: marked in this very transaction
    read = StockReading.objects.filter(
        books=session.connection, began_at__gte=cursor.round_started_at
    )
    cursor.round_started_at = None
    ids = set(read.values_list("item_id", flat=True))
    return mark_stale_by_books(session.connection.pk, ids)


def keep_levels(session: Session, levels: Sequence[StockLevel]) -> int:
    """Save readings, newest last; return how many targets became stale."""
    newest = {(level.item_id, level.location_id): level for level in levels}
    if not newest:
        return 0
    put_rows(
        [
            StockReading(
                books=session.connection,
                item_id=level.item_id,
                location_id=level.location_id,
                on_hand=level.on_hand,
                committed=level.committed,
                began_at=level.began_at,
            )
            for level in newest.values()
        ],
        unique=["books", "item_id", "location_id"],
        columns=["on_hand", "committed", "began_at"],
    )
    touched = {item_id for item_id, _ in newest}
    return mark_stale_by_books(session.connection.pk, touched)


def watch_locations(session: Session, books: Books) -> None:
    """Open an issue when a location that we count has vanished from the books."""
    missing_locations(
        session,
        {place.external_id for place in books.locations() if place.is_active},
    )


def missing_locations(session: Session, present: set[str]) -> None:
    """Open an issue for each location that we count and the books no longer have."""
    known = set(
        StockReading.objects.filter(books=session.connection)
        .values_list("location_id", flat=True)
        .distinct()
    )
    for location_id in known - present:
        open_issue(
            IssueDraft(
                company=session.connection.company,
                connection=session.connection,
                code="location_gone",
                subject_kind="location",
                subject_id=location_id,
                title="A location of your stock has vanished from the books",
                message=f"Location {location_id} is no longer there; its last known "
                "quantities still count.",
                remedy="Bring the location back, or choose other locations in the "
                "connection's options.",
                severity="warning",
            ),
            now=session.now(),
        )
