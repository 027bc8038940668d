"""Which connection is due, whose turn it is, and when it is looked at again.

A column says when; companies take turns, so that one with a hundred busy connections
does not make the others wait.
"""

import random
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Max, Q

from stockbridge.companies.prepared import Change, prepared_change
from stockbridge.companies.row_writes import update_rows
from stockbridge.domain.errors import (
    ActionNeededError,
    RetryableError,
    SignInError,
    SyncError,
)
from stockbridge.engine import ticks
from stockbridge.engine.checks import FAILING, SIGN_IN, open_sign_in_issue
from stockbridge.engine.clock import DatabaseTime
from stockbridge.engine.connection_rows import locked, with_company
from stockbridge.engine.issues import IssueDraft, open_issue, resolve_issues
from stockbridge.engine.leases import HeldLease, fenced
from stockbridge.engine.models import Connection, Installation
from stockbridge.engine.redaction import redacted
from stockbridge.engine.ticks import Outcome

WORKING = (Connection.Status.ACTIVE, Connection.Status.FAILING)
DEFAULT_INTERVAL = timedelta(seconds=60)
BACK_OFF_S, BACK_OFF_S_MAX = 10.0, 1800.0
PERSON_INTERVAL = timedelta(minutes=15)  # a person must act; look now and then
FAILURES_UNTIL_TOLD = 5
#: Waiting for these is no failure: the other side only asked for patience.
_PATIENCE = frozenset({"budget_spent", "rate_limited"})


@dataclass(frozen=True, slots=True)
class _Turn:
    """One due connection, as far as taking turns needs it."""

    connection_id: int
    company_id: int
    is_woken: bool
    worked_at: datetime | None


def due(now: datetime) -> list[int]:
    """Return the connections to work on, in the order of their turns.

    None while the installation is paused. Those that somebody works on are left out.
    """
    if Installation.current().paused_reason:
        return []
    is_free = (
        Q(lease=None)
        | Q(lease__expires_at=None)
        | Q(lease__expires_at__lte=DatabaseTime())
    )
    rows = Connection.objects.filter(_is_due(now), is_free)
    turns = [
        _Turn(*row)
        for row in rows.values_list("id", "company_id", "woken", "worked_at")
    ]
    return in_turn(turns, _last_worked({turn.company_id for turn in turns}))


def in_turn(turns: list[_Turn], last_worked: dict[int, datetime | None]) -> list[int]:
    """Return the connections: one of each company, then the next of each.

    Within a company the woken come first, then those that waited longest; of the
    companies, the one that was served longest ago.
    """
    by_company: dict[int, list[_Turn]] = defaultdict(list)
    for turn in sorted(turns, key=lambda t: (not t.is_woken, *_age(t.worked_at))):
        by_company[turn.company_id].append(turn)
    ranked = [
        (rank, *_age(last_worked.get(company)), turn.connection_id)
        for company, own in by_company.items()
        for rank, turn in enumerate(own)
    ]
    return [entry[-1] for entry in sorted(ranked)]


def begin(lease: HeldLease, now: datetime) -> Connection | None:
    """Return the connection, its wake-up call taken down; None: no longer due.

    (Another worker may have done the job between our look and our lease.) Should the
    process die, the connection is due at once when the lease runs out.
    """
    with fenced(lease):
        if not _take_down(lease.connection_id, now):
            return None
        return with_company.first(lease.connection_id)


def finish(lease: HeldLease, outcome: Outcome, now: datetime) -> None:
    """Note when to look again, and that all is well."""
    again_at = now if outcome.has_more else outcome.again_at or now + DEFAULT_INTERVAL
    with fenced(lease):
        (row,) = locked(lease.connection_id)
        had_failed = row.failures > 0 or row.status == Connection.Status.FAILING
        row.due_at, row.worked_at, row.failures = again_at, now, 0
        if row.status == Connection.Status.FAILING:
            row.status = Connection.Status.ACTIVE
        update_rows([row], ["due_at", "worked_at", "failures", "status"])
        if had_failed:
            for code in (FAILING, SIGN_IN):
                resolve_issues(row.company, now=now, code=code, connection=row)
    if outcome.wakes:
        ticks.wake(outcome.wakes)


