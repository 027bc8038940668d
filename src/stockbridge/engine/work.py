"""What a job does with one connection: read, plan, send, settle, bring in line.

A store's job: hints first, then items, then orders (so that what is desired is
never older than what is shown), then planning, then stock. A books job: its
items, customers and stock, then linking, then deliveries, then stock again.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Exists, Q

from stockbridge.domain.delivery import State
from stockbridge.engine.claims import take_claims
from stockbridge.engine.deliver import deliver, has_ready
from stockbridge.engine.feeds import (
    ITEMS_WITH_CODES,
    ITEMS_WITH_QUANTITIES,
    OPEN,
    ORDERS,
    WALK_WITH_QUANTITIES,
    order_reader,
)
from stockbridge.engine.fetch import (
    BOOKS_CUSTOMERS,
    STORE_CUSTOMERS,
    STORE_ORDERS,
    keep,
    keep_unreadable,
    read_feed,
)
from stockbridge.engine.ground import options_of
from stockbridge.engine.matching import link_items
from stockbridge.engine.models import Bridge, Connection, Cursor, Delivery, StockTarget
from stockbridge.engine.options import BridgeOptions
from stockbridge.engine.outgoing import unmet_needs
from stockbridge.engine.plan import has_due, plan_due
from stockbridge.engine.readings import read_stock, watch_locations
from stockbridge.engine.runs import (
    end_stopped,
    follow_runs,
    refresh_at_next_visit,
    work_on_books_runs,
    work_on_runs,
)
from stockbridge.engine.session import Session
from stockbridge.engine.stock import StockRun
from stockbridge.engine.walk import walk_orders
from stockbridge.ports import Books, Store

DAILY = timedelta(hours=24)
ITEMS_EVERY = timedelta(minutes=5)
CUSTOMERS_EVERY = timedelta(hours=1)
STOCK_READ_EVERY = timedelta(minutes=1)


@dataclass(slots=True)
class Done:
    """What a job did, and when the connection wants to be looked at again."""

    again_at: datetime
    is_finished: bool = True  # False: more to do at once
    wakes: set[int] = field(default_factory=set)  # connections that have work now


def work_on_store(session: Session, store: Store) -> Done:
    """Do all that is due for a store."""
    connection = session.connection
    bridges = _bridges(store_connection=connection)
    options = [options_of(bridge) for bridge in bridges]
    done = Done(again_at=session.now() + _orders_interval(options))
    _hear_hints(session, store)
    books = {bridge.books_id for bridge in bridges}
    if _knows_orders(session) and plan_due(session):
        done.wakes |= books
    finished = _read_items(session, store, bridges)
    finished &= _read_customers(session, store)
    finished &= _read_orders(session, store, options)
    if _knows_orders(session) and plan_due(session):
        done.wakes |= books
    finished &= walk_orders(session, store)
    finished &= not has_due(connection)
    for bridge, chosen in zip(bridges, options, strict=True):
        finished &= _stock(session, store, bridge, chosen)
        finished &= work_on_runs(session, bridge, store)
    end_stopped(session)
    done.wakes |= _books_with_work(bridges)
    done.is_finished = finished
    return done


def work_on_books(session: Session, books: Books) -> Done:
    """Do all that is due for a set of books."""
    connection = session.connection
    bridges = _bridges(books_connection=connection)
    done = Done(again_at=session.now() + STOCK_READ_EVERY)
    finished = True
    if has_ready(session):
        deliver(session, books)
    finished &= read_feed(session, ITEMS_WITH_CODES, books.changed_items).is_caught_up
    finished &= read_feed(
        session, BOOKS_CUSTOMERS, books.changed_customers
    ).is_caught_up
    for bridge in bridges:
        if link_items(session, bridge).linked:
            done.wakes.add(bridge.store_id)
    read_stock(session, books)
    if _is_due(session, "locations", DAILY):
        watch_locations(session, books)
        _mark(session, "locations")
    if has_ready(session) and not session.is_over():
        deliver(session, books)
        read_stock(session, books)
    for bridge in bridges:
        finished &= work_on_books_runs(session, bridge, books)
        done.wakes |= follow_runs(session, bridge)
    end_stopped(session)
    done.wakes |= _stores_with_stale_stock(bridges)
    done.is_finished = finished and not session.is_over()
    return done


def work_on_callers_books(session: Session) -> Done:
    """Do all that is due for books that call us, between their visits.

    Reading and writing happen at the desk; here is only what needs no wire.
    """
    done = Done(again_at=session.now() + STOCK_READ_EVERY)
    for bridge in _bridges(books_connection=session.connection):
        if link_items(session, bridge).linked:
            done.wakes.add(bridge.store_id)
        refresh_at_next_visit(session, bridge)
        done.wakes |= follow_runs(session, bridge)
    end_stopped(session)
    bridges = _bridges(books_connection=session.connection)
    done.wakes |= _stores_with_stale_stock(bridges)
    done.is_finished = not session.is_over()
    return done


def _hear_hints(session: Session, store: Store) -> None:
    """Look first at what the outside told us of; a hint may be lost or doubled."""
    hints = dict(session.connection.hints)
    if not hints:
        return
    order_ids = hints.get("orders", [])[:100]
    if order_ids:
        page = store.orders(order_ids)
        with session.fenced():
            keep(session, STORE_ORDERS, page.records)
            take_claims(session, page.records)
            keep_unreadable(session, STORE_ORDERS, page.unreadable)
    with session.fenced():
        row = Connection.objects.select_for_update().get(pk=session.connection.pk)
        left = [one for one in row.hints.get("orders", []) if one not in order_ids]
        row.hints = {**row.hints, "orders": left} if left else {}
        row.save(update_fields=["hints"])
    if "items" in hints:
        _unmark(session, "items")


def _read_items(session: Session, store: Store, bridges: list[Bridge]) -> bool:
    finished = True
    if _is_due(session, "items", ITEMS_EVERY):
        read = read_feed(session, ITEMS_WITH_QUANTITIES, store.changed_items)
        finished = read.is_caught_up
    if finished and _is_due(session, "walked_items", DAILY):
        with session.fenced():
            cursor = Cursor.objects.get_or_create(
                connection=session.connection, feed="walked_items"
            )[0]
            if cursor.caught_up_at is not None:
                cursor.value, cursor.caught_up_at = "", None
                cursor.save(update_fields=["value", "caught_up_at"])
        walked = read_feed(session, WALK_WITH_QUANTITIES, store.walk_items)
        finished = walked.is_caught_up
    for bridge in bridges:
        link_items(session, bridge)
    return finished


def _read_customers(session: Session, store: Store) -> bool:
    if not _is_due(session, "customers", CUSTOMERS_EVERY):
        return True
    return read_feed(session, STORE_CUSTOMERS, store.changed_customers).is_caught_up


def _read_orders(session: Session, store: Store, options: list[BridgeOptions]) -> bool:
    if not _is_due(session, "orders", _orders_interval(options)):
        return True
    finished = True
    if Cursor.objects.filter(
        connection=session.connection, feed="open_orders", caught_up_at=None
    ).exists() or not _has_cursor(session, "open_orders"):
        finished = read_feed(session, OPEN, store.open_orders).is_caught_up
    read = read_feed(session, ORDERS, store.changed_orders)
    return finished and read.is_caught_up


def _stock(
    session: Session, store: Store, bridge: Bridge, options: BridgeOptions
) -> bool:
    if not options.stock_enabled or session.is_over():
        return not options.stock_enabled
    last, now = bridge.last_stock_at, session.now()
    is_new = last is None or now - last >= timedelta(minutes=options.stock_interval_min)
    waiting = Q(is_stale=True) | Q(is_due=True, is_held=False)
    if not (is_new or StockTarget.objects.filter(waiting, bridge=bridge).exists()):
        return True

    return StockRun(session, bridge, store, order_reader(session, store)).work()


def _bridges(
    *,
    store_connection: Connection | None = None,
    books_connection: Connection | None = None,
) -> list[Bridge]:
    found = Bridge.objects.filter(is_enabled=True)
    if store_connection is not None:
        found = found.filter(store=store_connection)
    if books_connection is not None:
        found = found.filter(books=books_connection)
    return list(found.select_related("company", "store", "books"))


def _stores_with_stale_stock(bridges: list[Bridge]) -> set[int]:
    syncing = [bridge for bridge in bridges if options_of(bridge).stock_enabled]
    stale = StockTarget.objects.filter(bridge__in=syncing, is_stale=True)
    return set(stale.values_list("bridge__store_id", flat=True).distinct())


def _books_with_work(bridges: list[Bridge]) -> set[int]:
    ready = Delivery.objects.filter(
        connection__in={bridge.books_id for bridge in bridges},
        state=State.READY.value,
        not_before=None,
    ).filter(~Exists(unmet_needs()))
    return set(ready.order_by().values_list("connection_id", flat=True).distinct())


def _orders_interval(options: list[BridgeOptions]) -> timedelta:
    minutes = min((o.orders_interval_min for o in options), default=60)
    return timedelta(minutes=minutes)


def _is_due(session: Session, feed: str, every: timedelta) -> bool:
    cursor = Cursor.objects.filter(connection=session.connection, feed=feed).first()
    if cursor is None or cursor.caught_up_at is None:
        return True
    return session.now() - cursor.caught_up_at >= every


def _knows_orders(session: Session) -> bool:
    """Before all orders were read once, no plan knows what the store has taken."""
    return Cursor.objects.filter(
        connection=session.connection, feed="orders", caught_up_at__isnull=False
    ).exists()


def _has_cursor(session: Session, feed: str) -> bool:
    return Cursor.objects.filter(connection=session.connection, feed=feed).exists()


def _mark(session: Session, feed: str) -> None:
    with session.fenced():
        Cursor.objects.update_or_create(
            connection=session.connection,
            feed=feed,
            defaults={"caught_up_at": session.now()},
        )


def _unmark(session: Session, feed: str) -> None:
    with session.fenced():
        Cursor.objects.filter(connection=session.connection, feed=feed).update(
            caught_up_at=None
        )
