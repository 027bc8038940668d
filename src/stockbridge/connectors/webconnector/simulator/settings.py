"""How a simulated Web Connector is set up, and how it behaves where that varies."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum

from stockbridge.connectors.simulation import Clock, SystemClock
from stockbridge.connectors.webconnector.simulator.mishaps import Hook, no_mishap


@dataclass(frozen=True, slots=True)
class Account:
    """What a .qwc file and its user have told the Web Connector."""

    address: str
    user: str
    password: str = field(repr=False)


class Cut(Enum):
    """What becomes of an envelope that takes too long; it is done all the same."""

    HRESULT = "hresult"  # an error is reported in place of the answer
    SILENCE = "silence"  # nothing is ever heard of it


@dataclass(frozen=True, slots=True)
class Habits:
    """Where versions and users differ, or where nobody knows."""

    version: str = "2.3.0.215"
    cut_s: float | None = 120.0  # users report about two minutes
    cut: Cut = Cut.HRESULT
    opening_tries: int = 2  # before it tells of the failure
    closes_after_failure: bool = True  # says good-bye after a call that failed (?)
    closes_when_turned_away: bool = False  # after none, nvu or busy (?)
    accepts_warnings: bool = False  # the user says yes to a W:
    looks_at_pages: bool = False  # the user finishes an interactive page
    http_timeout_s: float = 100.0  # of one call; .NET's default


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Time and trouble, passed in."""

    clock: Clock = field(default_factory=SystemClock)
    sleep: Callable[[float], object] = time.sleep
    hook: Hook = no_mishap
