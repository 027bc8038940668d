"""After a restore, or in a clone: everything stops, is doubted, and waits for a person.

What was put back does not know what was sent since. So every document that may have
left is in doubt: it is looked up in the books before anything leaves (CORRECTNESS 2).
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q

from stockbridge.companies.models import Company
from stockbridge.domain.delivery import Event, State, may
from stockbridge.engine import ticks
from stockbridge.engine.issues import IssueDraft, open_issue, resolve_issues
from stockbridge.engine.models import Connection, Delivery, Installation, Lease
from stockbridge.engine.moves import Move, Mover
from stockbridge.engine.restore_guard import LOOK_BACK
from stockbridge.engine.session import Session

RESTORED = "restored"  # the issue's code
DOUBTFUL = tuple(s.value for s in State if may(s, Event.DOUBT))
ROWS = 500


@dataclass(frozen=True, slots=True)
class Standing:
    """What a person sees before letting the work go on."""

    reason: str
    paused: int  # connections
    in_doubt: int  # documents still to be looked up
    found: int  # of the doubted, those that were in the books already
    to_send: int  # documents that would leave


def pause_everything(reason: str, now: datetime) -> int:
    """Pause all connections, take all leases away, doubt what may have left.

    Returns how many documents are in doubt now. Again does no harm.
    """
    with transaction.atomic():
        Installation.current()
        Installation.objects.update(paused_reason=reason[:200], restored_at=now)
        Lease.objects.update(fence=F("fence") + 1, holder="", expires_at=None)
        paused = Connection.Status.PAUSED
        Connection.objects.exclude(status=paused).update(
            status_before_pause=F("status"), status=paused, paused_reason=reason[:200]
        )
        count = doubt_everything(now)
        for company in Company.objects.all():
            _open_issue(company, reason, now)
    return count


def doubt_everything(now: datetime, look_back: timedelta = LOOK_BACK) -> int:
    """Move each unsettled document of the look-back window into doubt."""
    count = 0
    recent = Q(changed_at__gte=now - look_back) | Q(created_at__gte=now - look_back)
    for connection in Connection.objects.filter(kind="books"):
        mover = Mover(_session(connection, now))
        rows = Delivery.objects.filter(
            recent, connection=connection, state__in=DOUBTFUL
        ).order_by("id")
        with transaction.atomic():
            found = list(rows.select_for_update(of=("self",)))
            for start in range(0, len(found), ROWS):
                mover.move([_doubt(row) for row in found[start : start + ROWS]])
        count += len(found)
    return count


def standing() -> Standing:
    """Return how things stand while everything is paused."""
    installation = Installation.current()
    since = installation.restored_at
    states = Counter(
        Delivery.objects.filter(
            state__in=[State.IN_DOUBT.value, State.READY.value]
        ).values_list("state", flat=True)
    )
    found = Delivery.objects.filter(
        events__event=Event.FIND.value, posted_at__gte=since
    )
    return Standing(
        reason=installation.paused_reason,
        paused=Connection.objects.filter(status=Connection.Status.PAUSED).count(),
        in_doubt=states[State.IN_DOUBT.value],
        found=found.distinct().count() if since else 0,
        to_send=states[State.READY.value],
    )


def resume_after_restore(*, now: datetime, by: str) -> int:
    """Let the work go on, as a person decided; return how many connections do.

    What somebody had paused before stays paused.
    """
    reason = Installation.current().paused_reason
    with transaction.atomic():
        Installation.objects.update(paused_reason="")
        paused = Connection.objects.filter(
            status=Connection.Status.PAUSED, paused_reason=reason
        )
        ids = list(paused.values_list("id", flat=True)) if reason else []
        Connection.objects.filter(pk__in=ids).update(
            status=F("status_before_pause"),
            status_before_pause="",
            paused_reason="",
        )
        for company in Company.objects.all():
            resolve_issues(company, now=now, code=RESTORED, by=by)
    ticks.wake(ids, now=now)
    return len(ids)


def _doubt(row: Delivery) -> Move:
    return Move(
        row,
        Event.DOUBT,
        "It may have left before the backup was put back.",
        {"misses": 0, "not_before": None},
    )


def _session(connection: Connection, now: datetime) -> Session:
    """No lease: they were all taken away in this very transaction."""
    return Session(
        connection=connection,
        fence=0,
        fenced=transaction.atomic,
        now=lambda: now,
        is_over=lambda: False,
        by="restore",
    )


def _open_issue(company: Company, reason: str, now: datetime) -> None:
    open_issue(
        IssueDraft(
            company=company,
            code=RESTORED,
            title="Everything is paused",
            message=reason,
            remedy="Make sure that no other copy of Stockbridge works on these "
            "stores. Let the doubtful documents be looked up, look at the queue, then "
            "choose Go on.",
        ),
        now=now,
    )
