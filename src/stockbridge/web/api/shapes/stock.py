"""What each store item should show, what it shows, and why."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from ninja import Schema

from stockbridge.engine.fetch import ITEMS
from stockbridge.engine.models import Bridge, Snapshot, StockTarget
from stockbridge.web.api.shapes.amounts import quantity_text


class StockOut(Schema):
    """One store item at one of the store's locations; `why` explains `desired`."""

    id: int
    item: str
    sku: str
    name: str
    location: str
    desired: str | None
    shown: str | None
    is_due: bool
    is_held: bool
    error: str
    why: dict[str, Any]
    computed_at: datetime | None
    shown_at: datetime | None
    written_at: datetime | None


def stock_out(bridge: Bridge, rows: Sequence[StockTarget]) -> list[StockOut]:
    """Return targets with the names of their items."""
    items = Snapshot.objects.filter(
        connection=bridge.store_id,
        feed=ITEMS,
        external_id__in=[row.item_id for row in rows],
    )
    names = {
        one: (key, name)
        for one, key, name in items.values_list("external_id", "key", "name")
    }
    return [_target(row, *names.get(row.item_id, ("", ""))) for row in rows]


def _target(row: StockTarget, sku: str, name: str) -> StockOut:
    return StockOut(
        id=row.pk,
        item=row.item_id,
        sku=sku,
        name=name,
        location=row.location_id,
        desired=quantity_text(row.desired),
        shown=quantity_text(row.shown),
        is_due=row.is_due,
        is_held=row.is_held,
        error=row.error,
        why=row.explanation,
        computed_at=row.computed_at,
        shown_at=row.shown_at,
        written_at=row.written_at,
    )
