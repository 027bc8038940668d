"""How much goes into one envelope, so that the other side answers in time.

The Web Connector is said to cut at about two minutes; whose clock that is, nobody
could say. So an envelope is filled up to a target below, by what we guess each request
costs, times how much slower than our guess this machine has proved to be. How far
below depends on how well that foretold the last envelopes: twice what one of them took
too long, as a share, and never less than a small margin. (Jacobson's time limit of TCP
is made so, out of a mean and a deviation.) A machine that keeps its pace is given full
envelopes; one that does not is given room.

A caller with a shorter limit shows it by breaking off twice after the same time, well
before two minutes: from then on that time is the limit.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

CUT_S = 120.0  # reported by users; see contracts' FACTS 1.1
#: Until a machine has answered once, it is taken for four times slower than we guess.
UNKNOWN = 4.0
#: By how much an envelope may take longer than foretold: until a few have answered,
#: at least, and at most.
SLIP_UNKNOWN, SLIP_MIN, SLIP_MAX = 0.075, 0.0325, 0.25
_SLOWEST, _FASTEST = 60.0, 0.02
_TELLING_S = 5.0  # a shorter envelope says little: its overhead is most of it
_FORETOLD_S = 25.0  # a shorter one is off by its overhead, not by a slip
_CUT_FROM_S = 100.0  # what breaks off once earlier may have another reason
_LIMIT_MIN_S = 20.0  # nobody's limit is shorter: a dialog, a lost line
_FULL, _HEALING = 0.8, 1.002  # a limit that was none is forgotten so slowly
_ALIKE = 0.05  # two that broke off within this share of each other: a limit


class Split(NamedTuple):
    """How many of the records and of the documents that wait go out together."""

    records: int
    documents: int


@dataclass(frozen=True, slots=True)
class Pace:
    """How much slower than the first guess the books are on this machine."""

    factor: float = UNKNOWN
    slip: float = SLIP_UNKNOWN  # how much longer than foretold the last ones took
    limit_s: float = CUT_S  # after which the caller breaks off, as far as is known
    broke_s: float = 0.0  # when the last one broke off early; 0: none since

    @property
    def target_s(self) -> float:
        """How long an envelope may be foretold to take: the limit, a margin off."""
        return self.limit_s / (1 + 2 * max(SLIP_MIN, self.slip))

    def count_fitting(self, guesses_s: Iterable[float]) -> int:
        """Return how many of these requests, in order, fit; at least one."""
        return max(1, _count(guesses_s, self.target_s / self.factor))

    def split(
        self, records: Sequence[float], documents: Sequence[float], *, most: int
    ) -> Split:
        """Return how many records and documents fit together, each in its order.

        Records are what documents wait for. Half of an envelope is theirs, so that
        there is always something to write in the envelopes to come; what one of the
        two does not need is the other's.
        """
        limit_s = self.target_s / self.factor
        first = _count(records[:most], limit_s / 2)
        second = _count(documents[: most - first], limit_s - sum(records[:first]))
        first = _count(records[: most - second], limit_s - sum(documents[:second]))
        if first + second == 0:  # larger than an envelope: alone, then
            return Split(1, 0) if records else Split(0, min(1, len(documents)))
        return Split(first, second)

    def answered(self, *, guess_s: float, took_s: float) -> "Pace":
        """Return what an answer taught.

        Slower is believed at once, because a cut costs more than a trip. Faster is
        believed at once if the envelope took long enough to tell, else by half.
        """
        if guess_s <= 0:
            return self
        seen = took_s / guess_s
        if took_s < _TELLING_S:
            seen = min(self.factor, (self.factor + seen) / 2)
        slip = self._slip_after(foretold_s=guess_s * self.factor, took_s=took_s)
        return replace(
            self,
            factor=max(_FASTEST, min(seen, _SLOWEST)),
            slip=slip,
            limit_s=min(CUT_S, max(self._limit_after(took_s), took_s)),
            broke_s=0.0 if took_s >= self.broke_s else self.broke_s,
        )

    def cut(self, *, guess_s: float, took_s: float) -> "Pace":
        """Return what an envelope taught that nobody answered.

        What broke off early may have another reason, and says nothing of speed; two
        in a row that broke off alike, with no longer answer between, show a limit.
        """
        after = self._broken_off(took_s)
        if took_s < min(_CUT_FROM_S, self.limit_s):
            return after
        at_least = after.limit_s / guess_s if guess_s > 0 else 0.0
        slower = min(max(self.factor * 2, at_least), _SLOWEST)
        return replace(after, factor=slower, slip=max(self.slip, SLIP_UNKNOWN))

    def _broken_off(self, took_s: float) -> "Pace":
        is_alike = abs(took_s - self.broke_s) <= _ALIKE * self.broke_s
        if took_s >= _LIMIT_MIN_S and is_alike:
            limit_s = min(took_s, self.broke_s, self.limit_s)
            return replace(self, limit_s=limit_s, broke_s=took_s)
        return replace(self, broke_s=took_s)

    def _limit_after(self, took_s: float) -> float:
        """Return the limit after an answer: a full envelope that came back moves it."""
        is_full = took_s >= _FULL * self.target_s
        return self.limit_s * _HEALING if is_full else self.limit_s

    def _slip_after(self, *, foretold_s: float, took_s: float) -> float:
        """Return the slip from now on: a larger one at once, a smaller one by half.

        A foretelling that was twice too long was none: the speed was not known.
        """
        if foretold_s < _FORETOLD_S or took_s * 2 < foretold_s:
            return self.slip
        return min(SLIP_MAX, max(took_s / foretold_s - 1, self.slip / 2))


def _count(guesses_s: Iterable[float], limit_s: float) -> int:
    used = 0.0
    count = 0
    for guess_s in guesses_s:
        used += guess_s
        if used > limit_s:
            break
        count += 1
    return count
