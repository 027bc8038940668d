"""Doing a connection's job on the spot, with its lease, as a worker does."""

from contextlib import suppress
from datetime import timedelta

from django.db.models import Sum

from stockbridge.domain.errors import ActionNeededError, RetryableError, SyncError
from stockbridge.engine import jobs, leases, machine, schedule, ticks
from stockbridge.engine.clock import database_now, monotonic_s
from stockbridge.engine.leases import HeldLease
from stockbridge.engine.models import Connection, Cursor, Installation, Lease
from stockbridge.engine.schedule import WORKING
from stockbridge.engine.ticks import Outcome
from stockbridge.web.command_line.watching import Watch

JOB_S = 30.0
BUSY_S = 60.0  # how long we wait for somebody else's job
_BEFORE = timedelta(days=2)  # longer ago than any interval


class BusyError(RetryableError):
    """Somebody else works on this connection at this moment."""


def check_may_work() -> None:
    """Raise ActionNeededError where nothing may be done: a restored or copied one."""
    machine.guard(database_now())
    reason = Installation.current().paused_reason
    if reason:
        raise ActionNeededError(
            f"All work is paused: {reason}",
            remedy="Check the store and the books, then: stockbridge go-on",
        )


def do_job(connection_id: int, watch: Watch) -> Outcome:
    """Do one job of a connection; BusyError says who has it.

    Raises what went wrong, after it was written down as a worker would.
    """
    connection = Connection.objects.select_related("company").get(pk=connection_id)
    _check_working(connection)
    ticks.wake([connection.pk], now=database_now())
    lease = leases.take(connection, leases.new_holder("command line"))
    if lease is None:
        raise busy(connection)
    try:
        return _job(lease, watch)
    finally:
        with suppress(Exception):
            leases.give_back(lease)


def do_job_soon(
    connection_id: int, watch: Watch, patience_s: float = BUSY_S
) -> Outcome:
    """Do one job, after waiting for whoever has the connection."""
    ends_s = monotonic_s() + patience_s
    while True:
        try:
            return do_job(connection_id, watch)
        except BusyError:
            if monotonic_s() >= ends_s:
                raise
        watch.wait(0.5)


def look_now(connection: Connection) -> None:
    """Let the next job read what it would read only after its interval."""
    feeds = ["orders", "items", "customers"] if connection.kind == "store" else []
    rows = Cursor.objects.filter(connection=connection, feed__in=feeds)
    rows.filter(caught_up_at__isnull=False).update(
        caught_up_at=database_now() - _BEFORE
    )


def records_read(connection_id: int) -> int:
    """Return how many records were ever read from a connection."""
    rows = Cursor.objects.filter(connection=connection_id)
    return int(rows.aggregate(sum=Sum("records_read"))["sum"] or 0)


def busy(connection: Connection) -> BusyError:
    """Return who works on a connection, and until when at most."""
    lease = Lease.objects.filter(connection=connection).first()
    who, until = "somebody", ""
    if lease is not None and lease.holder:
        who = f"{lease.holder} (on {lease.machine})"
        until = f", until {lease.expires_at:%H:%M:%S} UTC at most"
    return BusyError(
        f"{connection.name} is being worked on by {who}{until}.",
        remedy="Wait until it is done, or stop that worker.",
    )


def _job(lease: HeldLease, watch: Watch) -> Outcome:
    begun = schedule.begin(lease, database_now())
    if begun is None:  # it was paused in this very moment
        return Outcome()
    try:
        outcome = jobs.work_on(begun, lease, watch.deadline(JOB_S))
    except SyncError as error:
        schedule.fail(lease, error, database_now())
        raise
    schedule.finish(lease, outcome, database_now())
    return outcome


def _check_working(connection: Connection) -> None:
    if connection.status in WORKING:
        return
    remedies = {
        Connection.Status.PAUSED: f'stockbridge connection resume "{connection.name}"',
        Connection.Status.NEEDS_SIGN_IN: "Enter new keys: stockbridge connection set",
    }
    raise ActionNeededError(
        f"{connection.name} is {connection.get_status_display()}.",
        remedy=remedies.get(
            Connection.Status(connection.status),
            f'Test it first: stockbridge connection test "{connection.name}"',
        ),
    )
