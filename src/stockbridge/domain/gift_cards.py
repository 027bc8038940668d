"""Telling gift cards from what else an order sells and takes off.

A store that knows no gift cards sells them as products and takes them as negative fees;
a person says which. A gift card that is sold, above zero, is owed to whoever holds it;
one that is used, below zero, pays. Neither is revenue, and neither moves stock.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from stockbridge.domain.commerce import LineKind, Order, OrderLine, Refund, RefundLine
from stockbridge.domain.identity import match_key


@dataclass(frozen=True, slots=True)
class GiftCards:
    """What in a store is a gift card, as it is compared."""

    skus: frozenset[str] = frozenset()
    fees: tuple[str, ...] = ()  # how the names begin

    def __bool__(self) -> bool:
        return bool(self.skus or self.fees)


def gift_cards(skus: Iterable[str], fees: Iterable[str]) -> GiftCards:
    """Return them from what a person typed; blanks mean nothing."""
    codes = {match_key(sku) for sku in skus} - {""}
    names = {match_key(name) for name in fees} - {""}
    return GiftCards(frozenset(codes), tuple(sorted(names)))


def with_gift_cards(order: Order, cards: GiftCards) -> Order:
    """Return the order in which gift cards are lines of their own kind."""
    if not cards:
        return order
    lines = tuple(_line(line, cards) for line in order.lines)
    found = {line.external_id for line in lines if line.kind is LineKind.GIFT_CARD}
    refunds = tuple(_refund(one, found, cards) for one in order.refunds)
    return replace(order, lines=lines, refunds=refunds)


def _line(line: OrderLine, cards: GiftCards) -> OrderLine:
    is_sold = _is_sold(line.kind, line.sku, cards)
    is_used = _is_fee(line.kind, line.name, cards) and line.total.amount < 0
    return replace(line, kind=LineKind.GIFT_CARD) if is_sold or is_used else line


def _refund(refund: Refund, found: set[str], cards: GiftCards) -> Refund:
    lines = tuple(
        replace(line, kind=LineKind.GIFT_CARD)
        if line.order_line_id in found or _is_told(line, cards)
        else line
        for line in refund.lines
    )
    return replace(refund, lines=lines)


def _is_told(line: RefundLine, cards: GiftCards) -> bool:
    """Return whether a refund line that names no line of the order is one."""
    return not line.order_line_id and _is_sold(line.kind, line.sku, cards)


def _is_sold(kind: LineKind, sku: str, cards: GiftCards) -> bool:
    return kind is LineKind.ITEM and match_key(sku) in cards.skus


def _is_fee(kind: LineKind, name: str, cards: GiftCards) -> bool:
    return kind is LineKind.FEE and match_key(name).startswith(cards.fees)
