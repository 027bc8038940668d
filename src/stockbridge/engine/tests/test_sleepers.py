"""Worker processes that are really frozen (SIGSTOP) and thawed again."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection

from stockbridge.engine import leases
from stockbridge.engine.clock import database_now
from stockbridge.engine.models import Connection, Lease, LogEntry
from stockbridge.engine.tests.rows import a_connection

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_process_frozen_beyond_its_lease_neither_writes_nor_calls(
    database_address: str,
) -> None:
    shop = a_connection()

    with _sleeper(database_address) as process:
        _freeze(process)
        _wait_for_the_end_of_its_lease(shop)
        taken = leases.take(shop, "awake")
        said = _thaw(process)

    assert taken is not None
    assert said == ["no write", "no call"]
    assert not LogEntry.objects.exists()
    assert Lease.objects.get().holder == "awake"


def test_a_process_frozen_while_nobody_else_came_neither_writes_nor_shortens(
    database_address: str,
) -> None:
    """The lease ran out; that nobody took it meanwhile makes it no better."""
    shop = a_connection()

    with _sleeper(database_address) as process:
        _freeze(process)
        _wait_for_the_end_of_its_lease(shop)
        said = _thaw(process)

    assert said == ["no write", "no call"]
    assert not LogEntry.objects.exists()


def test_a_process_frozen_within_a_transaction_keeps_nobody_waiting(
    database_address: str,
) -> None:
    """Who looks for work passes by: the row is locked until the commit."""
    _only_on_postgresql()
    shop = a_connection()

    with _sleeper(database_address, "inside") as process:
        _freeze(process)
        _wait_for_the_end_of_its_lease(shop)
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '2s'")
        meanwhile = leases.take(shop, "awake")
        said = _thaw(process)
    afterwards = leases.take(shop, "awake")

    assert meanwhile is None
    assert said == ["committed"]
    assert afterwards is not None
    assert LogEntry.objects.count() == 1


def test_a_frozen_transaction_ends_by_itself() -> None:
    """What it had locked is free again, and its commit fails."""
    _only_on_postgresql()

    with connection.cursor() as cursor:
        cursor.execute("SHOW idle_in_transaction_session_timeout")
        found = cursor.fetchone()

    assert found == ("2min",)


def _only_on_postgresql() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer: others wait for it, and try again")


@contextmanager
def _sleeper(database_address: str, *words: str) -> "Iterator[subprocess.Popen[str]]":
    process = subprocess.Popen(
        [sys.executable, "-m", "stockbridge.engine.tests.sleeper", *words],
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "stockbridge.config.settings",
            "STOCKBRIDGE_DATABASE": database_address,
        },
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def _freeze(process: "subprocess.Popen[str]") -> None:
    assert process.stdout is not None
    assert process.stdout.readline() == "holding\n"
    process.send_signal(signal.SIGSTOP)


def _thaw(process: "subprocess.Popen[str]") -> list[str]:
    process.send_signal(signal.SIGCONT)
    text, _ = process.communicate("go on\n", timeout=60)
    return text.splitlines()


def _wait_for_the_end_of_its_lease(shop: Connection) -> None:
    expiry = Lease.objects.get(pk=shop.pk).expires_at
    assert expiry is not None
    while database_now() <= expiry:
        pass
