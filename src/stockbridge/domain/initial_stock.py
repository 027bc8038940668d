"""The first quantity of an item that is created in the books, and its day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from stockbridge.domain.commerce import Order
from stockbridge.domain.planning import Outcome
from stockbridge.domain.stock import WantedClaim

_WILL_BE_POSTED = frozenset({Outcome.PLANNED, Outcome.HELD, Outcome.WAITING})


@dataclass(frozen=True, slots=True)
class OpenUnits:
    """Units of the item that an order took and the books have not moved yet."""

    units: Decimal  # negative: put back by a refund
    placed_at: datetime
    will_be_posted: bool


@dataclass(frozen=True, slots=True)
class InitialStock:
    """What the books begin with."""

    quantity: Decimal
    since: date


def initial_stock(
    shown: Decimal | None, taken: Sequence[OpenUnits], *, today: date, zone: ZoneInfo
) -> InitialStock | None:
    """Return the first quantity; None where the store keeps none.

    What the store shows, plus what its orders took that will be posted: posting them
    takes those units again (CORRECTNESS 4). Orders that never will be posted are in
    the store's number for good. The day is not after the oldest of those orders.
    """
    if shown is None:
        return None
    posted = [one for one in taken if one.will_be_posted]
    days = [one.placed_at.astimezone(zone).date() for one in posted]
    quantity = shown + sum((one.units for one in posted), Decimal(0))
    return InitialStock(quantity, min([today, *days]))


def open_units(
    order: Order, claims: Sequence[WantedClaim], item_id: str, outcome: Outcome
) -> tuple[OpenUnits, ...]:
    """Return what one order's claims (`claims_of`) hold of an item."""
    return tuple(
        OpenUnits(claim.units, order.placed_at, outcome in _WILL_BE_POSTED)
        for claim in claims
        if claim.item_id == item_id and claim.is_open
    )
