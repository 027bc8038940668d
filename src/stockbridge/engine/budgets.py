"""How many calls a limited thing still bears: tokens that all workers share.

A row per thing that a vendor limits. Workers lease tokens in slices, so that one
write of the database pays for many calls; what they do not use they give back.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, FloatField, QuerySet, Value
from django.db.models.functions import Least

from stockbridge.companies.prepared import Change, prepared, prepared_change
from stockbridge.companies.row_writes import update_rows
from stockbridge.domain.errors import RetryableError
from stockbridge.engine.clock import DatabaseTime, database_now
from stockbridge.engine.models import Budget

WAIT_S_MAX = 10.0
SLICE_S = 2.0  # a slice holds what comes back in this time


@dataclass(frozen=True, slots=True)
class CallLimit:
    """A vendor's limit: `key` names what is limited (a store, an app and file)."""

    key: str
    per_minute: int
    burst: int

    @property
    def slice_tokens(self) -> int:
        """How many tokens a worker takes at a time."""
        return max(1, min(int(self.per_minute * SLICE_S / 60), self.burst // 4))


@dataclass(frozen=True, slots=True)
class Grant:
    """What a worker got: tokens, or how long to wait for them."""

    tokens: int
    wait_s: float = 0.0


def acquire(limit: CallLimit, *, at_least: int) -> Grant:
    """Take a slice of tokens; fewer where the budget is short, none below `at_least`.

    A call that costs more than the burst is let through once the budget is full.
    """
    needed = min(at_least, limit.burst)
    with transaction.atomic():
        row, now = _counted(limit)
        if row.tokens < needed:
            closed_s = max(0.0, (row.counted_at - now).total_seconds())
            missing_s = (needed - row.tokens) * 60 / limit.per_minute
            return Grant(0, closed_s + missing_s)
        taken = min(int(row.tokens), max(needed, limit.slice_tokens))
        row.tokens -= taken
        _save(row)
    return Grant(max(taken, at_least) if needed < at_least else taken)


def give_back(limit: CallLimit, tokens: int) -> None:
    """Return tokens that were not used."""
    if tokens >= 1:
        _return(limit.key, tokens, limit.burst)


def exhaust(limit: CallLimit, *, for_s: float) -> None:
    """Empty the budget for a while: the other side said that it is enough (429)."""
    with transaction.atomic():
        row, now = _counted(limit)
        row.tokens = 0.0
        row.counted_at = max(row.counted_at, now + timedelta(seconds=for_s))
        _save(row)


class Purse:
    """One worker's tokens of one budget. Not for several threads."""

    def __init__(self, limit: CallLimit, *, wait: Callable[[float], object]) -> None:
        self.limit = limit
        self._wait = wait
        self._tokens = 0

    def spend(self, cost: int, *, wait_s_max: float = WAIT_S_MAX) -> None:
        """Pay for a call, waiting a little where tokens are short.

        Raises RetryableError, with the time to come back, when it would take longer.
        """
        waited_s = 0.0
        while self._tokens < cost:
            grant = acquire(self.limit, at_least=cost - self._tokens)
            self._tokens += grant.tokens
            if grant.tokens:
                continue
            if waited_s + grant.wait_s > wait_s_max:
                raise RetryableError(
                    "The limit of calls is used up for now.",
                    remedy="Nothing to do: work goes on by itself.",
                    code="budget_spent",
                    retry_after_s=grant.wait_s,
                )
            self._wait(grant.wait_s)
            waited_s += grant.wait_s
        self._tokens -= cost

    def empty(self, *, for_s: float) -> None:
        """Nobody calls for so long, we neither: the other side said so."""
        self._tokens = 0
        exhaust(self.limit, for_s=for_s)

    def close(self) -> None:
        """Give back what is left."""
        give_back(self.limit, self._tokens)
        self._tokens = 0


@prepared_change
def _return(key: str, tokens: int, burst: int) -> Change:
    some = Least(F("tokens") + Value(tokens), Value(burst), output_field=FloatField())
    # While it is closed, others' tokens are void, too. It may have been counted within
    # this very millisecond, which SQLite's clock does not split.
    rows = Budget.objects.filter(key=key, counted_at__lte=DatabaseTime(plus_s=0.01))
    return Change(rows, {"tokens": some})


def _counted(limit: CallLimit) -> tuple[Budget, datetime]:
    """Return the locked row with the tokens that came back until now, and now."""
    row = _lock.first(limit.key)
    if row is None:
        made = Budget(
            key=limit.key,
            per_minute=limit.per_minute,
            burst=limit.burst,
            tokens=limit.burst,
            counted_at=database_now(),
        )
        Budget.objects.bulk_create([made], ignore_conflicts=True)
        (row,) = _lock(limit.key)
    now = database_now()  # after the wait for the row
    elapsed_s = (now - row.counted_at).total_seconds()
    if elapsed_s > 0:
        back = elapsed_s * limit.per_minute / 60
        row.tokens = min(float(limit.burst), row.tokens + back)
        row.counted_at = now
    row.per_minute, row.burst = limit.per_minute, limit.burst
    return row, now


@prepared
def _lock(key: str) -> QuerySet[Budget]:
    return Budget.objects.select_for_update().filter(key=key)


def _save(row: Budget) -> None:
    update_rows([row], ["tokens", "counted_at", "per_minute", "burst"])
