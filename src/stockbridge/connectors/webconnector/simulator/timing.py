"""How time passes in a simulated company that runs for real: waited for, or hurried."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from stockbridge.connectors.simulation import SettableClock


class RealTime(SettableClock):
    """The real time; what takes time is waited for."""

    def __init__(self, wait: Callable[[float], object] = time.sleep) -> None:
        super().__init__()
        self.wait = wait

    def now(self) -> datetime:
        """Return the current time, aware, in UTC."""
        return datetime.now(UTC)

    def advance(self, seconds: float) -> datetime:
        """Wait, and return the time."""
        if seconds > 0:
            self.wait(seconds)
        return self.now()


class HurriedTime(RealTime):
    """The real time, and ahead of it by all that took time: nobody waits."""

    def __init__(self) -> None:
        super().__init__()
        self._ahead = timedelta()

    def now(self) -> datetime:
        """Return the time as the company has it."""
        return super().now() + self._ahead

    def advance(self, seconds: float) -> datetime:
        """Jump, and return the time."""
        self._ahead += timedelta(seconds=seconds)
        return self.now()
