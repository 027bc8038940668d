"""Reading a store or the books: a page at a time, each saved before the next.

Cursors move in the same transaction as what was read, so a kill loses nothing. A
record that did not change costs one comparison of digests.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol, TypeAlias

from django.db.models import QuerySet
from pydantic import TypeAdapter

from stockbridge.companies.prepared import prepared
from stockbridge.companies.row_writes import put_rows, update_rows
from stockbridge.domain.catalog import BooksCustomer, BooksItem, StoreItem
from stockbridge.domain.commerce import Customer, Order, OrderStatus
from stockbridge.domain.counter_receipts import CounterReceipt
from stockbridge.domain.customer_matching import CustomerKey, customer_code
from stockbridge.domain.identity import digest_of, match_key, normalized_email
from stockbridge.engine.bridge_rows import look_again
from stockbridge.engine.codec import (
    BOOKS_CUSTOMER,
    BOOKS_ITEM,
    CUSTOMER,
    ORDER,
    STORE_ITEM,
    digest,
    dumped,
)
from stockbridge.engine.item_marks import books_marks, store_marks
from stockbridge.engine.models import Cursor, Snapshot
from stockbridge.engine.price_signs import items_moved
from stockbridge.engine.scrubbing import without_erased
from stockbridge.engine.session import Session
from stockbridge.engine.suppression import erased_of
from stockbridge.ports import Page, Unreadable

ORDERS, ITEMS, CUSTOMERS = "orders", "items", "customers"
PAGE = 100
SAID_AGAIN = timedelta(minutes=1)  # how old "read to its end" may get, unsaid


class Reader(Protocol):
    """How a connector's port reads one feed."""

    def __call__(self, cursor: str, *, limit: int) -> Page[Any]:
        """Return a page of records after `cursor`."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What one job read of one feed."""

    read: int = 0
    changed: tuple[str, ...] = ()  # external ids
    is_caught_up: bool = True


@dataclass(frozen=True, slots=True)
class Feed:
    """How one feed is read and kept."""

    name: str
    cursor: str  # the cursor's name: several may read one feed
    adapter: TypeAdapter[Any]
    columns: Callable[[Any], dict[str, Any]]
    plans: bool = False  # a change must be planned
    after: Callable[[Session, Sequence[Any]], None] | None = None
    # told of each page's records, in the transaction that keeps them


def read_feed(
    session: Session,
    feed: Feed,
    read: Reader,
    *,
    page: int = PAGE,
) -> Fetched:
    """Read the feed from its cursor until its end, or until the job is over."""
    cursor = cursor_of(session, feed.cursor)
    count, changed = 0, list[str]()
    while True:
        found = read(cursor.value, limit=page)
        if _says_nothing(found, cursor, session):
            return Fetched(count, tuple(changed))
        with session.fenced():
            changed += keep(session, feed, found.records)
            keep_unreadable(session, feed, found.unreadable)
            if feed.after is not None:
                feed.after(session, found.records)
            _advance(cursor, found, session)
        count += len(found.records)
        if found.is_last:
            return Fetched(count, tuple(changed))
        if session.is_over():
            return Fetched(count, tuple(changed), is_caught_up=False)


def _says_nothing(page: Page[Any], cursor: Cursor, session: Session) -> bool:
    """Whether a page brings nothing, not even a later end: nothing is written then."""
    ended_at = cursor.caught_up_at
    return (
        page.is_last
        and not page.records
        and not page.unreadable
        and page.cursor == cursor.value
        and ended_at is not None
        and session.now() - ended_at < SAID_AGAIN
    )


def cursor_of(session: Session, name: str) -> Cursor:
    """Return how far a feed was read; made at the first look."""
    connection = session.connection
    found = cursor_at(connection.pk, name)
    if found is not None:
        return found
    with session.fenced():
        return Cursor.objects.get_or_create(connection=connection, feed=name)[0]


def cursor_at(connection_id: int, name: str) -> Cursor | None:
    """Return how far a feed was read; None before the first look."""
    return _cursors.first(connection_id, name)


