"""Replaying recorded requests on a simulator, and comparing the answers."""

import base64
import http.client
import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlsplit

from stockbridge.connectors.simulation import SettableClock
from stockbridge.connectors.stores.woocommerce.simulator import WooCommerceSimulator
from stockbridge.connectors.stores.woocommerce.simulator.records import Value

HTTPS_HOME = "https://127.0.0.1:18443"
HTTP_HOME = "http://127.0.0.1:18080"
# Random, or decided by a database that no simulator has.
IGNORED = {"order_key", "payment_url", "related_ids", "cart_hash", "avatar_url"}
HEADERS = ("X-WP-Total", "X-WP-TotalPages", "Location", "Allow", "Retry-After")
_DATES = ("date_created_gmt", "date_modified_gmt")
_LINES = ("line_items", "shipping_lines", "fee_lines", "tax_lines", "coupon_lines")


@dataclass(slots=True)
class Replayed:
    """The simulator's answer to one recorded request."""

    status: int
    headers: dict[str, str]
    body: Value
    differences: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Leniency:
    """What one recording cannot be held to, and why."""

    why: str
    ignored: frozenset[str] = frozenset()  # keys anywhere in the body
    is_subset: bool = False  # all that the simulator shows is as recorded; it is less
    is_overlap: bool = False  # only rows that both lists have, by id
    sorted_by: str = ""  # key by which both lists are sorted first
    status_only: bool = False


STRICT = Leniency("")


def replay(
    simulator: WooCommerceSimulator,
    clock: SettableClock,
    exchange: dict[str, Value],
    leniency: Leniency = STRICT,
) -> Replayed:
    """Send one recorded request and list how the answer differs from the recorded."""
    request, expected = exchange["request"], exchange["response"]
    _set_the_scene(simulator, clock, request, expected)
    found = _send(simulator, request)
    if found.status != expected["status"]:
        found.differences.append(f"status {found.status}, was {expected['status']}")
    _compare_headers(found, expected.get("headers") or {})
    if leniency.status_only:
        return found
    if expected.get("body") is not None:
        is_trimmed = bool(expected.get("body_trimmed")) or leniency.is_subset
        bodies = [expected["body"], found.body]
        if leniency.is_overlap:
            bodies = _rows_of_both(*bodies)
        if leniency.is_subset:
            bodies.reverse()
        one, other = bodies
        found.differences += differences(one, other, leniency, is_trimmed=is_trimmed)
    elif expected.get("body_text"):
        _compare_text(found, expected["body_text"])
    return found


def _rows_of_both(expected: Value, found: Value) -> list[Value]:
    ids = {row["id"] for row in expected} & {row["id"] for row in found}
    assert ids, "nothing to compare"
    return [[row for row in rows if row["id"] in ids] for rows in (expected, found)]


def without_noise(value: Value, ignored: frozenset[str] = frozenset()) -> Value:
    """Return a body without what differs from store to store: ids of meta, secrets."""
    if isinstance(value, list):
        return [without_noise(inner, ignored) for inner in value]
    if not isinstance(value, dict):
        return value
    kept = {
        key: without_noise(inner, ignored)
        for key, inner in value.items()
        if key not in IGNORED and key not in ignored
    }
    if "key" in kept and "value" in kept:
        kept.pop("id", None)
        if kept["key"] == "_wp_trash_meta_time":
            kept.pop("value")
    return kept


def differences(
    expected: Value,
    found: Value,
    leniency: Leniency = STRICT,
    *,
    is_trimmed: bool = False,
) -> list[str]:
    """Return where two bodies differ."""
    out: list[str] = []
    one, other = (
        _sorted(without_noise(body, leniency.ignored), leniency.sorted_by)
        for body in (expected, found)
    )
    _compare(out, "", one, other, is_trimmed=is_trimmed)
    return out


def _sorted(body: Value, key: str) -> Value:
    if not key or not isinstance(body, list):
        return body
    return sorted(body, key=lambda row: str(row[key]))


