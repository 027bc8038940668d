"""The support bundle: everything needed to help, and nobody in it.

Secrets are masked as in every log. Names of persons are those that we know from the
stores: wherever one stands in a text, it is masked, too. Bodies stay at home.
"""

import io
import json
import platform
import sqlite3
import sys
import zipfile
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import django
from django.conf import settings
from django.db import connection
from django.db.models import Count, QuerySet

from stockbridge import __version__
from stockbridge.companies.models import Company, User
from stockbridge.engine import health, workers
from stockbridge.engine.backup import applied_migrations
from stockbridge.engine.hearing import PAIRING_ID
from stockbridge.engine.models import (
    Bridge,
    Chore,
    Connection,
    Delivery,
    Disposition,
    ExchangeLog,
    Installation,
    Issue,
    LogEntry,
    Snapshot,
    StockTarget,
)
from stockbridge.engine.namefilter import NameFilter

LINES_MAX, EXCHANGES_MAX = 2_000, 500


def bundle(companies: Iterable[Company], *, now: datetime) -> bytes:
    """Return a zip about these companies, for whoever helps."""
    chosen = list(companies)
    names = NameFilter(_names(chosen))
    parts = {
        "about.json": _about(now),
        "health.json": health.look(now).as_data(),
        "connections.json": [_connection(row) for row in _connections(chosen)],
        "bridges.json": [_bridge(row) for row in _bridges(chosen)],
        "counts.json": [_counts(company) for company in chosen],
        "issues.json": [_issue(row) for row in _issues(chosen)],
        "exchanges.json": [_exchange(row) for row in _exchanges(chosen)],
        "log.json": [_line(row) for row in _lines(chosen)],
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            text = json.dumps(names.cleaned(data), indent=1, ensure_ascii=False)
            archive.writestr(name, text)
    return buffer.getvalue()


def _about(now: datetime) -> dict[str, Any]:
    installation = Installation.current()
    return {
        "made_at": now.isoformat(),
        "stockbridge": __version__,
        "python": sys.version.split()[0],
        "django": django.get_version(),
        "system": platform.platform(),
        "database": {"kind": connection.vendor, "version": _database_version()},
        "installation": installation.uid,
        "paused": installation.paused_reason,
        "restored_at": installation.restored_at,
        "settings": {
            "debug": settings.DEBUG,
            "has_public_address": bool(settings.PUBLIC_URL),
            "is_public_address_https": settings.PUBLIC_URL.startswith("https://"),
            "trusted_proxy": settings.TRUSTED_PROXY,
            "mail": settings.EMAIL_BACKEND.rsplit(".", 2)[-2],
            "vault_keys": len(settings.VAULT_KEYS),
        },
        "migrations": {app: names[-1] for app, names in applied_migrations().items()},
        "workers": [
            {"machine_no": number, "started_at": row.started_at, "seen_at": row.seen_at}
            for number, row in enumerate(workers.alive(now), 1)
        ],
        "chores": list(Chore.objects.values("name", "due_at", "done_at", "last_error")),
    }


def _database_version() -> str:
    if connection.vendor == "sqlite":
        return sqlite3.sqlite_version
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        return str(cursor.fetchone()[0])


def _connections(companies: list[Company]) -> QuerySet[Connection]:
    found = Connection.objects.filter(company__in=companies).order_by("id")
    return found.defer("secrets").prefetch_related("cursors")


def _connection(row: Connection) -> dict[str, Any]:
    return {
        "uid": row.uid,
        "company": row.company_id,
        "name": row.name,
        "kind": row.kind,
        "connector": row.connector,
        "version": row.version,
        "status": row.status,
        "settings": row.settings,
        "facts": {k: v for k, v in row.facts.items() if k != PAIRING_ID},
        "report": row.report,
        "webhooks": row.webhooks,
        "due_at": row.due_at,
        "woken": row.woken,
        "failures": row.failures,
        "last_seen_at": row.last_seen_at,
        "last_error": row.last_error,
        "last_error_at": row.last_error_at,
        "feeds": [
            {
                "feed": cursor.feed,
                "records_read": cursor.records_read,
                "caught_up_at": cursor.caught_up_at,
            }
            for cursor in row.cursors.all()
        ],
    }


def _bridges(companies: list[Company]) -> QuerySet[Bridge]:
    return Bridge.objects.filter(company__in=companies).order_by("id")


def _bridge(row: Bridge) -> dict[str, Any]:
    return {
        "uid": row.uid,
        "store": row.store_id,
        "books": row.books_id,
        "is_enabled": row.is_enabled,
        "activated_at": row.activated_at,
        "options": row.options,
        "last_stock_at": row.last_stock_at,
        "walked_at": row.walked_at,
    }


def _counts(company: Company) -> dict[str, Any]:
    return {
        "company": company.pk,
        "records": _by(Snapshot.objects.filter(connection__company=company), "feed"),
        "unreadable": Snapshot.objects.filter(connection__company=company)
        .exclude(problem="")
        .count(),
        "documents": _by(Delivery.objects.filter(company=company), "state"),
        "orders": _by(
            Disposition.objects.filter(bridge__company=company, is_current=True),
            "outcome",
        ),
        "stock_targets_due": StockTarget.objects.filter(
            bridge__company=company, is_due=True
        ).count(),
    }


def _by(rows: QuerySet[Any], column: str) -> dict[str, int]:
    return dict(rows.order_by().values_list(column).annotate(Count("id")))


def _issues(companies: list[Company]) -> QuerySet[Issue]:
    return Issue.objects.filter(company__in=companies).order_by("-id")[:500]


def _issue(row: Issue) -> dict[str, Any]:
    return {
        "code": row.code,
        "severity": row.severity,
        "subject": [row.subject_kind, row.subject_id],
        "title": row.title,
        "message": row.message,
        "waiting": row.waiting_count,
        "opened_at": row.opened_at,
        "resolved_at": row.resolved_at,
    }


def _exchanges(companies: list[Company]) -> QuerySet[ExchangeLog]:
    rows = ExchangeLog.objects.filter(connection__company__in=companies)
    return rows.order_by("-id")[:EXCHANGES_MAX]


def _exchange(row: ExchangeLog) -> dict[str, Any]:
    """Return one exchange; a body only where the other side refused, as it said."""
    is_refusal = row.status is None or row.status >= 400
    return {
        "connection": row.connection_id,
        "at": row.at,
        "incoming": row.is_incoming,
        "method": row.method,
        "address": row.address,
        "status": row.status,
        "elapsed_ms": row.elapsed_ms,
        "error": row.error,
        "answer": row.answer[:1000] if is_refusal else f"{len(row.answer)} characters",
    }


def _lines(companies: list[Company]) -> QuerySet[LogEntry]:
    return LogEntry.objects.filter(company__in=companies).order_by("-id")[:LINES_MAX]


def _line(row: LogEntry) -> dict[str, Any]:
    return {
        "at": row.at,
        "connection": row.connection_id,
        "channel": row.channel,
        "level": row.level,
        "message": row.message,
        "subject": [row.subject_kind, row.subject_id],
    }


def _names(companies: list[Company]) -> Iterable[str]:
    rows = Snapshot.objects.filter(
        connection__company__in=companies, feed__in=["orders", "customers"]
    )
    yield from rows.order_by().values_list("name", flat=True).distinct().iterator()
    # Whoever works here is named in the log, too: "… was started. (Ada Archer)"
    yield from User.objects.values_list("display_name", flat=True)
