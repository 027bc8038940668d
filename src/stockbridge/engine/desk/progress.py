"""How far a visit has come, in percent."""

from stockbridge.domain.delivery import State
from stockbridge.domain.visiting import percent_done
from stockbridge.engine.desk.envelopes import facts_of
from stockbridge.engine.desk.visits import Visit
from stockbridge.engine.models import Delivery


def percent_of(visit: Visit) -> int:
    """Return how much of what there is to do in a visit is done."""
    facts = facts_of(visit)
    left = facts.to_look_up + facts.to_recover + facts.to_read + facts.to_release
    if facts.to_write:  # only then: what waits for a person is not left to do
        ready = Delivery.objects.filter(
            connection=visit.connection, state=State.READY.value
        )
        left += max(1, ready.count())
    done = visit.row.posted + visit.row.refused + len(visit.row.done_feeds) + 1
    return percent_done(done=done, left=left)
