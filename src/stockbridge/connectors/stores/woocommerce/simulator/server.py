"""The HTTP server of a simulated store, and how faults look on the wire."""

import socket
import ssl
import threading
import time
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from stockbridge.connectors.simulation import (
    Clock,
    Fault,
    FaultKind,
    FaultSwitchboard,
    LoggedRequest,
    RequestLog,
)
from stockbridge.connectors.stores.woocommerce.simulator.admin import Admin
from stockbridge.connectors.stores.woocommerce.simulator.errors import critical_error
from stockbridge.connectors.stores.woocommerce.simulator.pages import (
    MAINTENANCE,
    NO_DATABASE,
    NOISE,
    front_page,
    page,
    proxy_page,
)
from stockbridge.connectors.stores.woocommerce.simulator.php import php_json
from stockbridge.connectors.stores.woocommerce.simulator.records import Value
from stockbridge.connectors.stores.woocommerce.simulator.web import (
    HTML,
    JSON_TYPE,
    NO_CACHE,
    HttpRequest,
    Reply,
    Web,
)

_HANG_S = 30.0  # how long an unanswered request is held if the fault says nothing
_REASONS = {200: "OK", 201: "Created", 301: "Moved Permanently", 302: "Found"}


class _CutError(Exception):
    """The connection is to be cut now."""


@dataclass(slots=True)
class Backend:
    """What answers behind the server, and what is written down about it."""

    web: Web
    admin: Admin
    faults: FaultSwitchboard
    log: RequestLog
    clock: Clock
    latency: float = 0.0  # 1.0 = as slow as the store that was measured
    closing: threading.Event = field(default_factory=threading.Event)

    def reply(self, request: HttpRequest) -> Reply:
        """Answer a request; raises `_CutError` where the answer must not arrive."""
        if request.path.startswith("/simulator/"):
            return self.admin.answer(request)
        fault = self.faults.take(request.method, request.target)
        self.faults.run_interruptions(request.method, request.target)
        status = 0
        try:
            reply = self._with_fault(request, fault)
            status = reply.status
        finally:
            row = LoggedRequest(
                request.method,
                request.path,
                request.target.partition("?")[2],
                status,
                self.clock.now(),
                fault.kind.value if fault else "",
            )
            self.log.append(row)
        return reply

    def _with_fault(self, request: HttpRequest, fault: Fault | None) -> Reply:
        if fault is None:
            return self._answer(request)
        if fault.kind is FaultKind.CONNECTION_CUT:
            raise _CutError
        if fault.kind in _INSTEAD:
            return _instead(fault, request)
        if fault.kind is FaultKind.SLOW:
            self.closing.wait(1.0 if fault.seconds is None else fault.seconds)
        reply = self._answer(request)
        if fault.kind is FaultKind.ANSWER_LOST:
            raise _CutError
        if fault.kind is FaultKind.TIMEOUT_AFTER_WRITE:
            self.closing.wait(_HANG_S if fault.seconds is None else fault.seconds)
            raise _CutError
        if fault.kind is FaultKind.ERROR_AFTER_WRITE:
            failed = _fatal(request)
            failed.headers["Link"] = reply.headers.get("Link", "")
            return failed
        if fault.kind is FaultKind.NOISE:
            reply.body = NOISE + reply.body
        if fault.kind is FaultKind.TRUNCATED:
            reply.headers["X-Truncated-By"] = "simulator"
        return reply

    def _answer(self, request: HttpRequest) -> Reply:
        started = time.perf_counter()
        reply = self.web.answer(request)
        if self.latency:
            due = self.latency * _measured_s(request, reply)
            self.closing.wait(max(0.0, due - (time.perf_counter() - started)))
        return reply


_INSTEAD = {
    FaultKind.TOO_MANY_REQUESTS,
    FaultKind.SERVER_ERROR,
    FaultKind.BAD_GATEWAY,
    FaultKind.MAINTENANCE,
    FaultKind.DATABASE_DOWN,
    FaultKind.HTML,
}


