"""The right to work on one connection: for a while, with a fence that grows.

A worker takes the lease, works, renews it, gives it back. If it freezes, the lease
runs out and another worker takes it, with a higher fence. When the first one wakes
up it may neither write (`fenced` checks, under a row lock that is held until the
commit) nor start a call to the outside (`covers`). All times are the database's.
"""

import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F, Q, QuerySet

from stockbridge.companies.prepared import Change, prepared, prepared_change
from stockbridge.domain.errors import RetryableError
from stockbridge.engine.clock import DatabaseTime
from stockbridge.engine.models import Connection, Lease

LEASE_S = 90.0


class LeaseLostError(RetryableError):
    """The lease ran out or somebody else has it: nothing was written."""


@dataclass(frozen=True, slots=True)
class HeldLease:
    """A lease as its holder knows it; valid only as long as the database says so."""

    connection_id: int
    holder: str  # unique to one worker of one process, never used again
    fence: int


def new_holder(label: str = "") -> str:
    """Return a name that no other worker has, nor will have after a restart."""
    return f"{socket.gethostname()[:60]}/{label or 'worker'}/{secrets.token_hex(6)}"


def take(
    connection: Connection, holder: str, *, seconds: float = LEASE_S
) -> HeldLease | None:
    """Return the lease, or None while somebody has it.

    The same holder taking again gets None, too: one worker does one thing at a time.
    """
    with transaction.atomic():
        fence = _take_row(connection, holder, seconds)
        if fence is None and not Lease.objects.filter(pk=connection.pk).exists():
            made = Lease(connection_id=connection.pk)
            Lease.objects.bulk_create([made], ignore_conflicts=True)
            fence = _take_row(connection, holder, seconds)
        if fence is None:
            return None
    return HeldLease(connection.pk, holder, fence)


def renew(lease: HeldLease, *, seconds: float = LEASE_S) -> None:
    """Make the lease last `seconds` from now; never shortens it.

    Raises LeaseLostError when it is no longer ours.
    """
    longer = DatabaseTime(plus_s=seconds)
    with transaction.atomic():
        guard(lease)
        Lease.objects.filter(pk=lease.connection_id, expires_at__lt=longer).update(
            expires_at=longer
        )


def give_back(lease: HeldLease) -> bool:
    """Let others have it; False when it was no longer ours."""
    return _free(lease.connection_id, lease.holder, lease.fence) == 1


def guard(lease: HeldLease) -> None:
    """Check, inside a transaction, that the lease is ours, and keep it so until then.

    The row stays locked until the commit: nobody can take the lease before. On
    SQLite the transaction itself is that lock (BEGIN IMMEDIATE).
    Raises LeaseLostError.
    """
    if not _lock_ours(lease.connection_id, lease.holder, lease.fence):
        raise LeaseLostError(
            "Another worker took over this connection.",
            remedy="Nothing to do: the other worker goes on.",
        )


def covers(lease: HeldLease, timeout_s: float) -> bool:
    """Return whether a call that may last `timeout_s` ends before the lease does."""
    return _lasting.exists(
        lease.connection_id, lease.holder, lease.fence, float(timeout_s)
    )


@contextmanager
def fenced(lease: HeldLease) -> Iterator[None]:
    """Run a transaction that commits only if the lease is ours all the way.

    Raises LeaseLostError, and then nothing was written.
    """
    with transaction.atomic():
        guard(lease)
        yield


def _take_row(connection: Connection, holder: str, seconds: float) -> int | None:
    """Take the row if it is free, and return its fence: compare and set.

    A row that somebody writes under at this moment is not free, and not waited for:
    its holder may be frozen, and would freeze all who come by.
    """
    before = _lock_free.first(connection.pk)
    if before is None:
        return None
    machine = socket.gethostname()[:120]
    if not _hold(connection.pk, before, holder, machine, float(seconds)):
        return None
    return before + 1


def _free_now() -> Q:
    return Q(expires_at__isnull=True) | Q(expires_at__lte=DatabaseTime())


def _ours(connection_id: int, holder: str, fence: int) -> QuerySet[Lease]:
    return Lease.objects.filter(
        pk=connection_id, holder=holder, fence=fence, expires_at__gt=DatabaseTime()
    )


@prepared
def _lock_free(connection_id: int) -> QuerySet[Lease, int]:
    rows = Lease.objects.select_for_update(skip_locked=True)
    return rows.filter(_free_now(), pk=connection_id).values_list("fence", flat=True)


@prepared
def _lock_ours(connection_id: int, holder: str, fence: int) -> QuerySet[Lease, int]:
    rows = _ours(connection_id, holder, fence).select_for_update()
    return rows.values_list("fence", flat=True)


@prepared
def _lasting(
    connection_id: int, holder: str, fence: int, seconds: float
) -> QuerySet[Lease]:
    ends = DatabaseTime(plus_s=seconds)
    return _ours(connection_id, holder, fence).filter(expires_at__gte=ends)


@prepared_change
def _hold(
    connection_id: int, fence: int, holder: str, machine: str, seconds: float
) -> Change:
    return Change(
        Lease.objects.filter(_free_now(), pk=connection_id, fence=fence),
        {
            "holder": holder,
            "machine": machine,
            "fence": F("fence") + 1,
            "expires_at": DatabaseTime(plus_s=seconds),
        },
    )


@prepared_change
def _free(connection_id: int, holder: str, fence: int) -> Change:
    rows = _ours(connection_id, holder, fence)
    return Change(rows, {"expires_at": None, "holder": ""})
