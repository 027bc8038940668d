"""Pages by cursor: as quick on the last page as on the first, and none is missed.

A cursor holds where the page ended: the value by which rows are sorted, and the id.
"""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import F, Model, Q, QuerySet
from ninja import Schema
from pydantic import Field

from stockbridge.domain.errors import InvalidInputError
from stockbridge.web.api.calls import ROW_ID_MAX, In

Row = TypeVar("Row", bound=Model)
Out = TypeVar("Out")


class PageQuery(In):
    """Which page."""

    limit: int = Field(50, ge=1, le=200, description="How many, at most.")
    cursor: str = Field(
        "", max_length=600, description="`next_cursor` of the page before."
    )


class Page(Schema, Generic[Out]):
    """A page; `next_cursor` is null on the last one."""

    items: list[Out]
    next_cursor: str | None = None


@dataclass(frozen=True, slots=True)
class Sorting:
    """By what rows are sorted; the id comes last, so that no row is on two pages."""

    field: str = ""
    is_descending: bool = True

    @property
    def terms(self) -> list[Any]:
        """What `order_by` takes. Rows without a value come last, either way."""
        last = "-pk" if self.is_descending else "pk"
        if not self.field:
            return [last]
        column = F(self.field)
        if self.is_descending:
            return [column.desc(nulls_last=True), last]
        return [column.asc(nulls_last=True), last]

    def after(self, value: object, row_id: int) -> Q:
        """Return what comes after a row."""
        beyond = "lt" if self.is_descending else "gt"
        own = Q(**{f"pk__{beyond}": row_id})
        if not self.field:
            return own
        if value is None:
            return Q(**{f"{self.field}__isnull": True}) & own
        return (
            Q(**{f"{self.field}__{beyond}": value})
            | Q(**{self.field: value}) & own
            | Q(**{f"{self.field}__isnull": True})
        )


NEWEST = Sorting()
OLDEST = Sorting(is_descending=False)


def page_of(
    rows: QuerySet[Row],
    query: PageQuery,
    shape: Callable[[Sequence[Row]], list[Out]],
    sorting: Sorting = NEWEST,
) -> Page[Out]:
    """Return the page that the query asks for."""
    if query.cursor:
        rows = rows.filter(sorting.after(*_opened(rows, query.cursor, sorting)))
    found = list(rows.order_by(*sorting.terms)[: query.limit + 1])
    shown = found[: query.limit]
    has_more = len(found) > query.limit
    return Page[Any](
        items=shape(shown),
        next_cursor=_closed(shown[-1], sorting) if has_more else None,
    )


def _closed(row: Model, sorting: Sorting) -> str:
    value = getattr(row, sorting.field) if sorting.field else None
    field = row._meta.get_field(sorting.field) if sorting.field else None
    text = None if value is None or field is None else field.value_to_string(row)  # type: ignore[union-attr]
    packed = json.dumps([text, row.pk], separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def _opened(rows: QuerySet[Any], cursor: str, sorting: Sorting) -> tuple[Any, int]:
    try:
        packed = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        value, row_id = json.loads(packed)
        if type(row_id) is not int or not 0 < row_id <= ROW_ID_MAX:
            raise ValueError(row_id)
        if value is not None and sorting.field:
            if not isinstance(value, str) or "\x00" in value:
                raise ValueError(value)
            value = rows.model._meta.get_field(sorting.field).to_python(value)
    except (ValueError, TypeError, binascii.Error, ValidationError) as error:
        raise InvalidInputError(
            "This is no cursor of ours.",
            field="cursor",
            remedy="Send next_cursor as it came, or begin without one.",
        ) from error
    return value, row_id
