"""Answering queries: filters, iterators of one session, chosen fields."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from lxml import etree

from stockbridge.connectors.books.quickbooks_pos.simulator.records import Row, Table
from stockbridge.connectors.books.quickbooks_pos.simulator.refusals import (
    dead_iterator,
)

_TEXT: dict[str, Callable[[str, str], bool]] = {
    "Equal": lambda stored, wanted: stored == wanted,
    "StartsWith": lambda stored, wanted: stored.startswith(wanted),
    "Contains": lambda stored, wanted: wanted in stored,
    "EndsWith": lambda stored, wanted: stored.endswith(wanted),
}
_NUMBER: dict[str, Callable[[Any, Any], bool]] = {
    "LessThan": lambda stored, wanted: stored < wanted,
    "LessThanEqual": lambda stored, wanted: stored <= wanted,
    "Equal": lambda stored, wanted: stored == wanted,
    "GreaterThan": lambda stored, wanted: stored > wanted,
    "GreaterThanEqual": lambda stored, wanted: stored >= wanted,
}
_NO_FILTER = {"MaxReturned", "OwnerID", "IncludeRetElement"}


@dataclass(frozen=True, slots=True)
class Found:
    """The rows of one answer, and how it goes on."""

    rows: list[Row]
    attributes: dict[str, str]


@dataclass(slots=True)
class Iterators:
    """The open walks of one session."""

    left: dict[str, list[str]] = field(default_factory=dict)
    count: int = 0

    def query(self, request: etree._Element, table: Table) -> Found:
        """Return the rows that a query asks for."""
        limit = int(request.findtext("MaxReturned") or 0)
        fields = {element.text or "" for element in request.iter("IncludeRetElement")}
        step = request.get("iterator", "")
        if step == "Continue":
            name = request.get("iteratorID", "")
            if name not in self.left:
                raise dead_iterator(name)
            ids = self.left.pop(name)
        else:
            name = self._new_name()
            ids = [row[table.id_tag] for row in table.all() if _is_wanted(row, request)]
        page, rest = (ids[:limit], ids[limit:]) if limit else (ids, [])
        rows = [table.rows[key] for key in page if key in table.rows]
        attributes = {"retCount": str(len(rows))}
        if step in {"Start", "Continue"}:
            self.left[name] = rest
            attributes |= {
                "iteratorRemainingCount": str(len(rest)),
                "iteratorID": name,
            }
        return Found([_chosen(row, fields) for row in rows], attributes)

    def _new_name(self) -> str:
        self.count += 1
        return f"{{0A5E3F00-0000-4000-8000-{self.count:012d}}}"


def deleted_since(deleted: list[Row], request: etree._Element) -> list[Row]:
    """Return what was deleted of one kind, within the dates that are asked for."""
    kind = request.findtext("ListDelType")
    first = request.findtext("DeletedDateRangeFilter/FromDeletedDate")
    last = request.findtext("DeletedDateRangeFilter/ToDeletedDate")
    return [
        row
        for row in deleted
        if row["ListDelType"] == kind
        and (not first or _value(row["TimeDeleted"]) >= _value(first))
        and (not last or _value(row["TimeDeleted"]) <= _value(last))
    ]


def _chosen(row: Row, fields: set[str]) -> Row:
    return {k: v for k, v in row.items() if not fields or k in fields}


def _is_wanted(row: Row, request: etree._Element) -> bool:
    return all(
        _matches(row, element)
        for element in request.iterchildren(tag=etree.Element)
        if element.tag not in _NO_FILTER
    )


def _matches(row: Row, element: etree._Element) -> bool:
    tag = element.tag
    if tag.endswith("RangeFilter"):
        name = tag.removesuffix("RangeFilter")
        stored = row.get(name, "")
        low = element.findtext(f"From{name}")
        high = element.findtext(f"To{name}")
        return bool(stored) and _value(low) <= _value(stored) <= _value(high)
    if not tag.endswith("Filter"):
        return bool(str(row.get(tag, "")).lower() == (element.text or "").lower())
    name = tag.removesuffix("Filter")
    stored, wanted = row.get(name, ""), element.findtext(name) or ""
    if by_text := element.findtext("MatchStringCriterion"):
        return _TEXT[by_text](stored, wanted)
    by_number = _NUMBER[element.findtext("MatchNumericCriterion") or "Equal"]
    return bool(stored) and by_number(_value(stored), _value(wanted))


def _value(text: str | None) -> Any:  # noqa: ANN401 – a time or a number
    return next(_values(text or ""))


def _values(text: str) -> Iterator[Any]:
    try:
        yield Decimal(text)
    except ArithmeticError:
        moment = datetime.fromisoformat(text)
        yield moment if moment.tzinfo else moment.astimezone()
