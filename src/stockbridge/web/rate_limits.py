"""How many calls from outside we listen to, per connection and per caller.

Counted in this process alone: cheap, and enough to keep a flood from the database.
With several processes the limit is per process.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from stockbridge.engine.clock import monotonic_s

NAMES_MAX = 10_000  # the ones that were not heard of for longest are forgotten


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at_s: float


@dataclass(slots=True)
class RateLimit:
    """Tokens per name: `burst` at first, `per_s` come back each second.

    Safe for several threads.
    """

    per_s: float
    burst: float
    now_s: Callable[[], float] = monotonic_s
    _buckets: OrderedDict[str, _Bucket] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, name: str, cost: float = 1) -> bool:
        """Take tokens; False, and none taken, where there are not enough."""
        with self._lock:
            bucket = self._bucket(name)
            if bucket.tokens < cost:
                return False
            bucket.tokens -= cost
            return True

    def punish(self, name: str, cost: float) -> None:
        """Take tokens as far as there are any."""
        with self._lock:
            bucket = self._bucket(name)
            bucket.tokens = max(0.0, bucket.tokens - cost)

    def wait_s(self, name: str) -> float:
        """Return the seconds until the next call may come."""
        with self._lock:
            return max(0.0, (1 - self._bucket(name).tokens) / self.per_s)

    def forget(self) -> None:
        """Begin anew."""
        with self._lock:
            self._buckets.clear()

    def _bucket(self, name: str) -> _Bucket:
        now = self.now_s()
        bucket = self._buckets.get(name)
        if bucket is None:
            bucket = self._buckets[name] = _Bucket(self.burst, now)
            while len(self._buckets) > NAMES_MAX:
                self._buckets.popitem(last=False)
        self._buckets.move_to_end(name)
        bucket.tokens = min(
            self.burst, bucket.tokens + (now - bucket.at_s) * self.per_s
        )
        bucket.at_s = now
        return bucket
