"""Moving deliveries through their state table: compare-and-set, with an event row."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from stockbridge.domain.delivery import Event, State, moved
from stockbridge.domain.errors import RetryableError
from stockbridge.engine.models import Delivery, DeliveryEvent
from stockbridge.engine.session import Session


@dataclass(frozen=True, slots=True)
class Move:
    """One step of one delivery, and the columns that change with it."""

    delivery: Delivery
    event: Event
    note: str = ""
    fields: dict[str, Any] = field(default_factory=dict)


class MovedMeanwhileError(RetryableError):
    """Somebody else moved the delivery first; load it and decide again."""


@dataclass(frozen=True, slots=True)
class Mover:
    """Carries out moves for one session; inside the caller's transaction."""

    session: Session

    def move(self, moves: Sequence[Move]) -> None:
        """Carry out all moves, or raise MovedMeanwhileError and leave none.

        Moves that set the same columns to the same values go in one statement.
        """
        now = self.session.now()
        events = []
        groups: dict[tuple[Any, ...], list[Delivery]] = {}
        for move in moves:
            before = State(move.delivery.state)
            after = moved(before, move.event)
            key = (before, after, *sorted(move.fields.items()))
            groups.setdefault(key, []).append(move.delivery)
            events.append(self._event(move, before, after))
        for (before, after, *fields), rows in groups.items():
            ids = [row.pk for row in rows]
            count = Delivery.objects.filter(pk__in=ids, state=before.value).update(
                state=after.value, changed_at=now, **dict(fields)
            )
            if count != len(ids):
                raise MovedMeanwhileError(
                    f"{len(ids) - count} deliveries are no longer {before.value}."
                )
            for row in rows:
                row.state = after.value
        DeliveryEvent.objects.bulk_create(events)

    def born(self, deliveries: Iterable[Delivery]) -> None:
        """Write the first event of new deliveries."""
        now = self.session.now()
        DeliveryEvent.objects.bulk_create(
            [
                DeliveryEvent(
                    delivery=row, at=now, event="plan", after=row.state, by=self.by
                )
                for row in deliveries
            ]
        )

    @property
    def by(self) -> str:
        """Who moves."""
        return self.session.by[:150]

    def _event(self, move: Move, before: State, after: State) -> DeliveryEvent:
        return DeliveryEvent(
            delivery=move.delivery,
            at=self.session.now(),
            event=move.event.value,
            before=before.value,
            after=after.value,
            note=move.note,
            by=self.by,
        )
