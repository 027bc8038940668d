"""Which goods of an order left together, where the store or a plugin keeps it.

WooCommerce's own order fulfillments have a route for each order; since 10.1 the order
says whether it has any, so that only those cost a call. Plugins in the manner of
Advanced Shipment Tracking keep them with the order: an entry that does not list its
products tells of a parcel, not of a part.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from stockbridge.connectors.stores.woocommerce.client import Record, StoreApi
from stockbridge.connectors.stores.woocommerce.payloads import (
    amount_of,
    dicts_of,
    external_id_of,
    plain_line,
)
from stockbridge.connectors.stores.woocommerce.settings import ShipmentsFrom
from stockbridge.domain.commerce import Shipment

STATUS = "_fulfillment_status"
TRACKING = "_wc_shipment_tracking_items"
_SOME = frozenset({"partially_fulfilled", "fulfilled"})
_TEXT_CHARS_MAX = 200
_COUNT_MAX, _SMALLEST = Decimal(10**9), Decimal("0.0001")
_YEARS = (1970, 2200)  # a day of another year is a mistake, not a day
Units = tuple[tuple[str, Decimal], ...]


def shipments_of(
    api: StoreApi, order: Record, source: ShipmentsFrom
) -> tuple[Shipment, ...] | None:
    """Return what shipped of an order; None where the store does not say.

    An order that is complete is not asked for: all of it is out.
    """
    meta = _meta_of(order)
    if source is ShipmentsFrom.TRACKING:
        return _tracked(external_id_of(order), meta.get(TRACKING))
    if source is ShipmentsFrom.NONE or order.get("date_completed_gmt"):
        return None
    if str(meta.get(STATUS, "")) not in _SOME:
        return ()
    reply = api.find(f"orders/{external_id_of(order)}/fulfillments")
    if reply is None:  # switched off since: its routes are gone
        return None
    found = (_fulfilled(row) for row in dicts_of(reply.data))
    return _in_turn(one for one in found if one is not None)


def _fulfilled(row: Record) -> Shipment | None:
    """Return a fulfillment that is fulfilled; others are only being packed."""
    meta = _meta_of(row)
    moment = _moment(meta.get("_date_fulfilled")) or _moment(row.get("date_updated"))
    is_out = row.get("is_fulfilled") in (True, 1, "1") and not row.get("date_deleted")
    external_id = external_id_of(row)
    lines = _units(meta.get("_items"))
    if not (is_out and external_id and lines and moment):
        return None
    return Shipment(
        f"F{external_id}",
        moment,
        lines,
        carrier=_text(meta.get("_provider_name") or meta.get("_shipment_provider")),
        tracking=_text(meta.get("_tracking_number")),
    )


def _tracked(order_id: str, value: object) -> tuple[Shipment, ...]:
    found = []
    for row in dicts_of(_loaded(value)):
        lines = _units(row.get("products_list"))
        moment = _moment(row.get("date_shipped"))
        name = _text(row.get("tracking_id") or row.get("tracking_number"))
        if not (name and lines and moment):
            continue
        carrier = row.get("tracking_provider") or row.get("custom_tracking_provider")
        tracking = _text(row.get("tracking_number"))
        name = f"T{order_id}:{name}"[:80]
        found.append(Shipment(name, moment, lines, _text(carrier), tracking))
    return _in_turn(found)


def _in_turn(shipments: Iterable[Shipment]) -> tuple[Shipment, ...]:
    """Return them in the order of leaving; of two of one name the first."""
    by_id: dict[str, Shipment] = {}
    for one in sorted(shipments, key=lambda s: (s.shipped_at, s.external_id)):
        by_id.setdefault(one.external_id, one)
    return tuple(by_id.values())


def _units(value: object) -> Units:
    """Return units by order line; nothing where one row does not name its line.

    What is known only by its product may be on two lines: no part is guessed.
    """
    units: dict[str, Decimal] = {}
    for row in dicts_of(_loaded(value)):
        line_id, count = _text(row.get("item_id")), _count(row.get("qty"))
        if not line_id or count is None:
            return ()
        units[line_id] = units.get(line_id, Decimal(0)) + count
    return tuple((line_id, count) for line_id, count in units.items() if count)


def _count(value: object) -> Decimal | None:
    """Return units that can be told exactly; None for what are none."""
    try:
        count = amount_of(value)
    except ValueError:
        return None
    if not 0 <= count <= _COUNT_MAX or count != count.quantize(_SMALLEST):
        return None
    return count


def _moment(value: object) -> datetime | None:
    """Return a moment: seconds since 1970 as plugins keep it, or a date in UTC."""
    said = _text(value)
    # Eight digits are a date: as seconds they would be a day before 1974.
    is_seconds = said.isdigit() and len(said) != len("20250131")
    try:
        if is_seconds:
            found = datetime.fromtimestamp(int(said), UTC)
        else:
            found = datetime.fromisoformat(said)
        is_local = found.tzinfo is None
        found = found.replace(tzinfo=UTC) if is_local else found.astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return found if _YEARS[0] <= found.year < _YEARS[1] else None


def _text(value: object) -> str:
    return plain_line(value, _TEXT_CHARS_MAX)


def _loaded(value: object) -> object:
    """Return a list that was kept as text, as some plugins do."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return None


def _meta_of(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return entries by name; of several with one name WordPress means the first."""
    rows: Sequence[dict[str, Any]] = dicts_of(record.get("meta_data"))
    found: dict[str, Any] = {}
    for row in rows:
        found.setdefault(str(row.get("key")), row.get("value"))
    return found
