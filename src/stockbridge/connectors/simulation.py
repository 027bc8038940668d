"""What all simulators share: a settable clock, fault switches, a request log.

A simulator misbehaves only when told to: a `Fault` says how, for which requests and
how often; `FaultSwitchboard` hands it out. How a fault looks on the wire (status,
body) is each simulator's own business, because each real system fails its own way.
"""

import random
import re
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Protocol


class Clock(Protocol):
    """Tells the time; passed in wherever time matters."""

    def now(self) -> datetime:
        """Return the current time, aware, in UTC."""
        ...


class SystemClock:
    """The real time."""

    def now(self) -> datetime:
        """Return the current time, aware, in UTC."""
        return datetime.now(UTC)


class SettableClock:
    """A time that moves only when told to; safe to use from several threads."""

    def __init__(self, start: datetime | None = None) -> None:
        self._now = start or datetime(2026, 1, 5, 12, 0, 0, tzinfo=UTC)
        self._lock = threading.Lock()

    def now(self) -> datetime:
        """Return the time last set or advanced to, aware, in UTC."""
        with self._lock:
            return self._now

    def advance(self, seconds: float) -> datetime:
        """Move the time by `seconds` (also backwards) and return it."""
        with self._lock:
            self._now += timedelta(seconds=seconds)
            return self._now

    def set(self, moment: datetime) -> None:
        """Jump to `moment`, which must be aware."""
        if moment.tzinfo is None:
            raise ValueError("A simulated clock takes aware times only.")
        with self._lock:
            self._now = moment.astimezone(UTC)


class FaultKind(Enum):
    """How one request goes wrong; the comment says whether a write took place."""

    TOO_MANY_REQUESTS = "429"  # no write; Retry-After
    SERVER_ERROR = "500"  # no write
    ERROR_AFTER_WRITE = "500-after-write"  # written, yet answered 500
    BAD_GATEWAY = "502"  # no write; HTML of the proxy
    MAINTENANCE = "503"  # no write; Retry-After
    DATABASE_DOWN = "database-down"  # no write
    TIMEOUT_AFTER_WRITE = "timeout-after-write"  # written; the answer never comes
    ANSWER_LOST = "answer-lost"  # written; the connection is cut
    CONNECTION_CUT = "connection-cut"  # no write; the connection is cut
    SLOW = "slow"  # written and answered, but late
    TRUNCATED = "truncated"  # written; the body ends in the middle
    HTML = "html"  # no write; a page with status 200 instead of JSON
    NOISE = "noise"  # written; text printed before the JSON


@dataclass(frozen=True, slots=True)
class Fault:
    """One switch: `kind` befalls the matching requests, after `skip` of them."""

    kind: FaultKind
    method: str = ""  # "" = any
    path: str = ""  # regular expression, searched in path and query; "" = any
    times: int | None = 1  # None = until cleared
    skip: int = 0  # so many matching requests pass unharmed first
    seconds: float | None = None  # Retry-After, or how late, or how long to hang
    chance: float = 1.0  # of each matching request, drawn from the seed

    def matches(self, method: str, path: str) -> bool:
        """Say whether a request is one that this fault is meant for."""
        if self.method and self.method.upper() != method:
            return False
        return re.search(self.path, path) is not None


@dataclass(slots=True)
class _Armed:
    fault: Fault
    seen: int = 0
    used: int = 0


@dataclass(slots=True)
class _Interruption:
    method: str
    path: str
    act: Callable[[], object]
    times: int


class FaultSwitchboard:
    """Hands out faults, and runs what a test wants to happen between two requests."""

    def __init__(self, seed: int = 0) -> None:
        self._lock = threading.Lock()
        self._random = random.Random(seed)
        self._armed: list[_Armed] = []
        self._interruptions: list[_Interruption] = []

    def add(self, fault: Fault) -> None:
        """Arm a fault; several may be armed, the first that applies wins."""
        with self._lock:
            self._armed.append(_Armed(fault))

    def interrupt(
        self,
        act: Callable[[], object],
        *,
        method: str = "",
        path: str = "",
        times: int = 1,
    ) -> None:
        """Run `act` just before the next `times` matching requests are handled.

        This is how a shopper buys between our reading and our writing.
        """
        with self._lock:
            self._interruptions.append(_Interruption(method, path, act, times))

    def clear(self) -> None:
        """Disarm everything."""
        with self._lock:
            self._armed.clear()
            self._interruptions.clear()

    def armed(self) -> tuple[Fault, ...]:
        """Return the faults that may still strike."""
        with self._lock:
            return tuple(item.fault for item in self._armed)

    def take(self, method: str, path: str) -> Fault | None:
        """Return the fault that befalls this request, and use it up."""
        with self._lock:
            for item in self._armed:
                if not item.fault.matches(method, path):
                    continue
                item.seen += 1
                if item.seen <= item.fault.skip:
                    continue
                if item.fault.chance < 1 and self._random.random() >= item.fault.chance:
                    continue
                self._use(item)
                return item.fault
        return None

    def run_interruptions(self, method: str, path: str) -> None:
        """Run what was asked to happen before such a request."""
        for act in self._due_interruptions(method, path):
            act()

    def _due_interruptions(self, method: str, path: str) -> list[Callable[[], object]]:
        due = []
        with self._lock:
            for item in tuple(self._interruptions):
                probe = Fault(FaultKind.SLOW, method=item.method, path=item.path)
                if not probe.matches(method, path):
                    continue
                due.append(item.act)
                item.times -= 1
                if item.times <= 0:
                    self._interruptions.remove(item)
        return due

    def _use(self, item: _Armed) -> None:
        item.used += 1
        if item.fault.times is not None and item.used >= item.fault.times:
            self._armed.remove(item)


@dataclass(frozen=True, slots=True)
class LoggedRequest:
    """One request as the simulator saw it; status 0: it never answered."""

    method: str
    path: str  # without the query
    query: str
    status: int
    at: datetime
    fault: str = ""  # the fault's kind, if one struck


@dataclass(slots=True)
class RequestLog:
    """Every request so far, so that a test can count round trips."""

    _rows: list[LoggedRequest] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def append(self, row: LoggedRequest) -> None:
        """Add one request."""
        with self._lock:
            self._rows.append(row)

    def clear(self) -> None:
        """Forget everything so far."""
        with self._lock:
            self._rows.clear()

    def rows(self) -> tuple[LoggedRequest, ...]:
        """Return all requests, oldest first."""
        with self._lock:
            return tuple(self._rows)

    def count(self, method: str = "", path: str = "") -> int:
        """Return how many requests match; `path` is a regular expression."""
        return sum(1 for _ in self._matching(method, path))

    def _matching(self, method: str, path: str) -> Iterable[LoggedRequest]:
        for row in self.rows():
            if method and row.method != method.upper():
                continue
            if re.search(path, row.path):
                yield row
