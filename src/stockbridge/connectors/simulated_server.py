"""The HTTP server of every simulated system: on 127.0.0.1, and cut when told to."""

import socket
import ssl
import threading
from email.utils import formatdate
from http.client import responses
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from stockbridge.connectors.simulated_http import (
    TRUNCATED,
    Backend,
    CutError,
    HttpRequest,
    Reply,
)


class SimulatedServer(ThreadingHTTPServer):
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
            target=self.serve_forever, args=(0.02,), name="simulated", daemon=True
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

    def process_request(
        self,
        request: socket.socket | tuple[bytes, socket.socket],
        client_address: object,
    ) -> None:
        """Remember an open connection, then serve it in a thread."""
        if isinstance(request, socket.socket):
            with self._open_lock:
                self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(
        self, request: socket.socket | tuple[bytes, socket.socket]
    ) -> None:
        """Forget a connection, then close it."""
        if isinstance(request, socket.socket):
            with self._open_lock:
                self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing about clients that went away."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: SimulatedServer

    def do_GET(self) -> None:
        self._serve()

    def do_HEAD(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def do_PUT(self) -> None:
        self._serve()

    def do_PATCH(self) -> None:
        self._serve()

    def do_DELETE(self) -> None:
        self._serve()

    def do_OPTIONS(self) -> None:
        self._serve()

    def log_message(self, *_args: object) -> None:
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
        except CutError:
            self._cut()
            return
        self._send(request, reply)

    def _send(self, request: HttpRequest, reply: Reply) -> None:
        is_truncated = reply.headers.pop(TRUNCATED, "") != ""
        lines = [
            f"HTTP/1.1 {reply.status} {responses.get(reply.status, '-')}",
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
