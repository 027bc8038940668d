"""Working until nothing is left to do, as a runner would."""

from collections.abc import Callable

from django.db.models import Q

from stockbridge.engine import leases
from stockbridge.engine.clock import utc_now
from stockbridge.engine.ground import options_of
from stockbridge.engine.jobs import session_of, work_on
from stockbridge.engine.models import Bridge, Connection, Cursor, Run, StockTarget
from stockbridge.engine.outgoing import has_ready
from stockbridge.engine.ticks import Deadline

ROUNDS_MAX = 40
_FEEDS = ("orders", "items")


def bring_to_rest(
    bridge: Bridge,
    *,
    say: Callable[[str], None] = lambda _: None,
    visit: Callable[[], None] = lambda: None,
) -> int:
    """Do jobs on both sides until a whole round finds nothing; return the rounds.

    `visit` lets books that call us call, once a round and first: what they say is
    worked on in the same round. Raises RuntimeError when it does not come to rest.
    """
    for number in range(1, ROUNDS_MAX + 1):
        look_now(bridge)
        visit()
        did = [_work(bridge.store_id), _work(bridge.books_id)]
        say(f"round {number}")
        if not any(did) and not _is_busy(bridge):
            return number
    raise RuntimeError("The demonstration does not come to rest.")


def look_now(bridge: Bridge) -> None:
    """Let the next job read orders and items, whatever their interval."""
    long_ago = utc_now().replace(year=2000)
    feeds = Cursor.objects.filter(connection=bridge.store, feed__in=_FEEDS)
    feeds.update(caught_up_at=long_ago)
    items = Cursor.objects.filter(connection=bridge.books, feed="items")
    items.update(caught_up_at=long_ago)


def _work(connection_id: int) -> bool:
    connection = Connection.objects.get(pk=connection_id)
    lease = leases.take(connection, leases.new_holder("demo"))
    if lease is None:
        return True
    try:
        deadline = Deadline(30, is_stopping=lambda: False)
        outcome = work_on(connection, lease, deadline)
    finally:
        leases.give_back(lease)
    return outcome.has_more or bool(outcome.wakes)


def _is_busy(bridge: Bridge) -> bool:
    lease = leases.take(bridge.books, leases.new_holder("demo"))
    if lease is None:
        return True
    try:
        never = Deadline(5, is_stopping=lambda: False)
        ready = has_ready(session_of(bridge.books, lease, never))
    finally:
        leases.give_back(lease)
    runs = Run.objects.filter(
        bridge=bridge, state__in=[Run.State.PREVIEWING, Run.State.RUNNING]
    )
    targets = StockTarget.objects.filter(bridge=bridge, is_held=False)
    moving = targets.filter(Q(is_due=True) | Q(is_stale=True))
    bridge.refresh_from_db()
    return (
        ready
        or runs.exists()
        or (options_of(bridge).stock_enabled and moving.exists())
        or bridge.store.snapshots.filter(is_plan_due=True).exists()
    )