def fail(
    lease: HeldLease,
    error: Exception,
    now: datetime,
    *,
    chance: Callable[[], float] = random.random,
) -> None:
    """Note what went wrong, when to try again, and who has to act.

    The class of the error decides (domain/errors.py), never its message.
    """
    with fenced(lease):
        (row,) = locked(lease.connection_id)
        row.worked_at, row.last_error_at = now, now
        row.last_error = _words(error)
        _decide(row, error, now, chance)
        row.save(
            update_fields=[
                *("worked_at", "last_error", "last_error_at"),
                *("due_at", "failures", "status"),
            ]
        )


def back_off_s(
    failures: int, *, wish_s: float | None, chance: Callable[[], float]
) -> float:
    """Return how long to wait: longer each time, never all at the same moment."""
    own = min(BACK_OFF_S * 2.0 ** min(failures, 12), BACK_OFF_S_MAX)
    own *= 0.8 + 0.4 * chance()
    return max(own, wish_s or 0.0)


@prepared_change
def _take_down(connection_id: int, now: datetime) -> Change:
    rows = Connection.objects.filter(_is_due(now), pk=connection_id)
    return Change(rows, {"woken": False, "due_at": now})


def _decide(
    row: Connection, error: Exception, now: datetime, chance: Callable[[], float]
) -> None:
    wish_s = error.retry_after_s if isinstance(error, RetryableError) else None
    if isinstance(error, RetryableError) and error.code in _PATIENCE:
        row.due_at = now + timedelta(seconds=max(1.0, wish_s or BACK_OFF_S))
        return
    wait_s = back_off_s(row.failures, wish_s=wish_s, chance=chance)
    row.failures += 1
    row.due_at = now + timedelta(seconds=wait_s)
    if isinstance(error, SignInError):
        row.status = Connection.Status.NEEDS_SIGN_IN
        open_sign_in_issue(row, error, now=now)
        return
    if isinstance(error, RetryableError):
        if row.failures >= FAILURES_UNTIL_TOLD:
            row.status = Connection.Status.FAILING
            _open_failing(row, error, now, severity="warning")
        return
    row.status = Connection.Status.FAILING
    if isinstance(error, ActionNeededError):
        row.due_at = max(row.due_at, now + PERSON_INTERVAL)
    _open_failing(row, error, now, severity="error")


def _open_failing(
    row: Connection, error: Exception, now: datetime, *, severity: str
) -> None:
    remedy = error.remedy if isinstance(error, SyncError) else ""
    open_issue(
        IssueDraft(
            company=row.company,
            connection=row,
            code=FAILING,
            severity=severity,
            title=f"{row.name} does not work at the moment",
            message=_words(error),
            remedy=remedy
            or "It is tried again by itself. If it goes on, send a support bundle.",
        ),
        now=now,
    )


def _is_due(now: datetime) -> Q:
    """Return what is due: a hint counts at once, yet not in a failure's pause."""
    return Q(status__in=WORKING) & (Q(due_at__lte=now) | Q(woken=True, failures=0))


def _words(error: Exception) -> str:
    """Return what is shown: our own words, never a stranger's exception."""
    if isinstance(error, SyncError):
        return redacted(error.message)
    return f"Stockbridge made a mistake ({type(error).__name__}); it is in the log."


def _last_worked(companies: set[int]) -> dict[int, datetime | None]:
    rows = Connection.objects.filter(company__in=companies).order_by()
    return dict(rows.values_list("company_id").annotate(Max("worked_at")))


def _age(at: datetime | None) -> tuple[bool, float]:
    """Return a sort key: never comes first, then the longest ago."""
    return (at is not None, at.timestamp() if at else 0.0)
