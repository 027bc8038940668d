"""One time for all: the shop, the engine, the company and the Web Connector."""

from datetime import datetime

from stockbridge.connectors.simulation import SettableClock
from stockbridge.engine.tests.worlds import Clock


class WorldClock(Clock):
    """The world's clock, which is the simulators'."""

    def __init__(self, settable: SettableClock) -> None:
        super().__init__(settable.now())
        self.settable = settable

    def __call__(self) -> datetime:
        """Return the time."""
        return self.settable.now()

    def advance(self, *, minutes: float = 0, hours: float = 0) -> datetime:
        """Let time pass, for everybody."""
        return self.settable.advance(60 * minutes + 3600 * hours)
