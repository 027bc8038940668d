"""What can go wrong at which step, so that a test can go through all of it."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum

#: Steps that are no calls.
OPEN = "open the company"
PROCESS = "process"
PAUSE = "pause"


class Mishap(Enum):
    """How one step goes wrong."""

    NONE = "none"
    DIE_BEFORE = "die before"  # the Web Connector is killed; the step is not done
    DIE_AFTER = "die after"  # it is done; who did it dies before using the result
    CUT_BEFORE = "cut before"  # the call never arrives
    CUT_AFTER = "cut after"  # it arrives; its answer does not
    REPEAT = "repeat"  # it arrives twice; the second answer counts
    UNDONE = "undone"  # QuickBooks fails before it has done anything
    UNSAID = "unsaid"  # QuickBooks does it, and fails to say so


_EVERYWHERE = (Mishap.DIE_BEFORE, Mishap.DIE_AFTER)
_CALLS = (*_EVERYWHERE, Mishap.CUT_BEFORE, Mishap.CUT_AFTER, Mishap.REPEAT)
_POSSIBLE = {
    OPEN: (*_EVERYWHERE, Mishap.UNDONE),
    PROCESS: (*_EVERYWHERE, Mishap.UNDONE, Mishap.UNSAID),
    PAUSE: (Mishap.DIE_BEFORE,),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a session: a call by its name, or one of those above."""

    number: int  # from 1
    name: str


Hook = Callable[[Step], Mishap]


def no_mishap(_step: Step) -> Mishap:
    """Let everything go well."""
    return Mishap.NONE


def at(number: int, mishap: Mishap) -> Hook:
    """Return a hook that lets one step go wrong."""
    return lambda step: mishap if step.number == number else Mishap.NONE


def possible(name: str) -> tuple[Mishap, ...]:
    """Return what can go wrong at a step of that name."""
    return _POSSIBLE.get(name, _CALLS)


def every_mishap(steps: Iterable[Step]) -> Iterator[tuple[Step, Mishap]]:
    """Go through everything that can go wrong in a session with these steps."""
    for step in steps:
        for mishap in possible(step.name):
            yield step, mishap
