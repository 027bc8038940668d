"""What the connection remembers of the company, as the last check saw it.

Facts are texts; what a list is stands there as JSON. The check of the company
writes them (`company.py`), planning reads them: tax is decided without a call.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from decimal import Decimal
from typing import Any

from stockbridge.connectors.books.quickbooks_pos.numbers import time_of, zone_of

TAX_RECORDS = "tax_records"
DEPARTMENTS = "departments"
STORES = "stores"
BOOKS_TIME = "books_time"


@dataclass(frozen=True, slots=True)
class TaxRecord:
    """What one tax location charges on one item tax code."""

    category: str  # the tax location
    code: str  # the item tax code
    percents: tuple[Decimal, ...]  # of each rate in it
    has_ranges: bool = False  # charged on a part of the price only

    @property
    def percent(self) -> Decimal:
        """All rates together."""
        return sum(self.percents, Decimal(0))


@dataclass(frozen=True, slots=True)
class CompanyFacts:
    """The company as the last check saw it; empty before the first."""

    tax_records: tuple[TaxRecord, ...] = ()
    departments: Mapping[str, str] | None = None  # folded name or code → ListID
    stores: tuple[str, ...] = ()
    books_time: datetime | None = None  # the latest time that was read from POS

    @property
    def zone(self) -> tzinfo:
        """The books' own offset from UTC, where it is known."""
        return (
            self.books_time.tzinfo
            if self.books_time and self.books_time.tzinfo
            else UTC
        )


def facts_of(facts: Mapping[str, str]) -> CompanyFacts:
    """Return what is remembered; raises ValueError for what we did not write."""
    moment = facts.get(BOOKS_TIME, "")
    return CompanyFacts(
        tax_records=tuple(_record(r) for r in _list(facts.get(TAX_RECORDS, ""))),
        departments=json.loads(facts.get(DEPARTMENTS) or "{}"),
        stores=tuple(_list(facts.get(STORES, ""))),
        books_time=_time(moment) if moment else None,
    )


def tax_records_text(records: tuple[TaxRecord, ...]) -> str:
    """Return tax records as a fact."""
    return json.dumps(
        [
            [r.category, r.code, [str(p) for p in r.percents], r.has_ranges]
            for r in records
        ]
    )


def _time(text: str) -> datetime:
    moment = time_of(text)
    offset = moment.utcoffset()
    minutes = int(offset.total_seconds() // 60) if offset else 0
    return moment.astimezone(zone_of(minutes))


def _record(row: list[Any]) -> TaxRecord:
    category, code, percents, has_ranges = row
    return TaxRecord(category, code, tuple(Decimal(p) for p in percents), has_ranges)


def _list(text: str) -> list[Any]:
    found: list[Any] = json.loads(text) if text else []
    return found
