"""Our server as a process of its own, which may be killed, and is started again.

Theory of operation. The listening socket belongs to the test: while our server is
dead, callers wait in its queue, as they would behind a service manager. A keeper
process forks the server and, whenever it was killed, another one. All share one clock,
which lies in memory that forks have in common.
"""

import mmap
import os
import signal
import socket
import struct
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

from stockbridge.connectors.simulation import SettableClock
from stockbridge.engine import checkpoints
from stockbridge.engine.desk import serving
from stockbridge.engine.models import Connection
from stockbridge.ports import Call

_START = datetime(2026, 1, 1, tzinfo=UTC)
_US = timedelta(microseconds=1)
Prepare = Callable[[], None]


class ForkedClock(SettableClock):
    """A clock that tells the same time in a process and in all its children."""

    def __init__(self, start: datetime) -> None:
        super().__init__(start)
        self._memory = mmap.mmap(-1, 8)
        self.set(start)

    def part(self) -> None:
        """Go on alone, from this moment: the parent's time does not move with us."""
        now = self.now()
        self._memory = mmap.mmap(-1, 8)
        self.set(now)

    def now(self) -> datetime:
        """Return the time."""
        count: int = struct.unpack("q", self._memory[:8])[0]
        return _START + timedelta(microseconds=count)

    def advance(self, seconds: float) -> datetime:
        """Move the time and return it."""
        self.set(self.now() + timedelta(seconds=seconds))
        return self.now()

    def set(self, moment: datetime) -> None:
        """Jump to a moment."""
        self._memory[:8] = struct.pack("q", (moment - _START) // _US)


@dataclass(frozen=True, slots=True)
class Doom:
    """At which points servers die, one after the other, and who notes the points."""

    kill_at: tuple[int, ...] = ()
    trace: Path | None = None


@dataclass(frozen=True, slots=True)
class Service:
    """What is served: the desk of one connection, by this clock."""

    connection_id: int
    clock: SettableClock
    use_database: Prepare  # lets a new process's connections lead to the right place


@contextmanager
def kept_alive(service: Service, doom: Doom) -> Iterator[str]:
    """Give the address of a server that is started again whenever it dies."""
    with socket.create_server(("127.0.0.1", 0), backlog=16) as listening:
        keeper = os.fork()
        if keeper == 0:
            _keep(listening, service, doom)
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}/hooks/qb/"
        finally:
            os.kill(keeper, signal.SIGTERM)
            os.waitpid(keeper, 0)


def _keep(listening: socket.socket, service: Service, doom: Doom) -> None:
    """Fork servers until told to stop; never returns."""
    dooms = [*doom.kill_at, None]
    server = 0

    def stop(_number: int, _frame: object) -> None:
        if server:
            os.kill(server, signal.SIGKILL)
            os.waitpid(server, 0)
        os._exit(0)

    signal.signal(signal.SIGTERM, stop)
    while True:
        kill_at = dooms.pop(0) if len(dooms) > 1 else None
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
        server = os.fork()
        if server == 0:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            _serve(listening, service, kill_at, doom.trace)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
        os.waitpid(server, 0)
        server = 0


def _serve(
    listening: socket.socket, service: Service, kill_at: int | None, trace: Path | None
) -> None:
    """Serve until killed; never returns."""
    service.use_database()
    checkpoints.instrument_commits()
    server = HTTPServer(
        listening.getsockname(), _handler(service), bind_and_activate=False
    )
    server.socket.close()
    server.socket = listening
    with checkpoints.watching(checkpoints.Tracer(kill_at=kill_at, trace=trace)):
        server.serve_forever(0.5)


def _handler(service: Service) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = 65536

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.lower(): text for name, text in self.headers.items()}
            call = Call(
                method="POST",
                path="",
                headers=headers,
                body=body,
                address=f"http://{self.headers['Host']}{self.path}",
            )
            rows = Connection.objects.select_related("company", "desk")
            connection = rows.get(pk=service.connection_id)
            answer = serving.serve(connection, call, now=service.clock.now()).answer
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.content_type)
            self.send_header("Content-Length", str(len(answer.body)))
            self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(answer.body)
            self.close_connection = True

        def log_message(self, *_args: object) -> None:
            pass

    return Handler