@prepared
def _cursors(connection_id: int, name: str) -> QuerySet[Cursor]:
    return Cursor.objects.filter(connection=connection_id, feed=name)


@prepared
def _digests(
    connection_id: int, feed: str, external_ids: Sequence[str]
) -> QuerySet[Snapshot, tuple[str, str]]:
    return Snapshot.objects.filter(
        connection=connection_id, feed=feed, external_id__in=external_ids
    ).values_list("external_id", "digest")


def keep(session: Session, feed: Feed, records: Sequence[Any]) -> list[str]:
    """Save what changed of these records; return their external ids."""
    newest = {record.external_id: record for record in records}
    if not newest:
        return []
    known = dict(_digests(session.connection.pk, feed.name, list(newest)))
    rows, moved = [], []
    erased = erased_of(session.connection.company_id)
    for external_id, record in newest.items():
        data = dumped(feed.adapter, record)
        mark = digest(data)
        if known.get(external_id) == mark:
            if feed.name == ITEMS and hasattr(record, "stock_quantity"):
                moved.append(record)
            continue
        clean = without_erased(record, erased)
        if clean is not record:  # the digest stays that of the original
            data = dumped(feed.adapter, clean)
        rows.append(_row(session, feed, clean, data=data, mark=mark))
    if rows:
        put_rows(rows, unique=_KNOWN_BY, columns=_UPDATED)
        if feed.name == ITEMS:
            look_again([session.connection.pk])
            items_moved(session.connection.pk, [row.external_id for row in rows])
    _keep_quantities(session, feed, moved)
    return [row.external_id for row in rows]


def keep_unreadable(
    session: Session, feed: Feed, records: Sequence[Unreadable]
) -> None:
    """Save why records cannot be read: each blocks only itself."""
    now = session.now()
    rows = [
        Snapshot(
            connection=session.connection,
            feed=feed.name,
            external_id=record.external_id,
            digest=digest_of(["unreadable", record.message]),
            problem=f"{record.message}\n{record.remedy}".strip(),
            key=record.external_id,
            status="unreadable",
            seen_at=now,
            is_plan_due=feed.plans,
        )
        for record in records
    ]
    if rows:
        columns = ["digest", "problem", "status", "seen_at", "is_plan_due"]
        put_rows(rows, unique=_KNOWN_BY, columns=columns)


def order_columns(order: Order) -> dict[str, Any]:
    """Return what orders are searched and sorted by."""
    return {
        "key": order.number,
        "match_key": match_key(order.number),
        "name": _person(order.customer),
        "status": order.store_status or order.status.value,
        "at": order.placed_at,
        "amount": order.total.amount,
        "currency": order.currency,
        "group_id": order.customer.external_id,
        "deleted": order.status is OrderStatus.DELETED,
    }


def item_columns(item: StoreItem) -> dict[str, Any]:
    """Return what the store's items are searched and sorted by."""
    return {
        "key": item.sku,
        "match_key": match_key(item.sku),
        "name": item.name,
        "status": item.status,
        "amount": item.price.amount if item.price else None,
        "currency": item.price.currency if item.price else "",
        "quantity": item.stock_quantity,
        "at": item.created_at,
        "group_id": item.product_id,
        "marks": store_marks(item),
        "deleted": item.status == "trash",
    }


def customer_columns(customer: Customer) -> dict[str, Any]:
    """Return what the store's customers are searched and sorted by."""
    return {
        "key": customer.email,
        "match_key": normalized_email(customer.email),
        "name": _person(customer),
        "status": customer.role,
        "at": customer.created_at,
    }


def books_item_columns(item: BooksItem) -> dict[str, Any]:
    """Return what the books' items are searched and sorted by."""
    return {
        "key": item.sku,
        "match_key": match_key(item.sku),
        "name": item.name,
        "status": "active" if item.is_active else "inactive",
        "marks": books_marks(item),
        "amount": item.price.amount if item.price else None,
        "currency": item.price.currency if item.price else "",
    }


