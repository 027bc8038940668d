"""Reading items and customers: once from the beginning, then what changed."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from stockbridge.connectors.books.quickbooks_online import queries
from stockbridge.connectors.books.quickbooks_online.answers import rows_of
from stockbridge.connectors.books.quickbooks_online.changes import changes_since
from stockbridge.connectors.books.quickbooks_online.client import CompanyApi
from stockbridge.connectors.books.quickbooks_online.cursors import (
    Place,
    place_of,
    told_at,
)
from stockbridge.connectors.books.quickbooks_online.json_text import Record
from stockbridge.domain.errors import InvalidInputError
from stockbridge.ports import Page, Unreadable

Kept = TypeVar("Kept")


@dataclass(frozen=True, slots=True)
class ListFeed(Generic[Kept]):
    """One list of QuickBooks, and how its records are read."""

    api: CompanyApi
    entity: str
    decode: Callable[[Record], Kept | None]  # None: none of ours

    def page(self, cursor: str, *, limit: int) -> Page[Kept]:
        """Return about `limit` records after `cursor`.

        What changed comes in one call, up to a thousand records at once.
        """
        place = place_of(cursor)
        since = place.changes_of(self.api.wire.now())
        if since is None:
            return self._walked(place, limit)
        changes = changes_since(self.api, [self.entity], since)
        if not changes.is_whole:
            return self._walked(Place(), limit)
        records, unreadable = self.decoded(changes.records[self.entity])
        after = Place(since=changes.told_at.isoformat(), walked=place.walked)
        return Page(records, after.dumped(), is_last=True, unreadable=unreadable)

    def decoded(
        self, rows: Iterable[Record]
    ) -> tuple[tuple[Kept, ...], tuple[Unreadable, ...]]:
        """Return what can be read, and what cannot: that blocks only itself."""
        return decoded_by(self.decode, rows)

    def _walked(self, place: Place, limit: int) -> Page[Kept]:
        start = place.start or 1
        most = min(limit, queries.PAGE_MAX)
        statement = queries.select(self.entity, queries.ALL, start=start, limit=most)
        answer = self.api.query(statement)
        rows = rows_of(answer, self.entity)
        records, unreadable = self.decoded(rows)
        began = told_at(answer, self.api.wire.now())
        after = place.next_page(len(rows), began)
        is_last = len(rows) < most
        if is_last:
            after = after.at_end()
        return Page(records, after.dumped(), is_last, unreadable=unreadable)


def decoded_by(
    decode: Callable[[Record], Kept | None], rows: Iterable[Record]
) -> tuple[tuple[Kept, ...], tuple[Unreadable, ...]]:
    """Return what can be read, and what cannot: that blocks only itself."""
    records: list[Kept] = []
    unreadable: list[Unreadable] = []
    for row in rows:
        try:
            found = decode(row)
        except InvalidInputError as error:
            unreadable.append(
                Unreadable(str(row.get("Id", "")), error.message, error.remedy)
            )
            continue
        if found is not None:
            records.append(found)
    return tuple(records), tuple(unreadable)


def ids_of(rows: Sequence[Record]) -> list[str]:
    """Return the Ids of records."""
    return [str(row["Id"]) for row in rows if row.get("Id")]
