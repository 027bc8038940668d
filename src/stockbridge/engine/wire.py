"""What the engine lends a connector for each call: lease, budget, log."""

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import TracebackType

from django.db import transaction

from stockbridge.companies.prepared import Change, prepared_change
from stockbridge.companies.row_writes import insert_rows
from stockbridge.engine import checkpoints
from stockbridge.engine.budgets import CallLimit, Purse
from stockbridge.engine.clock import monotonic_s, utc_now
from stockbridge.engine.leases import (
    LEASE_S,
    HeldLease,
    LeaseLostError,
    covers,
    renew,
)
from stockbridge.engine.models import Connection, ExchangeLog
from stockbridge.engine.redaction import redacted
from stockbridge.ports import Exchange

KEPT_MAX = 500  # exchanges in memory; the oldest go first
FLUSH_AT = 50
FLUSH_AFTER_S = 5.0
EXCERPT_CHARS_MAX = 4_000


@dataclass(frozen=True, slots=True)
class WireOptions:
    """What a wire works with; tests put their own here."""

    limit: CallLimit | None = None
    wait: Callable[[float], object] = field(default=threading.Event().wait)
    now: Callable[[], datetime] = utc_now


class EngineWire:
    """Implements `ports.Wire` for one connection, in one thread.

    Without a lease (a person's live check, a read) only the budget counts.
    """

    def __init__(
        self,
        connection: Connection,
        lease: HeldLease | None,
        options: WireOptions | None = None,
    ) -> None:
        self.connection = connection
        self.lease = lease
        self._options = options or WireOptions()
        limit = self._options.limit
        self._purse = Purse(limit, wait=self._options.wait) if limit else None
        self._allows_private = connection.company.allows_private_addresses
        self._kept: deque[ExchangeLog] = deque(maxlen=KEPT_MAX)
        self._flushed_s = monotonic_s()
        self._last_good: datetime | None = None
        self.calls = 0

    @property
    def connection_key(self) -> str:
        """The connection's own name in logs."""
        return self.connection.uid

    @property
    def allows_private_addresses(self) -> bool:
        """Whether an administrator allowed private networks for the company."""
        return self._allows_private

    def now(self) -> datetime:
        """Return the time (aware UTC)."""
        return self._options.now()

    def before_call(self, *, timeout_s: float, cost: int = 1) -> None:
        """Let a call start, or raise: LeaseLostError, RetryableError (budget)."""
        self._pay(cost)
        self._make_lease_last(timeout_s)
        checkpoints.reach(f"call.before {self.connection.connector}")

    def after_call(self, exchange: Exchange) -> None:
        """Keep the exchange; it is written soon, with others."""
        checkpoints.reach(f"call.after {self.connection.connector}")
        self.calls += 1
        now = self.now()
        if _is_good(exchange):
            self._last_good = now
        self._kept.append(_row(self.connection, exchange, now))
        if self._purse and exchange.closed_s:
            self._purse.empty(for_s=exchange.closed_s)
        is_old = monotonic_s() - self._flushed_s > FLUSH_AFTER_S
        in_transaction = transaction.get_connection().in_atomic_block
        if (len(self._kept) >= FLUSH_AT or is_old) and not in_transaction:
            self.flush()

    def flush(self) -> None:
        """Write what was kept; say when the other side last answered well."""
        rows = list(self._kept)
        self._kept.clear()
        self._flushed_s = monotonic_s()
        if not rows and not self._last_good:
            return
        with transaction.atomic():
            insert_rows(rows)
            if self._last_good:
                _note_seen(self.connection.pk, self._last_good)
        self._last_good = None

    def close(self) -> None:
        """Write what is left and give back what was not spent, in one transaction.

        Tokens that could not be given back grow again by themselves.
        """
        with transaction.atomic():
            self.flush()
            if self._purse:
                self._purse.close()

    def __enter__(self) -> "EngineWire":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _pay(self, cost: int) -> None:
        if self._purse:
            self._purse.spend(cost)

    def _make_lease_last(self, timeout_s: float) -> None:
        if self.lease is None or covers(self.lease, timeout_s):
            return
        # Short, yet maybe still ours: renewing tells.
        renew(self.lease, seconds=max(LEASE_S, timeout_s + LEASE_S / 2))
        if not covers(self.lease, timeout_s):
            raise LeaseLostError("The lease does not outlive the call.")


@prepared_change
def _note_seen(connection_id: int, at: datetime) -> Change:
    rows = Connection.objects.filter(pk=connection_id)
    return Change(rows, {"last_seen_at": at})


def _is_good(exchange: Exchange) -> bool:
    return exchange.status is not None and exchange.status < 400 and not exchange.error


def _row(connection: Connection, exchange: Exchange, now: datetime) -> ExchangeLog:
    clean = replace(
        exchange,
        address=redacted(exchange.address),
        request_excerpt=redacted(exchange.request_excerpt)[:EXCERPT_CHARS_MAX],
        answer_excerpt=redacted(exchange.answer_excerpt)[:EXCERPT_CHARS_MAX],
        error=redacted(exchange.error),
    )
    return ExchangeLog(
        connection=connection,
        at=now,
        method=clean.method,
        address=clean.address,
        status=clean.status,
        elapsed_ms=max(0, clean.elapsed_ms),
        request=clean.request_excerpt,
        answer=clean.answer_excerpt,
        error=clean.error,
    )
