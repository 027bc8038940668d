"""Is all well, and what needs a person: what the first screen says of a company.

Everything is counted from rows that are there anyway; nothing is asked outside.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db.models import Count, Min, Sum

from stockbridge.companies.models import Company
from stockbridge.domain.accounting import DocumentKind
from stockbridge.domain.delivery import State
from stockbridge.engine import workers
from stockbridge.engine.desk import late
from stockbridge.engine.fetch import ORDERS
from stockbridge.engine.ground import options_of
from stockbridge.engine.models import (
    Bridge,
    Connection,
    Delivery,
    DeliverySource,
    DeskAccess,
    Disposition,
    Installation,
    Issue,
    Snapshot,
)
from stockbridge.engine.sign_in_ends import signs_in

#: A connection that has said nothing for so many intervals is silent.
SILENT_INTERVALS, SILENT_AFTER_MIN = 3, timedelta(minutes=15)
CHART_DAYS = 30
WAITING = (State.READY.value, State.SENT.value, State.IN_DOUBT.value)
_WORKING = (Connection.Status.ACTIVE, Connection.Status.FAILING)


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that keeps the work from going on, and what to do about it.

    `place` and `uid` say where to act: connection, connection_edit, workers …
    """

    code: str
    level: str  # error, warning
    title: str
    text: str
    remedy: str
    place: str = ""
    uid: str = ""


@dataclass(frozen=True, slots=True)
class Queue:
    """How many documents stand where."""

    waiting: int = 0  # to be sent
    in_doubt: int = 0
    held: int = 0
    failed: int = 0
    done_today: int = 0


@dataclass(frozen=True, slots=True)
class Today:
    """The orders placed today at one bridge, in the store and in the books."""

    bridge: Bridge
    currency: str
    in_store: int
    in_store_total: Decimal
    in_books: int
    in_books_total: Decimal
    held: int
    waiting: int  # not complete yet, excluded, ignored: nothing to book now
    up_to_date_at: datetime | None
    oldest_waiting_at: datetime | None  # of the documents to be sent

    @property
    def missing(self) -> int:
        """How many are on neither side of the comparison's explanation."""
        return max(0, self.in_store - self.in_books - self.held - self.waiting)


@dataclass(frozen=True, slots=True)
class Overview:
    """All that the first screen shows."""

    troubles: tuple[Trouble, ...]
    issues: int
    queue: Queue
    today: tuple[Today, ...]
    connections: tuple[Connection, ...]
    at: datetime

    @property
    def is_well(self) -> bool:
        """Whether nothing needs a person."""
        return not (self.troubles or self.issues or self.queue.failed)


def overview(company: Company, now: datetime) -> Overview:
    """Return how a company stands."""
    connections = tuple(
        Connection.objects.filter(company=company).select_related("lease")
    )
    bridges = list(
        Bridge.objects.filter(company=company).select_related("store", "books")
    )
    return Overview(
        troubles=tuple(troubles(company, connections, bridges, now)),
        issues=Issue.objects.filter(company=company, resolved_at=None).count(),
        queue=queue_of(company, now),
        today=tuple(today_of(bridge, now) for bridge in bridges if bridge.is_enabled),
        connections=connections,
        at=now,
    )


def troubles(
    company: Company,
    connections: Sequence[Connection],
    bridges: Sequence[Bridge],
    now: datetime,
) -> list[Trouble]:
    """Return what keeps work from going on, the worst first."""
    found = [*_of_installation(now, has_work=bool(connections))]
    intervals = _intervals(bridges)
    for row in connections:
        found += _of_connection(row, intervals.get(row.pk), now)
    found += _of_callers(company, now)
    return sorted(found, key=lambda one: one.level != "error")


