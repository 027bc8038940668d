"""Telling people about trouble: each trouble is an issue, and is told once.

`watch` finds what nobody else notices (a silent connection, documents held for long,
no worker); `tell` sends what has not been told; `summarise` writes once a day.
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from enum import StrEnum

from django.db.models import Min, Q

from stockbridge.companies.models import Company
from stockbridge.domain.delivery import State
from stockbridge.engine import checks, webhooks, workers
from stockbridge.engine.aftermath import RESTORED
from stockbridge.engine.desk import late
from stockbridge.engine.issues import IssueDraft, open_issue, resolve_issues
from stockbridge.engine.messengers import Message, send
from stockbridge.engine.models import (
    AlertChannel,
    Connection,
    Delivery,
    DeskAccess,
    Disposition,
    Issue,
)
from stockbridge.engine.schedule import WORKING

SILENT_AFTER = timedelta(hours=1)
HELD_H = 24
NO_WORKER, SILENT, HELD_LONG = "no_worker", "connection_silent", "held_long"
Sender = Callable[[AlertChannel, Message], str]  # returns what went wrong; "" = sent


class AlertEvent(StrEnum):
    """What a channel may be told of; the screen offers them as boxes to tick."""

    NO_WORKER = "no_worker"
    SILENT = "silent"  # a connection, or all are paused
    SIGN_IN = "sign_in"
    WEBHOOK = "webhook"
    HELD = "held"
    LIMIT = "limit"  # a safety limit stopped something


_EVENTS = {
    NO_WORKER: AlertEvent.NO_WORKER,
    SILENT: AlertEvent.SILENT,
    checks.FAILING: AlertEvent.SILENT,
    RESTORED: AlertEvent.SILENT,
    checks.SIGN_IN: AlertEvent.SIGN_IN,
    webhooks.WEBHOOKS: AlertEvent.WEBHOOK,
    HELD_LONG: AlertEvent.HELD,
}


def event_of(issue: Issue) -> AlertEvent | None:
    """Return which event an issue is; None: it is seen on the screens only."""
    if issue.code.startswith("limit_"):
        return AlertEvent.LIMIT
    return _EVENTS.get(issue.code)


def watch(now: datetime) -> None:
    """Look for what nobody else notices; a chore of every minute."""
    watch_workers(now)
    _watch_silence(now)
    _watch_held(now)
    tell(now)


def watch_workers(now: datetime) -> bool:
    """Open an issue where no worker has run for five minutes; close it when one does.

    Called by the web process, too: a worker cannot tell of its own death.
    """
    is_alive = workers.is_any_alive(now)
    waiting = Company.objects.filter(connections__status__in=WORKING).distinct()
    for company in waiting:
        if is_alive:
            resolve_issues(company, now=now, code=NO_WORKER)
        else:
            _open_no_worker(company, now)
    return is_alive


def tell(now: datetime, *, sender: Sender = send) -> int:
    """Send all issues that have not been told; return how many messages left."""
    open_issues = Issue.objects.filter(resolved_at=None, alerted_at=None)
    count = 0
    for issue in open_issues.select_related("company", "connection").order_by("id"):
        event = event_of(issue)
        channels = _channels(issue.company_id, event) if event else []
        if channels and _claim(issue, now):
            sent = _send_all(channels, _message(issue), sender)
            count += sent
            if not sent:  # nobody heard: try again at the next round
                Issue.objects.filter(pk=issue.pk).update(alerted_at=None)
    return count


def _claim(issue: Issue, now: datetime) -> bool:
    """Mark it as told before it is: two processes must not both tell."""
    rows = Issue.objects.filter(pk=issue.pk, alerted_at=None)
    return rows.update(alerted_at=now) == 1


def _channels(company_id: int, event: AlertEvent) -> list[AlertChannel]:
    found = AlertChannel.objects.filter(company_id=company_id).order_by("id")
    return [c for c in found if not c.events or event.value in c.events]


def _send_all(
    channels: Iterable[AlertChannel], message: Message, sender: Sender
) -> int:
    count = 0
    for channel in channels:
        error = sender(channel, message)
        if error != channel.last_error:
            AlertChannel.objects.filter(pk=channel.pk).update(last_error=error)
        count += not error
    return count


def _message(issue: Issue) -> Message:
    event = event_of(issue)
    return Message(
        event=event.value if event else "",
        company=issue.company.name,
        title=issue.title,
        text="\n\n".join(part for part in (issue.message, issue.remedy) if part),
        at=issue.opened_at,
    )


def _watch_silence(now: datetime) -> None:
    """Find connections for which no job went well and nothing answered for long."""
    if not workers.is_any_alive(now):
        return  # told already: no worker
    since = now - SILENT_AFTER
    heard = Q(last_seen_at__gte=since) | Q(worked_at__gte=since, failures=0)
    rows = Connection.objects.defer("secrets").select_related("company")
    working = rows.filter(status__in=WORKING)
    known = set(
        Issue.objects.filter(code=SILENT, resolved_at=None).values_list(
            "connection_id", flat=True
        )
    )
    _watch_callers(now, known)
    rows = rows.filter(desk=None)  # a job between two calls says nothing of QuickBooks
    working, told = working.filter(desk=None), rows.filter(pk__in=known)
    for row in told.filter(heard | ~Q(status__in=WORKING)):
        resolve_issues(row.company, now=now, code=SILENT, connection=row)
    is_young = Q(created_at__gte=since)
    never = Q(last_seen_at=None, worked_at=None)
    for row in working.exclude(heard).exclude(is_young).exclude(never):
        _open_silent(row, now)


def _watch_callers(now: datetime, known: set[int]) -> None:
    """Find books that call us and have not called, three times over, for an hour."""
    came = DeskAccess.objects.exclude(last_sign_in_at=None)
    for access in came.select_related("connection__company"):
        row, at = access.connection, access.last_sign_in_at
        if late.is_late(access, now) and row.status in WORKING:
            _open_silent(row, now, seen_at=at, remedy=late.REMEDY)
        elif row.pk in known:
            resolve_issues(row.company, now=now, code=SILENT, connection=row)


def _watch_held(now: datetime) -> None:
    limits = dict(
        AlertChannel.objects.values_list("company_id").annotate(
            Min("held_longer_than_h")
        )
    )
    for company in Company.objects.all():
        hours = limits.get(company.pk, HELD_H)
        count = _held_before(company, now - timedelta(hours=hours))
        if count:
            _open_held(company, count, hours, now)
        else:
            resolve_issues(company, now=now, code=HELD_LONG)


def _held_before(company: Company, until: datetime) -> int:
    """Count what waits for a person since then: orders, and refused documents."""
    orders = Disposition.objects.filter(
        bridge__company=company,
        is_current=True,
        outcome=Disposition.Outcome.HELD,
        at__lt=until,
    )
    documents = Delivery.objects.filter(
        company=company, bridge=None, state=State.HELD.value, changed_at__lt=until
    )
    return orders.count() + documents.count()


def _open_no_worker(company: Company, now: datetime) -> None:
    seen = workers.last_seen()
    since = f" since {seen:%Y-%m-%d %H:%M} UTC" if seen else ""
    open_issue(
        IssueDraft(
            company=company,
            code=NO_WORKER,
            title="Nothing is being done at the moment",
            message=f"No worker has run{since}.",
            remedy="Start `stockbridge serve` or `stockbridge worker`; look at its log "
            "if it stopped by itself.",
        ),
        now=now,
    )


def _open_silent(
    row: Connection,
    now: datetime,
    *,
    seen_at: datetime | None = None,
    remedy: str = "Open the connection and test it.",
) -> None:
    at = seen_at or row.last_seen_at
    seen = f"{at:%Y-%m-%d %H:%M} UTC" if at else "never"
    open_issue(
        IssueDraft(
            company=row.company,
            connection=row,
            code=SILENT,
            title=f"Nothing was heard of {row.name} for over an hour",
            message=f"Last good answer: {seen}. {row.last_error}".strip(),
            remedy=remedy,
        ),
        now=now,
    )


def _open_held(company: Company, count: int, hours: int, now: datetime) -> None:
    open_issue(
        IssueDraft(
            company=company,
            code=HELD_LONG,
            severity="warning",
            title=f"{count} orders have needed you for over {hours} hours",
            message="They are not in the books until somebody decides.",
            remedy="Open Needs you.",
            waiting_count=count,
        ),
        now=now,
    )
