"""Log lines, and requests with their answers."""

from datetime import datetime

from ninja import Schema

from stockbridge.engine.models import ExchangeLog, LogEntry


class LogOut(Schema):
    """One line of the log."""

    id: int
    at: datetime
    level: str
    channel: str
    connection: str | None
    message: str
    subject_kind: str
    subject_id: str


class ExchangeOut(Schema):
    """One request to or from the outside."""

    id: int
    at: datetime
    connection: str
    is_incoming: bool
    method: str
    address: str
    status: int | None
    elapsed_ms: int
    error: str


class ExchangeDetail(ExchangeOut):
    """A request and its answer, redacted."""

    request: str
    answer: str


def log_out(row: LogEntry) -> LogOut:
    """Return a line of the log; its connection must have been loaded."""
    return LogOut(
        id=row.pk,
        at=row.at,
        level=row.level,
        channel=row.channel,
        connection=row.connection.uid if row.connection else None,
        message=row.message,
        subject_kind=row.subject_kind,
        subject_id=row.subject_id,
    )


def exchange_out(row: ExchangeLog) -> ExchangeOut:
    """Return a request; its connection must have been loaded."""
    return ExchangeOut(
        id=row.pk,
        at=row.at,
        connection=row.connection.uid,
        is_incoming=row.is_incoming,
        method=row.method,
        address=row.address,
        status=row.status,
        elapsed_ms=row.elapsed_ms,
        error=row.error,
    )


def exchange_detail(row: ExchangeLog) -> ExchangeDetail:
    """Return a request and its answer."""
    short = exchange_out(row).model_dump()
    return ExchangeDetail(**short, request=row.request, answer=row.answer)
