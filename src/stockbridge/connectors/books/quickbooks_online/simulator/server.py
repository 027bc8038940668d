"""The HTTP server of a simulated QuickBooks Online, and how faults look on the wire."""

import socket
import threading
import traceback
from dataclasses import dataclass, field
from email.utils import formatdate
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from stockbridge.connectors.books.quickbooks_online.simulator.admin import Admin
from stockbridge.connectors.books.quickbooks_online.simulator.answers import (
    SERVICE_ERROR,
    dumped,
    fault,
    precise,
)
from stockbridge.connectors.books.quickbooks_online.simulator.gateway import (
    Gateway,
    named,
)
from stockbridge.connectors.books.quickbooks_online.simulator.pages import (
    plain_page,
    proxy_page,
)
from stockbridge.connectors.books.quickbooks_online.simulator.refusals import Refusal
from stockbridge.connectors.books.quickbooks_online.simulator.requests import (
    HTML_TYPE,
    JSON_TYPE,
    HttpRequest,
    Reply,
)
from stockbridge.connectors.books.quickbooks_online.simulator.shapes import Value
from stockbridge.connectors.simulation import (
    Clock,
    Fault,
    FaultKind,
    FaultSwitchboard,
    LoggedRequest,
    RequestLog,
)

_HANG_S = 120.0  # the service itself cuts a request after two minutes


class _CutError(Exception):
    """The connection is to be cut now."""


@dataclass(slots=True)
class Backend:
    """What answers behind the server, and what is written down about it."""

    gateway: Gateway
    admin: Admin
    faults: FaultSwitchboard
    log: RequestLog
    clock: Clock
    closing: threading.Event = field(default_factory=threading.Event)
    crashes: list[str] = field(default_factory=list)  # our own errors; tests want none

    def reply(self, request: HttpRequest) -> Reply:
        """Answer a request; raises `_CutError` where the answer must not arrive."""
        if request.path.startswith("/simulator/"):
            return self.admin.answer(request)
        struck = self.faults.take(request.method, request.target)
        self.faults.run_interruptions(request.method, request.target)
        status = 0
        try:
            reply = named(self._with_fault(request, struck))
            status = reply.status
        finally:
            self.log.append(
                LoggedRequest(
                    request.method,
                    request.path,
                    request.target.partition("?")[2],
                    status,
                    self.clock.now(),
                    struck.kind.value if struck else "",
                )
            )
        return reply

    def _with_fault(self, request: HttpRequest, struck: Fault | None) -> Reply:
        if struck is None:
            return self._answer(request)
        kind = struck.kind
        if kind is FaultKind.CONNECTION_CUT:
            raise _CutError
        if kind in _INSTEAD:
            return self._instead(struck)
        if kind is FaultKind.SLOW:
            self.closing.wait(1.0 if struck.seconds is None else struck.seconds)
        reply = self._answer(request)
        if kind is FaultKind.TIMEOUT_AFTER_WRITE:
            self.closing.wait(_HANG_S if struck.seconds is None else struck.seconds)
        if kind in {FaultKind.TIMEOUT_AFTER_WRITE, FaultKind.ANSWER_LOST}:
            raise _CutError
        if kind is FaultKind.ERROR_AFTER_WRITE:
            return self._failed()
        if kind is FaultKind.NOISE:
            reply.body = b"\n<!-- -->" + reply.body
        if kind is FaultKind.TRUNCATED:
            reply.headers["X-Truncated-By"] = "simulator"
        return reply

    def _answer(self, request: HttpRequest) -> Reply:
        try:
            return self.gateway.answer(request)
        except Exception:
            self.crashes.append(traceback.format_exc())
            return self._failed()

    def _instead(self, struck: Fault) -> Reply:
        """Return what comes instead of the answer; nothing is written."""
        if struck.kind is FaultKind.TOO_MANY_REQUESTS:
            return self.gateway.throttled()
        if struck.kind is FaultKind.BAD_GATEWAY:
            page = proxy_page("502 Bad Gateway")
            return Reply(502, page, {"Content-Type": HTML_TYPE})
        if struck.kind is FaultKind.MAINTENANCE:
            page = proxy_page("503 Service Temporarily Unavailable")
            return Reply(503, page, {"Content-Type": HTML_TYPE})
        if struck.kind is FaultKind.HTML:
            return Reply(200, plain_page("Sign in"), {"Content-Type": HTML_TYPE})
        return self._failed()

    def _failed(self) -> Reply:
        """Return the service's own failure: 500 with code 10000."""
        refusal = Refusal(
            "10000",
            "An application error has occurred while processing your request",
            "System Failure Error: Internal error",
            kind=SERVICE_ERROR,
        )
        body = {"Fault": fault(refusal), "time": precise(self.clock.now())}
        return Reply(500, dumped(body), {"Content-Type": JSON_TYPE})


_INSTEAD = {
    FaultKind.TOO_MANY_REQUESTS,
    FaultKind.SERVER_ERROR,
    FaultKind.BAD_GATEWAY,
    FaultKind.MAINTENANCE,
    FaultKind.DATABASE_DOWN,
    FaultKind.HTML,
}


class OnlineServer(ThreadingHTTPServer):
    """Listens on 127.0.0.1 only; closes open connections when it stops."""

    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True
    request_queue_size = 128

    def __init__(self, port: int, backend: Backend) -> None:
        self.backend = backend
        self._open: set[socket.socket] = set()
        self._open_lock = threading.Lock()
        super().__init__(("127.0.0.1", port), _Handler)

    def start(self) -> None:
        """Serve in a thread from now on."""
        self._thread = threading.Thread(
            target=self.serve_forever, args=(0.02,), name="online", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Stop serving, close the port and cut what is still connected."""
        self.shutdown()
        self._thread.join()
        self.server_close()
        with self._open_lock:
            connections = tuple(self._open)
        for connection in connections:
            _shut(connection)

    def process_request(self, request: Value, client_address: Value) -> None:
        """Remember an open connection, then serve it in a thread."""
        with self._open_lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Value) -> None:
        """Forget a connection, then close it."""
        with self._open_lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Value, client_address: Value) -> None:
        """Say nothing about clients that went away."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: OnlineServer

    def do_GET(self) -> None:
        self._serve()

    do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = do_GET  # noqa: N815

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Keep quiet; the request log knows."""

    def _serve(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        request = HttpRequest(
            method=self.command,
            target=self.path,
            headers={name.lower(): value for name, value in self.headers.items()},
            body=self.rfile.read(length) if length else b"",
        )
        try:
            reply = self.server.backend.reply(request)
        except _CutError:
            self._cut()
            return
        self._send(request, reply)

    def _send(self, request: HttpRequest, reply: Reply) -> None:
        is_truncated = reply.headers.pop("X-Truncated-By", "") != ""
        lines = [
            f"HTTP/1.1 {reply.status} {HTTPStatus(reply.status).phrase}",
            "Server: nginx",
            f"Date: {formatdate(usegmt=True)}",
            f"Content-Length: {len(reply.body)}",
            *(f"{name}: {value}" for name, value in reply.headers.items()),
        ]
        head = ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace")
        body = b"" if request.method == "HEAD" else reply.body
        if is_truncated:
            self.wfile.write(head + body[: len(body) // 2])
            self._cut()
            return
        self.wfile.write(head + body)

    def _cut(self) -> None:
        """Close the connection the hard way, without a word."""
        self.close_connection = True
        _shut(self.connection)


def _shut(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        return
