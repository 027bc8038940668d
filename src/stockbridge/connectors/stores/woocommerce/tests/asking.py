"""A bare client for tests of the simulator: no retries, no understanding."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import urlencode, urlsplit

from stockbridge.connectors.simulation import SettableClock
from stockbridge.connectors.stores.woocommerce.simulator import (
    Options,
    WooCommerceSimulator,
)
from stockbridge.connectors.stores.woocommerce.simulator.records import Json, Value

START = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
GONE = (OSError, HTTPException)


class Asker:
    """Asks one simulated store, with its own keys in the query."""

    def __init__(self, simulator: WooCommerceSimulator) -> None:
        self.simulator = simulator
        self.headers: dict[str, str] = {}  # of the last answer

    def __call__(
        self, method: str, path: str, body: Value = None, **query: Value
    ) -> tuple[int, Value]:
        """Return status and body; the body is a text where it is no JSON."""
        keys = {
            "consumer_key": self.simulator.consumer_key,
            "consumer_secret": self.simulator.consumer_secret,
        }
        target = f"/wp-json/wc/v3/{path}?{urlencode({**query, **keys})}"
        return self.raw(method, target, body)

    def raw(
        self,
        method: str,
        target: str,
        body: Value = None,
        headers: dict[str, str] | None = None,
    ) -> tuple[int, Value]:
        """Send exactly this, without keys."""
        address = urlsplit(self.simulator.url)
        connection = HTTPConnection(str(address.hostname), address.port, timeout=5)
        sent = None if body is None else json.dumps(body).encode()
        wanted = {"Accept": "application/json", **(headers or {})}
        if sent is not None:
            wanted["Content-Type"] = "application/json"
        try:
            connection.request(method, target, sent, wanted)
            answer = connection.getresponse()
            text = answer.read().decode()
            self.headers = {name.lower(): value for name, value in answer.getheaders()}
        finally:
            connection.close()
        try:
            return answer.status, json.loads(text)
        except ValueError:
            return answer.status, text

    def made(self, path: str, body: Json) -> Json:
        """Return what a creation made; it must have succeeded."""
        status, found = self("POST", path, body)
        assert status == 201, found
        assert isinstance(found, dict)
        return found


@contextmanager
def a_store(**changes: Value) -> Iterator[tuple[Asker, SettableClock]]:
    """Run a store whose clock stands still, webhooks by hand, callbacks allowed."""
    clock = SettableClock(START)
    settings: Json = {
        "clock": clock,
        "https_seen": True,
        "allow_local_callbacks": True,
        "deliver_webhooks": False,
        **changes,
    }
    with WooCommerceSimulator(Options(**settings)) as simulator:
        yield Asker(simulator), clock
        assert simulator.web.crashes == []


class Listener:
    """A place that webhooks and keys are sent to; answers as told."""

    def __init__(self) -> None:
        self.status = 200
        self.requests: list[tuple[str, dict[str, str], bytes]] = []
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                headers = {name.lower(): value for name, value in self.headers.items()}
                listener.requests.append((self.path, headers, self.rfile.read(length)))
                self.send_response(listener.status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_args: object) -> None:
                """Keep quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = Thread(target=self._server.serve_forever, args=(0.02,))

    @property
    def url(self) -> str:
        """Return the address that it listens on."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def bodies(self) -> list[Value]:
        """Return the JSON bodies so far; pings are none."""
        return [json.loads(body) for _, _, body in self.requests if body[:1] == b"{"]

    def __enter__(self) -> "Listener":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