def queue_of(company: Company, now: datetime) -> Queue:
    """Return how many documents stand where."""
    rows = Delivery.objects.filter(company=company).order_by()
    # Named one by one: so the index finds them among many that are done.
    open_states = (*WAITING, State.HELD.value, State.FAILED.value)
    live = rows.filter(state__in=open_states).values_list("state")
    counts = dict(live.annotate(n=Count("id")))
    begin = _midnight(company, now)
    return Queue(
        waiting=counts.get("ready", 0) + counts.get("sent", 0),
        in_doubt=counts.get("in_doubt", 0),
        held=counts.get("held", 0),
        failed=counts.get("failed", 0),
        done_today=rows.filter(state="posted", changed_at__gte=begin).count(),
    )


def today_of(bridge: Bridge, now: datetime) -> Today:
    """Return the orders placed today, in the store and what became of them."""
    begin = _midnight(bridge.company, now)
    orders = Snapshot.objects.filter(
        connection=bridge.store_id, feed=ORDERS, at__gte=begin, deleted_at=None
    )
    counted = orders.aggregate(n=Count("id"), total=Sum("amount"))
    ids = list(orders.values_list("external_id", flat=True))
    outcomes = dict(
        Disposition.objects.filter(
            bridge=bridge, source_kind="order", order_id__in=ids, is_current=True
        )
        .order_by()
        .values_list("outcome")
        .annotate(n=Count("id"))
    )
    sources = DeliverySource.objects.filter(
        bridge=bridge, kind="order", is_live=True, order_id__in=ids
    )
    sales = Delivery.objects.filter(
        pk__in=sources.values("delivery"),
        kind=DocumentKind.SALE.value,
        state=State.POSTED.value,
    )
    waiting = Delivery.objects.filter(
        company=bridge.company_id, bridge=bridge, state__in=WAITING
    )
    cursor = bridge.store.cursors.filter(feed="orders").first()
    held = outcomes.get("held", 0) + outcomes.get("unreadable", 0)
    booked = outcomes.get("posted", 0) + outcomes.get("booked_elsewhere", 0)
    return Today(
        bridge=bridge,
        currency=bridge.company.currency,
        in_store=counted["n"],
        in_store_total=counted["total"] or Decimal(0),
        in_books=booked,
        in_books_total=sales.aggregate(sum=Sum("total"))["sum"] or Decimal(0),
        held=held,
        waiting=sum(outcomes.values()) - booked - held - outcomes.get("planned", 0),
        up_to_date_at=cursor.caught_up_at if cursor else None,
        oldest_waiting_at=waiting.aggregate(at=Min("created_at"))["at"],
    )


def booked_per_day(company: Company, now: datetime) -> tuple[list[date], list[int]]:
    """Return how many orders were booked on each of the last days."""
    zone = ZoneInfo(company.time_zone)
    last = now.astimezone(zone).date()
    days = [last - timedelta(days=n) for n in range(CHART_DAYS - 1, -1, -1)]
    begin = _midnight(company, now) - timedelta(days=CHART_DAYS)
    rows = Delivery.objects.filter(
        company=company,
        kind=DocumentKind.SALE.value,
        state=State.POSTED.value,
        posted_at__gte=begin,
        changed_at__gte=begin,  # never before it was posted; has an index
    )
    posted = rows.order_by().values_list("posted_at", flat=True)
    counts = Counter(at.astimezone(zone).date() for at in posted.iterator() if at)
    return days, [counts[day] for day in days]


def silent_after(interval_min: int | None) -> timedelta:
    """Return after how long without an answer a connection counts as silent."""
    if interval_min is None:
        return timedelta(hours=1)
    return max(SILENT_INTERVALS * timedelta(minutes=interval_min), SILENT_AFTER_MIN)


