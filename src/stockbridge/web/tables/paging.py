"""One page of many rows, found without reading the others."""

from dataclasses import dataclass
from typing import Any

from stockbridge.web.tables.filters import Rows

COUNT_MAX = 10_000  # beyond it we say "10,000+": exact counts read every row
PAGE_MAX = 100_000


@dataclass(frozen=True, slots=True)
class Page:
    """The rows of one page and where it lies."""

    rows: tuple[Any, ...]
    number: int
    size: int
    count: int  # of all rows, at most COUNT_MAX
    has_more: bool  # a further page follows

    @property
    def is_count_capped(self) -> bool:
        """Return whether there are more rows than `count` says."""
        return self.count >= COUNT_MAX

    @property
    def first(self) -> int:
        """Return the place of the page's first row, from 1; 0 if there is none."""
        return (self.number - 1) * self.size + 1 if self.rows else 0

    @property
    def last(self) -> int:
        """Return the place of the page's last row."""
        return self.first + len(self.rows) - 1 if self.rows else 0


def page_of(rows: Rows, order: tuple[str, ...], size: int, number: int) -> Page:
    """Return the page; beyond the last one the first is returned.

    Ids come first, then the rows of these ids: an OFFSET over ids reads the index
    alone, over whole rows it would read every row before the page.
    """
    number = min(max(number, 1), PAGE_MAX)
    start = (number - 1) * size
    ordered = rows.order_by(*order)
    ids = list(ordered.values_list("pk", flat=True)[start : start + size + 1])
    if not ids and number > 1:
        return page_of(rows, order, size, 1)
    shown = ids[:size]
    by_id = {row.pk: row for row in rows.order_by().filter(pk__in=shown)}
    has_more = len(ids) > size
    count = capped_count(rows) if has_more or number > 1 else len(ids)
    found = tuple(by_id[one] for one in shown if one in by_id)
    return Page(found, number, size, count, has_more)


def capped_count(rows: Rows) -> int:
    """Return how many rows there are, at most COUNT_MAX."""
    return rows.order_by().values("pk")[:COUNT_MAX].count()


def page_number(text: str) -> int:
    """Return the page asked for; 1 for what is no number."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 1
