"""Splitting a line so that quantity × price is its amount, exactly.

POS wants ExtendedPrice = Qty × Price in cents: 3 for 10.00 is 2 × 3.33 and 1 × 3.34.
"""

from decimal import ROUND_DOWN, Decimal

from stockbridge.connectors.books.quickbooks_pos.numbers import CENT

Part = tuple[Decimal, Decimal]  # quantity, price
_STEPS_MAX = 100_000  # a quantity has at most five decimals


def split_line(quantity: Decimal, total: Decimal) -> tuple[Part, ...] | None:
    """Return parts whose quantities and amounts add up; None: there are none.

    `total` is not negative and in cents, `quantity` is positive. Quantities with
    decimals that no price in cents fits (0.3 for 1.00) have no exact parts.
    """
    price = (total / quantity).quantize(CENT, ROUND_DOWN)
    if quantity * price == total:
        return ((quantity, price),)
    whole = quantity.to_integral_value(ROUND_DOWN)
    fraction = quantity - whole
    if not fraction:
        return _whole(whole, total)
    step = _step(fraction)
    if not whole:
        exact = total / fraction
        return ((fraction, exact),) if exact == exact.quantize(CENT) else None
    price = (total / quantity / step).to_integral_value(ROUND_DOWN) * step
    rest = total - fraction * price
    return ((fraction, price), *_whole(whole, rest))


def _whole(count: Decimal, total: Decimal) -> tuple[Part, ...]:
    price = (total / count).quantize(CENT, ROUND_DOWN)
    dearer = (total - count * price) / CENT  # so many get one cent more
    parts = ((count - dearer, price), (dearer, price + CENT))
    return tuple(part for part in parts if part[0])


def _step(fraction: Decimal) -> Decimal:
    """Return the least price that makes the fraction cost whole cents."""
    digits = -int(fraction.normalize().as_tuple().exponent)
    numerator, scale = int(fraction.scaleb(digits)), int(10**digits)
    for divisor in (2, 5):
        while numerator % divisor == 0 and scale % divisor == 0:
            numerator, scale = numerator // divisor, scale // divisor
    return CENT * scale
