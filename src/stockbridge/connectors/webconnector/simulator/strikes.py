"""Trouble that was ordered (`--mishap process:2=unsaid`), or comes by chance."""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from stockbridge.connectors.webconnector.methods import METHODS
from stockbridge.connectors.webconnector.simulator.mishaps import (
    OPEN,
    PAUSE,
    PROCESS,
    Hook,
    Mishap,
    Step,
    no_mishap,
    possible,
    troubled,
)

_STEPS = {name.lower(): name for name in METHODS} | {
    "open": OPEN,
    "process": PROCESS,
    "pause": PAUSE,
}
_KINDS = {one.value.replace(" ", "-"): one for one in Mishap if one is not Mishap.NONE}
STEP_WORDS = ", ".join(_STEPS[one] if one != "open" else one for one in _STEPS)
KIND_WORDS = ", ".join(_KINDS)


@dataclass(frozen=True, slots=True)
class Wish:
    """A mishap at the so manieth step of a name, counted over the whole run."""

    name: str
    number: int
    mishap: Mishap


def wish_of(text: str) -> Wish:
    """Return what `STEP=KIND` or `STEP:NUMBER=KIND` asks for. Raises ValueError."""
    place, is_told, kind = text.partition("=")
    word, _, number = place.partition(":")
    name = _STEPS.get(word.strip().lower())
    if not is_told or name is None:
        raise ValueError(f"“{text}”: STEP=KIND, with a step of {STEP_WORDS}.")
    if number and (not number.isdecimal() or int(number) < 1):
        raise ValueError(f"“{text}”: steps are counted from 1.")
    mishap = _KINDS.get(kind.strip().lower())
    if mishap not in possible(name):
        can = ", ".join(one.value.replace(" ", "-") for one in possible(name))
        raise ValueError(f"“{text}”: at {word} there can be {can}.")
    return Wish(name, int(number or 1), mishap)


@dataclass(slots=True)
class Strikes:
    """A hook that strikes as wished, each wish once, and else as chance has it."""

    wishes: list[Wish] = field(default_factory=list)
    chance: Hook = no_mishap
    tell: Callable[[str], None] = lambda _: None
    _seen: Counter[str] = field(default_factory=Counter)

    def __call__(self, step: Step) -> Mishap:
        """Say what goes wrong at a step, and tell it."""
        self._seen[step.name] += 1
        mishap = self._wished(step.name) or self.chance(step)
        if mishap is not Mishap.NONE:
            self.tell(f"mishap at step {step.number}, {step.name}: {mishap.value}")
        return mishap

    def _wished(self, name: str) -> Mishap | None:
        for wish in self.wishes:
            if (wish.name, wish.number) == (name, self._seen[name]):
                return wish.mishap
        return None


def chance_of(share: float, seed: int) -> Hook:
    """Return what lets this share of all steps go wrong, the same for the same seed."""
    if not 0 <= share <= 1:
        raise ValueError("A share of trouble is between 0 and 1.")
    return troubled(random.Random(seed), share)
