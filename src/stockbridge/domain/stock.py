"""What a store may show: on hand, less what orders took, less the buffer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_FLOOR, Decimal
from enum import StrEnum

from stockbridge.domain.commerce import LineKind, Order, OrderStatus, Refund
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
    """Units (books' units) that an order took; negative: that a refund put back.

    The times are when we heard of it, so not before the books did it. A refund's
    `committed_at` is when the books lessened their promise by it.
    """

    order_id: str
    units: Decimal
    committed_at: datetime | None  # the books promise them since
    moved_at: datetime | None  # the books moved them at
    is_in_flight: bool = False  # its document is sent or in doubt: maybe taken up


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
    it, or, where the number is *available*, promised it (CORRECTNESS 4). Units put
    back are the mirror image: they count only while no reading can contain them.
    Where a reading may or may not know of something, less is shown, never more.
    """
    chosen = [
        r for r in readings if not policy.locations or r.location_id in policy.locations
    ]
    if not chosen:
        return None
    on_hand = sum((_number(r, policy) for r in chosen), Decimal(0))
    oldest = min(reading.began_at for reading in chosen)
    unknown = [c for c in claims if _counts(c, oldest, policy)]
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


def claims_of(
    order: Order, outcome: Outcome, *, restocks_when_unsaid: bool = True
) -> tuple[WantedClaim, ...]:
    """Return what the order's lines and refunds hold, in the store's units.

    What counts is that the store took the goods, not our posting policy: unpaid
    on-hold, excluded, held and old orders count until they are fulfilled,
    cancelled, or marked as booked elsewhere. `restocks_when_unsaid` is the policy's
    for refunds of which the store does not say whether goods came back. No line
    gets back more than it took.
    """
    is_open = _holds_stock(order, outcome)
    claims, left = [], dict[str, Decimal]()
    for line in order.item_lines:
        if not line.item_id:
            continue
        taken = line.quantity if line.units_taken is None else line.units_taken
        left[line.external_id] = taken
        claims.append(WantedClaim(line.external_id, line.item_id, taken, is_open))
    item_of = {line.external_id: line.item_id for line in order.item_lines}
    for refund in order.refunds:
        for line_id, units in _put_back(refund, unsaid=restocks_when_unsaid):
            back = min(units, left.get(line_id, Decimal(0)))
            if back <= 0:
                continue
            left[line_id] -= back
            name = f"refund:{refund.external_id}:{line_id}"
            claims.append(WantedClaim(name, item_of[line_id], -back, is_open))
    return tuple(claims)


def back_on_shelf(back: Decimal, promised: Decimal) -> Decimal:
    """Return how many units that come back had left; what is promised goes first.

    So books take it that keep one order, of which a part has left (`backoffice`).
    """
    return max(Decimal(0), back - max(promised, Decimal(0)))


def _put_back(refund: Refund, *, unsaid: bool) -> list[tuple[str, Decimal]]:
    """Return the units put back per line, each line once."""
    units: dict[str, Decimal] = {}
    said = refund.restocked_units
    if said is None and unsaid:
        said = tuple(
            (line.order_line_id, line.quantity)
            for line in refund.lines
            if line.kind is LineKind.ITEM
        )
    for line_id, count in said or ():
        units[line_id] = units.get(line_id, Decimal(0)) + count
    return list(units.items())


def _holds_stock(order: Order, outcome: Outcome) -> bool:
    if outcome is Outcome.BOOKED_ELSEWHERE:
        return False
    if order.is_fulfilled and order.status not in _GIVEN_BACK:
        # Shipped and never to be booked by us: the shelf count knows it.
        return outcome in _TO_BE_POSTED
    return order.takes_stock


#: The store has its goods again, or never took them.
_GIVEN_BACK = frozenset(OrderStatus) - {
    OrderStatus.ON_HOLD,
    OrderStatus.PROCESSING,
    OrderStatus.COMPLETED,
    OrderStatus.REFUNDED,
    OrderStatus.UNKNOWN,
}

#: What came of an order whose goods the books know, or will know, from us.
_TO_BE_POSTED = frozenset(
    {Outcome.PLANNED, Outcome.POSTED, Outcome.HELD, Outcome.WAITING}
)


def _counts(claim: Claim, oldest: datetime, policy: StockPolicy) -> bool:
    """Whether a claim is to be counted beside readings of which one is so old."""
    is_available = policy.quantity is Quantity.AVAILABLE
    times = [claim.moved_at, claim.committed_at if is_available else None]
    known = [time for time in times if time is not None]
    if claim.units < 0:
        return not known and not claim.is_in_flight
    return not any(time <= oldest for time in known)


def _number(reading: Reading, policy: StockPolicy) -> Decimal:
    if policy.quantity is Quantity.AVAILABLE:
        return reading.on_hand - reading.committed
    return reading.on_hand


def _divided(quantity: Decimal, factor: Decimal, policy: StockPolicy) -> Decimal:
    share = quantity / factor
    return share.quantize(Decimal(1), ROUND_FLOOR) if policy.whole else share
