"""What can be exported, row by row: memory stays flat however much there is."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db.models import QuerySet

from stockbridge.backoffice import csv_files
from stockbridge.backoffice.csv_files import Content
from stockbridge.companies.models import Company
from stockbridge.engine.fetch import CUSTOMERS, ITEMS, ORDERS
from stockbridge.engine.models import Bridge, Delivery, Snapshot
from stockbridge.web.api.shapes.queue import deliveries_out
from stockbridge.web.api.shapes.records import orders_out, records_out

CHUNK = 1000
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be exported; without a bridge where that does not matter."""

    company: Company
    bridge: Bridge | None = None

    @property
    def joined(self) -> Bridge:
        """The bridge."""
        assert self.bridge is not None
        return self.bridge


def orders(wish: Wish) -> Iterator[Row]:
    """Yield the store's orders with what became of each."""
    bridge = wish.joined
    rows = _snapshots(bridge.store_id, ORDERS).order_by("at", "pk")
    return _shaped(rows, lambda found: orders_out(bridge, found))


def items(wish: Wish) -> Iterator[Row]:
    """Yield the store's items with what each is linked to."""
    return _records(wish.joined, ITEMS, "item")


def customers(wish: Wish) -> Iterator[Row]:
    """Yield the store's customers with who each is in the books."""
    return _records(wish.joined, CUSTOMERS, "customer")


def queue(wish: Wish) -> Iterator[Row]:
    """Yield all documents that were ever queued."""
    rows = Delivery.objects.filter(company=wish.company).defer("document")
    return _shaped(rows.order_by("pk"), deliveries_out)


def journal(wish: Wish) -> Iterator[Row]:
    """Yield the lines of the back office's journal."""
    lines = csv_files.export(wish.company, Content.JOURNAL)
    text = (line.removeprefix("\ufeff") for line in lines)
    yield from csv.DictReader(_logical(text))


SOURCES: dict[str, Callable[[Wish], Iterator[Row]]] = {
    "orders": orders,
    "items": items,
    "customers": customers,
    "queue": queue,
    "journal": journal,
}
#: What concerns one store; the rest is of the whole company.
OF_BRIDGE = frozenset({"orders", "items", "customers"})


def flat(row: Row) -> Row:
    """Return a row for a table of text: lists joined, links by their ids."""
    return {key: _flat(value) for key, value in row.items()}


def _flat(value: object) -> object:
    if not isinstance(value, list):
        return value
    return " ".join(str(one["id"] if isinstance(one, dict) else one) for one in value)


def _records(bridge: Bridge, feed: str, kind: str) -> Iterator[Row]:
    rows = _snapshots(bridge.store_id, feed).order_by("key", "pk")
    return _shaped(rows, lambda found: records_out(bridge, kind, found, of_store=True))


def _snapshots(connection_id: int, feed: str) -> QuerySet[Snapshot]:
    rows = Snapshot.objects.filter(connection=connection_id, feed=feed, deleted_at=None)
    return rows.defer("data")


def _shaped(
    rows: QuerySet[Any], shape: Callable[[list[Any]], Iterable[Any]]
) -> Iterator[Row]:
    reading = rows.iterator(chunk_size=CHUNK)
    while chunk := list(islice(reading, CHUNK)):
        for one in shape(chunk):
            yield one.model_dump(mode="json")


def _logical(lines: Iterable[str]) -> Iterator[str]:
    """Yield physical lines: a cell may hold line breaks."""
    for line in lines:
        yield from io.StringIO(line, newline="")
