"""Stopping a run: nothing more of it is done, and what has not left is dropped."""

from stockbridge.domain.delivery import REPLACEABLE
from stockbridge.engine.actions.connections import Act
from stockbridge.engine.actions.deliveries import cancel_deliveries
from stockbridge.engine.models import Delivery, Run, RunRow
from stockbridge.engine.runs.steps import OPEN, SKIPPED
from stockbridge.engine.session import Session


def drop_unsent(session: Session, run: Run) -> int:
    """Drop what the run queued and nobody sent yet; return how many documents.

    Part of the caller's transaction. What other orders need stays.
    """
    act = Act(now=session.now(), by=session.by)
    waiting = [state.value for state in REPLACEABLE]
    rows = Delivery.objects.filter(run=run, state__in=waiting)
    count = 0
    for is_shared in (False, True):  # first what needs, then what is needed
        ids = list(rows.filter(bridge__isnull=is_shared).values_list("pk", flat=True))
        if ids:
            count += cancel_deliveries(run.company, ids, act).count
    RunRow.objects.filter(run=run, outcome__in=OPEN).exclude(is_approved=False).update(
        outcome=SKIPPED, message="The run was stopped."
    )
    return count
