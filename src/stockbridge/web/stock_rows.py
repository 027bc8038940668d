"""Why the store should show a quantity: on hand, less orders, less the buffer."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _t

from stockbridge.domain.stock import Quantity
from stockbridge.engine.fetch import ORDERS
from stockbridge.engine.ground import options_of
from stockbridge.engine.models import Bridge, Snapshot, StockTarget
from stockbridge.web.addresses import order_address

ORDERS_SHOWN = 20


@dataclass(frozen=True, slots=True)
class OrderLink:
    """An order that keeps units of an item, with its page."""

    number: str
    address: str


@dataclass(frozen=True, slots=True)
class Explained:
    """One part of a quantity: an item of the books."""

    on_hand: Decimal
    claimed: Decimal
    buffer: Decimal
    factor: Decimal
    orders: tuple[OrderLink, ...]
    more_orders: int
    is_available: bool = False  # else what is on hand

    @property
    def what(self) -> str:
        """What the first number counts."""
        return _t("available") if self.is_available else _t("on hand")

    @property
    def rest(self) -> Decimal:
        """What is left of it, in the books' units."""
        return self.on_hand - self.claimed - self.buffer


def explained(
    bridge: Bridge, targets: Sequence[StockTarget]
) -> dict[int, tuple[Explained, ...]]:
    """Return how each quantity comes about; orders with their numbers."""
    parts: dict[int, list[dict[str, Any]]] = {
        target.pk: list(target.explanation.get("parts", [])) for target in targets
    }
    ids = {
        str(order)
        for found in parts.values()
        for part in found
        for order in part.get("orders", [])[:ORDERS_SHOWN]
    }
    numbers = dict(
        Snapshot.objects.filter(
            connection=bridge.store_id, feed=ORDERS, external_id__in=ids
        ).values_list("external_id", "key")
    )
    is_available = options_of(bridge).quantity is Quantity.AVAILABLE
    return {
        pk: tuple(
            replace(_part(bridge, part, numbers), is_available=is_available)
            for part in found
        )
        for pk, found in parts.items()
    }


def _part(bridge: Bridge, part: dict[str, Any], numbers: dict[str, str]) -> Explained:
    ids = list(dict.fromkeys(str(one) for one in part.get("orders", [])))
    shown = ids[:ORDERS_SHOWN]
    count = max(int(part.get("order_count", 0)), len(ids))
    return Explained(
        on_hand=Decimal(part.get("on_hand", "0")),
        claimed=Decimal(part.get("claimed", "0")),
        buffer=Decimal(part.get("buffer", "0")),
        factor=Decimal(part.get("factor", "1")),
        orders=tuple(
            OrderLink(numbers.get(one, one), order_address(bridge, one))
            for one in shown
        ),
        more_orders=max(0, count - len(shown)),
    )
