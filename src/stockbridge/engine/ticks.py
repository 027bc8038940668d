"""Ticks say where to look, and carry no data: lost or doubled they do no harm.

The work itself is in the tables. A tick sets `woken` on the connection and rings the
bell of this process's runner; other processes see the column at their next look. On
many machines something faster may carry "run this connection" later; it then calls
`Runner.work_on` and nothing else changes.
"""

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from stockbridge.companies.row_writes import update_rows
from stockbridge.engine.clock import monotonic_s
from stockbridge.engine.connection_rows import locked
from stockbridge.engine.leases import HeldLease
from stockbridge.engine.models import Connection
from stockbridge.ports import Hint

HINTED_IDS_MAX = 200  # per feed; beyond that the feed itself is read


class Bell:
    """Wakes the idle threads of this process."""

    def __init__(self) -> None:
        self._event = threading.Event()

    def ring(self) -> None:
        """Let whoever waits look for work now."""
        self._event.set()

    def wait(self, seconds: float) -> bool:
        """Wait for a ring, at most so long. A ring before the wait counts."""
        rang = self._event.wait(seconds)
        self._event.clear()
        return rang


BELL = Bell()


class Deadline:
    """When a job should save and yield: its time is up, or the process stops."""

    def __init__(self, seconds: float, *, is_stopping: Callable[[], bool]) -> None:
        self._ends_s = monotonic_s() + seconds
        self._is_stopping = is_stopping

    def is_over(self) -> bool:
        """Return whether the job should come to an end now."""
        return self._is_stopping() or monotonic_s() >= self._ends_s


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a job left behind."""

    again_at: datetime | None = None  # when to look next; None: the default
    has_more: bool = False  # it yielded: go on as soon as it is its turn
    wakes: frozenset[int] = frozenset()  # connections that have work now


#: Works on one connection until all is done or the deadline is over.
Job = Callable[[Connection, HeldLease, Deadline], Outcome]


def hint(connection: Connection, hints: Sequence[Hint]) -> None:
    """Remember what a call from outside told us, and wake the connection."""
    with transaction.atomic():
        (row,) = locked(connection.pk)
        kept = dict(row.hints)
        for one in hints:
            kept[one.feed] = _merged(kept.get(one.feed, []), one.external_ids)
        row.hints, row.woken = kept, True
        update_rows([row], ["hints", "woken"])
        transaction.on_commit(BELL.ring)


def wake(connection_ids: Iterable[int], *, now: datetime | None = None) -> None:
    """Let these connections be looked at; with `now`, even out of a back-off."""
    rows = Connection.objects.filter(pk__in=list(connection_ids))
    with transaction.atomic():
        rows.update(woken=True, **({"due_at": now} if now else {}))
        transaction.on_commit(BELL.ring)


def _merged(known: Sequence[str], new: Sequence[str]) -> list[str]:
    """Return each id once, oldest first; none where they have become too many."""
    ids = list(dict.fromkeys([*known, *new]))
    return ids if len(ids) <= HINTED_IDS_MAX else []
