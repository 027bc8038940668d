"""Asks for lists, and for records by their ids, within what an address may hold."""

from collections.abc import Iterator, Mapping, Sequence

from stockbridge.connectors.stores.woocommerce.client import Record, StoreApi
from stockbridge.connectors.stores.woocommerce.feeds import (
    ROWS_MAX,
    Lister,
    Listing,
    WalkPosition,
    walk_step,
)
from stockbridge.connectors.stores.woocommerce.isolation import isolating

_NO_QUERY: Mapping[str, str] = {}


def lister(api: StoreApi, path: str) -> Lister:
    """Return the way to ask for pages of one list."""

    def list_rows(query: Mapping[str, str]) -> Listing:
        reply = api.get(path, query)
        return Listing(reply.rows, reply.store_time, reply.total)

    return isolating(list_rows)


def all_rows(
    api: StoreApi, path: str, query: Mapping[str, str] = _NO_QUERY
) -> list[Record]:
    """Return a whole list, for lists that stay small."""
    rows: list[Record] = []
    position, is_end = WalkPosition(), False
    while not is_end:
        position, step = walk_step(
            position, lister(api, path), limit=_rows_per_call(api), query=query
        )
        rows.extend(step.rows)
        is_end = step.is_end
    return rows


def rows_by_id(
    api: StoreApi,
    path: str,
    ids: Sequence[str],
    query: Mapping[str, str] = _NO_QUERY,
) -> dict[str, Record]:
    """Return those of the records that the list shows, by id."""
    found: dict[str, Record] = {}
    for chunk in id_chunks(api, path, ids, query):
        include = {"include": ",".join(chunk), "per_page": str(len(chunk))}
        reply = api.get(path, {**query, **include})
        found.update({str(row.get("id")): row for row in reply.rows})
    return found


def id_chunks(
    api: StoreApi, path: str, ids: Sequence[str], query: Mapping[str, str] = _NO_QUERY
) -> Iterator[tuple[str, ...]]:
    """Yield the ids in groups that fit into one call's address."""
    frame = len(api.address(path, {**query, "include": "", "per_page": "100"}))
    room = max(api.address_chars_max - frame, 40)
    chunk: list[str] = []
    used = 0
    for external_id in dict.fromkeys(ids):
        size = len(external_id) + 3  # a comma is three characters in an address
        if chunk and (used + size > room or len(chunk) >= _rows_per_call(api)):
            yield tuple(chunk)
            chunk, used = [], 0
        chunk.append(external_id)
        used += size
    if chunk:
        yield tuple(chunk)


def _rows_per_call(api: StoreApi) -> int:
    return min(api.settings.rows_per_call, ROWS_MAX)
