"""Moving deliveries through their state table: compare-and-set, with an event row."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from stockbridge.companies.row_writes import insert_rows, update_each
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
        """Carry out all moves, or raise MovedMeanwhileError and leave none."""
        events = []
        groups: dict[tuple[State, State, tuple[str, ...]], list[Move]] = {}
        for move in moves:
            before = State(move.delivery.state)
            after = moved(before, move.event)
            key = (before, after, tuple(sorted(move.fields)))
            groups.setdefault(key, []).append(move)
            events.append(self._event(move, before, after))
        for (before, after, columns), group in groups.items():
            self._write(group, before, after, columns)
        insert_rows(events)

    def born(self, deliveries: Iterable[Delivery]) -> None:
        """Write the first event of new deliveries."""
        now = self.session.now()
        insert_rows(
            DeliveryEvent(
                delivery=row, at=now, event="plan", after=row.state, by=self.by
            )
            for row in deliveries
        )

    @property
    def by(self) -> str:
        """Who moves."""
        return self.session.by[:150]

    def _write(
        self,
        moves: Sequence[Move],
        before: State,
        after: State,
        columns: Sequence[str],
    ) -> None:
        """Compare and set, in one statement for all moves that set these columns."""
        now = self.session.now()
        count = update_each(
            Delivery,
            ["state", "changed_at", *columns],
            [
                (move.delivery.pk, after.value, now, *map(move.fields.get, columns))
                for move in moves
            ],
            only_if={"state": before.value},
        )
        if count != len(moves):
            raise MovedMeanwhileError(
                f"{len(moves) - count} deliveries are no longer {before.value}."
            )
        for move in moves:
            move.delivery.state = after.value

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
