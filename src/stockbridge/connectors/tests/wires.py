"""A wire for tests: lets every call start, and remembers what was logged."""

from datetime import UTC, datetime

from stockbridge.domain.errors import RetryableError
from stockbridge.ports import Exchange


class RecordingWire:
    """Implements `ports.Wire` without a database."""

    def __init__(self, *, allows_private: bool = True) -> None:
        self.exchanges: list[Exchange] = []
        self.asked: list[float] = []
        self.is_closed = False
        self._allows_private = allows_private

    @property
    def connection_key(self) -> str:
        return "connection-1"

    @property
    def allows_private_addresses(self) -> bool:
        return self._allows_private

    def now(self) -> datetime:
        return datetime(2026, 1, 5, 12, 0, tzinfo=UTC)

    def before_call(self, *, timeout_s: float, cost: int = 1) -> None:
        self.asked.append(timeout_s)
        if self.is_closed:
            raise RetryableError("The budget is spent.", code="budget")

    def after_call(self, exchange: Exchange) -> None:
        self.exchanges.append(exchange)

    @property
    def log_text(self) -> str:
        """All that was logged, for tests that look for secrets in it."""
        return "\n".join(map(repr, self.exchanges))
