"""What is too old goes: exchanges, log lines, and the persons in old snapshots.

What a document's proof needs (amounts, lines, dates, ids, moves) stays for ever.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from stockbridge.companies.models import Company
from stockbridge.domain.delivery import State
from stockbridge.engine.counter_receipts import RECEIPTS
from stockbridge.engine.models import (
    Batch,
    Conversation,
    DeliverySource,
    ExchangeLog,
    Issue,
    LogEntry,
    RunRow,
    Snapshot,
)
from stockbridge.engine.models.deliveries import AHEAD
from stockbridge.engine.privacy import forget_bodies, forget_snapshot
from stockbridge.engine.scrubbing import ERASED_NAME

ROWS = 2_000  # per statement: a sweep never holds others up for long
#: While a document is in one of these, its order may be planned or looked at again.
_OPEN = [
    state.value
    for state in (State.HELD, State.READY, State.SENT, State.IN_DOUBT, State.FAILED)
]


@dataclass(frozen=True, slots=True)
class Swept:
    """What one sweep removed."""

    exchanges: int = 0
    log_lines: int = 0
    persons: int = 0  # snapshots that no longer say who somebody is
    envelopes: int = 0
    previews: int = 0
    visits: int = 0
    issues: int = 0
    receipts: int = 0  # what the counter sold to customers


def sweep(now: datetime) -> dict[int, Swept]:
    """Sweep each company by its own retention; a daily chore."""
    return {company.pk: sweep_company(company, now) for company in _companies()}


def sweep_company(company: Company, now: datetime) -> Swept:
    """Remove what is older than the company keeps."""
    until = now - timedelta(days=company.retention_days)
    of_company = Q(connection__company=company)
    return Swept(
        exchanges=_delete(ExchangeLog.objects.filter(of_company, at__lt=until)),
        log_lines=_delete(LogEntry.objects.filter(company=company, at__lt=until)),
        persons=_forget_persons(company, until),
        envelopes=_forget_envelopes(company, until),
        previews=_delete(
            RunRow.objects.filter(run__company=company, run__finished_at__lt=until)
        ),
        visits=_delete(Conversation.objects.filter(of_company, ended_at__lt=until)),
        receipts=_delete(
            Snapshot.objects.filter(of_company, feed=RECEIPTS, seen_at__lt=until)
        ),
        issues=_delete(Issue.objects.filter(company=company, resolved_at__lt=until)),
    )


def _companies() -> list[Company]:
    return list(Company.objects.order_by("id"))


def _delete(rows: QuerySet[Any]) -> int:
    count = 0
    while ids := list(rows.order_by("id").values_list("id", flat=True)[:ROWS]):
        rows.model._default_manager.filter(pk__in=ids).delete()
        count += len(ids)
    return count


def _forget_persons(company: Company, until: datetime) -> int:
    """Take persons out of orders that are old and settled; digests stay.

    An order that changes again is fetched whole, and its time starts anew.
    """
    is_open = DeliverySource.objects.filter(
        bridge__store=OuterRef("connection"),
        order_id=OuterRef("external_id"),
        delivery__state__in=_OPEN,
    )
    old = Snapshot.objects.filter(
        Q(at__lt=until) | Q(at=None),
        connection__company=company,
        connection__kind="store",
        feed="orders",
        seen_at__lt=until,
        data__isnull=False,
        is_plan_due=False,
    )
    old = old.exclude(name=ERASED_NAME).filter(~Exists(is_open))
    count = 0
    for row in old.select_related("connection").iterator(chunk_size=200):
        forget_snapshot(row)
        count += 1
    return count


def _forget_envelopes(company: Company, until: datetime) -> int:
    """Drop what envelopes said; one made ahead for a visit that broke off goes whole.

    It never left, and the next visit, which would throw it away, may never come.
    """
    own = Batch.objects.filter(connection__company=company)
    never_left = _delete(own.filter(kind=AHEAD, sent_at__lt=until))
    is_old = Q(answered_at__lt=until) | Q(settled_at__lt=until)
    return never_left + forget_bodies(own.filter(is_old).exclude(body=b""))
