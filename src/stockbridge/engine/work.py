"""What a job does with one connection: read, plan, send, settle, bring in line.

A store's job: hints first, then items, then orders (so that what is desired is
never older than what is shown), then planning, then stock. A books job: its
items, customers and stock, then linking, then deliveries, then stock again.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Exists, Q, QuerySet

from stockbridge.companies.prepared import prepared
from stockbridge.companies.row_writes import update_each
from stockbridge.domain.delivery import State
from stockbridge.engine.bridge_rows import bridges_of_books, bridges_of_store
from stockbridge.engine.called_lists import keep_lists, read_lists
from stockbridge.engine.carried import CARRIED_CUSTOMERS, CARRIED_ITEMS
from stockbridge.engine.claims import take_claims
from stockbridge.engine.connection_rows import locked
from stockbridge.engine.deliver import deliver
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
from stockbridge.engine.new_records import (
    NEW_CUSTOMERS,
    NEW_ITEMS,
    note_new_switch,
    queue_new,
)
from stockbridge.engine.options import BridgeOptions
from stockbridge.engine.outgoing import unmet_needs
from stockbridge.engine.plan import has_due, plan_due
from stockbridge.engine.price_changes import send_prices, stores_with_stale_prices
from stockbridge.engine.readings import read_stock, watch_locations
from stockbridge.engine.record_look import (
    look_at_items,
    look_for_changes,
    note_switch,
)
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

#: By feed: when its end was last reached; None: not since it was begun anew.
Ends = Mapping[str, datetime | None]
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
    bridges = bridges_of_store(connection.pk)
    options = [options_of(bridge) for bridge in bridges]
    done = Done(again_at=session.now() + orders_interval(options))
    _hear_hints(session, store)
    books = {bridge.books_id for bridge in bridges}
    ends = dict(_ends(connection.pk))
    if _plan(session, ends):
        done.wakes |= books
    finished = _read_items(session, store, bridges, ends)
    finished &= _read_customers(session, store, bridges, ends)
    finished &= _read_orders(session, store, options, ends)
    if _plan(session, dict(_ends(connection.pk))):
        done.wakes |= books
    finished &= walk_orders(session, store)
    finished &= not has_due(connection)
    for bridge, chosen in zip(bridges, options, strict=True):
        finished &= _stock(session, store, bridge, chosen)
        finished &= send_prices(session, store, bridge, chosen)
        finished &= work_on_runs(session, bridge, store)
    end_stopped(session)
    done.wakes |= _books_with_work(bridges)
    done.is_finished = finished
    return done


def work_on_books(session: Session, books: Books) -> Done:
    """Do all that is due for a set of books."""
    connection = session.connection
    bridges = bridges_of_books(connection.pk)
    done = Done(again_at=session.now() + STOCK_READ_EVERY)
    finished = True
    _take_down_hints(session)
    deliver(session, books)
    finished &= read_feed(session, ITEMS_WITH_CODES, books.changed_items).is_caught_up
    finished &= read_feed(
        session, BOOKS_CUSTOMERS, books.changed_customers
    ).is_caught_up
    for bridge in bridges:
        if link_items(session, bridge).linked:
            done.wakes.add(bridge.store_id)
    read_stock(session, books)
    if _is_due(session, "locations", DAILY, dict(_ends(connection.pk))):
        watch_locations(session, books)
        keep_lists(connection.pk, read_lists(books))
        _mark(session, "locations")
    if deliver(session, books):
        read_stock(session, books)
    for bridge in bridges:
        finished &= work_on_books_runs(session, bridge, books)
        done.wakes |= follow_runs(session, bridge)
    end_stopped(session)
    done.wakes |= _stores_with_stale_stock(bridges)
    done.wakes |= stores_with_stale_prices(bridges)
    done.is_finished = finished and not session.is_over()
    return done


def work_on_callers_books(session: Session) -> Done:
    """Do all that is due for books that call us, between their visits.

    Reading and writing happen at the desk; here is only what needs no wire.
    """
    done = Done(again_at=session.now() + STOCK_READ_EVERY)
    for bridge in bridges_of_books(session.connection.pk):
        if link_items(session, bridge).linked:
            done.wakes.add(bridge.store_id)
        refresh_at_next_visit(session, bridge)
        done.wakes |= follow_runs(session, bridge)
    end_stopped(session)
    bridges = bridges_of_books(session.connection.pk)
    done.wakes |= _stores_with_stale_stock(bridges)
    done.wakes |= stores_with_stale_prices(bridges)
    done.is_finished = not session.is_over()
    return done


def _plan(session: Session, ends: Ends) -> bool:
    """Plan what changed; before all orders were read once nothing is planned.

    Until then no plan knows what the store has taken.
    """
    return bool(ends.get("orders")) and plan_due(session) > 0


def _hear_hints(session: Session, store: Store) -> None:
    """Look first at what the outside told us of; a hint may be lost or doubled."""
    hints = dict(session.connection.hints)
    if not hints:
        return
    order_ids = hints.get("orders", [])[:100]
    if order_ids:
        page = store.orders(order_ids)
    with session.fenced():
        if order_ids:
            keep(session, STORE_ORDERS, page.records)
            take_claims(session, page.records)
            keep_unreadable(session, STORE_ORDERS, page.unreadable)
        (row,) = locked(session.connection.pk)
        left = [one for one in row.hints.get("orders", []) if one not in order_ids]
        kept = {"orders": left} if left else {}
        update_each(Connection, ["hints"], [(row.pk, kept)])
        if "items" in row.hints:  # also one that came meanwhile: items are read next
            _unmark(session, "items")


def _take_down_hints(session: Session) -> None:
    """Forget what the books told: each job reads all that may have changed there.

    What is told from here on wakes the connection for another job.
    """
    if session.connection.hints:
        with session.fenced():
            locked(session.connection.pk)
            update_each(Connection, ["hints"], [(session.connection.pk, {})])


def _read_items(
    session: Session, store: Store, bridges: list[Bridge], ends: Ends
) -> bool:
    finished = True
    if _is_due(session, "items", ITEMS_EVERY, ends):
        for bridge in bridges:
            note_switch(session, bridge, CARRIED_ITEMS)
            note_new_switch(session, bridge, NEW_ITEMS)
        read = read_feed(session, ITEMS_WITH_QUANTITIES, store.changed_items)
        finished = read.is_caught_up
    if finished and _is_due(session, "walked_items", DAILY, ends):
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
        if finished:
            look_at_items(session, bridge)
            queue_new(session, bridge, NEW_ITEMS)
    return finished


def _read_customers(
    session: Session, store: Store, bridges: list[Bridge], ends: Ends
) -> bool:
    if not _is_due(session, "customers", CUSTOMERS_EVERY, ends):
        return True
    for bridge in bridges:
        note_switch(session, bridge, CARRIED_CUSTOMERS)
        note_new_switch(session, bridge, NEW_CUSTOMERS)
    read = read_feed(session, STORE_CUSTOMERS, store.changed_customers)
    if read.is_caught_up:
        for bridge in bridges:
            look_for_changes(session, bridge, CARRIED_CUSTOMERS)
            queue_new(session, bridge, NEW_CUSTOMERS)
    return read.is_caught_up


def _read_orders(
    session: Session, store: Store, options: list[BridgeOptions], ends: Ends
) -> bool:
    if not _is_due(session, "orders", orders_interval(options), ends):
        return True
    finished = True
    if ends.get("open_orders") is None:
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
    if not (is_new or _waiting_targets.exists(bridge.pk)):
        return True
    return StockRun(session, bridge, store, order_reader(session, store)).work()


@prepared
def _waiting_targets(bridge_id: int) -> QuerySet[StockTarget]:
    waiting = Q(is_stale=True) | Q(is_due=True, is_held=False)
    return StockTarget.objects.filter(waiting, bridge=bridge_id)


def _stores_with_stale_stock(bridges: list[Bridge]) -> set[int]:
    syncing = [b for b in bridges if options_of(b).stock_enabled]
    return set(_stale_stores([bridge.pk for bridge in syncing]))


@prepared
def _stale_stores(bridge_ids: Sequence[int]) -> QuerySet[StockTarget, int]:
    stale = StockTarget.objects.filter(bridge__in=bridge_ids, is_stale=True)
    return stale.values_list("bridge__store_id", flat=True).distinct()


def _books_with_work(bridges: list[Bridge]) -> set[int]:
    return set(_with_ready({bridge.books_id for bridge in bridges}))


@prepared
def _with_ready(connection_ids: Collection[int]) -> QuerySet[Delivery, int]:
    ready = Delivery.objects.filter(
        connection__in=connection_ids, state=State.READY.value, not_before=None
    ).filter(~Exists(unmet_needs()))
    return ready.order_by().values_list("connection_id", flat=True).distinct()


def orders_interval(options: list[BridgeOptions]) -> timedelta:
    """Return how often a store's orders are looked for: as its quickest bridge asks."""
    minutes = min((o.orders_interval_min for o in options), default=60)
    return timedelta(minutes=minutes)


def _is_due(session: Session, feed: str, every: timedelta, ends: Ends) -> bool:
    ended_at = ends.get(feed)
    return ended_at is None or session.now() - ended_at >= every


@prepared
def _ends(connection_id: int) -> QuerySet[Cursor, tuple[str, datetime | None]]:
    """Return, by feed, when its end was last reached."""
    rows = Cursor.objects.filter(connection=connection_id)
    return rows.values_list("feed", "caught_up_at")


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
