"""How the database is opened where nobody says otherwise: the tests do, for speed."""

import sqlite3
from contextlib import closing
from pathlib import Path

from stockbridge.config import environment

FULL = 2  # https://www.sqlite.org/pragma.html#pragma_synchronous


def test_sqlite_writes_a_commit_on_the_disk_before_it_goes_on(tmp_path: Path) -> None:
    known = environment.database(f"sqlite:///{tmp_path / 'books.sqlite3'}")

    with closing(sqlite3.connect(known["NAME"])) as opened:
        opened.executescript(known["OPTIONS"]["init_command"])
        (synchronous,) = opened.execute("PRAGMA synchronous").fetchone()
        (journal,) = opened.execute("PRAGMA journal_mode").fetchone()

    assert (synchronous, journal) == (FULL, "wal")


def test_postgresql_is_left_to_do_the_same() -> None:
    known = environment.database("postgresql://shop@127.0.0.1/books")

    assert "synchronous_commit" not in known["OPTIONS"]["options"]
