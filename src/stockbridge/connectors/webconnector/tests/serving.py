"""An endpoint behind real HTTP on this machine, as `web/hooks.py` would mount it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from stockbridge.ports import Call, Desk, DeskEndpoint


@contextmanager
def served(endpoint: DeskEndpoint, desk: Desk) -> Iterator[str]:
    """Give the address of a server that is there for this test only."""
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = 65536  # one packet for head and body: no waiting for the other

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            path, _, query = self.path.partition("?")
            call = Call(
                method=self.command,
                path="",
                headers={name.lower(): text for name, text in self.headers.items()},
                body=self.rfile.read(length),
                query=query,
                address=f"http://{self.headers['Host']}{path}",
            )
            with lock:
                answer = endpoint.serve(call, desk)
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.content_type)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(answer.body)

        do_GET = do_POST  # noqa: N815 – the standard library's names
        do_HEAD = do_POST  # noqa: N815

        def log_message(self, *_args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/hooks/qb/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