def _compare(
    out: list[str], path: str, expected: Value, found: Value, *, is_trimmed: bool
) -> None:
    if isinstance(expected, dict) and isinstance(found, dict):
        if not is_trimmed and (extra := sorted(set(found) - set(expected))):
            out.append(f"{path}: unexpected {extra}")
        for key, value in expected.items():
            if key not in found:
                out.append(f"{path}.{key} is missing")
            else:
                _compare(out, f"{path}.{key}", value, found[key], is_trimmed=is_trimmed)
    elif isinstance(expected, list) and isinstance(found, list):
        _compare_lists(out, path, expected, found, is_trimmed=is_trimmed)
    elif _is_date(path) and _seconds_apart(expected, found) <= 1:
        return  # a request that took long enough to see two seconds
    elif type(expected) is not type(found) or expected != found:
        out.append(f"{path}: {_short(found)}, was {_short(expected)}")


def _is_date(path: str) -> bool:
    return path.rpartition(".")[2].startswith("date_")


def _seconds_apart(one: Value, other: Value) -> float:
    if not (isinstance(one, str) and isinstance(other, str)):
        return 0.0 if one == other else 9.0
    moments = [
        datetime.fromisoformat(text).replace(tzinfo=UTC) for text in (one, other)
    ]
    return abs((moments[0] - moments[1]).total_seconds())


def _compare_lists(
    out: list[str],
    path: str,
    expected: list[Value],
    found: list[Value],
    *,
    is_trimmed: bool,
) -> None:
    if is_trimmed and all(isinstance(row, str) for row in expected):
        found = [row for row in expected if row in found]
    elif is_trimmed:
        found = _counterparts(expected, found)
        if found and all(isinstance(row, int) for row in found):
            found = found[: len(expected)]
    if len(expected) != len(found):
        out.append(f"{path}: {len(found)} rows, was {len(expected)}")
    for at, (one, other) in enumerate(zip(expected, found, strict=False)):
        _compare(out, f"{path}[{at}]", one, other, is_trimmed=is_trimmed)


def _counterparts(expected: list[Value], found: list[Value]) -> list[Value]:
    """Return the rows of a trimmed recording's list, picked by id."""
    if expected and isinstance(expected[0], int):
        return [row["id"] if isinstance(row, dict) else row for row in found]
    by_id = {row.get("id"): row for row in found if isinstance(row, dict)}
    return [
        by_id.get(row["id"], {}) if isinstance(row, dict) and "id" in row else row
        for row in expected
    ]


def _short(value: Value) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) < 160 else f"{text[:160]}…"


def _compare_headers(found: Replayed, expected: dict[str, str]) -> None:
    kind = expected.get("Content-Type", "").partition(";")[0]
    got = found.headers.get("content-type", "").partition(";")[0]
    if kind and kind != got:
        found.differences.append(f"content type {got}, was {kind}")
    for name in HEADERS:
        if name not in expected:
            continue
        if name.lower() not in found.headers:
            found.differences.append(f"no header {name}")
        elif found.headers[name.lower()] != expected[name]:
            got = found.headers[name.lower()]
            found.differences.append(f"{name}: {got}, was {expected[name]}")
    if "Link" in expected:
        want, have = _links(expected["Link"]), _links(found.headers.get("link", ""))
        if want != have:
            found.differences.append(f"Link: {have}, was {want}")


def _links(header: str) -> dict[str, Value]:
    found = {}
    for url, rel in re.findall(r'<([^>]*)>; rel="([^"]*)"', header):
        parts = urlsplit(url)
        query = {
            name: value.rstrip("=")
            for name, value in parse_qsl(parts.query, keep_blank_values=True)
        }
        found[rel] = (parts.path, query)
    return found


def _compare_text(found: Replayed, expected: str) -> None:
    is_page = expected.startswith("<!DOCTYPE html>")
    text = found.body if isinstance(found.body, str) else json.dumps(found.body)
    if is_page and not text.startswith("<!DOCTYPE html>"):
        found.differences.append("no HTML page")
    if not is_page and not text.startswith(expected.partition("</title>")[0][:10]):
        found.differences.append(f"another text: {text[:80]}")


