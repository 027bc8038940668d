"""The daily walk over order ids: it finds what dates cannot.

Deleted refunds, trashed orders, old versions whose refunds do not move the
order's date, raw edits: each changes an order's mark without changing its date.
"""

from collections.abc import Sequence
from datetime import timedelta

from stockbridge.companies.row_writes import update_rows
from stockbridge.domain.commerce import OrderStatus
from stockbridge.engine.claims import take_claims
from stockbridge.engine.fetch import (
    ORDERS,
    STORE_ORDERS,
    cursor_of,
    keep,
    keep_unreadable,
)
from stockbridge.engine.models import Cursor, Snapshot
from stockbridge.engine.session import Session
from stockbridge.ports import OrderMark, Store

DAILY = timedelta(hours=24)
FEED = "walked_orders"
PAGE = 100


def walk_orders(session: Session, store: Store) -> bool:
    """Compare marks of all orders with what we know; read again what differs.

    Works until the job is over and goes on where it stopped; returns whether the
    walk is complete.
    """
    cursor = cursor_of(session, FEED)
    if cursor.caught_up_at is not None:
        if session.now() - cursor.caught_up_at < DAILY:
            return True
        cursor.value, cursor.caught_up_at = "", None
        cursor.round_started_at = session.now()
    if cursor.round_started_at is None:
        cursor.round_started_at = session.now()
    while not session.is_over():
        page = store.walk_orders(cursor.value, limit=PAGE)
        _compare(session, store, page.records)
        with session.fenced():
            cursor.value = page.cursor
            if page.is_last:
                cursor.caught_up_at = session.now()
            cursor.save(update_fields=["value", "caught_up_at", "round_started_at"])
        if page.is_last:
            _look_for_vanished(session, store, cursor)
            return True
    return False


def _compare(session: Session, store: Store, marks: Sequence[OrderMark]) -> None:
    ids = [mark.external_id for mark in marks]
    known = {
        row.external_id: row
        for row in Snapshot.objects.filter(
            connection=session.connection, feed=ORDERS, external_id__in=ids
        ).only("id", "external_id", "walk_mark", "status")
    }
    differing = [
        mark.external_id
        for mark in marks
        if mark.external_id not in known
        or known[mark.external_id].walk_mark != mark.fingerprint
    ]
    for start in range(0, len(differing), PAGE):
        _read(session, store, differing[start : start + PAGE])
    with session.fenced():
        now = session.now()
        rows = {
            row.external_id: row
            for row in Snapshot.objects.filter(
                connection=session.connection, feed=ORDERS, external_id__in=ids
            ).only("id", "external_id", "walk_mark", "walked_at")
        }
        for mark in marks:
            if mark.external_id in rows:
                rows[mark.external_id].walk_mark = mark.fingerprint
                rows[mark.external_id].walked_at = now
        update_rows(rows.values(), ["walk_mark", "walked_at"])


def _read(session: Session, store: Store, ids: Sequence[str]) -> None:
    page = store.orders(ids)
    with session.fenced():
        keep(session, STORE_ORDERS, page.records)
        take_claims(session, page.records)
        keep_unreadable(session, STORE_ORDERS, page.unreadable)


def _look_for_vanished(session: Session, store: Store, cursor: Cursor) -> None:
    """Ask by id for orders that the walk did not meet: trashed or deleted."""
    missing = list(
        Snapshot.objects.filter(
            connection=session.connection, feed=ORDERS, deleted_at=None
        )
        .exclude(status__in=[OrderStatus.DELETED.value, "unreadable"])
        .exclude(walked_at__gte=cursor.round_started_at)
        .values_list("external_id", flat=True)[:1000]
    )
    for start in range(0, len(missing), PAGE):
        _read(session, store, missing[start : start + PAGE])
