"""How far an order has come, told from its lines' quantities.

Pure. A status is never set by hand: it is what the quantities say.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from stockbridge.backoffice.models.orders import OrderStatus


@dataclass(frozen=True, slots=True)
class Progress:
    """The quantities of one line that has to be handed over."""

    quantity: Decimal
    fulfilled: Decimal
    cancelled: Decimal
    returned: Decimal


def status_of(lines: Iterable[Progress], *, is_reversed: bool = False) -> OrderStatus:
    """Return the status that these quantities mean."""
    if is_reversed:
        return OrderStatus.REVERSED
    remaining = fulfilled = returned = Decimal(0)
    for line in lines:
        remaining += line.quantity - line.fulfilled - line.cancelled
        fulfilled += line.fulfilled
        returned += line.returned
    if remaining > 0:
        return OrderStatus.PARTLY_FULFILLED if fulfilled else OrderStatus.OPEN
    if not fulfilled:
        return OrderStatus.CANCELLED
    return OrderStatus.RETURNED if returned >= fulfilled else OrderStatus.FULFILLED
