"""Whether a document that is planned now may already be in the books."""

from datetime import datetime, timedelta

from stockbridge.domain.delivery import State
from stockbridge.engine.models import Installation

LOOK_BACK = timedelta(days=30)


def first_state(now: datetime) -> State:
    """Return the state in which a new delivery is born.

    After a restore, what is planned anew may have been posted before the backup
    was put back: it starts in doubt and is looked up (CORRECTNESS 2).
    """
    restored_at = Installation.current().restored_at
    if restored_at is not None and now - restored_at < LOOK_BACK:
        return State.IN_DOUBT
    return State.READY
