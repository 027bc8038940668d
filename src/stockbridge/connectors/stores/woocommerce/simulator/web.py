"""From an HTTP request to the store's answer: REST API, pages, permalinks, pairing."""

import json
import re
import time
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urlsplit

from stockbridge.connectors.simulated_http import HttpRequest, Reply
from stockbridge.connectors.stores.woocommerce.simulator.answers import Answer, Request
from stockbridge.connectors.stores.woocommerce.simulator.auth import Attempt, Doorman
from stockbridge.connectors.stores.woocommerce.simulator.errors import (
    ApiError,
    critical_error,
    no_route,
)
from stockbridge.connectors.stores.woocommerce.simulator.pages import (
    front_page,
    page,
)
from stockbridge.connectors.stores.woocommerce.simulator.pairing import Pairing
from stockbridge.connectors.stores.woocommerce.simulator.php import php_json
from stockbridge.connectors.stores.woocommerce.simulator.records import Json
from stockbridge.connectors.stores.woocommerce.simulator.routes import Match, Router
from stockbridge.connectors.stores.woocommerce.simulator.site import (
    discovery,
    namespace_index,
)
from stockbridge.connectors.stores.woocommerce.simulator.state import StoreState

HTML = "text/html; charset=UTF-8"
JSON_TYPE = "application/json; charset=UTF-8"
NO_CACHE = "no-cache, must-revalidate, max-age=0, no-store, private"
_SECRETS = ("consumer_key", "consumer_secret", "oauth_")


@dataclass(slots=True)
class Switches:
    """What differs from store to store around the API."""

    plain_permalinks: bool = False
    https_seen: bool = False  # a proxy ends TLS and tells the store so
    racy_deltas: bool = False  # inventory_delta loses updates, as the real one does
    strips_authorization: bool = False  # some hosts drop the header before PHP sees it


