"""What was sent for an order and what came back: for those who may see logs."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from stockbridge.engine.models import Bridge, Delivery, ExchangeLog

#: So many of the store's newest calls are searched for the order's address.
CALLS_SEARCHED = 2_000
CALLS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Sent:
    """One document as it left, and what the books answered."""

    at: datetime
    delivery: Delivery
    document: str
    answer: str
    answered_at: datetime | None


def documents_sent(deliveries: Sequence[Delivery]) -> list[Sent]:
    """Return the envelopes' parts that carried these documents, oldest first."""
    found = [one for row in deliveries for one in _sent(row)]
    return sorted(found, key=lambda one: one.at)


def calls_about(bridge: Bridge, order_id: str) -> list[ExchangeLog]:
    """Return the newest calls to the store that named the order."""
    newest = ExchangeLog.objects.filter(connection=bridge.store_id).order_by("-at")
    ids = newest.values_list("pk", flat=True)[:CALLS_SEARCHED]
    rows = ExchangeLog.objects.filter(
        pk__in=list(ids), address__contains=f"orders/{order_id}"
    )
    return list(rows.order_by("-at")[:CALLS_SHOWN])


def _sent(row: Delivery) -> Iterator[Sent]:
    batch = row.batch
    if batch is None:
        return
    try:
        parts = json.loads(bytes(batch.body))
        own = [part for part in parts if part.get("key") == row.key]
        shown = json.dumps(own[0] if own else None, indent=2, ensure_ascii=False)
    except (ValueError, AttributeError):  # another system's own bytes
        shown = bytes(batch.body).decode("utf-8", "replace")
    yield Sent(batch.sent_at, row, shown, batch.answer, batch.answered_at)
