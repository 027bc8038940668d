"""The floor of the engine's cost: its own database writes, made bare.

What the engine writes is noted statement by statement, with the transaction that each
belongs to. The same statements are then run through the driver alone, on a copy of
the database as it was before: what remains is what any program would have to pay.
"""

import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

_WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE")


@dataclass(frozen=True, slots=True)
class Statement:
    """One write, and whether a transaction began since the one before it."""

    sql: str
    values: Sequence[Any]  # of one run; or of each of many
    is_many: bool
    begins: bool
    is_alone: bool  # outside of any transaction


@dataclass(slots=True)
class Notebook:
    """Notes the writes of this process's database connection."""

    is_wanted: Callable[[], bool]
    statements: list[Statement] = field(default_factory=list)
    reads: int = 0
    _begun: bool = False

    @property
    def transactions(self) -> int:
        """How many transactions wrote something."""
        return sum(one.begins or one.is_alone for one in self.statements)

    def __call__(
        self,
        execute: Callable[[str, Any, bool, dict[str, Any]], object],
        sql: str,
        params: Sequence[Any] | None,
        many: object,  # yes or no, as Django hands it on
        context: dict[str, Any],
    ) -> object:
        """Run a statement and note it (an execute wrapper of Django's)."""
        word = sql.lstrip()[:8].split(" ", 1)[0].upper()
        if not self.is_wanted():
            pass
        elif word == "BEGIN":
            self._begun = True
        elif word in _WRITES:
            is_alone = not connection.in_atomic_block
            begins, self._begun = self._begun and not is_alone, False
            self.statements.append(
                Statement(sql, params or (), bool(many), begins, is_alone)
            )
        elif word == "SELECT":
            self.reads += 1
        return execute(sql, params, bool(many), context)


@contextmanager
def noted(is_wanted: Callable[[], bool]) -> Iterator[Notebook]:
    """Note the writes of the block that are made while they are wanted."""
    notebook = Notebook(is_wanted)
    with connection.execute_wrapper(notebook):
        yield notebook


def copy_database(to: Path) -> None:
    """Keep the database as it is now (SQLite)."""
    with sqlite3.connect(settings.DATABASES["default"]["NAME"]) as here:
        with sqlite3.connect(to) as there:
            here.backup(there)
        there.close()
    here.close()


def replay(statements: Sequence[Statement], database: Path) -> float:
    """Run the statements on a copy; return the seconds of CPU that it took."""
    raw = sqlite3.connect(database, isolation_level=None)
    raw.executescript(settings.DATABASES["default"]["OPTIONS"]["init_command"])
    prepared = [(one, one.sql.replace("%s", "?")) for one in statements]
    began = time.thread_time()
    is_open = False
    for one, sql in prepared:
        if is_open and (one.begins or one.is_alone):
            raw.execute("COMMIT")
            is_open = False
        if one.begins and not is_open:
            raw.execute("BEGIN IMMEDIATE")
            is_open = True
        if one.is_many:
            raw.executemany(sql, one.values)
        else:
            raw.execute(sql, one.values).fetchall()
    if is_open:
        raw.execute("COMMIT")
    took = time.thread_time() - began
    raw.close()
    return took
