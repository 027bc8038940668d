"""Two logs: what happened, for people; and what the process did, for operators."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog

from stockbridge.companies.models import Company
from stockbridge.companies.row_writes import insert_rows
from stockbridge.engine.models import Connection, LogEntry
from stockbridge.engine.redaction import RedactingFormatter, redact_event, redacted

MESSAGE_CHARS_MAX = 4_000


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the log that people read."""

    channel: str  # connection, documents, stock, prices, missing, orders
    level: str  # info, warning, error
    message: str
    subject_kind: str = ""
    subject_id: str = ""


def log(line: Line, place: Connection | Company, now: datetime) -> None:
    """Write one line."""
    log_all([line], place, now)


def log_all(lines: Iterable[Line], place: Connection | Company, now: datetime) -> None:
    """Write lines of one connection, or of a whole company, at once."""
    insert_rows([_row(line, place, now) for line in lines])


def set_up(*, is_json: bool = False, level: int = logging.INFO) -> None:
    """Let structlog and the standard log go one way, redacted, to standard error.

    To be called once by each command that stays; again does no harm.
    """
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
        redact_event,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    renderer: Any = (
        structlog.processors.JSONRenderer()
        if is_json
        else structlog.dev.ConsoleRenderer(colors=False)
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        processor=renderer, foreign_pre_chain=shared
    )
    handler = logging.StreamHandler()
    handler.setFormatter(RedactingFormatter(formatter))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)


def _row(line: Line, place: Connection | Company, now: datetime) -> LogEntry:
    is_connection = isinstance(place, Connection)
    return LogEntry(
        company_id=place.company_id if isinstance(place, Connection) else place.pk,
        connection_id=place.pk if is_connection else None,
        channel=line.channel,
        level=line.level,
        message=redacted(line.message)[:MESSAGE_CHARS_MAX],
        subject_kind=line.subject_kind,
        subject_id=line.subject_id[:80],
        at=now,
    )
