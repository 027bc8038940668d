"""Where a customer stands on an order: paid in advance, or owing.

Pure. The position is what was paid less what was recognised as sold. Above zero it
is a customer deposit (we owe goods), below zero a receivable (we are owed money).
"""

from dataclasses import dataclass

from stockbridge.domain.money import Money, zero


@dataclass(frozen=True, slots=True)
class Settlement:
    """How both balances change; each is signed as its balance grows."""

    deposits: Money
    receivable: Money


def settle(position: Money, change: Money) -> Settlement:
    """Return what a change of the position means for both balances."""
    after = position + change
    return Settlement(
        deposits=_above(after) - _above(position),
        receivable=_above(-after) - _above(-position),
    )


def _above(amount: Money) -> Money:
    return max(amount, zero(amount.currency))
