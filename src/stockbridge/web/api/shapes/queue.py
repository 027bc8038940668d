"""Documents on their way into the books."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from ninja import Schema
from pydantic import Field

from stockbridge.engine.models import Delivery, DeliverySource
from stockbridge.engine.tries import tries_of
from stockbridge.web.api.calls import In, ListedId
from stockbridge.web.api.shapes.amounts import money_text


class DeliveryOut(Schema):
    """One document, and where it stands; `attempts` is how often it was sent."""

    id: int
    kind: str
    state: str
    reference: str
    title: str
    date: date | None
    total: str | None
    currency: str
    generation: int
    attempts: int
    not_before: datetime | None
    error: str
    remedy: str
    books_id: str
    books_number: str
    orders: list[str]
    run: int | None
    created_at: datetime
    changed_at: datetime
    posted_at: datetime | None


class SourceOut(Schema):
    """What a document books."""

    kind: str
    id: str
    order: str
    effect: str
    amount: str | None
    is_live: bool


class EventOut(Schema):
    """One move of a document."""

    at: datetime
    event: str
    before: str
    after: str
    note: str
    by: str


class DeliveryDetail(DeliveryOut):
    """A document with all that happened to it."""

    document: dict[str, Any] | None
    sources: list[SourceOut]
    requires: list[int]
    events: list[EventOut]


class DeliveryIds(In):
    """Which documents."""

    ids: list[ListedId] = Field(min_length=1, max_length=5000)


class ClearIn(In):
    """Of which bridge; all of the company if left out."""

    bridge: str | None = Field(None, max_length=12)


def deliveries_out(rows: Sequence[Delivery]) -> list[DeliveryOut]:
    """Return documents, each with the orders that it is about."""
    orders: dict[int, list[str]] = defaultdict(list)
    sources = DeliverySource.objects.filter(delivery__in=rows).exclude(order_id="")
    for delivery_id, order_id in sources.order_by("pk").values_list(
        "delivery_id", "order_id"
    ):
        if order_id not in orders[delivery_id]:
            orders[delivery_id].append(order_id)
    tries = tries_of([row.pk for row in rows])
    return [
        _delivery(row, orders.get(row.pk, []), tries.get(row.pk, 0)) for row in rows
    ]


def delivery_detail(row: Delivery) -> DeliveryDetail:
    """Return a document with all that happened to it."""
    (short,) = deliveries_out([row])
    return DeliveryDetail(
        **short.model_dump(),
        document=row.document,
        sources=[
            SourceOut(
                kind=one.kind,
                id=one.source_id,
                order=one.order_id,
                effect=one.effect,
                amount=money_text(one.amount, row.currency),
                is_live=one.is_live,
            )
            for one in row.sources.order_by("pk")
        ],
        requires=list(row.needs.order_by("pk").values_list("needed_id", flat=True)),
        events=[
            EventOut(
                at=one.at,
                event=one.event,
                before=one.before,
                after=one.after,
                note=one.note,
                by=one.by,
            )
            for one in row.events.order_by("pk")
        ],
    )


def _delivery(row: Delivery, orders: list[str], tries: int) -> DeliveryOut:
    return DeliveryOut(
        id=row.pk,
        kind=row.kind,
        state=row.state,
        reference=row.reference,
        title=row.title,
        date=row.business_date,
        total=money_text(row.total, row.currency),
        currency=row.currency,
        generation=row.generation,
        attempts=tries,
        not_before=row.not_before,
        error=row.error,
        remedy=row.remedy,
        books_id=row.books_id,
        books_number=row.books_number,
        orders=orders,
        run=row.run_id,
        created_at=row.created_at,
        changed_at=row.changed_at,
        posted_at=row.posted_at,
    )
