"""What QuickBooks' answers look like: two shapes of refusals, and records.

The service says `Fault`, the gateway before it `fault`, both maybe with status 200
inside a batch.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from stockbridge.connectors.books.quickbooks_online.json_text import Record, loaded
from stockbridge.domain.errors import RetryableError


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why QuickBooks did not do something, in its own words."""

    code: str
    message: str = ""
    detail: str = ""
    element: str = ""

    @property
    def words(self) -> str:
        """What it says, once: the detail often repeats the message."""
        said = [part for part in (self.message, self.detail) if part]
        if len(said) > 1 and said[1].casefold().startswith(said[0].casefold()):
            return said[1]
        return ": ".join(said) or "no reason"


class _Error(BaseModel):
    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True)

    message: str | None = Field(default=None, alias="Message")
    detail: str | None = Field(default=None, alias="Detail")
    code: str = "0"
    element: str | None = None


class _GatewayError(_Error):
    message: str | None = None
    detail: str | None = None


class _Fault(BaseModel):
    errors: list[_Error] = Field(alias="Error", min_length=1)


class _GatewayFault(BaseModel):
    errors: list[_GatewayError] = Field(alias="error", min_length=1)


def read_body(body: bytes) -> Record | None:
    """Return the object that a body says; None where it says none."""
    try:
        data = loaded(body)
    except (ValueError, RecursionError):
        return None
    return data if isinstance(data, Mapping) else None


def refusal_in(data: Record) -> Refusal | None:
    """Return why this was refused, None where it was not."""
    if "Fault" not in data and not data.get("fault"):
        return None
    try:
        said: _Fault | _GatewayFault = (
            _Fault.model_validate(data["Fault"])
            if "Fault" in data
            else _GatewayFault.model_validate(data["fault"])
        )
    except ValidationError:
        return Refusal("0", "QuickBooks refused without saying why.")
    first: Any = said.errors[0]
    return Refusal(
        first.code.lstrip("0") or "0",
        first.message or "",
        first.detail or "",
        first.element or "",
    )


def rows_of(data: Record, entity: str) -> tuple[Record, ...]:
    """Return the records of a query's answer; none where nothing was found.

    Raises RetryableError for what answers no question: it is no "nothing found", or
    what is in the books would be sent again.
    """
    found = data.get("QueryResponse")
    rows = found.get(entity, ()) if isinstance(found, Mapping) else None
    if not isinstance(rows, list | tuple):
        raise RetryableError(
            f"QuickBooks did not answer what we asked about {entity}.",
            code="unreadable",
        )
    return tuple(row for row in rows if isinstance(row, Mapping))
