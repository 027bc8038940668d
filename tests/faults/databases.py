"""A database per attempt, copied from one that was prepared once."""

import shutil
import uuid
from dataclasses import dataclass
from pathlib import Path

import psycopg
from django.conf import settings
from django.db import connections
from psycopg.sql import SQL

SERVER = "postgresql://postgres@127.0.0.1:5432"


@dataclass(frozen=True, slots=True)
class SqliteFiles:
    """Databases as files: copying one is copying a file."""

    folder: Path

    def use(self, name: str) -> None:
        """Let this process's connections lead to the database `name`."""
        _use({"NAME": str(self.folder / f"{name}.sqlite3")})

    def copy(self, source: str, target: str) -> None:
        """Make `target` a copy of `source`; nobody may be connected."""
        self.drop(target)
        shutil.copyfile(
            self.folder / f"{source}.sqlite3", self.folder / f"{target}.sqlite3"
        )

    def create(self, name: str) -> None:
        """Make room for a new database."""
        self.drop(name)

    def drop(self, name: str) -> None:
        """Remove the database and what lies beside it."""
        for path in self.folder.glob(f"{name}.sqlite3*"):
            path.unlink()


@dataclass(frozen=True, slots=True)
class PostgresqlTemplates:
    """Databases on a server: copying one is creating it from a template."""

    prefix: str

    def use(self, name: str) -> None:
        """Let this process's connections lead to the database `name`."""
        _use({"NAME": self._full(name)})

    def copy(self, source: str, target: str) -> None:
        """Make `target` a copy of `source`; nobody may be connected."""
        self.drop(target)
        self._run(
            f'CREATE DATABASE "{self._full(target)}" '
            f'TEMPLATE "{self._full(source)}" STRATEGY FILE_COPY'
        )

    def create(self, name: str) -> None:
        """Make a new, empty database."""
        self.drop(name)
        self._run(f'CREATE DATABASE "{self._full(name)}"')

    def drop(self, name: str) -> None:
        """Remove the database."""
        self._run(f'DROP DATABASE IF EXISTS "{self._full(name)}" WITH (FORCE)')

    def _full(self, name: str) -> str:
        return f"{self.prefix}_{name}"

    def _run(self, sql: str) -> None:
        with psycopg.connect(f"{SERVER}/postgres", autocommit=True) as server:
            server.execute(SQL(sql))


Databases = SqliteFiles | PostgresqlTemplates


def databases(kind: str, folder: Path) -> Databases:
    """Return where attempts of this run keep their data."""
    if kind == "sqlite":
        return SqliteFiles(folder)
    return PostgresqlTemplates(f"faults_{uuid.uuid4().hex[:8]}")


def _use(changes: dict[str, str]) -> None:
    connections.close_all()
    settings.DATABASES["default"].update(changes)
    connections["default"].settings_dict.update(changes)
