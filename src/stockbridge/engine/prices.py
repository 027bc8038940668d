"""Prices from the books to the store: which differ, and by how much."""

from dataclasses import dataclass
from decimal import Decimal

from stockbridge.domain.catalog import BooksItem, StoreItem
from stockbridge.domain.money import Money


@dataclass(frozen=True, slots=True)
class Repricing:
    """One price to be written, or why none is."""

    before: Money | None
    after: Money | None
    reason: str = ""

    @property
    def is_needed(self) -> bool:
        """Whether there is something to write."""
        return not self.reason


def reprice(item: BooksItem, known: StoreItem, factor: Decimal) -> Repricing:
    """Return what the store should ask for it: the books' price, times the factor."""
    if item.price is None:
        return Repricing(known.price, None, "The books have no price for it.")
    if known.kind == "variable":
        return Repricing(known.price, None, "Its variations have the prices.")
    after = (item.price * factor).rounded()
    if known.price is not None and known.price.currency != after.currency:
        return Repricing(
            known.price,
            after,
            f"The store asks in {known.price.currency}, the books in {after.currency}.",
        )
    if known.price == after:
        return Repricing(known.price, after, "The price is the same.")
    return Repricing(known.price, after)
