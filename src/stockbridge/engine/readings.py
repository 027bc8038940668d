"""Reading the books' stock: levels by location, each with when its reading began."""

from collections.abc import Sequence

from stockbridge.domain.catalog import StockLevel
from stockbridge.engine.claims import mark_stale_by_books
from stockbridge.engine.issues import IssueDraft, open_issue
from stockbridge.engine.models import Cursor, StockReading
from stockbridge.engine.session import Session
from stockbridge.ports import Books

PAGE = 1000


def read_stock(session: Session, books: Books) -> int:
    """Read levels that moved; return how many targets must be computed again.

    A location that vanished writes nothing: its last reading stays, and an issue
    asks (CORRECTNESS 4).
    """
    cursor, _ = Cursor.objects.get_or_create(
        connection=session.connection, feed="stock"
    )
    stale = 0
    while True:
        page = books.changed_stock(cursor.value, limit=PAGE)
        with session.fenced():
            stale += keep_levels(session, page.records)
            cursor.value = page.cursor
            if page.is_last:
                cursor.caught_up_at = session.now()
            cursor.save(update_fields=["value", "caught_up_at"])
        if page.is_last or session.is_over():
            return stale


def keep_levels(session: Session, levels: Sequence[StockLevel]) -> int:
    """Save readings, newest last; return how many targets became stale."""
    newest = {(level.item_id, level.location_id): level for level in levels}
    if not newest:
        return 0
    StockReading.objects.bulk_create(
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
        update_conflicts=True,
        unique_fields=["books", "item_id", "location_id"],
        update_fields=["on_hand", "committed", "began_at"],
    )
    return mark_stale_by_books(session.connection, {item_id for item_id, _ in newest})


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
