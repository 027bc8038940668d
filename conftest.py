"""Which database the tests run on, and what the summary says about it.

SQLite by default, in a file of its own, because tests start threads and processes.
With STOCKBRIDGE_DATABASE=postgresql://… they run there; when no server answers,
they are skipped and the summary says so.

No test cuts the power, so the tests' own connections do not wait for the disk; a child
process opens the database as the product does. What a killed process has written stays
either way: it is in the system's memory.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest
from django.conf import settings
from django.contrib.contenttypes.management import create_contenttypes
from django.db import connection, connections
from django.db.models.signals import post_migrate
from hypothesis import settings as hypothesis_settings

from stockbridge.connectors.tests.shared_contracts import why_missing

DEFAULT_POSTGRESQL = "postgresql://postgres@127.0.0.1:5432/postgres"
_MAKES_PERMISSIONS = "django.contrib.auth.management.create_permissions"
SAFE = "synchronous=FULL"  # how the product writes: on the disk before it goes on
pytest.register_assert_rewrite("tests.quickbooks.journeys")
# A busy machine is no failure of a property.
hypothesis_settings.register_profile("stockbridge", deadline=None, print_blob=True)
hypothesis_settings.load_profile("stockbridge")
_PROCESS = f"{os.getpid()}_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"


def pytest_configure(config: pytest.Config) -> None:
    """Give this process a home folder and a database of its own."""
    home = Path(tempfile.mkdtemp(prefix="stockbridge-tests-"))
    config.add_cleanup(lambda: shutil.rmtree(home, ignore_errors=True))
    os.environ["STOCKBRIDGE_HOME"] = str(home)
    # Child processes must open what this process has sealed.
    os.environ["STOCKBRIDGE_VAULT_KEY"] = ",".join(settings.VAULT_KEYS)
    os.environ["STOCKBRIDGE_SECRET_KEY"] = settings.SECRET_KEY
    settings.HOME = home
    # Passwords are hashed at a cost that is meant for guessers, not for tests.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    database = settings.DATABASES["default"]
    options = database["OPTIONS"]
    if _is_postgresql():
        database["ENGINE"] = "tests.postgresql"
        options["options"] += " -c synchronous_commit=off"
        del connections["default"]  # made anew, by that engine
    else:
        command = str(options["init_command"])
        options["init_command"] = command.replace(SAFE, "synchronous=OFF")
    database.setdefault("TEST", {})["NAME"] = (
        f"test_stockbridge_{_PROCESS}"
        if _is_postgresql()
        else str(home / "tests.sqlite3")
    )


def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Skip what needs contracts, or a PostgreSQL server, that are not there.

    On PostgreSQL, leave out what uses no database: it was tested on SQLite.
    """
    if _is_postgresql():
        config.hook.pytest_deselected(
            items=[item for item in items if not _uses_database(item)]
        )
        items[:] = filter(_uses_database, items)
    for item in items:
        for mark in item.iter_markers("contracts"):
            if reason := why_missing(mark.args[0]):
                item.add_marker(pytest.mark.skip(reason=reason))
    if not _is_postgresql() or _answers(os.environ["STOCKBRIDGE_DATABASE"]):
        return
    for item in items:
        item.add_marker(pytest.mark.skip(reason="no PostgreSQL server answers"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say on which database the tests ran, and whether the other one is there."""
    if not _is_postgresql():
        there = "answers" if _answers(DEFAULT_POSTGRESQL) else "DOES NOT ANSWER"
        terminalreporter.write_line(
            f"Database: SQLite. PostgreSQL on 127.0.0.1:5432 {there}."
        )
    elif _answers(os.environ["STOCKBRIDGE_DATABASE"]):
        terminalreporter.write_line("Database: PostgreSQL.")
    else:
        terminalreporter.write_line(
            "SKIPPED: nothing was tested on PostgreSQL, no server answers."
        )


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> None:
    """Keep the name that `pytest_configure` gave: it is unique to this process.

    And let Django's list of kinds of rows and its permissions, which nothing of ours
    uses, not be written again whenever a test with transactions has emptied all tables.
    """
    post_migrate.disconnect(create_contenttypes)
    post_migrate.disconnect(dispatch_uid=_MAKES_PERMISSIONS)


@pytest.fixture
def database_address(transactional_db: None) -> Iterator[str]:
    """Return the test database's address, for the environment of child processes."""
    known = connection.settings_dict
    if connection.vendor == "sqlite":
        yield f"sqlite:///{quote(str(known['NAME']))}"
        return
    port = known["PORT"] or "5432"
    user = quote(f"{known['USER']}:{known['PASSWORD']}", safe=":")
    yield f"postgresql://{user}@{known['HOST']}:{port}/{known['NAME']}"


def _uses_database(item: pytest.Item) -> bool:
    fixtures = set(getattr(item, "fixturenames", ()))
    if fixtures & {"db", "transactional_db", "live_server"}:
        return True
    return any(item.get_closest_marker(one) for one in ("django_db", "faults"))


def _is_postgresql() -> bool:
    engine: str = settings.DATABASES["default"]["ENGINE"]
    return engine.endswith("postgresql")


def _answers(address: str) -> bool:
    server = address.rsplit("/", 1)[0] + "/postgres"
    try:
        psycopg.connect(server, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True
