"""Copying the whole database out and in: SQLite by itself, PostgreSQL by its tools."""

import os
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from django.db import connection, connections

from stockbridge.domain.errors import ActionNeededError, InvalidInputError
from stockbridge.engine.redaction import redacted

SQLITE_MEMBER, POSTGRESQL_MEMBER = "database.sqlite3", "database.sql"
_TOOL_TIMEOUT_S = 3600


def member_name() -> str:
    """Return what the copy is called inside a backup."""
    return SQLITE_MEMBER if connection.vendor == "sqlite" else POSTGRESQL_MEMBER


def copy_out(target: Path) -> None:
    """Write a consistent copy while others work. Nobody stays signed in through it.

    Raises ActionNeededError where PostgreSQL's own tools are missing or fail.
    """
    if connection.vendor == "sqlite":
        _sqlite_out(target)
        return
    _run(
        "pg_dump",
        "--format=plain",
        "--no-owner",
        "--no-privileges",
        "--exclude-table-data=django_session",
        f"--file={target}",
    )


def copy_in(source: Path) -> None:
    """Replace the present database by the copy, wholly or not at all."""
    connections.close_all()
    if connection.vendor == "sqlite":
        _sqlite_in(source)
        return
    _run(
        "psql",
        "--no-psqlrc",
        "--quiet",
        "--single-transaction",
        "--set=ON_ERROR_STOP=1",
        "--output=" + os.devnull,
        # Whoever still works on it must not make us wait for ever.
        "--command=SET LOCAL lock_timeout = '20s'",
        "--command=SET LOCAL client_min_messages = warning",
        "--command=DROP SCHEMA public CASCADE",
        "--command=CREATE SCHEMA public",
        f"--file={source}",
    )


def _sqlite_out(target: Path) -> None:
    with (
        closing(_opened(_sqlite_path(), mode="ro")) as live,
        closing(sqlite3.connect(target)) as copy,
    ):
        live.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")
        copy.execute("PRAGMA secure_delete = ON")
        with copy:
            copy.execute("DELETE FROM django_session")
        _check(copy)


def _sqlite_in(source: Path) -> None:
    with closing(_opened(source, mode="ro")) as copy:
        _check(copy)
        with closing(sqlite3.connect(_sqlite_path(), timeout=30)) as live:
            copy.backup(live)
            live.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _opened(path: Path, *, mode: str) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.resolve().as_uri()}?mode={mode}", uri=True)


def _check(database: sqlite3.Connection) -> None:
    found = database.execute("PRAGMA quick_check").fetchone()[0]
    if found != "ok":
        raise InvalidInputError(
            f"The copy of the database is damaged: {found[:200]}",
            remedy="Use another backup.",
        )


def _sqlite_path() -> Path:
    return Path(str(connection.settings_dict["NAME"]))


def _run(tool: str, *options: str) -> None:
    known = connection.settings_dict
    address = [
        f"--dbname={known['NAME']}",
        *([f"--host={known['HOST']}"] if known["HOST"] else []),
        *([f"--port={known['PORT']}"] if known["PORT"] else []),
        *([f"--username={known['USER']}"] if known["USER"] else []),
    ]
    try:
        done = subprocess.run(
            [tool, "--no-password", *address, *options],
            env={**os.environ, "PGPASSWORD": str(known["PASSWORD"] or "")},
            capture_output=True,
            text=True,
            check=False,
            timeout=_TOOL_TIMEOUT_S,
        )
    except FileNotFoundError as error:
        raise ActionNeededError(
            f"The program {tool} is not there.",
            remedy="Install PostgreSQL's client programs, of the server's version or "
            "newer (on Debian: apt install postgresql-client).",
        ) from error
    if done.returncode:
        raise ActionNeededError(
            f"{tool} failed: {redacted(done.stderr.strip())[-600:]}",
            remedy="Its words say why: another version than the server's, missing "
            "rights, or somebody still at work on the database.",
        )
