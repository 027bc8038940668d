"""What of each claim has left the books already, with parts that shipped."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime
from decimal import Decimal

from django.db.models import Q, QuerySet

from stockbridge.companies.prepared import prepared
from stockbridge.companies.row_writes import update_rows
from stockbridge.domain.accounting import (
    FulfillmentDocument,
    SaleDocument,
    line_id_of,
)
from stockbridge.domain.delivery import State
from stockbridge.domain.order_parts import goods_of
from stockbridge.domain.planning import FULFILLMENT, PART, SALE
from stockbridge.domain.stock import back_on_shelf
from stockbridge.engine.codec import document_of
from stockbridge.engine.models import DeliverySource, StockClaim


def note_parts(bridge_id: int, order_ids: Collection[str], now: datetime) -> None:
    """Bring up to date how many units of each line the books moved with parts.

    Counted anew from what is posted: an answer that comes twice moves nothing twice.
    """
    gone = _gone(bridge_id, order_ids)
    changed = []
    for row in _claims(bridge_id, order_ids):
        units = gone.get(row.order_id, {}).get(row.line_id, Decimal(0))
        if row.parted != units:
            row.parted, row.parted_at = units, now if units else None
            changed.append(row)
    update_rows(changed, ["parted", "parted_at"])


def note_returned(bridge_id: int, order_id: str, refund_id: str, now: datetime) -> None:
    """Note what of a refund came back to the shelf of an order that is still open."""
    rows = StockClaim.objects.filter(bridge=bridge_id, order_id=order_id)
    by_line: dict[str, list[StockClaim]] = defaultdict(list)
    for row in rows.exclude(committed_at=None):
        by_line[row.line_id.rpartition(":")[2]].append(row)
    changed = []
    for claims in by_line.values():
        for row in claims:
            if not row.line_id.startswith(f"refund:{refund_id}:"):
                continue
            promised = sum(
                (one.units - one.parted for one in claims if one is not row),
                Decimal(0),
            )
            row.parted = -back_on_shelf(-row.units, promised)
            row.parted_at = now if row.parted else None
            changed.append(row)
    update_rows(changed, ["parted", "parted_at"])


@prepared
def _claims(bridge_id: int, order_ids: Collection[str]) -> QuerySet[StockClaim]:
    rows = StockClaim.objects.filter(bridge=bridge_id, order_id__in=order_ids)
    return rows.exclude(line_id__startswith="refund:")


@prepared
def _posted(bridge_id: int, order_ids: Collection[str]) -> QuerySet[DeliverySource]:
    is_part = Q(effect=FULFILLMENT, kind=PART)
    rows = DeliverySource.objects.filter(
        is_part | Q(effect=SALE),
        bridge=bridge_id,
        order_id__in=order_ids,
        is_live=True,
        delivery__state=State.POSTED.value,
    )
    return rows.select_related("delivery").order_by("id")


def _gone(
    bridge_id: int, order_ids: Collection[str]
) -> Mapping[str, Mapping[str, Decimal]]:
    """Return the units of each order's lines that parts took, in the store's units."""
    sales: dict[str, SaleDocument] = {}
    parts: dict[str, list[FulfillmentDocument]] = defaultdict(list)
    for row in _posted(bridge_id, order_ids):
        if row.delivery.document is None:
            continue
        document = document_of(row.delivery)
        if isinstance(document, SaleDocument):
            sales[row.order_id] = document
        elif isinstance(document, FulfillmentDocument):
            parts[row.order_id].append(document)
    found: dict[str, dict[str, Decimal]] = {}
    for order_id, filled in parts.items():
        units: dict[str, Decimal] = defaultdict(Decimal)
        for part in filled:
            sale = part.billed or sales.get(order_id)
            goods = goods_of(part, sale) if sale is not None else {}
            lines = {line_id_of(line_id): count for line_id, count in goods.items()}
            for line_id, count in lines.items():
                units[line_id] += count
        found[order_id] = units
    return found
