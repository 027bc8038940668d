"""Django's PostgreSQL backend, except for how a test empties the tables.

TRUNCATE makes new files for each table and waits for the disk: seconds for some sixty
tables after each test with transactions of its own. They hold a few rows: DELETE
takes milliseconds. Foreign keys are checked at the commit, so the order is free.
"""

from collections.abc import Sequence
from typing import Any

from django.core.management.color import Style
from django.db.backends.postgresql import base, operations


class DatabaseOperations(operations.DatabaseOperations):
    """Deletes instead of truncating."""

    def sql_flush(
        self,
        style: Style,
        tables: Sequence[str],
        *,
        reset_sequences: bool = False,
        allow_cascade: bool = False,
    ) -> list[str]:
        """Return one statement per table; sequences go on where a test wants that."""
        if reset_sequences or allow_cascade:
            found: list[str] = super().sql_flush(
                style,
                tables,
                reset_sequences=reset_sequences,
                allow_cascade=allow_cascade,
            )
            return found
        return [f"DELETE FROM {self.quote_name(table)};" for table in tables]


class DatabaseWrapper(base.DatabaseWrapper):
    """PostgreSQL with that one difference."""

    ops_class: Any = DatabaseOperations
