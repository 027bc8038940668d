"""What stock is worth: a moving average per item and location, exact to the coin.

Pure. The value on hand is the sum of what each movement brought or took, in whole
coins; what nothing is left of is worth nothing. Units sold before they came in are
valued by the item's cost; when they come in, the difference to what was paid is the
purchase variance.
"""

from dataclasses import dataclass
from decimal import Decimal

from stockbridge.domain.money import Money, zero


@dataclass(frozen=True, slots=True)
class Holding:
    """Units of one item at one location, and what they are worth together."""

    on_hand: Decimal  # negative: sold before they came in
    value: Money


@dataclass(frozen=True, slots=True)
class Valued:
    """What a movement does to the value; `variance` is what stock does not take."""

    value: Money  # signed as the movement
    variance: Money


def take_out(holding: Holding, units: Decimal, unit_cost: Money) -> Money:
    """Return the value, positive, of `units` that leave.

    `unit_cost` values those that are not there.
    """
    covered = min(max(holding.on_hand, Decimal(0)), units)
    short = units - covered
    from_stock = (
        holding.value
        if covered and covered == holding.on_hand
        else _share(holding, covered)
    )
    return from_stock + (unit_cost * short).rounded()


def put_in(holding: Holding, units: Decimal, paid: Money) -> Valued:
    """Return what `units` that cost `paid` together do to the value."""
    nothing = zero(paid.currency)
    if holding.on_hand >= 0:
        return Valued(paid, nothing)
    missing = -holding.on_hand
    covering = min(units, missing)
    released = (
        -holding.value
        if covering == missing
        else (-holding.value * (covering / missing)).rounded()
    )
    rest = paid - (paid * (covering / units)).rounded()
    if covering == units:
        rest = nothing
    value = released + rest
    return Valued(value, paid - value)


def found(holding: Holding, units: Decimal, unit_cost: Money) -> Money:
    """Return the value of `units` that a count found more than the books have."""
    if holding.on_hand > 0:
        return _share(holding, units)
    return put_in(holding, units, (unit_cost * units).rounded()).value


def taken_back(holding: Holding, units: Decimal, value: Money) -> Valued:
    """Return what reversing a movement of `units` and `value` (signed) does.

    The mirror image, but never a value without units or of the other sign: what
    later movements have already averaged away is variance.
    """
    left = holding.on_hand - units
    wanted = holding.value - value
    nothing = zero(value.currency)
    if left == 0 or (left > 0) != (wanted.amount > 0):
        wanted = nothing
    moved = wanted - holding.value
    return Valued(moved, -value - moved)


def _share(holding: Holding, units: Decimal) -> Money:
    if not units:
        return zero(holding.value.currency)
    return (holding.value * (units / holding.on_hand)).rounded()
