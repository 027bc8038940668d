"""How late one system may know what the other did: each leg, as it is measured."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from stockbridge.engine.ground import options_of
from stockbridge.engine.models import Bridge, Connection, Delivery, ExchangeLog
from stockbridge.engine.overview import WAITING
from stockbridge.engine.work import (
    CUSTOMERS_EVERY,
    ITEMS_EVERY,
    STOCK_READ_EVERY,
    orders_interval,
)
from stockbridge.web.connection_words import connector_of
from stockbridge.web.text import Text

ANSWERS_MEASURED = 50
FEEDS: dict[str, Text] = {
    "orders": _("Orders"),
    "items": _("Items"),
    "customers": _("Customers"),
    "stock": _("Quantities"),
}


@dataclass(frozen=True, slots=True)
class Leg:
    """One kind of news: how often it is looked for, when last, how much so far."""

    name: Text
    every_min: int
    caught_up_at: datetime | None
    records: int


@dataclass(frozen=True, slots=True)
class Delays:
    """What a connection's page says of its pace."""

    legs: list[Leg]
    answers: int  # of the last ones measured
    answer_ms: int | None  # half of them took less
    waiting: int  # documents on their way into these books


def delays_of(row: Connection) -> Delays | None:
    """Return how a connection's legs stand; None for books that call us."""
    connector = connector_of(row)
    if connector is None or connector.translator is not None:
        return None
    often = _often(row)
    legs = [
        Leg(
            FEEDS[one.feed],
            _minutes(often[one.feed]),
            one.caught_up_at,
            one.records_read,
        )
        for one in row.cursors.filter(feed__in=FEEDS).order_by("feed")
    ]
    took = _answer_times(row)
    live = Delivery.objects.filter(connection=row, state__in=WAITING)
    return Delays(
        legs=legs,
        answers=len(took),
        answer_ms=round(median(took)) if took else None,
        waiting=live.count() if row.kind == "books" else 0,
    )


def _often(row: Connection) -> dict[str, timedelta]:
    if row.kind == "books":
        return dict.fromkeys(FEEDS, STOCK_READ_EVERY)
    bridges = Bridge.objects.filter(store=row)
    return {
        "orders": orders_interval([options_of(one) for one in bridges]),
        "items": ITEMS_EVERY,
        "customers": CUSTOMERS_EVERY,
        "stock": ITEMS_EVERY,
    }


def _answer_times(row: Connection) -> list[int]:
    answered = Q(is_incoming=False, status__isnull=False)
    rows = ExchangeLog.objects.filter(answered, connection=row).order_by("-at")
    return list(rows.values_list("elapsed_ms", flat=True)[:ANSWERS_MEASURED])


def _minutes(every: timedelta) -> int:
    return max(1, round(every.total_seconds() / 60))
