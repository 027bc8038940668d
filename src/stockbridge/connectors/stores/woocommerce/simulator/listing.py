"""Lists: which page, how many in all, and the headers that say so."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

from stockbridge.connectors.stores.woocommerce.simulator.answers import (
    Answer,
    Request,
    only_fields,
)
from stockbridge.connectors.stores.woocommerce.simulator.dates import bound
from stockbridge.connectors.stores.woocommerce.simulator.indexes import SortedIndex
from stockbridge.connectors.stores.woocommerce.simulator.parameters import (
    BOOLEAN,
    Parameter,
    integer,
    listing,
    text,
)
from stockbridge.connectors.stores.woocommerce.simulator.records import Json
from stockbridge.connectors.stores.woocommerce.simulator.state import StoreState

PAGING: dict[str, Parameter] = {
    "context": text("view", "edit"),
    "page": integer(minimum=1),
    "per_page": integer(minimum=1, maximum=100),
    "search": text(),
    "exclude": listing(integer()),
    "include": listing(integer()),
    "offset": integer(),
    "order": text("asc", "desc"),
}
DATES: dict[str, Parameter] = {
    "after": text(shape="date"),
    "before": text(shape="date"),
    "modified_after": text(shape="date"),
    "modified_before": text(shape="date"),
    "dates_are_gmt": BOOLEAN,
}
ORDERBY = ("date", "id", "include", "title", "slug", "modified")

_DATE_FILTERS = (
    ("date", "after", "before"),
    ("modified", "modified_after", "modified_before"),
)


_NOT_ASKED = {"page", "per_page", "offset", "_fields", "context"}


@dataclass(frozen=True, slots=True)
class Window:
    """Which part of a list was asked for."""

    start: int
    size: int
    page: int


def window(query: Json) -> Window:
    """Return the part that page, per_page and offset ask for."""
    size = query.get("per_page", 10)
    page = query.get("page", 1)
    offset = query.get("offset")
    start = offset if offset is not None else (page - 1) * size
    return Window(start, size, page)


def dated_ids(
    state: StoreState, times: dict[str, SortedIndex], query: Json
) -> Sequence[int]:
    """Return the ids within the date filters, by the wanted date, rising.

    All four bounds are exclusive with a grain of one second.
    """
    order = "modified" if query.get("orderby") == "modified" else "date"
    other = "date" if order == "modified" else "modified"
    slices = {}
    for name, after, before in _DATE_FILTERS:
        low, high = (_bound(state, query, end) for end in (after, before))
        slices[name] = times[name].bounds(low, high)
    found = times[order].ids(*slices[order])
    low, high = slices[other]
    if high - low == len(times[other]):
        return found
    within = times[other].ids(low, high)
    if len(found) == len(times[order]):
        key = times[order].key
        return sorted(within, key=lambda record_id: (key(record_id), record_id))
    wanted = frozenset(within)
    return [record_id for record_id in found if record_id in wanted]


def by_order(ids: Sequence[int], query: Json) -> Sequence[int]:
    """Return rising ids in the wanted direction, falling if not asked."""
    return ids if query.get("order", "desc") == "asc" else ids[::-1]


def chosen(ids: Sequence[int], query: Json) -> Sequence[int]:
    """Return what include and exclude leave; with include, exclude is ignored."""
    if query.get("include"):
        wanted = set(query["include"])
        return [record_id for record_id in ids if record_id in wanted]
    if query.get("exclude"):
        unwanted = set(query["exclude"])
        return [record_id for record_id in ids if record_id not in unwanted]
    return ids


def page_answer(
    request: Request,
    rows: Sequence[Any],
    render: Callable[[Any], Json],
    *,
    link_query: Sequence[tuple[str, str]] | None = None,
) -> Answer:
    """Return one page of `rows`, with the totals and the Link header."""
    part = window(request.query)
    shown = [render(row) for row in rows[part.start : part.start + part.size]]
    total = len(rows)
    pages = -(-total // part.size)
    headers = {"X-WP-Total": str(total), "X-WP-TotalPages": str(pages)}
    query = request.raw_query if link_query is None else link_query
    if link := _link(request, query, pages):
        headers["Link"] = link
    fields = str(request.query.get("_fields", ""))
    return Answer(only_fields(shown, fields), 200, headers)


def question(kind: str, query: Json) -> Hashable:
    """Return what a list was asked, without the page: the key to remember it by."""
    asked = {name: value for name, value in query.items() if name not in _NOT_ASKED}
    return kind, tuple(sorted((name, str(value)) for name, value in asked.items()))


def with_query(request: Request, query: Json) -> Request:
    """Return the request with its query cleaned."""
    return replace(request, query=query)


def _bound(state: StoreState, query: Json, name: str) -> int | None:
    value = query.get(name)
    if not value:
        return None
    is_gmt = bool(query.get("dates_are_gmt", False))
    return bound(str(value), is_gmt=is_gmt, zone=state.zone)


def _link(request: Request, query: Sequence[tuple[str, str]], pages: int) -> str:
    page = int(request.query.get("page", 1))
    address = request.address or f"{request.host}/wp-json/wc/v3/{request.route}"
    found = []
    if page > 1:
        found.append(
            f'<{_with_page(address, query, min(page - 1, pages))}>; rel="prev"'
        )
    if page < pages:
        found.append(f'<{_with_page(address, query, page + 1)}>; rel="next"')
    return ", ".join(found)


def _with_page(address: str, query: Sequence[tuple[str, str]], page: int) -> str:
    pairs = list(query)
    at = next((i for i, (name, _) in enumerate(pairs) if name == "page"), len(pairs))
    pairs[at : at + 1] = [("page", str(page))]
    text_ = "&".join(
        f"{quote(name, safe='_')}={_shown(value)}" if value else quote(name, safe="_")
        for name, value in pairs
    )
    return f"{address}?{text_}"


def _shown(value: str) -> str:
    return quote({"true": "1"}.get(value, value), safe="_-.~+").rstrip("=")
