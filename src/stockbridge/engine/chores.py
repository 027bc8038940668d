"""What is done from time to time, by one worker of all: claimed by its due time."""

import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.db.models import Q

from stockbridge.engine.models import Chore
from stockbridge.engine.redaction import redacted

log = structlog.get_logger("stockbridge.chores")


@dataclass(frozen=True, slots=True)
class Duty:
    """One chore: what, how often."""

    name: str
    every: timedelta
    act: Callable[[datetime], object]


def run_due(duties: Sequence[Duty], now: datetime) -> list[str]:
    """Do those that are due and that no other worker claimed; return their names.

    A duty that fails is written down and tried again at its next time: it stops
    neither the others nor the worker.
    """
    known = dict(Chore.objects.values_list("name", "due_at"))
    done = []
    for duty in duties:
        if _is_due(duty, known.get(duty.name), now) and _claim(duty, now):
            _do(duty, now)
            done.append(duty.name)
    return done


def _is_due(duty: Duty, due_at: datetime | None, now: datetime) -> bool:
    """Return whether its time has come; a clock set back must not silence it."""
    return due_at is None or due_at <= now or due_at > now + 2 * duty.every


def _claim(duty: Duty, now: datetime) -> bool:
    """Move the due time: only one worker's update finds it where it was."""
    made = Chore(name=duty.name, due_at=now)
    Chore.objects.bulk_create([made], ignore_conflicts=True)
    unclaimed = Q(due_at__lte=now) | Q(due_at__gt=now + 2 * duty.every)
    rows = Chore.objects.filter(unclaimed, name=duty.name)
    return bool(rows.update(due_at=now + duty.every))


def _do(duty: Duty, now: datetime) -> None:
    error = ""
    try:
        duty.act(now)
    except Exception:  # a worker: nothing stops it
        error = redacted(traceback.format_exc())[-4000:]
        log.exception("chore failed", chore=duty.name)
    rows = Chore.objects.filter(name=duty.name)
    if error:
        rows.update(last_error=error)
    else:
        rows.update(last_error="", done_at=now)
