"""Numbers as text: exact, with as many decimals as the currency has."""

from decimal import Decimal

from stockbridge.domain.money import Money, minor_digits


def money_text(amount: Decimal | None, currency: str) -> str | None:
    """Return an amount as text, as "16.50"; None where there is none."""
    if amount is None:
        return None
    digits = max(minor_digits(currency), _digits(amount))
    return f"{amount:.{digits}f}"


def of_money(money: Money) -> str:
    """Return the amount without its currency."""
    return str(money).partition(" ")[0]


def quantity_text(quantity: Decimal | None) -> str | None:
    """Return a quantity as text, without zeros that say nothing."""
    if quantity is None:
        return None
    text = f"{quantity:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _digits(amount: Decimal) -> int:
    exponent = amount.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0
