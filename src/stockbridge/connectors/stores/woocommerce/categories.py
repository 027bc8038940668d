"""Finds product categories by name, and makes those that are missing."""

from collections.abc import Iterable
from html import unescape

from stockbridge.connectors.stores.woocommerce.client import Record, StoreApi
from stockbridge.connectors.stores.woocommerce.lists import all_rows
from stockbridge.domain.errors import ActionNeededError

_PATH = "products/categories"
_FIELDS = {"_fields": "id,name"}


def category_ids(api: StoreApi, names: Iterable[str]) -> dict[str, int]:
    """Return the id of each name; names are compared without regard to case."""
    found: dict[str, int] = {}
    for name in dict.fromkeys(names):
        match = _match(_search(api, name), name)
        found[name] = match if match is not None else _made(api, name)
    return found


def _search(api: StoreApi, name: str) -> list[Record]:
    return api.get(_PATH, {**_FIELDS, "search": name, "per_page": "100"}).rows


def _made(api: StoreApi, name: str) -> int:
    try:
        return int(api.post(_PATH, {"name": name}).data["id"])
    except ActionNeededError as error:
        if error.code != "term_exists":
            raise
        # A name with & is stored with &amp;, which the search does not find.
        match = _match(all_rows(api, _PATH, _FIELDS), name)
        if match is None:
            raise
        return match


def _match(rows: Iterable[Record], name: str) -> int | None:
    wanted = name.strip().casefold()
    for row in rows:
        if unescape(str(row.get("name", ""))).strip().casefold() == wanted:
            return int(row["id"])
    return None
