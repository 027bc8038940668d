"""Testing a connection live, and keeping what was seen for the screens."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from stockbridge.connectors import registry
from stockbridge.domain.errors import ActionNeededError, SignInError, SyncError
from stockbridge.engine import links
from stockbridge.engine.called_lists import Lists, keep_lists, read_lists
from stockbridge.engine.issues import IssueDraft, open_issue, resolve_issues
from stockbridge.engine.logbook import Line, log
from stockbridge.engine.models import Connection
from stockbridge.ports import ConnectionReport, Finding, Severity

#: Issue codes about a connection as a whole.
SIGN_IN = "sign_in"
FAILING = "connection_failing"
_SIGN_IN_PREFIXES = ("key_", "secret_", "sign_in", "SignInError")
_NOT_STARTED = frozenset({Connection.Status.NEW, Connection.Status.PAUSED})


@dataclass(frozen=True, slots=True)
class Checked:
    """What a live check saw, and where the connection stands after it."""

    report: ConnectionReport
    status: str


def check_now(
    connection: Connection,
    *,
    now: datetime,
    find: links.ConnectorFinder = registry.get,
) -> Checked:
    """Test the connection live; keep report, version, facts and status.

    Never raises for what a person can mend: that is in the report.
    """
    with links.calling():
        report, lists = _report(connection, find)
    keep_lists(connection.pk, lists)
    with transaction.atomic():
        row = Connection.objects.select_for_update().get(pk=connection.pk)
        _keep(row, report, now)
        row.save(update_fields=[*_KEPT])
        _tell(row, report, now)
    connection.refresh_from_db()
    return Checked(report, row.status)


def is_sign_in_trouble(report: ConnectionReport) -> bool:
    """Return whether it is the keys that the other side does not accept."""
    errors = [f for f in report.findings if f.severity is Severity.ERROR]
    return any(f.code.startswith(_SIGN_IN_PREFIXES) for f in errors)


_KEPT = (
    "report",
    "version",
    "facts",
    "status",
    "failures",
    "last_seen_at",
    "last_error",
    "last_error_at",
    "due_at",
)


def _report(
    connection: Connection, find: links.ConnectorFinder
) -> tuple[ConnectionReport, Lists]:
    """Return the report, and what settings can be chosen from where all is well."""
    try:
        if connection.kind == "store":
            return links.open_store(connection, None, find=find).check(), {}
        books = links.open_books(connection, None, find=find)
        report = books.check()
        return report, read_lists(books) if report.is_usable else {}
    except SyncError as error:
        code = SIGN_IN if isinstance(error, SignInError) else error.code
        finding = Finding(code, Severity.ERROR, error.message, error.remedy)
        return ConnectionReport((finding,)), {}


def _keep(row: Connection, report: ConnectionReport, now: datetime) -> None:
    row.report = report_as_data(report, now)
    row.version = (report.version or row.version)[:60]
    row.facts = {**row.facts, **report.facts}
    if report.is_usable:
        row.last_seen_at = now
        row.failures = 0
        row.last_error = ""
        if row.status != Connection.Status.PAUSED:
            row.status = Connection.Status.ACTIVE
            row.due_at = row.due_at or now
        return
    row.last_error = _first_error(report).message
    row.last_error_at = now
    if row.status in _NOT_STARTED:
        return
    row.status = (
        Connection.Status.NEEDS_SIGN_IN
        if is_sign_in_trouble(report)
        else Connection.Status.FAILING
    )


def _tell(row: Connection, report: ConnectionReport, now: datetime) -> None:
    if report.is_usable:
        for code in (SIGN_IN, FAILING):
            resolve_issues(row.company, now=now, code=code, connection=row)
        log(Line("connection", "info", f"{row.name}: the test succeeded."), row, now)
        return
    error = _first_error(report)
    log(Line("connection", "error", f"{row.name}: {error.message}"), row, now)
    if row.status == Connection.Status.NEEDS_SIGN_IN:
        open_sign_in_issue(
            row, ActionNeededError(error.message, remedy=error.remedy), now=now
        )


def open_sign_in_issue(
    connection: Connection, error: SyncError, *, now: datetime
) -> None:
    """Say that the other side no longer accepts our keys."""
    open_issue(
        IssueDraft(
            company=connection.company,
            connection=connection,
            code=SIGN_IN,
            title=f"{connection.name} needs new keys",
            message=error.message,
            remedy=error.remedy or "Open the connection, enter the keys, test it.",
        ),
        now=now,
    )


def report_as_data(report: ConnectionReport, now: datetime) -> dict[str, Any]:
    """Return the report as it is kept and shown."""
    return {
        "at": now.isoformat(),
        "is_usable": report.is_usable,
        "version": report.version,
        "findings": [asdict(finding) for finding in report.findings],
    }


def _first_error(report: ConnectionReport) -> Finding:
    return next(f for f in report.findings if f.severity is Severity.ERROR)
