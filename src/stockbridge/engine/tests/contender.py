"""A process that fights for leases; `test_leases.py` starts several of it.

Takes each connection's lease once, holds it over a write of its own and never gives
it back. Prints the connections that it got, with their fences.
"""

import sys

import django
from django.apps import apps

if not apps.ready:
    django.setup()

from stockbridge.engine import leases
from stockbridge.engine.models import Connection, LogEntry
from stockbridge.engine.tests.rows import NOW


def main() -> None:
    holder = leases.new_holder("contender")
    print("ready", flush=True)
    sys.stdin.readline()  # all are let go at once
    for connection in Connection.objects.order_by("id"):
        lease = leases.take(connection, holder)
        if lease is None:
            continue
        with leases.fenced(lease):
            LogEntry.objects.create(
                company_id=connection.company_id,
                connection=connection,
                channel="test",
                level="info",
                message=str(lease.fence),
                at=NOW,
            )
        print(connection.pk, lease.fence, flush=True)


if __name__ == "__main__":
    main()