def _instead(fault: Fault, request: HttpRequest) -> Reply:
    """Return what comes instead of the store's answer; nothing is written."""
    if fault.kind is FaultKind.TOO_MANY_REQUESTS:
        retry = str(int(1 if fault.seconds is None else fault.seconds))
        headers = {"Content-Type": "text/html", "Retry-After": retry}
        return Reply(429, proxy_page(429, "Too Many Requests"), headers)
    if fault.kind is FaultKind.BAD_GATEWAY:
        return Reply(502, proxy_page(502, "Bad Gateway"), {"Content-Type": "text/html"})
    if fault.kind is FaultKind.MAINTENANCE:
        retry = str(int(600 if fault.seconds is None else fault.seconds))
        reply = _died(request, 503, MAINTENANCE)
        reply.headers["Retry-After"] = retry
        return reply
    if fault.kind is FaultKind.DATABASE_DOWN:
        return _died(request, 500, NO_DATABASE)
    if fault.kind is FaultKind.HTML:
        return Reply(200, front_page("Example Store"), {"Content-Type": HTML})
    return _fatal(request)


def _died(request: HttpRequest, status: int, message: str) -> Reply:
    headers = {"Cache-Control": NO_CACHE}
    if not request.wants_json:
        return Reply(
            status, page("WordPress", message), {"Content-Type": HTML, **headers}
        )
    body = {
        "code": "wp_die",
        "message": message,
        "data": {"status": status},
        "additional_errors": [],
    }
    return Reply(status, php_json(body), {"Content-Type": JSON_TYPE, **headers})


def _fatal(request: HttpRequest) -> Reply:
    error = critical_error()
    if not request.wants_json:
        return _died(request, 500, error.message)
    headers = {"Content-Type": JSON_TYPE, "Cache-Control": NO_CACHE}
    return Reply(500, php_json(error.body()), headers)


def _measured_s(request: HttpRequest, reply: Reply) -> float:
    """Return how long the measured store took for such a request (OBSERVED.md)."""
    if request.path.endswith("/batch"):
        each = 0.0066 if "/variations/" in request.path else 0.0105
        return 0.08 + each * reply.body.count(b'"date_modified_gmt"')
    if request.method in {"GET", "HEAD"}:
        return 0.045 + 0.0024 * reply.body.count(b'{"id":')
    return 0.19 if request.path.endswith("/orders") else 0.057


class StoreServer(ThreadingHTTPServer):
    """Listens on 127.0.0.1 only; closes open connections when it stops."""

    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True
    request_queue_size = 128

    def __init__(
        self, port: int, backend: Backend, tls: ssl.SSLContext | None = None
    ) -> None:
        self.backend = backend
        self.is_https = tls is not None
        self._open: set[socket.socket] = set()
        self._open_lock = threading.Lock()
        super().__init__(("127.0.0.1", port), _Handler)
        if tls is not None:
            self.socket = tls.wrap_socket(
                self.socket, server_side=True, do_handshake_on_connect=False
            )

    def start(self) -> None:
        """Serve in a thread from now on."""
        self._thread = threading.Thread(
            target=self.serve_forever, args=(0.02,), name="store", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Stop serving, close the port and cut what is still connected."""
        self.shutdown()
        self._thread.join()
        self.server_close()
        self.close_connections()

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

    def close_connections(self) -> None:
        """Cut all open connections."""
        with self._open_lock:
            connections = tuple(self._open)
        for connection in connections:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue

    def handle_error(self, request: Value, client_address: Value) -> None:
        """Say nothing about clients that went away."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: StoreServer

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
            is_https=self.server.is_https,
        )
        try:
            reply = self.server.backend.reply(request)
        except _CutError:
            self._cut()
            return
        self._send(request, reply)

    def _send(self, request: HttpRequest, reply: Reply) -> None:
        is_truncated = reply.headers.pop("X-Truncated-By", "") != ""
        reason = _REASONS.get(reply.status, "-")
        lines = [
            f"HTTP/1.1 {reply.status} {reason}",
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
        try:
            self.connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            return
