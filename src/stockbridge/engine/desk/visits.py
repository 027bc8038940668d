"""A visit as the engine holds it: its row, its lease, its translator."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F

from stockbridge.engine import leases
from stockbridge.engine.leases import HeldLease
from stockbridge.engine.models import Connection, Conversation, Lease
from stockbridge.engine.session import Session
from stockbridge.ports import Translator

#: Longer than the books may take for one envelope; renewed at every call.
LEASE_S = 300.0
BY = "QuickBooks Web Connector"


@dataclass(frozen=True, slots=True)
class Visit:
    """One call of an open visit: who visits, at which time, what translates."""

    row: Conversation
    connection: Connection
    translator: Translator
    now: datetime

    @property
    def lease(self) -> HeldLease:
        """The visit's right to the connection; it covers the wire only."""
        return HeldLease(self.connection.pk, self.row.holder, self.row.fence)

    @property
    def session(self) -> Session:
        """What the rest of the engine works with."""
        lease = self.lease
        return Session(
            connection=self.connection,
            fence=lease.fence,
            fenced=lambda: leases.fenced(lease),
            now=lambda: self.now,
            is_over=lambda: False,
            by=BY,
        )

    def count(self, *, posted: int, refused: int = 0) -> None:
        """Add to what the visit did; an answer may be settled beside a call."""
        self.row.posted += posted
        self.row.refused += refused
        Conversation.objects.filter(pk=self.row.pk).update(
            posted=F("posted") + posted, refused=F("refused") + refused
        )

    def save(self, *fields: str) -> None:
        """Write columns of the visit."""
        self.row.save(update_fields=[*fields])


def open_visit(connection: Connection) -> Conversation | None:
    """Return the visit that is open at a connection's desk."""
    return Conversation.objects.filter(connection=connection, ended_at=None).last()


def visit_of(ticket: str, connection: Connection) -> Conversation | None:
    """Return the visit that this ticket names, open or over."""
    rows = Conversation.objects.select_related("batch")
    rows = rows.defer("batch__requests", "batch__body", "batch__answer")
    return rows.filter(ticket=ticket, connection=connection).first()


def end_visit(row: Conversation, now: datetime) -> None:
    """End a visit; its lease is free for the next one.

    Both at once: a lease that outlives its visit would keep everybody out.
    """
    lease = Lease.objects.filter(
        pk=row.connection_id, holder=row.holder, fence=row.fence
    )
    with transaction.atomic():
        Conversation.objects.filter(pk=row.pk, ended_at=None).update(ended_at=now)
        lease.update(expires_at=None, holder="")
    row.ended_at = now
