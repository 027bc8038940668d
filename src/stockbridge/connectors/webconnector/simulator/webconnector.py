"""A simulated Web Connector: updates by hand, and by itself every so often."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from stockbridge.connectors.webconnector.simulator.computer import Computer
from stockbridge.connectors.webconnector.simulator.mishaps import Hook
from stockbridge.connectors.webconnector.simulator.outcome import Outcome
from stockbridge.connectors.webconnector.simulator.session import Session
from stockbridge.connectors.webconnector.simulator.settings import (
    Account,
    Habits,
    Surroundings,
)

EVERY_S_MIN = 60  # the screen allows no less than a minute


class SimulatedWebConnector:
    """One entry in the list of a Web Connector."""

    def __init__(
        self,
        computer: Computer,
        account: Account,
        habits: Habits | None = None,
        surroundings: Surroundings | None = None,
    ) -> None:
        self.computer = computer
        self.account = account
        self.habits = habits or Habits()
        self.surroundings = surroundings or Surroundings()
        self.due_at: datetime | None = None  # of the next update by itself
        self._every_s = EVERY_S_MIN
        self._least_s = 0

    def session(self, hook: Hook | None = None, *, by_itself: bool = False) -> Session:
        """Return a session that has not begun, to be gone through step by step."""
        around = self.surroundings
        if hook is not None:
            around = replace(around, hook=hook)
        return Session(
            self.computer, self.account, self.habits, around, by_itself=by_itself
        )

    def update(self, hook: Hook | None = None) -> Outcome:
        """Press Update Selected. A delay or an interval that we answer is not used."""
        return self.session(hook).run()

    # ── AutoRun ──────────────────────────────────────────────────────────────

    def start_auto_run(self, every_s: int) -> None:
        """Tick Auto-Run with this interval; the first update comes after it."""
        self._every_s = max(EVERY_S_MIN, every_s)
        self._least_s = 0
        self.due_at = self._after(self._every_s)

    def tick(self) -> Outcome | None:
        """Update if it is due by the clock."""
        now = self.surroundings.clock.now()
        if self.due_at is None or now < self.due_at:
            return None
        outcome = self.session(by_itself=True).run()
        if outcome.every_s is not None:
            self._least_s = outcome.every_s
        wait_s = max(self._every_s, self._least_s)
        if outcome.postpone_s is not None:
            wait_s = outcome.postpone_s
        self.due_at = self._after(wait_s)
        return outcome

    def run_until(
        self, stopped: Callable[[float], bool], told: Callable[[Outcome], None]
    ) -> None:
        """Go on by itself. `stopped` waits so many seconds, and says whether to end."""
        while self.due_at is not None:
            left = self.due_at - self.surroundings.clock.now()
            if stopped(max(0.0, left.total_seconds())):
                return
            if (outcome := self.tick()) is not None:
                told(outcome)

    def _after(self, seconds: int) -> datetime:
        return self.surroundings.clock.now() + timedelta(seconds=seconds)
