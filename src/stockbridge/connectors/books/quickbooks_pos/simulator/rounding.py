"""How the company computes tax: one of the ways that POS may do it.

Nobody wrote down which; a test tries them all.
"""

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from enum import StrEnum

_CENT = Decimal("0.01")


class Unit(StrEnum):
    """What is rounded."""

    UNIT = "unit"
    LINE = "line"
    CODE = "code"
    RECEIPT = "receipt"


@dataclass(frozen=True, slots=True)
class TaxRounding:
    """One way of rounding."""

    unit: Unit = Unit.LINE
    is_each_rate: bool = False
    is_half_even: bool = False

    def coin(self, amount: Decimal) -> Decimal:
        """Return the amount in cents."""
        return amount.quantize(
            _CENT, ROUND_HALF_EVEN if self.is_half_even else ROUND_HALF_UP
        )


@dataclass(frozen=True, slots=True)
class Taxable:
    """One line, as tax sees it."""

    quantity: Decimal
    price: Decimal  # after the receipt's discount, not rounded
    code: str


Rates = Mapping[str, tuple[Decimal, ...]]  # item tax code → percent of each rate


def all_ways() -> list[TaxRounding]:
    """Return every way that POS may round."""
    return [
        TaxRounding(unit, is_each_rate, is_half_even)
        for unit in Unit
        for is_each_rate in (False, True)
        for is_half_even in (False, True)
    ]


def tax_on(lines: Sequence[Taxable], rates: Rates, way: TaxRounding) -> Decimal:
    """Return the tax on a receipt."""
    groups: dict[Hashable, Decimal] = defaultdict(Decimal)
    for place, line in enumerate(lines):
        percents = rates.get(line.code, ())
        if not way.is_each_rate:
            percents = (sum(percents, Decimal(0)),)
        for rate_place, percent in enumerate(percents):
            key = _group(way, place, line, rate_place)
            if way.unit is Unit.UNIT:
                unit = way.coin(line.price * percent / 100)
                groups[key] += way.coin(line.quantity * unit)
            else:
                groups[key] += line.quantity * line.price * percent / 100
    return sum((way.coin(amount) for amount in groups.values()), Decimal(0))


def _group(way: TaxRounding, place: int, line: Taxable, rate: int) -> Hashable:
    match way.unit:
        case Unit.CODE:
            return (line.code, rate)
        case Unit.RECEIPT:
            return None
        case _:
            return (place, rate)
