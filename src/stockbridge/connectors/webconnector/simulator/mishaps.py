"""What can go wrong at which step, so that a test can go through all of it."""

import random
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
    DIALOG = "dialog"  # a window in QuickBooks waits for an answer; nothing is done
    SECOND = "second"  # a second Web Connector signs in just before; this one goes on
    OVERTAKEN = "overtaken"  # … after this one was silent for longer than is waited


_EVERYWHERE = (Mishap.DIE_BEFORE, Mishap.DIE_AFTER, Mishap.SECOND)
_CALLS = (
    *_EVERYWHERE,
    Mishap.OVERTAKEN,
    Mishap.CUT_BEFORE,
    Mishap.CUT_AFTER,
    Mishap.REPEAT,
)
#: Between a call and QuickBooks nobody is overtaken: an envelope that lies with a
#: sleeping computer, and reaches QuickBooks hours later, cannot be seen by anybody.
_POSSIBLE = {
    OPEN: (*_EVERYWHERE, Mishap.UNDONE, Mishap.DIALOG),
    PROCESS: (*_EVERYWHERE, Mishap.UNDONE, Mishap.UNSAID, Mishap.DIALOG),
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


def troubled(dice: random.Random, share: float) -> Hook:
    """Return a hook that lets this share of all steps go wrong, in any way."""

    def strike(step: Step) -> Mishap:
        is_struck = dice.random() < share
        return dice.choice(possible(step.name)) if is_struck else Mishap.NONE

    return strike


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
