"""Statements given to the database's driver, with as little as possible between.

On SQLite what Django does around each run (a cursor in wrappers, signs rewritten) costs
more than the run. It is left out here, unless somebody listens to the statements: they
are then run as Django runs them, as they always are on PostgreSQL. The errors that are
raised are Django's either way.
"""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.sqlite3.base import FORMAT_QMARK_REGEX

Values = Sequence[Any]


@dataclass(frozen=True, slots=True)
class Sql:
    """A statement of one kind of database: Django's text, and its driver's."""

    text: str
    own: str

    @classmethod
    def of(cls, text: str, vendor: str) -> "Sql":
        """Return the statement; `text` has Django's signs for values."""
        if vendor != "sqlite":
            return cls(text, text)
        return cls(text, FORMAT_QMARK_REGEX.sub("?", text).replace("%%", "%"))

    def rows(self, values: Values, database: BaseDatabaseWrapper) -> list[Any]:
        """Run, and return all rows."""
        if (driver := _driver_of(database)) is None:
            with database.cursor() as cursor:
                cursor.execute(self.text, values)
                return list(cursor.fetchall())
        with database.wrap_database_errors, closing(driver.cursor()) as bare:
            found: list[Any] = bare.execute(self.own, values).fetchall()
            return found

    def count(self, values: Values, database: BaseDatabaseWrapper) -> int:
        """Run, and return how many rows were written."""
        if (driver := _driver_of(database)) is None:
            with database.cursor() as cursor:
                cursor.execute(self.text, values)
                return int(cursor.rowcount)
        with database.wrap_database_errors, closing(driver.cursor()) as bare:
            return int(bare.execute(self.own, values).rowcount)

    def count_all(self, many: Sequence[Values], database: BaseDatabaseWrapper) -> int:
        """Run once for each, in their order; return how many rows were written."""
        if (driver := _driver_of(database)) is None:
            with database.cursor() as cursor:
                cursor.executemany(self.text, many)
                return int(cursor.rowcount)
        with database.wrap_database_errors, closing(driver.cursor()) as bare:
            return int(bare.executemany(self.own, many).rowcount)


def _driver_of(database: BaseDatabaseWrapper) -> sqlite3.Connection | None:
    """Return SQLite's connection; None where Django's way is to be gone."""
    if database.vendor != "sqlite":
        return None
    if database.connection is None:
        database.ensure_connection()  # only then it is known who listens
    if database.execute_wrappers or database.force_debug_cursor:
        return None
    if database.needs_rollback:
        database.validate_no_broken_transaction()
    driver: sqlite3.Connection = database.connection
    return driver
