"""Prices from the books to the store: which differ, and by how much.

One price of an item goes to the regular price, another one, where a bridge says so,
to the sale price: an item is on sale where that one is below the regular price.
"""

from dataclasses import dataclass, replace
from decimal import Decimal

from stockbridge.domain.breakers import CountedEffect, price_move
from stockbridge.domain.catalog import BooksItem, StoreItem
from stockbridge.domain.money import Money
from stockbridge.engine.options import BridgeOptions
from stockbridge.ports import ItemWrite

#: Added to an item's id: what the shopper is asked for, beside the regular price.
ASKED = "/asked"
SAME = "The price is the same."


@dataclass(frozen=True, slots=True)
class PriceSources:
    """Which prices of the books' items go to the store."""

    regular: str = ""  # "" = the one that the item has anyway
    sale: str = ""  # "" = sale prices are the store's own


@dataclass(frozen=True, slots=True)
class Repricing:
    """One item's prices to be written, or why none is."""

    before: Money | None
    after: Money | None
    sale_before: Money | None = None
    sale_after: Money | None = None  # None: the item is not on sale
    is_sale_dated: bool = False  # the store asks it from or to a day only
    is_sale_ours: bool = False  # else the sale price stays what it is
    reason: str = ""

    @property
    def is_needed(self) -> bool:
        """Whether there is something to write."""
        return not self.reason

    @property
    def is_same(self) -> bool:
        """Whether the store asks what the books do."""
        return self.reason == SAME

    @property
    def sale_said(self) -> str:
        """What it is on sale for, for a person; "" where it is not."""
        when = ", on some days only" if self.is_sale_dated else ""
        return f"{self.sale_before}{when}" if self.sale_before is not None else ""

    def moves(self, subject: str) -> tuple[CountedEffect, ...]:
        """Return how far prices move: the regular one, and what a shopper is asked.

        Both count by themselves: a price that stays may go on sale for nearly nothing.
        A sale between dates may not be on: it counts from the regular price.
        """
        if not self.is_needed:
            return ()
        sale_before = None if self.is_sale_dated else self.sale_before
        asked = price_move(
            subject + ASKED,
            sale_before or self.before,
            self.sale_after or self.after,
        )
        regular = price_move(subject, self.before, self.after)
        found = (regular, asked if self.is_sale_ours else None)
        return tuple(one for one in found if one is not None)


def sources_of(options: BridgeOptions) -> PriceSources:
    """Return which prices go to the store by these options."""
    return PriceSources(options.regular_price_from, options.sale_price_from)


def regular_price(item: BooksItem, sources: PriceSources) -> Money | None:
    """Return the regular price; None where the books have none.

    A level that nobody filled in says nothing (0.00): that is no price.
    """
    price = item.price_named(sources.regular)
    return None if sources.regular and not price else price


def sale_price(
    item: BooksItem, regular: Money, sources: PriceSources, factor: Decimal
) -> Money | None:
    """Return the price an item is on sale for; None where it is not on sale.

    A price of nothing is one that nobody filled in, no gift; one that is not below
    the regular price is no saving, and the store would drop it.
    """
    price = item.price_named(sources.sale) if sources.sale else None
    if price is None or not price:
        return None
    sale = (price * factor).rounded()
    is_saving = sale.currency == regular.currency and sale.amount < regular.amount
    return sale if is_saving and sale.amount > 0 else None


def reprice(
    item: BooksItem, known: StoreItem, factor: Decimal, sources: PriceSources
) -> Repricing:
    """Return what the store should ask for it: the books' prices, times the factor."""
    price = regular_price(item, sources)
    if price is None:
        return Repricing(known.price, None, reason="The books have no price for it.")
    if known.kind == "variable":
        return Repricing(known.price, None, reason="Its variations have the prices.")
    after = (price * factor).rounded()
    found = Repricing(
        known.price,
        after,
        known.sale_price,
        sale_price(item, after, sources, factor),
        is_sale_dated=known.is_sale_dated and known.sale_price is not None,
        is_sale_ours=bool(sources.sale),
    )
    return replace(found, reason=_why_not(found))


def with_sale(write: ItemWrite, found: Repricing) -> ItemWrite:
    """Return the write with the sale price, or with its end, where that is ours."""
    if not found.is_sale_ours:
        return write
    if found.sale_after is None:
        return replace(write, clear_sale_price=True)
    return replace(write, sale_price=found.sale_after)


def _why_not(found: Repricing) -> str:
    before, after = found.before, found.after
    assert after is not None
    if before is not None and before.currency != after.currency:
        return f"The store asks in {before.currency}, the books in {after.currency}."
    is_sale_meant = found.sale_before == found.sale_after and not found.is_sale_dated
    is_sale_same = not found.is_sale_ours or is_sale_meant
    return SAME if before == after and is_sale_same else ""
