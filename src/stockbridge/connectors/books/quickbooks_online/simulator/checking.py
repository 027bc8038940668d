"""What was sent, checked against the shapes, with numbers as decimals."""

import re
from datetime import date
from decimal import Decimal, InvalidOperation

from stockbridge.connectors.books.quickbooks_online.simulator import refusals
from stockbridge.connectors.books.quickbooks_online.simulator.shapes import (
    CHOICES,
    LONGEST,
    SHAPES,
    Json,
    Value,
)

_DATE = re.compile(r"(\d{4}-\d{2}-\d{2})([Zz]|[+-]\d{2}:\d{2})?")
_UNNAMEABLE = re.compile(r"[:\t\n]")
_TRUTHS = {"true": True, "false": False}


def checked(kind: str, sent: Value) -> Json:
    """Return what was sent for an entity; refuse unknown fields and wrong values.

    A field sent as null is as if it had not been sent. Texts are taken as numbers and
    numbers as texts, as QuickBooks Online does.
    """
    found: Json = _object(kind, sent)
    for name, most in LONGEST.get(kind, {}).items():
        text = found.get(name, "")
        if len(text) > most:
            raise refusals.wrong_length(name, most, text)
    for name in ("DisplayName", "Name") if kind not in {"TaxRate", "TaxCode"} else ():
        if _UNNAMEABLE.search(found.get(name, "")):
            raise refusals.wrong_characters(name)
    return found


def _object(shape: str, sent: Value) -> Json:
    if not isinstance(sent, dict):
        raise refusals.unknown_property(shape)
    fields = SHAPES[shape]
    found: Json = {}
    for name, value in sent.items():
        if name not in fields:
            raise refusals.unknown_property(name)
        if value is not None:
            found[name] = _value(name, fields[name], value)
    return found


def _value(name: str, kind: str, value: Value) -> Value:
    if kind.endswith("*"):
        if not isinstance(value, list):
            raise refusals.unknown_property(name)
        return [_object(kind[:-1], one) for one in value]
    if kind in SHAPES:
        return _object(kind, value)
    if isinstance(value, dict | list):
        raise refusals.unknown_property(name)
    return _SIMPLE[kind](name, value)


def _text(name: str, value: Value) -> str:
    text = str(value).lower() if isinstance(value, bool) else str(value)
    if name in CHOICES and text not in CHOICES[name]:
        raise refusals.wrong_choice(name, text)
    return text


def as_decimal(name: str, value: Value) -> Decimal:
    """Return a value as a number; refuse what is none."""
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        raise refusals.unknown_property(name) from None
    if isinstance(value, bool) or not number.is_finite():
        raise refusals.unknown_property(name)
    return number


def _whole(name: str, value: Value) -> int:
    return int(as_decimal(name, value))


def _truth(name: str, value: Value) -> bool:
    if isinstance(value, bool):
        return value
    if str(value).lower() not in _TRUTHS:
        raise refusals.unknown_property(name)
    return _TRUTHS[str(value).lower()]


def _date(name: str, value: Value) -> str:
    match = _DATE.fullmatch(str(value))
    if match is None:
        raise refusals.wrong_date(name, str(value))
    try:
        return date.fromisoformat(match[1]).isoformat()
    except ValueError:
        raise refusals.wrong_date(name, str(value)) from None


_SIMPLE = {"s": _text, "n": as_decimal, "i": _whole, "b": _truth, "d": _date}