class Web:
    """Answers HTTP requests for one store."""

    def __init__(
        self, state: StoreState, router: Router, pairing: Pairing, switches: Switches
    ) -> None:
        self.doorman = Doorman(state)
        self.crashes: list[str] = []  # our own errors; a test wants none
        self._state = state
        self._router = router
        self._pairing = pairing
        self._switches = switches

    def answer(self, request: HttpRequest) -> Reply:
        """Answer any request but those for the simulator itself."""
        path = request.path
        rest_route = dict(request.pairs).get("rest_route")
        if rest_route is not None and path in {"/", "/index.php"}:
            return self._rest(request, rest_route)
        bare = path.removeprefix("/index.php")
        if self._switches.plain_permalinks and bare.startswith("/wp-json"):
            return self._without_permalinks(request, bare)
        if bare == "/wp-json" or bare.startswith("/wp-json/"):
            return self._rest(request, bare.removeprefix("/wp-json") or "/")
        if path.startswith("/wc-auth/v1/"):
            found = self._pairing.answer(request.method, request.target, request)
            return Reply(
                found.status, found.body, {"Content-Type": HTML, **found.headers}
            )
        if path in {"/", "/index.php"}:
            return self._front_page()
        body = page("Page not found", "<h1>Page not found</h1>")
        headers = {"Content-Type": HTML, "Cache-Control": NO_CACHE}
        return Reply(404, body, {**headers, "Link": self._api_link()})

    def _without_permalinks(self, request: HttpRequest, path: str) -> Reply:
        if request.method in {"GET", "HEAD"} and not path.endswith("/"):
            query = urlsplit(request.target).query
            location = f"{self._state.home_url}{path}/"
            headers = {
                "Content-Type": HTML,
                "Location": f"{location}?{query}" if query else location,
            }
            return Reply(301, b"", headers)
        return self._front_page()

    def _front_page(self) -> Reply:
        headers = {"Content-Type": HTML, "Link": self._api_link()}
        return Reply(200, front_page(self._state.title), headers)

    def _api_link(self) -> str:
        home = self._state.home_url
        if self._switches.plain_permalinks:
            return f'<{home}/index.php?rest_route=/>; rel="https://api.w.org/"'
        return f'<{home}/wp-json/>; rel="https://api.w.org/"'

    def _rest(self, request: HttpRequest, route: str) -> Reply:
        headers = {"Content-Type": JSON_TYPE, "Link": self._api_link()}
        headers["Cache-Control"] = NO_CACHE
        try:
            answer = self._dispatch(request, route, headers)
        except ApiError as error:
            return Reply(error.status, php_json(error.body()), headers)
        except Exception as error:
            self.crashes.append(f"{request.method} {request.target}: {error!r}")
            return Reply(500, php_json(critical_error().body()), headers)
        headers |= answer.headers
        return Reply(answer.status, php_json(answer.body), headers)

    def _dispatch(
        self, request: HttpRequest, route: str, headers: dict[str, str]
    ) -> Answer:
        is_https = request.is_https or self._switches.https_seen
        key = self.doorman.sign_in(
            Attempt(
                request.method,
                request.path,
                request.target,
                request.pairs,
                self._authorization(request),
                is_https,
            )
        )
        route = route.rstrip("/") or "/"
        if route in {"/", "/wc/v3"}:
            headers["Allow"] = "GET"
        if route == "/":
            return Answer(discovery(self._state, self._router.addresses()))
        if route == "/wc/v3":
            return Answer(namespace_index(self._state, self._router.addresses()))
        if not route.startswith("/wc/v3/"):
            raise no_route()
        match = self._router.match(route.removeprefix("/wc/v3/"))
        headers["Allow"] = ", ".join(match.route.allowed)
        if request.method == "OPTIONS":
            return Answer({"namespace": "wc/v3", "methods": list(match.route.allowed)})
        method = request.headers.get("x-http-method-override", request.method)
        api_request = self._api_request(request, route, match, method)
        handler = match.handler(method)
        with self._state.lock:
            return handler(self._state, replace(api_request, key=key))

    def _authorization(self, request: HttpRequest) -> str:
        if self._switches.strips_authorization:
            return ""
        return request.headers.get("authorization", "")

    def _api_request(
        self, request: HttpRequest, route: str, match: Match, method: str
    ) -> Request:
        query = parsed_query(request.pairs)
        body = _body(request)
        by_query = not request.path.startswith(("/wp-json", "/index.php/wp-json"))
        sent = {
            name: value
            for name, value in query.items()
            if not name.startswith(_SECRETS)
        }
        if method in {"POST", "PUT", "PATCH"}:
            body = {**sent, **body}
        if self._switches.racy_deltas:
            self._race(match, body)
        return Request(
            method=method,
            route=route.removeprefix("/wc/v3/"),
            query={**sent, **(body if method == "DELETE" else {})},
            body=body,
            ids=match.ids,
            names=match.names,
            raw_query=request.pairs,
            host=self._state.home_url,
            address=f"{self._state.home_url}/index.php" if by_query else "",
        )

    def _race(self, match: Match, body: Json) -> None:
        """Read now, write later: what makes parallel deltas lose each other."""
        product = self._state.products.get(match.ids.get("id", 0))
        if product is None or "inventory_delta" not in body or "stock_quantity" in body:
            return
        before = product.stock_quantity or 0
        time.sleep(0.005)
        body["stock_quantity"] = before + int(body.pop("inventory_delta"))


def parsed_query(pairs: tuple[tuple[str, str], ...]) -> Json:
    """Return a query as PHP reads it: `status[]=a&status[]=b` is a list."""
    found: Json = {}
    for name, value in pairs:
        if match := re.fullmatch(r"([^\[]+)\[[^\]]*\]", name):
            rows = found.setdefault(match[1], [])
            if isinstance(rows, list):
                rows.append(value)
        else:
            found[name] = value
    if isinstance(found.get("_fields"), list):
        found["_fields"] = ",".join(found["_fields"])
    return found


def _body(request: HttpRequest) -> Json:
    if not request.body:
        return {}
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind.endswith("json"):
        try:
            sent = json.loads(request.body)
        except ValueError as error:
            raise ApiError(
                400,
                "rest_invalid_json",
                "Invalid JSON body passed.",
                json_error_code=4,
                json_error_message="Syntax error",
            ) from error
        return sent if isinstance(sent, dict) else {}
    if kind in {"", "application/x-www-form-urlencoded"}:
        text = request.body.decode("utf-8", "replace")
        return parsed_query(tuple(parse_qsl(text, keep_blank_values=True)))
    return {}
