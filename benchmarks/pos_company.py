"""A simulated Point of Sale company in a process of its own, asked over HTTP.

`python -m benchmarks.pos_company ITEMS` prints its address. POST /session begins a
session (iterators die with the last one), POST / answers one message.
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

from stockbridge.connectors.books.quickbooks_pos.simulator.company import Company
from stockbridge.connectors.books.quickbooks_pos.simulator.seeding import (
    Start,
    a_company,
    add_item,
)
from stockbridge.connectors.simulation import SystemClock

_COLOURS = ("Red", "Rose", "Wine", "Blue", "Sky")
_SIZES = ("S", "M", "L", "XL")


def stocked(count: int) -> Company:
    """Return a company with so many items, filled in as a shop of clothes has them."""
    company = a_company(Start(clock=SystemClock()))
    for number in range(count):
        style, member = divmod(number, len(_COLOURS) * len(_SIZES))
        add_item(
            company,
            f"SKU-{number:06}",
            on_hand=str(number % 40),
            Desc1=f"Shirt of line {style:05}",
            Desc2="Cotton, washed once, cut straight; not to be bleached.",
            Attribute=_COLOURS[member % len(_COLOURS)],
            Size=_SIZES[member // len(_COLOURS)],
            OnHandStore02=f"{number % 7:.2f}",
            Cost="7.35",
            UPC=f"{400_000_000_000 + number}",
            **{f"Price{level}": f"{20 - level:.2f}" for level in range(1, 6)},
        )
    return company


@contextmanager
def company_process(count: int) -> Iterator[str]:
    """Run a company with so many items until the block ends; yield its address."""
    command = [sys.executable, "-m", "benchmarks.pos_company", str(count)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            found = re.search(r"http://\S+", process.stdout.readline())
            if found is None:
                raise RuntimeError("The simulated company did not start.")
            yield found.group()
        finally:
            process.terminate()
            process.communicate()


def _handler(company: Company) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        """Carries bytes to the company and back."""

        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            """Answer one message, or begin a session."""
            sent = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            told = b""
            if self.path == "/session":
                company.begin_session()
            else:
                told = company.process(sent)
            self.send_response(200)
            self.send_header("Content-Length", str(len(told)))
            self.end_headers()
            self.wfile.write(told)

        def log_message(self, *_args: object) -> None:
            """Say nothing."""

    return Handler


def main() -> int:
    """Serve one company on 127.0.0.1 until SIGTERM."""
    server = HTTPServer(("127.0.0.1", 0), _handler(stocked(int(sys.argv[1]))))
    print(f"http://127.0.0.1:{server.server_port}/", flush=True)
    server.serve_forever()
    return 0


if __name__ == "__main__":
    sys.exit(main())
