"""A worker process for `test_runners.py`: its jobs write down when they begin and end.

Each connection has three jobs in all; then nothing is due and the process ends.
"""

import sys
from datetime import UTC, datetime, timedelta

import django
from django.apps import apps

if not apps.ready:
    django.setup()

from stockbridge.engine import leases
from stockbridge.engine.clock import database_now
from stockbridge.engine.leases import HeldLease
from stockbridge.engine.models import Connection, LogEntry
from stockbridge.engine.runners import Runner
from stockbridge.engine.ticks import Deadline, Outcome


def write(connection: Connection, lease: HeldLease, text: str) -> int:
    with leases.fenced(lease):
        LogEntry.objects.create(
            company_id=connection.company_id,
            connection=connection,
            channel="test",
            level=text,
            message=str(lease.fence),
            at=database_now(),
        )
        return LogEntry.objects.filter(connection=connection, level="end").count()


def job(connection: Connection, lease: HeldLease, _deadline: Deadline) -> Outcome:
    write(connection, lease, "begin")
    done = write(connection, lease, "end")
    far = datetime(2100, 1, 1, tzinfo=UTC)
    return Outcome(again_at=far if done >= 3 else database_now() - timedelta(days=1))


def main() -> None:
    runner = Runner(job)
    print("ready", flush=True)
    sys.stdin.readline()  # all are let go at once
    while Connection.objects.filter(due_at__lt=database_now()).exists():
        runner.work_once()


if __name__ == "__main__":
    main()
