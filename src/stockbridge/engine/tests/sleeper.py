"""A worker process that its test freezes (SIGSTOP) while it holds a lease.

Says where it is, one word a line, and goes on when it is sent a line. With `inside`
it stops within a transaction, else between two.
"""

import sys

import django
from django.apps import apps

if not apps.ready:
    django.setup()

from stockbridge.engine import leases
from stockbridge.engine.leases import HeldLease, LeaseLostError
from stockbridge.engine.models import Connection, LogEntry
from stockbridge.engine.tests.rows import NOW
from stockbridge.engine.wire import EngineWire

LEASE_S = 1.0


def main() -> None:
    shop = Connection.objects.get()
    lease = leases.take(shop, leases.new_holder("sleeper"), seconds=LEASE_S)
    assert lease is not None
    if "inside" in sys.argv:
        with leases.fenced(lease):
            write(shop)
            pause()
        print("committed", flush=True)
        return
    pause()
    try_to_write(shop, lease)
    try_to_call(shop, lease)


def pause() -> None:
    print("holding", flush=True)
    sys.stdin.readline()


def try_to_write(shop: Connection, lease: HeldLease) -> None:
    try:
        with leases.fenced(lease):
            write(shop)
    except LeaseLostError:
        print("no write", flush=True)
    else:
        print("written", flush=True)


def try_to_call(shop: Connection, lease: HeldLease) -> None:
    try:
        EngineWire(shop, lease).before_call(timeout_s=1)
    except LeaseLostError:
        print("no call", flush=True)
    else:
        print("called", flush=True)


def write(shop: Connection) -> None:
    LogEntry.objects.create(
        company_id=shop.company_id,
        connection=shop,
        channel="test",
        level="info",
        message="sleeper",
        at=NOW,
    )


if __name__ == "__main__":
    main()