def _of_installation(now: datetime, *, has_work: bool) -> list[Trouble]:
    found = []
    here = Installation.current()
    if here.paused_reason:
        found.append(
            Trouble(
                "paused",
                "error",
                "All work is paused",
                here.paused_reason,
                "Look at the books and the store; then an administrator of the "
                "installation lets the work go on.",
                "installation",
            )
        )
    if has_work and not workers.is_any_alive(now):
        last = workers.last_seen()
        when = f" The last one was seen {last:%Y-%m-%d %H:%M} UTC." if last else ""
        found.append(
            Trouble(
                "no_worker",
                "error",
                "No worker is running",
                f"Nothing is read, booked or written.{when}",
                "Start one on the server: stockbridge serve has one built in, "
                "stockbridge worker starts more.",
            )
        )
    return found


def _of_connection(
    row: Connection, interval_min: int | None, now: datetime
) -> list[Trouble]:
    if row.status == Connection.Status.NEEDS_SIGN_IN and signs_in(row):
        return [
            Trouble(
                "sign_in",
                "error",
                f"{row.name} has to be signed in again",
                row.last_error,
                "Open it and connect it again: what waits then goes on by itself.",
                "sign_in",
                row.uid,
            )
        ]
    if row.status == Connection.Status.NEEDS_SIGN_IN:
        return [
            Trouble(
                "sign_in",
                "error",
                f"{row.name} needs new keys",
                row.last_error,
                "Enter the keys anew and test the connection.",
                "connection_edit",
                row.uid,
            )
        ]
    if row.status == Connection.Status.PAUSED:
        reason = row.paused_reason
        return [_trouble(row, "paused_one", "is paused", reason, "Let it go on.")]
    found = []
    if row.status == Connection.Status.FAILING:
        remedy = "Open it, test it, and see what the test finds."
        found.append(_trouble(row, "failing", "is failing", row.last_error, remedy))
    elif _is_silent(row, interval_min, now):
        seen = f"{row.last_seen_at:%Y-%m-%d %H:%M} UTC" if row.last_seen_at else "never"
        remedy = "Open it and test it: the test says what is in the way."
        text = f"Its last good answer came {seen}."
        found.append(_trouble(row, "silent", "is silent", text, remedy))
    hooks = row.webhooks
    if hooks.get("mode") == "webhooks" and not hooks.get("is_working", True):
        text = "Its notices were switched off; until then it is asked at intervals."
        remedy = "Open it and press Repair notices."
        found.append(_trouble(row, "webhooks", "no longer notifies us", text, remedy))
    return found


def _of_callers(company: Company, now: datetime) -> list[Trouble]:
    """Return who calls us and has stayed away."""
    rows = DeskAccess.objects.filter(
        connection__company=company, connection__status__in=_WORKING
    )
    return [
        _trouble(
            access.connection,
            "caller_silent",
            "has not called",
            f"The Web Connector was last here {access.last_sign_in_at:%Y-%m-%d %H:%M} "
            "UTC.",
            late.REMEDY,
        )
        for access in rows.select_related("connection")
        if late.is_late(access, now)
    ]


def _trouble(row: Connection, code: str, what: str, text: str, remedy: str) -> Trouble:
    level = "error" if code == "failing" else "warning"
    return Trouble(
        code, level, f"{row.name} {what}", text, remedy, "connection", row.uid
    )


def _is_silent(row: Connection, interval_min: int | None, now: datetime) -> bool:
    if row.status not in _WORKING or interval_min is None:
        return False
    seen = row.last_seen_at or row.created_at
    return now - seen > silent_after(interval_min)


def _intervals(bridges: Sequence[Bridge]) -> dict[int, int]:
    """Return per store how often it is asked; books in process are never silent."""
    found: dict[int, int] = {}
    for bridge in bridges:
        if bridge.is_enabled:
            minutes = options_of(bridge).orders_interval_min
            known = found.get(bridge.store_id, minutes)
            found[bridge.store_id] = min(minutes, known)
    return found


def _midnight(company: Company, now: datetime) -> datetime:
    """Return when today began where the company is."""
    local = now.astimezone(ZoneInfo(company.time_zone))
    return local.replace(hour=0, minute=0, second=0, microsecond=0)
