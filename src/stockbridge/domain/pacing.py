"""How much goes into one envelope, so that the other side answers in time.

The Web Connector is said to cut at about two minutes; whose clock that is, nobody
could say. So an envelope is filled up to a target well below, by what we guess each
request costs, times how much slower than our guess this machine has proved to be.
"""

from collections.abc import Iterable
from dataclasses import dataclass

CUT_S = 120.0  # reported by users; see contracts' FACTS 1.1
TARGET_S = 100.0
#: Until a machine has answered once, it is taken for four times slower than we guess.
UNKNOWN = 4.0
_SLOWEST, _FASTEST = 60.0, 0.02
_TELLING_S = 5.0  # a shorter envelope says little: its overhead is most of it


@dataclass(frozen=True, slots=True)
class Pace:
    """How much slower than the first guess the books are on this machine."""

    factor: float = UNKNOWN

    def count_fitting(self, guesses_s: Iterable[float]) -> int:
        """Return how many of these requests, in order, fit; at least one."""
        used = 0.0
        count = 0
        for guess_s in guesses_s:
            used += guess_s * self.factor
            if used > TARGET_S and count:
                break
            count += 1
        return count

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
        return Pace(max(_FASTEST, min(seen, _SLOWEST)))

    def cut(self, *, guess_s: float, took_s: float) -> "Pace":
        """Return what an envelope taught that nobody answered.

        What broke off early broke off for another reason: it says nothing of speed.
        """
        if took_s < TARGET_S:
            return self
        at_least = CUT_S / guess_s if guess_s > 0 else 0.0
        return Pace(min(max(self.factor * 2, at_least), _SLOWEST))
