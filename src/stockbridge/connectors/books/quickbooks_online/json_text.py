"""JSON whose amounts are read and written digit by digit, never as a float."""

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

Json = Any
Record = Mapping[str, Any]


def dumped(value: Json) -> bytes:
    """Return the value as JSON in UTF-8; a float raises TypeError."""
    return _text(value).encode()


def loaded(body: bytes) -> Json:
    """Return what the body says, with Decimal for every number with a point.

    Raises ValueError for what is no JSON.
    """
    return json.loads(body, parse_float=Decimal, parse_constant=_refuse)


def _text(value: Json) -> str:
    if isinstance(value, Decimal):
        return f"{value:f}"
    if value is None or isinstance(value, str | bool | int):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, Mapping):
        pairs = (f"{_text(str(name))}:{_text(one)}" for name, one in value.items())
        return "{" + ",".join(pairs) + "}"
    if isinstance(value, Sequence):
        return "[" + ",".join(map(_text, value)) + "]"
    raise TypeError(f"{value!r} has no place in a request")


def _refuse(text: str) -> Json:
    raise ValueError(f"{text} is no number.")
