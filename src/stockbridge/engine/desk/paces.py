"""How fast the books at a desk are: what writing, and what asking them has taught."""

from stockbridge.domain.pacing import Pace
from stockbridge.domain.visiting import Step
from stockbridge.engine.desk.visits import Visit
from stockbridge.engine.models import Batch, DeskAccess

_ASKING = frozenset({Step.READ.value, Step.LOOK_UP.value, Step.PREPARE.value})


def write_pace(access: DeskAccess) -> Pace:
    """Return how fast these books write."""
    return Pace(access.pace, access.pace_slip, access.limit_s, access.broke_s)


def read_pace(access: DeskAccess) -> Pace:
    """Return how fast these books answer questions."""
    return Pace(access.read_pace, limit_s=access.limit_s)


def learn_pace(visit: Visit, batch: Batch, *, was_cut: bool = False) -> None:
    """Remember how fast these books are on that machine; writing by itself.

    A slow read says nothing about writes, and must not make their envelopes small. A
    quick one must not make them large; and which company is open, or that kept answers
    may go, takes no time that would say anything.
    """
    access = visit.connection.desk
    took_s = (visit.now - batch.sent_at).total_seconds()

    def after(before: Pace) -> Pace:
        if was_cut:
            return before.cut(guess_s=batch.guess_s, took_s=took_s)
        return before.answered(guess_s=batch.guess_s, took_s=took_s)

    if batch.kind == Step.WRITE.value:
        pace = after(write_pace(access))
        access.pace, access.pace_slip = pace.factor, pace.slip
        access.limit_s, access.broke_s = pace.limit_s, pace.broke_s
    elif batch.kind in _ASKING:
        access.read_pace = after(read_pace(access)).factor
    else:
        return
    DeskAccess.objects.filter(pk=access.pk).update(
        pace=access.pace,
        pace_slip=access.pace_slip,
        limit_s=access.limit_s,
        broke_s=access.broke_s,
        read_pace=access.read_pace,
    )
