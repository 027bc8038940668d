"""Stock that both sides own: what each changed adds up, nobody's change is lost.

Theory of operation. Both last agreed on a quantity. Since then the store's number
moved by its orders and refunds, which the books learn as documents, and by our own
writes, which set what was agreed. What is left of the difference somebody typed in
the store: it becomes an adjustment of the books. The books' own number, with those
adjustments that it does not contain yet, is what the store should show. So a change
on one side travels to the other, both at once add up, and no side wins by being last.
"""

from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known of one item at one bridge, all in the store's units."""

    agreed: Decimal | None  # what the store showed when both last agreed; None: never
    shown: Decimal  # what it shows now
    explained: Decimal  # moved since by orders (less) and refunds (more) that we read
    sellable: Decimal  # what the books allow, uncut: below zero where it is
    pending: Decimal = Decimal(
        0
    )  # adjustments made of its changes, not yet in `sellable`


@dataclass(frozen=True, slots=True)
class BothWays:
    """What each side takes over."""

    show: Decimal  # the quantity for the store
    adjustment: Decimal  # for the books, in the store's units; 0: none

    @property
    def agreed(self) -> Decimal:
        """What both have agreed on, once the store shows it."""
        return self.show


def both_ways(
    seen: Seen, *, negative_to_zero: bool = True, whole: bool = True
) -> BothWays:
    """Return what the store should show and what the books must be told.

    The first time nothing is agreed: the store's number is taken for nobody's change.
    """
    typed = Decimal(0)
    if seen.agreed is not None:
        typed = seen.shown - (seen.agreed + seen.explained)
    show = seen.sellable + seen.pending + typed
    if whole:
        show = show.quantize(Decimal(1), ROUND_FLOOR)
    if negative_to_zero:
        show = max(show, Decimal(0))
    return BothWays(show, typed)
