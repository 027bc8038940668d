"""What goes in and out of a handler: a request, an answer, links and fields."""

from dataclasses import dataclass, field

from stockbridge.connectors.stores.woocommerce.simulator.php import php_number
from stockbridge.connectors.stores.woocommerce.simulator.records import (
    ApiKey,
    Json,
    Meta,
    Value,
)
from stockbridge.connectors.stores.woocommerce.simulator.state import StoreState

ITEM_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


@dataclass(frozen=True, slots=True)
class Request:
    """One API request after routing: path ids, query and body apart."""

    method: str
    route: str  # the path below /wp-json/wc/v3
    query: Json = field(default_factory=dict)  # cleaned
    body: Json = field(default_factory=dict)
    ids: dict[str, int] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    key: ApiKey | None = None
    raw_query: tuple[tuple[str, str], ...] = ()
    host: str = ""  # scheme and host the client used, for the Link header
    address: str = ""  # the address in the Link header, if not the usual one
    trusted: bool = False  # made inside WordPress: no key needed


@dataclass(slots=True)
class Answer:
    """What a handler answers with."""

    body: Value
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


def created(state: StoreState, body: Json, route: str) -> Answer:
    """Return 201 with the address of the new record."""
    location = f"{state.home_url}/wp-json/wc/v3/{route}"
    return Answer(body, 201, {"Location": location})


def links(
    state: StoreState,
    route: str,
    *,
    methods: tuple[str, ...] = ITEM_METHODS,
    up: str = "",
) -> Json:
    """Return `_links` of the record at `route`; its list is one level up.

    Without methods there are no hints: the record is gone by now.
    """
    base = f"{state.home_url}/wp-json/wc/v3"
    this: Json = {"href": f"{base}/{route}"}
    if methods and state.version.links_have_hints:
        this["targetHints"] = {"allow": list(methods)}
    collection = route.rpartition("/")[0]
    found: Json = {"self": [this], "collection": [{"href": f"{base}/{collection}"}]}
    if up:
        found["up"] = [{"href": f"{base}/{up}"}]
    return found


def meta_json(rows: list[Meta]) -> list[Json]:
    """Return meta rows; numbers come back as texts, as the database keeps texts."""
    return [{"id": row.id, "key": row.key, "value": _stored(row.value)} for row in rows]


def only_fields(body: Value, wanted: str) -> Value:
    """Return what `_fields` leaves; a dot reaches into objects, not into lists.

    `line_items.sku` therefore makes line_items vanish altogether.
    """
    names = [name.strip() for name in wanted.split(",") if name.strip()]
    if not names:
        return body
    if isinstance(body, list):
        return [only_fields(row, wanted) for row in body]
    if not isinstance(body, dict):
        return body
    top = frozenset(name for name in names if "." not in name)
    kept = {key: value for key, value in body.items() if key in top}
    for name in names:
        outer, _, inner = name.partition(".")
        if inner and outer not in kept and isinstance(body.get(outer), dict):
            kept[outer] = only_fields(body[outer], inner)
    return kept


def item_answer(body: Json, query: Json) -> Answer:
    """Return one record; `_fields` leaves its `_links` alone, unlike in lists."""
    fields = str(query.get("_fields", ""))
    if not fields:
        return Answer(body)
    return Answer({**only_fields(body, fields), "_links": body["_links"]})


def whole_list(rows: list[Json]) -> Answer:
    """Return a list that has no pages, with its totals."""
    return Answer(rows, 200, {"X-WP-Total": str(len(rows)), "X-WP-TotalPages": "1"})


def write_meta(state: StoreState, rows: list[Meta], sent: Value) -> None:
    """Take over sent meta: by id or key in place, null removes, else added."""
    for item in sent if isinstance(sent, list) else []:
        if not isinstance(item, dict):
            continue
        row = _existing(rows, item)
        value = item.get("value")
        if row is None:
            if item.get("key") and value is not None:
                rows.append(state.new_meta(str(item["key"]), value))
        elif value is None:
            rows.remove(row)
        else:
            row.value = value
            row.key = str(item.get("key") or row.key)


def _existing(rows: list[Meta], item: Json) -> Meta | None:
    if item.get("id"):
        return next((row for row in rows if row.id == item["id"]), None)
    return next((row for row in rows if row.key == item.get("key")), None)


def _stored(value: Value) -> Value:
    if isinstance(value, bool):
        return "1" if value else ""
    if isinstance(value, int | float):
        return str(php_number(value))
    return value
