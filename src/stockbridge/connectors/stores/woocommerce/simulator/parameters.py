"""Checking and cleaning of parameters, as WordPress does before any handler runs.

A batch skips all this: its rows go to the handlers as they are.
"""

import re
from dataclasses import dataclass, field
from typing import Any

from stockbridge.connectors.stores.woocommerce.simulator.errors import (
    ApiError,
    invalid_parameters,
    missing_parameters,
)

Fault = tuple[str, str, object]  # code, message, data

_DATE = re.compile(
    r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}(?::?\d{2})?)?"
)
_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(?:\.[^@\s.]+)+")


@dataclass(frozen=True, slots=True)
class Parameter:
    """What one parameter must look like; `kind` is its JSON type or "mixed"."""

    kind: str
    choices: tuple[str, ...] = ()
    minimum: int | None = None
    maximum: int | None = None
    shape: str = ""  # "date", "email-inside"
    nullable: bool = False
    items: "Parameter | None" = None
    properties: "dict[str, Parameter]" = field(default_factory=dict)


def text(*choices: str, shape: str = "", nullable: bool = False) -> Parameter:
    """Return a text, perhaps one of `choices`."""
    return Parameter("string", choices=choices, shape=shape, nullable=nullable)


def integer(
    *, minimum: int | None = None, maximum: int | None = None, nullable: bool = False
) -> Parameter:
    """Return a whole number."""
    return Parameter("integer", minimum=minimum, maximum=maximum, nullable=nullable)


def listing(items: Parameter) -> Parameter:
    """Return a list; in a query also as values between commas."""
    return Parameter("array", items=items)


def record(**properties: Parameter) -> Parameter:
    """Return an object."""
    return Parameter("object", properties=properties)


BOOLEAN = Parameter("boolean")
MIXED = Parameter("mixed")
META = listing(record(id=integer(), key=text(), value=MIXED))


def checked(
    sent: dict[str, Any], expected: dict[str, Parameter], required: tuple[str, ...] = ()
) -> dict[str, Any]:
    """Return the parameters cleaned, or raise the 400 that WordPress answers.

    A null escapes the check but not the cleaning: a null stock becomes 0
    (recording 220).
    """
    if missing := [name for name in required if sent.get(name) is None]:
        raise missing_parameters(missing)
    faults = {}
    for name, parameter in expected.items():
        if sent.get(name) is None:
            continue
        if fault := _fault(name, sent[name], parameter):
            faults[name] = fault
    if faults:
        raise invalid_parameters(faults)
    return {
        name: _cleaned(value, expected[name]) if name in expected else value
        for name, value in sent.items()
    }


def invalid_date(name: str) -> ApiError:
    """Return the answer to a date that is none."""
    return invalid_parameters({name: ("rest_invalid_date", "Invalid date.", None)})


def is_email(value: object) -> bool:
    """Say whether WordPress takes this as an e-mail address."""
    return isinstance(value, str) and _EMAIL.fullmatch(value) is not None


def _fault(name: str, value: object, parameter: Parameter) -> Fault | None:
    if value is None and parameter.nullable:
        return None
    if fault := _type_fault(name, value, parameter):
        return fault
    if parameter.choices and value not in parameter.choices:
        return "rest_not_in_enum", f"{name} {_not_one_of(parameter.choices)}", None
    if parameter.kind == "integer":
        return _bounds_fault(name, int(float(str(value))), parameter)
    if parameter.shape:
        return _shape_fault(value, parameter.shape)
    if parameter.kind == "array" and parameter.items:
        rows = _as_list(value)
        faults = (
            _fault(f"{name}[{index}]", row, parameter.items)
            for index, row in enumerate(rows)
        )
        return next((fault for fault in faults if fault), None)
    if parameter.kind == "object" and isinstance(value, dict):
        return _object_fault(name, value, parameter)
    return None


def _object_fault(
    name: str, value: dict[str, Any], parameter: Parameter
) -> Fault | None:
    for key, expected in parameter.properties.items():
        if value.get(key) is None:
            continue
        if fault := _fault(f"{name}[{key}]", value[key], expected):
            return fault
    return None


def _type_fault(name: str, value: object, parameter: Parameter) -> Fault | None:
    fits = {
        "string": isinstance(value, str),
        "integer": _is_integer(value),
        "number": _is_number(value),
        "boolean": _is_boolean(value),
        "array": isinstance(value, list | str | int | float),
        "object": isinstance(value, dict) or value in ("", []),
        "mixed": True,
    }[parameter.kind]
    if fits:
        return None
    message = f"{name} is not of type {parameter.kind}."
    return "rest_invalid_type", message, {"param": name}


def _bounds_fault(name: str, value: int, parameter: Parameter) -> Fault | None:
    low, high = parameter.minimum, parameter.maximum
    if low is not None and high is not None and not low <= value <= high:
        message = f"{name} must be between {low} (inclusive) and {high} (inclusive)"
        return "rest_out_of_bounds", message, None
    if low is not None and value < low:
        message = f"{name} must be greater than or equal to {low}"
        return "rest_out_of_bounds", message, None
    return None


def _shape_fault(value: object, shape: str) -> Fault | None:
    if shape == "date" and not _DATE.fullmatch(str(value)):
        return "rest_invalid_date", "Invalid date.", None
    if shape == "email-inside" and isinstance(value, dict):
        email = value.get("email")
        if email and not is_email(email):
            return "rest_invalid_email", "Invalid email address.", None
    return None


def _not_one_of(choices: tuple[str, ...]) -> str:
    if len(choices) == 2:
        return f"is not one of {choices[0]} and {choices[1]}."
    return f"is not one of {', '.join(choices[:-1])}, and {choices[-1]}."


def _is_number(value: object) -> bool:
    if isinstance(value, bool):
        return False
    if isinstance(value, int | float):
        return True
    return isinstance(value, str) and bool(
        re.fullmatch(r"\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*", value)
    )


def _is_integer(value: object) -> bool:
    return _is_number(value) and float(str(value)).is_integer()


def _is_boolean(value: object) -> bool:
    if isinstance(value, str):
        return value.lower() in {"false", "true", "0", "1", ""}
    return isinstance(value, bool) or value in (0, 1)


def _as_list(value: object) -> list[Any]:
    if isinstance(value, list):
        return value
    return [part for part in re.split(r"[\s,]+", str(value)) if part]


def _cleaned(value: object, parameter: Parameter) -> object:
    if value is None:
        if parameter.nullable or parameter.kind == "mixed":
            return None
        empty: dict[str, object] = {"integer": 0, "string": "", "boolean": False}
        return empty.get(parameter.kind, [] if parameter.kind == "array" else {})
    if parameter.kind == "integer":
        return int(float(str(value)))
    if parameter.kind == "boolean":
        return value not in ("false", "FALSE", "0", "", 0, False)
    if parameter.kind == "array":
        rows = _as_list(value)
        items = parameter.items
        return [_cleaned(row, items) for row in rows] if items else rows
    if parameter.kind == "object" and isinstance(value, dict):
        return {
            key: _cleaned(inner, parameter.properties[key])
            if key in parameter.properties
            else inner
            for key, inner in value.items()
        }
    return value