def _send(simulator: WooCommerceSimulator, request: dict[str, Value]) -> Replayed:
    headers = dict(request.get("headers") or {})
    auth = str(request.get("auth") or "")
    if auth.startswith("basic "):
        secret = base64.b64encode(auth.removeprefix("basic ").encode()).decode()
        headers["Authorization"] = f"Basic {secret}"
    body = request.get("body")
    sent = None
    if body is not None:
        sent = (body if isinstance(body, str) else json.dumps(body)).encode()
    target = request["path"]
    if request.get("query_string"):
        target = f"{target}?{request['query_string']}"
    address = urlsplit(simulator.url)
    connection = http.client.HTTPConnection(
        address.hostname or "", address.port, timeout=10
    )
    try:
        connection.request(request["method"], target, sent, headers)
        answer = connection.getresponse()
        raw = answer.read()
        kind = answer.headers.get("Content-Type", "")
        return Replayed(
            answer.status,
            {name.lower(): value for name, value in answer.headers.items()},
            _parsed(raw, kind),
        )
    finally:
        connection.close()


def _parsed(raw: bytes, kind: str) -> Value:
    if "json" not in kind:
        return raw.decode()
    try:
        return json.loads(raw)
    except ValueError:
        return raw.decode()


def _set_the_scene(
    simulator: WooCommerceSimulator,
    clock: SettableClock,
    request: dict[str, Value],
    expected: dict[str, Value],
) -> None:
    is_https = request.get("scheme", "https") == "https"
    simulator.switches.https_seen = is_https
    simulator.state.home_url = HTTPS_HOME if is_https else HTTP_HOME
    if request["method"] not in {"GET", "HEAD", "OPTIONS"}:
        body = expected.get("body")
        if moment := _latest(body):
            set_clock(clock, moment)
        set_ids(simulator, request["path"], body)


def set_clock(clock: SettableClock, moment: str) -> None:
    """Set the clock to a naive GMT text; it never goes back."""
    at = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    if at > clock.now():
        clock.set(at)


def _latest(body: Value) -> str:
    rows = _records(body)
    moments = [str(row.get(name) or "") for row in rows for name in _DATES]
    return max((moment for moment in moments if moment < "2027"), default="")


def _records(body: Value) -> list[dict[str, Value]]:
    if not isinstance(body, dict):
        return []
    if {"create", "update", "delete"} & set(body):
        return [row for part in body.values() for row in part]
    return [body]


def set_ids(simulator: WooCommerceSimulator, path: str, body: Value) -> None:
    """Let the next new records have the ids that they were recorded with."""
    state = simulator.state
    kinds = {
        "categories": "term",
        "customers": "user",
        "webhooks": "webhook",
        "notes": "note",
    }
    kind = next((kinds[part] for part in path.split("/") if part in kinds), "post")
    kept: dict[str, set[int]] = {
        "post": {*state.products, *state.orders, *state.refunds, *state.coupons},
        "term": set(state.terms),
        "user": set(state.customers),
        "webhook": set(state.webhooks),
    }
    known = kept.get(kind, set())
    ids = [row.get("id") for row in _records(body)]
    ids += [refund["id"] for row in _records(body) for refund in row.get("refunds", [])]
    data = body.get("data") if isinstance(body, dict) else None
    if isinstance(data, dict) and "new_draft_order_id" in data:
        ids.append(data["new_draft_order_id"])
    new = [id_ for id_ in ids if isinstance(id_, int) and id_ and id_ not in known]
    if new:
        state.set_next_id(kind, min(new))
    _set_line_ids(simulator, body)


def _set_line_ids(simulator: WooCommerceSimulator, body: Value) -> None:
    orders = simulator.state.orders.values()
    known = {line.id for order in orders for line in order.lines}
    known |= {line.id for order in orders for line in order.tax_lines}
    new = [
        line["id"]
        for row in _records(body)
        for part in _LINES
        for line in row.get(part) or []
        if line["id"] not in known
    ]
    if new:
        simulator.state.set_next_id("line", min(new))


@dataclass(slots=True)
class Postbox:
    """Takes what the store sends out, instead of the network."""

    answers: dict[str, int] = field(default_factory=dict)  # part of a URL → status
    allow_local: bool = True
    refused: str = ""  # part of a URL that WordPress would not send to
    sent: list[tuple[str, bytes, dict[str, str]]] = field(default_factory=list)

    def may_send_to(self, url: str) -> bool:
        """Say yes: the recorded store had WordPress' rule lifted."""
        return not (self.refused and self.refused in url)

    def post(
        self, url: str, body: bytes, headers: dict[str, str]
    ) -> tuple[int, str] | None:
        """Keep one request, and answer it as told, else with 200."""
        self.sent.append((url, body, headers))
        for part, status in self.answers.items():
            if part in url:
                return (status, "") if status else None
        return 200, ""
