"""What orders moved on the store's shelf since both sides agreed on a quantity.

Needed where the store's own changes count (CORRECTNESS 4): what orders and refunds do
not explain, somebody typed.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import F

from stockbridge.domain.commerce import Order, OrderStatus
from stockbridge.engine.models import Bridge, StockTarget

#: Two clocks, and the seconds in which a shop books an order.
MARGIN = timedelta(minutes=2)
_OFF_SHELF = frozenset(
    {
        OrderStatus.ON_HOLD,
        OrderStatus.PROCESSING,
        OrderStatus.COMPLETED,
        OrderStatus.REFUNDED,
    }
)


def is_off_shelf(order: Order) -> bool:
    """Whether the store has taken the order's goods, less what refunds put back."""
    if order.status is OrderStatus.UNKNOWN:
        return order.takes_stock
    return order.status in _OFF_SHELF


@dataclass(slots=True)
class ShelfMoves:
    """Collects what a page of orders moved, and adds it to the targets."""

    bridge: Bridge
    units: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    oldest: dict[str, datetime] = field(default_factory=dict)

    def note(self, order: Order, item_id: str, taken: Decimal) -> None:
        """Note units that an order took (negative: gave back) since it was read."""
        if not taken or not item_id:
            return
        self.units[item_id] -= taken
        at = order.changed_at or order.placed_at
        self.oldest[item_id] = min(at, self.oldest.get(item_id, at))

    def save(self) -> None:
        """Add the movements to the targets.

        An order that may be older than the number on which both agreed is maybe in
        that number, maybe overwritten by it: then nothing is agreed any more.
        """
        for item_id, units in self.units.items():
            rows = StockTarget.objects.filter(bridge=self.bridge, item_id=item_id)
            rows.update(moved=F("moved") + units)
            rows.filter(agreed_at__gte=self.oldest[item_id] - MARGIN).update(
                agreed=None
            )
