"""What time it is: the database's clock for leases and budgets, ours for the rest.

Several machines never agree on the time; the database that they share has only one.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import DateTimeField, Func
from django.db.models.sql.compiler import SQLCompiler

# As Django writes times on SQLite; the doubled signs are undone when it executes.
_SQLITE_FORMAT = "%%Y-%%m-%%d %%H:%%M:%%f"


class DatabaseTime(Func):
    """The database's clock, read when the row is touched, plus some seconds.

    Not the start of the statement: a statement may have waited for a row for long.
    """

    output_field = DateTimeField()

    def __init__(self, *, plus_s: float = 0) -> None:
        super().__init__()
        self.plus_s = plus_s

    def as_postgresql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **_: object
    ) -> tuple[str, tuple[Any, ...]]:
        """Return PostgreSQL's expression."""
        return "(CLOCK_TIMESTAMP() + %s)", (timedelta(seconds=self.plus_s),)

    def as_sqlite(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **_: object
    ) -> tuple[str, tuple[Any, ...]]:
        """Return SQLite's expression; it counts milliseconds."""
        offset = f"{self.plus_s:+.3f} seconds"
        return f"STRFTIME('{_SQLITE_FORMAT}', 'NOW', %s)", (offset,)


def database_now() -> datetime:
    """Return the database's time (aware UTC)."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT STRFTIME('%Y-%m-%dT%H:%M:%f', 'NOW')")
            return datetime.fromisoformat(cursor.fetchone()[0]).replace(tzinfo=UTC)
        cursor.execute("SELECT CLOCK_TIMESTAMP()")
        found: datetime = cursor.fetchone()[0]
        return found.astimezone(UTC)


def database_clock() -> Callable[[], datetime]:
    """Return a clock that shows the database's time and asks it only once."""
    start, began_s = database_now(), monotonic_s()
    return lambda: start + timedelta(seconds=monotonic_s() - began_s)


def utc_now() -> datetime:
    """Return this machine's time (aware UTC); only the shell's outer edge asks."""
    return datetime.now(UTC)


def monotonic_s() -> float:
    """Return seconds that only ever grow, for measuring how long something takes."""
    return time.monotonic()
