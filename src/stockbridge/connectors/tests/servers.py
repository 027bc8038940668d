"""A tiny server for tests of the HTTP client: answers raw bytes as told."""

import socket
import ssl
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from types import TracebackType
from typing import Self

Answerer = Callable[[bytes], bytes | None]  # None: hang up without a word


def ok(body: bytes = b"{}", *headers: str, status: str = "200 OK") -> bytes:
    """Return a whole answer."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


class RawServer:
    """Listens on 127.0.0.1; `requests` holds what came, head and body."""

    def __init__(
        self, answers: Sequence[bytes | None], tls: ssl.SSLContext | None = None
    ) -> None:
        self._answers = list(answers)
        self._tls = tls
        self.requests: list[bytes] = []
        self.connections = 0
        self._current: socket.socket | None = None
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        # A call of our own wakes the listener up, so that it sees the end.
        self._answers.clear()
        if self._current is not None:
            with suppress(OSError):
                self._current.shutdown(socket.SHUT_RDWR)
        with socket.create_connection(("127.0.0.1", self.port)):
            pass
        self._thread.join(5)
        self._listener.close()

    def _serve(self) -> None:
        while self._answers:
            sock, _ = self._listener.accept()
            if not self._answers:
                sock.close()
                return
            self.connections += 1
            self._current = sock
            with sock:
                self._converse(sock)

    def _converse(self, plain: socket.socket) -> None:
        try:
            sock = (
                self._tls.wrap_socket(plain, server_side=True) if self._tls else plain
            )
        except (ssl.SSLError, OSError):
            return
        self._current = sock
        with sock:
            while self._answers:
                request = _read_request(sock)
                if not request:
                    return
                self.requests.append(request)
                answer = self._answers.pop(0)
                if answer is None:
                    return
                sock.sendall(answer)


def _read_request(sock: socket.socket) -> bytes:
    data = b""
    sock.settimeout(1)
    try:
        while b"\r\n\r\n" not in data:
            more = sock.recv(65536)
            if not more:
                return b""
            data += more
        head, _, body = data.partition(b"\r\n\r\n")
        wanted = _content_length(head)
        while len(body) < wanted:
            body += sock.recv(65536)
    except OSError:
        return b""
    return head + b"\r\n\r\n" + body


def _content_length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    return 0
