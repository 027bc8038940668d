"""How much of an order is recognised as sold when goods are handed over.

Pure. A goods line by its share of units, the last units taking what is left.
Everything else on the order (shipping, fees, tax …) in proportion to the value of
the goods; with the last goods all of it. So the parts add up to the order's total.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from stockbridge.domain.money import Money, total_of, zero


@dataclass(frozen=True, slots=True)
class Billable:
    """What is still open of one order line."""

    position: int
    is_goods: bool
    remaining: Decimal  # units
    unbilled: Money


def bill(
    lines: Sequence[Billable], handed: Mapping[int, Decimal], currency: str
) -> dict[int, Money]:
    """Return the amount to recognise per position, for units handed over."""
    goods = [line for line in lines if line.is_goods]
    is_last = all(
        line.remaining == handed.get(line.position, Decimal(0)) for line in goods
    )
    if is_last:
        return {line.position: line.unbilled for line in lines}
    billed = {
        line.position: _by_units(line, handed.get(line.position, Decimal(0)))
        for line in goods
    }
    ratio = _ratio(goods, handed, billed, currency)
    for line in lines:
        if not line.is_goods:
            billed[line.position] = (line.unbilled * ratio).rounded()
    return billed


def _by_units(line: Billable, units: Decimal) -> Money:
    if not units:
        return zero(line.unbilled.currency)
    if units == line.remaining:
        return line.unbilled
    return (line.unbilled * (units / line.remaining)).rounded()


def _ratio(
    goods: Sequence[Billable],
    handed: Mapping[int, Decimal],
    billed: Mapping[int, Money],
    currency: str,
) -> Decimal:
    worth = total_of((line.unbilled for line in goods), currency)
    now = total_of((billed[line.position] for line in goods), currency)
    if worth.amount > 0 and 0 <= now.amount <= worth.amount:
        return now.amount / worth.amount
    units = sum((line.remaining for line in goods), Decimal(0))
    return sum(handed.values(), Decimal(0)) / units if units else Decimal(1)
