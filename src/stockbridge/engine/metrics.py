"""Figures for Prometheus, read from the database when asked: no person, no name.

A connection is labelled by its random uid; every process gives the same answer.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Count, Q
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from stockbridge import __version__
from stockbridge.domain.delivery import State
from stockbridge.engine import workers
from stockbridge.engine.clock import DatabaseTime
from stockbridge.engine.models import (
    Connection,
    Delivery,
    ExchangeLog,
    Installation,
    Issue,
    Lease,
    Snapshot,
    StockTarget,
)
from stockbridge.engine.schedule import WORKING

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_WINDOW = timedelta(minutes=5)
_SETTLED = [s.value for s in (State.POSTED, State.CANCELLED, State.SUPERSEDED)]


def render(now: datetime) -> bytes:
    """Return all figures in Prometheus' text format."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Figures(now))
    return generate_latest(registry)


class _Figures(Collector):
    def __init__(self, now: datetime) -> None:
        self._now = now

    def collect(self) -> Iterator[Metric]:
        yield _labelled("stockbridge_info", "Version.", "version", {__version__: 1})
        yield from self._queue()
        yield from self._connections()
        yield from self._calls()
        yield from self._workers()
        issues = Issue.objects.filter(resolved_at=None).order_by()
        yield _labelled(
            "stockbridge_issues_open",
            "What needs a person.",
            "severity",
            dict(issues.values_list("severity").annotate(Count("id"))),
        )

    def _queue(self) -> Iterator[Metric]:
        states = Delivery.objects.exclude(state__in=_SETTLED).order_by()
        counts = dict(states.values_list("state").annotate(Count("id")))
        for state in State:
            if state.value not in _SETTLED:
                counts.setdefault(state.value, 0)
        yield _labelled(
            "stockbridge_documents", "Documents not yet settled.", "state", counts
        )
        yield _plain(
            "stockbridge_records_to_plan",
            "Records read and not yet planned.",
            Snapshot.objects.filter(is_plan_due=True).count(),
        )
        yield _plain(
            "stockbridge_stock_due",
            "Store items whose quantity has to be sent.",
            StockTarget.objects.filter(is_due=True).count(),
        )

    def _connections(self) -> Iterator[Metric]:
        lag = GaugeMetricFamily(
            "stockbridge_connection_lag_seconds",
            "How long a connection has been due.",
            labels=["connection", "connector"],
        )
        seen = GaugeMetricFamily(
            "stockbridge_connection_seen_seconds",
            "Seconds since the last good answer.",
            labels=["connection", "connector"],
        )
        failures = GaugeMetricFamily(
            "stockbridge_connection_failures",
            "Failures in a row.",
            labels=["connection", "connector"],
        )
        rows = Connection.objects.filter(status__in=WORKING).order_by("id")
        for row in rows.defer("secrets"):
            labels = [row.uid, row.connector]
            late_s = (self._now - row.due_at).total_seconds() if row.due_at else 0.0
            lag.add_metric(labels, max(0.0, late_s))
            failures.add_metric(labels, row.failures)
            if row.last_seen_at:
                seen.add_metric(labels, (self._now - row.last_seen_at).total_seconds())
        yield from (lag, seen, failures)

    def _calls(self) -> Iterator[Metric]:
        recent = ExchangeLog.objects.filter(at__gte=self._now - _WINDOW).order_by()
        is_bad = Q(status=None) | Q(status__gte=400)
        rows = recent.values_list("connection__uid").annotate(
            count=Count("id"), bad=Count("id", filter=is_bad)
        )
        calls = GaugeMetricFamily(
            "stockbridge_calls_5m", "Calls in five minutes.", labels=["connection"]
        )
        errors = GaugeMetricFamily(
            "stockbridge_call_errors_5m",
            "Calls in five minutes that went wrong.",
            labels=["connection"],
        )
        for uid, count, bad in rows:
            calls.add_metric([uid], count)
            errors.add_metric([uid], bad)
        yield from (calls, errors)

    def _workers(self) -> Iterator[Metric]:
        alive, seen = len(workers.alive(self._now)), workers.last_seen()
        ago_s = (self._now - seen).total_seconds() if seen else -1.0
        held = Lease.objects.filter(expires_at__gt=DatabaseTime()).count()
        is_paused = bool(Installation.current().paused_reason)
        yield _plain("stockbridge_workers", "Workers alive.", alive)
        yield _plain(
            "stockbridge_worker_seen_seconds", "Since any was seen; -1: never.", ago_s
        )
        yield _plain("stockbridge_leases_held", "Connections being worked on.", held)
        yield _plain("stockbridge_paused", "1: everything is paused.", int(is_paused))


def _plain(name: str, text: str, value: float) -> Metric:
    return GaugeMetricFamily(name, text, value=value)


def _labelled(name: str, text: str, label: str, counts: dict[str, int]) -> Metric:
    family = GaugeMetricFamily(name, text, labels=[label])
    for key, count in sorted(counts.items()):
        family.add_metric([key], count)
    return family
