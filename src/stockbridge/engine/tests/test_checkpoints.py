"""Crash points are found by watching; the process dies exactly where it is told."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection, transaction

from stockbridge.engine import checkpoints, leases
from stockbridge.engine.models import Connection, Lease
from stockbridge.engine.tests.rows import a_connection, at_the_same_time

pytestmark = pytest.mark.django_db(transaction=True)

_WORKER = """
import django
django.setup()
from stockbridge.engine import checkpoints, leases
from stockbridge.engine.models import Connection
shop = Connection.objects.get()
lease = leases.take(shop, "one")
with leases.fenced(lease):
    Connection.objects.filter(pk=shop.pk).update(version="written")
checkpoints.reach("the end")
"""


def test_a_point_is_told_to_whoever_watches() -> None:
    seen: list[str] = []

    with checkpoints.watching(seen.append):
        checkpoints.reach("call.before shop")
    checkpoints.reach("nobody looks")

    assert seen == ["call.before shop"]


def test_every_outermost_commit_is_a_point_before_and_after() -> None:
    shop = a_connection()
    seen = _watched(lambda: leases.take(shop, "one"))

    assert seen == [
        "commit.before engine/leases.py:take",
        "commit.after engine/leases.py:take",
    ]


def test_a_nested_transaction_is_no_point_of_its_own() -> None:
    shop = a_connection()

    def nested() -> None:
        with transaction.atomic(), transaction.atomic():
            Connection.objects.filter(pk=shop.pk).update(version="1")

    assert len(_watched(nested)) == 2


def test_a_write_outside_of_a_transaction_is_a_point() -> None:
    shop = a_connection()

    seen = _watched(lambda: Connection.objects.filter(pk=shop.pk).update(version="1"))

    assert [name.split()[0] for name in seen] == ["write.before", "write.after"]


def test_a_read_is_no_point() -> None:
    a_connection()

    assert _watched(lambda: list(Connection.objects.all())) == []


def test_a_killed_process_has_written_what_came_before_and_nothing_after(
    database_address: str, tmp_path: Path
) -> None:
    shop = a_connection()
    trace = tmp_path / "points"
    whole = _worker(database_address, {"STOCKBRIDGE_TRACE_POINTS": str(trace)})
    points = trace.read_text().splitlines()
    state: dict[int, tuple[bool, str]] = {}

    for number in range(1, len(points) + 1):
        Lease.objects.all().delete()
        Connection.objects.filter(pk=shop.pk).update(version="")
        code = _worker(database_address, {"STOCKBRIDGE_KILL_AT": str(number)})
        assert code == -signal.SIGKILL
        shop.refresh_from_db()
        state[number] = (Lease.objects.exists(), shop.version)

    assert whole == 0
    assert [point.split()[0] for point in points] == [
        "commit.before",
        "commit.after",
        "commit.before",
        "commit.after",
        "the",
    ]
    assert list(state.values()) == [
        (False, ""),
        (True, ""),
        (True, ""),
        (True, "written"),
        (True, "written"),
    ]


def _watched(act: Callable[[], object]) -> list[str]:
    """Return the points of an act, in a thread whose connection is instrumented."""
    seen: list[str] = []
    checkpoints.instrument_commits()
    try:

        def run() -> None:
            connection.ensure_connection()
            with checkpoints.watching(seen.append):
                act()

        assert at_the_same_time(run) == [None]
    finally:
        checkpoints.release_commits()
    return seen


def _worker(database_address: str, more: dict[str, str]) -> int:
    return subprocess.run(
        [sys.executable, "-c", _WORKER],
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "stockbridge.config.settings",
            "STOCKBRIDGE_DATABASE": database_address,
            **more,
        },
        check=False,
        timeout=60,
    ).returncode
