"""What a store may show: on hand, less what orders took, less the buffer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_FLOOR, Decimal
from enum import StrEnum

from stockbridge.domain.commerce import LineKind, Order, OrderStatus
from stockbridge.domain.planning import Outcome


class Quantity(StrEnum):
    """Which number of the books counts."""

    ON_HAND = "on_hand"
    AVAILABLE = "available"  # on hand less what open documents promise


class Owner(StrEnum):
    """Who owns stock at a bridge."""

    BOOKS = "books"
    STORE = "store"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class StockPolicy:
    """How sellable is computed at one bridge."""

    quantity: Quantity = Quantity.ON_HAND
    locations: frozenset[str] = frozenset()  # empty: all
    buffer: Decimal = Decimal(0)
    negative_to_zero: bool = True
    whole: bool = True
    owner: Owner = Owner.BOOKS


@dataclass(frozen=True, slots=True)
class Reading:
    """A level of one books item at one location, and when its reading began."""

    location_id: str
    on_hand: Decimal
    committed: Decimal
    began_at: datetime


@dataclass(frozen=True, slots=True)
class Claim:
    """Units (books' units) that an order took; negative: that a refund put back."""

    order_id: str
    units: Decimal
    committed_at: datetime | None  # the books promise them since
    moved_at: datetime | None  # the books moved them at


@dataclass(frozen=True, slots=True)
class Sellable:
    """The quantity to show, with how it came about."""

    quantity: Decimal
    on_hand: Decimal
    claimed: Decimal
    buffer: Decimal
    orders: tuple[str, ...]


def sellable(
    readings: Sequence[Reading], claims: Sequence[Claim], policy: StockPolicy
) -> Sellable | None:
    """Return what the store may show; None when nothing was read: write nothing.

    A claim counts unless every reading began after the books took it up: moved
    it, or, where the number is *available*, promised it (CORRECTNESS 4).
    """
    chosen = [
        r for r in readings if not policy.locations or r.location_id in policy.locations
    ]
    if not chosen:
        return None
    on_hand = sum((_number(r, policy) for r in chosen), Decimal(0))
    oldest = min(reading.began_at for reading in chosen)
    unknown = [c for c in claims if not _is_contained(c, oldest, policy)]
    claimed = sum((claim.units for claim in unknown), Decimal(0))
    quantity = on_hand - claimed - policy.buffer
    if policy.whole:
        quantity = quantity.quantize(Decimal(1), ROUND_FLOOR)
    if policy.negative_to_zero:
        quantity = max(quantity, Decimal(0))
    return Sellable(
        quantity=quantity,
        on_hand=on_hand,
        claimed=claimed,
        buffer=policy.buffer,
        orders=tuple(claim.order_id for claim in unknown),
    )


def in_store_units(
    parts: Sequence[tuple[Sellable, Decimal]], policy: StockPolicy
) -> Decimal | None:
    """Return how many of a store item its parts allow.

    Each part is a books item with its factor: a pack of six from 20 units is 3.
    """
    if not parts:
        return None
    quantities = [
        _divided(part.quantity, factor, policy) for part, factor in parts if factor
    ]
    return min(quantities) if quantities else None


@dataclass(frozen=True, slots=True)
class WantedClaim:
    """Units that one line of an order holds in the store (the store's units)."""

    line_id: str
    item_id: str
    units: Decimal
    is_open: bool


def claims_of(order: Order, outcome: Outcome) -> tuple[WantedClaim, ...]:
    """Return what the order's lines and refunds hold, in the store's units.

    What counts is that the store took the goods, not our posting policy: unpaid
    on-hold, excluded, held and old orders count until they are fulfilled,
    cancelled, or marked as booked elsewhere.
    """
    is_open = _holds_stock(order, outcome)
    lines = [
        WantedClaim(
            line_id=line.external_id,
            item_id=line.item_id,
            units=line.quantity if line.units_taken is None else line.units_taken,
            is_open=is_open,
        )
        for line in order.item_lines
        if line.item_id
    ]
    item_of = {line.external_id: line.item_id for line in order.item_lines}
    for refund in order.refunds:
        lines += [
            WantedClaim(
                line_id=f"refund:{refund.external_id}:{line_id}",
                item_id=item_of[line_id],
                units=-units,
                is_open=is_open,
            )
            for line_id, units in _put_back(order, refund.external_id)
            if item_of.get(line_id)
        ]
    return tuple(lines)


def _put_back(order: Order, refund_id: str) -> list[tuple[str, Decimal]]:
    for refund in order.refunds:
        if refund.external_id != refund_id:
            continue
        if refund.restocked_units is not None:
            return list(refund.restocked_units)
        return [
            (line.order_line_id, line.quantity)
            for line in refund.lines
            if line.kind is LineKind.ITEM and line.quantity
        ]
    return []


def _holds_stock(order: Order, outcome: Outcome) -> bool:
    if outcome is Outcome.BOOKED_ELSEWHERE:
        return False
    will_be_posted = outcome in (Outcome.PLANNED, Outcome.POSTED, Outcome.HELD)
    if order.status is OrderStatus.COMPLETED or order.completed_at:
        # Shipped and never to be booked by us: the shelf count knows it.
        return will_be_posted
    return order.takes_stock


def _is_contained(claim: Claim, began_at: datetime, policy: StockPolicy) -> bool:
    if claim.moved_at is not None and claim.moved_at <= began_at:
        return True
    if policy.quantity is not Quantity.AVAILABLE:
        return False
    return claim.committed_at is not None and claim.committed_at <= began_at


def _number(reading: Reading, policy: StockPolicy) -> Decimal:
    if policy.quantity is Quantity.AVAILABLE:
        return reading.on_hand - reading.committed
    return reading.on_hand


def _divided(quantity: Decimal, factor: Decimal, policy: StockPolicy) -> Decimal:
    share = quantity / factor
    return share.quantize(Decimal(1), ROUND_FLOOR) if policy.whole else share