def books_customer_columns(customer: BooksCustomer) -> dict[str, Any]:
    """Return what the books' customers are searched and sorted by."""
    return {
        "key": customer.email,
        "match_key": normalized_email(customer.email),
        "name": customer.name,
        "name_key": customer_code(CustomerKey.NAME, customer)[:200] or None,
        "phone_key": customer_code(CustomerKey.PHONE, customer)[:60] or None,
    }


Record: TypeAlias = (
    Order | StoreItem | Customer | BooksItem | BooksCustomer | CounterReceipt
)
STORE_ORDERS = Feed(ORDERS, ORDERS, ORDER, order_columns, plans=True)
OPEN_ORDERS = Feed(ORDERS, "open_orders", ORDER, order_columns, plans=True)
STORE_ITEMS = Feed(ITEMS, ITEMS, STORE_ITEM, item_columns)
WALKED_ITEMS = Feed(ITEMS, "walked_items", STORE_ITEM, item_columns)
STORE_CUSTOMERS = Feed(CUSTOMERS, CUSTOMERS, CUSTOMER, customer_columns)
BOOKS_ITEMS = Feed(ITEMS, ITEMS, BOOKS_ITEM, books_item_columns)
BOOKS_CUSTOMERS = Feed(CUSTOMERS, CUSTOMERS, BOOKS_CUSTOMER, books_customer_columns)

_KNOWN_BY = ["connection", "feed", "external_id"]
_UPDATED = [
    "digest",
    "data",
    "key",
    "match_key",
    "name",
    "name_key",
    "phone_key",
    "status",
    "group_id",
    "marks",
    "at",
    "amount",
    "currency",
    "quantity",
    "changed_at",
    "walk_mark",
    "seen_at",
    "deleted_at",
    "is_plan_due",
    "problem",
]


def _row(
    session: Session,
    feed: Feed,
    record: Record,
    *,
    data: dict[str, Any],
    mark: str,
) -> Snapshot:
    columns = feed.columns(record)
    now = session.now()
    return Snapshot(
        connection=session.connection,
        feed=feed.name,
        external_id=record.external_id,
        digest=mark,
        data=data,
        key=columns.get("key", "")[:200],
        match_key=columns.get("match_key", "")[:200],
        name=columns.get("name", "")[:300],
        name_key=columns.get("name_key"),
        phone_key=columns.get("phone_key"),
        status=columns.get("status", "")[:40],
        group_id=columns.get("group_id", ""),
        marks=columns.get("marks", ""),
        at=columns.get("at"),
        amount=columns.get("amount"),
        currency=columns.get("currency", ""),
        quantity=columns.get("quantity"),
        changed_at=getattr(record, "changed_at", None),
        walk_mark=getattr(record, "mark", ""),
        seen_at=now,
        deleted_at=now if columns.get("deleted") else None,
        is_plan_due=feed.plans,
    )


def _keep_quantities(session: Session, feed: Feed, items: Sequence[StoreItem]) -> None:
    """Save quantities: no part of an item's digest, they move without a change."""
    if not items:
        return
    known = {
        row.external_id: row
        for row in Snapshot.objects.filter(
            connection=session.connection,
            feed=feed.name,
            external_id__in=[item.external_id for item in items],
        ).only("id", "external_id", "quantity")
    }
    moved = []
    for item in items:
        row = known.get(item.external_id)
        if row is not None and row.quantity != item.stock_quantity:
            row.quantity = item.stock_quantity
            moved.append(row)
    if moved:
        Snapshot.objects.bulk_update(moved, ["quantity"])


def _advance(cursor: Cursor, page: Page[Any], session: Session) -> None:
    cursor.value = page.cursor
    cursor.records_read += len(page.records)
    if page.is_last:
        cursor.caught_up_at = session.now()
    update_rows([cursor], ["value", "records_read", "caught_up_at"])


def _person(customer: Customer) -> str:
    person = f"{customer.first_name} {customer.last_name}".strip()
    return person or customer.company or customer.email
