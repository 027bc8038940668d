"""What the imports of customers and of items share: limits, and the queue."""

from collections.abc import Callable, Iterator, Sequence

from stockbridge.domain.breakers import CountedEffect, EffectKind
from stockbridge.engine.models import RunRow
from stockbridge.engine.records import RecordPlan, RecordQueue
from stockbridge.engine.runs.halting import is_allowed, waiting_rows
from stockbridge.engine.runs.steps import CREATE, QUEUED, RunWork


def created_by(work: RunWork) -> Iterator[tuple[RunRow, CountedEffect]]:
    """Count the records that the approved rows would create."""
    for row in waiting_rows(work):
        if row.action == CREATE:
            yield row, CountedEffect(EffectKind.CREATED, row.subject_id)


def queue_rows(
    work: RunWork, rows: Sequence[RunRow], plan_of: Callable[[RunRow], RecordPlan]
) -> None:
    """Queue the records of these rows; part of the slice's transaction."""
    queue = RecordQueue(work.session, work.bridge, work.run)
    for is_free in (False, True):
        chosen = [row for row in rows if is_allowed(row) is is_free]
        plans = [plan_of(row) for row in chosen]
        queue.put(plans, was_allowed=is_free)
        for row, plan in zip(chosen, plans, strict=True):
            row.outcome, row.message = QUEUED, "Waits to be sent."
            row.details = {**row.details, "keys": [plan.key]}
