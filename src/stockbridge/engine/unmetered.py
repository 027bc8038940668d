"""A wire for calls that are no connection's work: no budget, no lease, no log."""

from dataclasses import dataclass
from datetime import datetime

from stockbridge.engine.clock import utc_now
from stockbridge.ports import Exchange


@dataclass(frozen=True, slots=True)
class UnmeteredWire:
    """Implements `ports.Wire`; addresses are judged and answers bounded as ever."""

    connection_key: str  # what the call is for, in logs
    allows_private_addresses: bool

    def now(self) -> datetime:
        """Return the time."""
        return utc_now()

    def before_call(self, *, timeout_s: float, cost: int = 1) -> None:
        """Let it go."""

    def after_call(self, exchange: Exchange) -> None:
        """Keep nothing: whoever called says how it went."""
