"""How many requests a company may get: more are answered 429 by the gateway."""

import threading
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from stockbridge.connectors.simulation import Clock


@dataclass(frozen=True, slots=True)
class Limits:
    """So many requests in so many seconds, per company; 0 = any number."""

    per_minute: int = 500
    per_second: int = 10
    at_once: int = 10
    batches_per_minute: int = 40


UNLIMITED = Limits(0, 0, 0, 0)


@dataclass(slots=True)
class Turnstile:
    """Counts the requests of each company."""

    clock: Clock
    limits: Limits
    _seen: dict[tuple[str, str], deque[datetime]] = field(default_factory=dict)
    _inside: dict[str, int] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def enter(self, realm_id: str, *, is_batch: bool) -> bool:
        """Let a request in, or say that it came too soon; it must leave again."""
        rules = [("minute", 60, self.limits.per_minute)]
        rules += [("second", 1, self.limits.per_second)]
        if is_batch:
            rules += [("batch", 60, self.limits.batches_per_minute)]
        with self._lock:
            if not self._has_room(realm_id, rules):
                return False
            now = self.clock.now()
            for name, _, _ in rules:
                self._seen[(realm_id, name)].append(now)
            self._inside[realm_id] = self._inside.get(realm_id, 0) + 1
            return True

    def leave(self, realm_id: str) -> None:
        """End a request that was let in."""
        with self._lock:
            self._inside[realm_id] -= 1

    def _has_room(self, realm_id: str, rules: Iterable[tuple[str, int, int]]) -> bool:
        at_once = self.limits.at_once
        if at_once and self._inside.get(realm_id, 0) >= at_once:
            return False
        now = self.clock.now()
        has_room = True
        for name, seconds, most in rules:
            seen = self._seen.setdefault((realm_id, name), deque())
            while seen and seen[0] <= now - timedelta(seconds=seconds):
                seen.popleft()
            has_room = has_room and (not most or len(seen) < most)
        return has_room
