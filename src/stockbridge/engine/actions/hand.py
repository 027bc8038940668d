"""A person's hand: acts on deliveries and plans without a job, and without a lease.

Moves compare and set, so that a worker who was quicker is noticed.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction

from stockbridge.engine import ticks
from stockbridge.engine.actions.connections import Act
from stockbridge.engine.fetch import ORDERS
from stockbridge.engine.models import Bridge, Connection, Snapshot
from stockbridge.engine.session import Session


@dataclass(frozen=True, slots=True)
class Refused:
    """One record that an act could not touch, and why."""

    subject_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class Acted:
    """What an act on many records did."""

    count: int
    refused: tuple[Refused, ...] = ()

    def __add__(self, other: "Acted") -> "Acted":
        return Acted(self.count + other.count, self.refused + other.refused)


def session_of(connection: Connection, act: Act) -> Session:
    """Return the session of an act: it plans and moves, and never calls outside."""
    return Session(
        connection=connection,
        fence=0,
        fenced=transaction.atomic,
        now=lambda: act.now,
        is_over=lambda: False,
        by=act.by,
    )


def plan_again(bridge: Bridge, order_ids: Iterable[str]) -> None:
    """Let these orders be planned at the next job, which begins at once."""
    Snapshot.objects.filter(
        connection=bridge.store_id, feed=ORDERS, external_id__in=list(order_ids)
    ).update(is_plan_due=True)
    ticks.wake([bridge.store_id])
