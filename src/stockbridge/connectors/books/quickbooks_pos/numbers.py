"""Amounts, quantities and times as qbposXML writes them."""

from datetime import UTC, datetime, timedelta, timezone, tzinfo
from decimal import Decimal, InvalidOperation

from stockbridge.domain.errors import InvalidInputError
from stockbridge.domain.money import Money

CENT = Decimal("0.01")
_AMOUNT_MAX = Decimal(10) ** 13  # AMTTYPE: thirteen digits before the point
_QUANTITY_MAX = Decimal(10) ** 10
_QUANTITY_DIGITS = 5


def amount_text(amount: Decimal) -> str:
    """Return an amount with exactly two decimals, as AMTTYPE wants it."""
    exact = amount.quantize(CENT)
    if exact != amount or abs(exact) >= _AMOUNT_MAX:
        raise InvalidInputError(
            f"Point of Sale cannot hold the amount {amount}.", field="total"
        )
    return f"{exact:f}"


def quantity_text(quantity: Decimal) -> str:
    """Return a quantity with at most five decimals, as QUANTYPE wants it."""
    exact = quantity.quantize(Decimal(1).scaleb(-_QUANTITY_DIGITS))
    if exact != quantity or abs(exact) >= _QUANTITY_MAX:
        raise InvalidInputError(
            f"Point of Sale cannot hold the quantity {quantity}.", field="quantity"
        )
    return f"{exact.normalize():f}"


def coins(money: Money, currency: str) -> Decimal:
    """Return the amount; raises InvalidInputError for another currency or less."""
    if money.currency != currency:
        raise InvalidInputError(
            f"This company is kept in {currency}, the document in {money.currency}.",
            field="currency",
            remedy="Set the currency of the connection, or connect another company.",
        )
    amount_text(money.amount)
    return money.amount


def decimal_of(text: str) -> Decimal:
    """Return a number as POS writes it; raises ValueError for what is none."""
    try:
        number = Decimal(text)
    except InvalidOperation as error:
        raise ValueError(f"{text!r} is no number") from error
    if not number.is_finite():
        raise ValueError(f"{text!r} is no number")
    return number


def time_of(text: str) -> datetime:
    """Return an aware time; a captured one carries an offset. Raises ValueError."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def time_text(moment: datetime, zone: tzinfo) -> str:
    """Return a time as a filter wants it: whole seconds, with the books' offset.

    In the books' own zone, so that it is right even where POS heeds no offset.
    """
    return moment.astimezone(zone).replace(microsecond=0).isoformat()


def zone_of(minutes: int) -> tzinfo:
    """Return a zone by its distance from UTC."""
    return timezone(timedelta(minutes=minutes))
