"""Records as they were last read: orders, items, customers, and what they link to."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from ninja import Schema
from pydantic import Field

from stockbridge.engine.models import Binding, Bridge, Disposition, Snapshot
from stockbridge.web.api.calls import In
from stockbridge.web.api.shapes.amounts import money_text, quantity_text
from stockbridge.web.api.shapes.queue import DeliveryOut


class BecameOut(Schema):
    """What became of an order, or of a later change of it."""

    source_kind: str
    source_id: str
    outcome: str
    code: str
    reason: str
    at: datetime
    is_current: bool


class OrderOut(Schema):
    """An order of the store. `outcome` is "" before anybody looked at it."""

    id: str
    number: str
    placed_at: datetime | None
    customer: str
    status: str
    total: str | None
    currency: str
    outcome: str
    code: str
    reason: str
    read_at: datetime
    problem: str


class OrderDetail(OrderOut):
    """An order with all that is known of it."""

    record: dict[str, Any] | None
    became: list[BecameOut]
    documents: list[DeliveryOut]


class LinkOut(Schema):
    """The counterpart of a record."""

    id: str
    factor: str
    matched_by: str


class RecordOut(Schema):
    """An item or a customer, of the store or of the books, and its counterparts."""

    id: str
    key: str  # an item's SKU, a customer's e-mail address
    name: str
    status: str
    price: str | None
    currency: str
    quantity: str | None
    product_id: str
    read_at: datetime
    problem: str
    links: list[LinkOut]


class PartIn(In):
    """An item of the books, and how many of it make one in the store."""

    id: str = Field(max_length=80)
    factor: str = Field("1", max_length=20)


class ItemLinkIn(In):
    """What a store item stands for."""

    parts: list[PartIn] = Field(min_length=1, max_length=50)


class CustomerLinkIn(In):
    """Who a store's customer is in the books."""

    id: str = Field(max_length=80)


class OrderIds(In):
    """Which orders, by the store's ids."""

    orders: list[str] = Field(min_length=1, max_length=5000)


class RefusedOut(Schema):
    """One record that could not be touched, and why."""

    id: str
    reason: str


class ActedOut(Schema):
    """What an act on many records did."""

    count: int
    refused: list[RefusedOut]


def orders_out(bridge: Bridge, rows: Sequence[Snapshot]) -> list[OrderOut]:
    """Return orders with what became of them."""
    found = Disposition.objects.filter(
        bridge=bridge,
        source_kind="order",
        source_id__in=[row.external_id for row in rows],
        is_current=True,
    )
    became = {one.source_id: one for one in found}
    return [order_out(row, became.get(row.external_id)) for row in rows]


def order_out(row: Snapshot, became: Disposition | None) -> OrderOut:
    """Return an order."""
    return OrderOut(
        id=row.external_id,
        number=row.key,
        placed_at=row.at,
        customer=row.name,
        status=row.status,
        total=money_text(row.amount, row.currency),
        currency=row.currency,
        outcome=became.outcome if became else "",
        code=became.code if became else "",
        reason=became.reason if became else "",
        read_at=row.seen_at,
        problem=row.problem,
    )


def became_out(row: Disposition) -> BecameOut:
    """Return what became of one source."""
    return BecameOut(
        source_kind=row.source_kind,
        source_id=row.source_id,
        outcome=row.outcome,
        code=row.code,
        reason=row.reason,
        at=row.at,
        is_current=row.is_current,
    )


def records_out(
    bridge: Bridge, kind: str, rows: Sequence[Snapshot], *, of_store: bool
) -> list[RecordOut]:
    """Return items or customers of one side, each with its counterparts."""
    near, far = ("store_id", "books_id") if of_store else ("books_id", "store_id")
    pairs = Binding.objects.filter(
        store_connection=bridge.store_id,
        books_connection=bridge.books_id,
        kind=kind,
        **{f"{near}__in": [row.external_id for row in rows]},
    )
    links: dict[str, list[LinkOut]] = defaultdict(list)
    for pair in pairs.order_by("pk"):
        link = LinkOut(
            id=getattr(pair, far),
            factor=quantity_text(pair.factor) or "1",
            matched_by=pair.matched_by,
        )
        links[getattr(pair, near)].append(link)
    return [_record(row, links.get(row.external_id, [])) for row in rows]


def _record(row: Snapshot, links: list[LinkOut]) -> RecordOut:
    return RecordOut(
        id=row.external_id,
        key=row.key,
        name=row.name,
        status=row.status,
        price=money_text(row.amount, row.currency),
        currency=row.currency,
        quantity=quantity_text(row.quantity),
        product_id=row.group_id,
        read_at=row.seen_at,
        problem=row.problem,
        links=links,
    )
