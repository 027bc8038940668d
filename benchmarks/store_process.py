"""A simulated store in a process of its own: its work is not counted as ours."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.request import Request, urlopen

from stockbridge.web.demo.setting_up import StoreAccess

_TIMEOUT_S = 600
Json = Any  # what the simulator answers: an object or a list


@dataclass(frozen=True, slots=True)
class StoreProcess:
    """A store that runs, and the door through which it is driven."""

    access: StoreAccess

    def tell(
        self, path: str, sent: Mapping[str, object] | None = None, method: str = "POST"
    ) -> Json:
        """Call the simulator's own API; return what it answers."""
        request = Request(
            f"{self.access.address}/simulator/{path}",
            method=method,
            data=json.dumps(sent or {}).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urlopen(request, timeout=_TIMEOUT_S) as answer:
            return json.load(answer)

    def requests(self) -> list[dict[str, Any]]:
        """Return the calls that it answered since `forget_requests`."""
        found: list[dict[str, Any]] = self.tell("requests", method="GET")
        return found

    def forget_requests(self) -> None:
        """Count calls anew."""
        self.tell("requests", method="DELETE")

    def sold_skus(self) -> list[str]:
        """Return the SKUs that can be bought."""
        products = self.tell("state", method="GET")["products"]
        return [row["sku"] for row in products.values() if row.get("sku")]


@contextmanager
def store_process(
    *, products: int, orders: int = 0, customers: int = 0, latency: float = 0.0
) -> Iterator[StoreProcess]:
    """Run a store of simple products until the block ends."""
    options = {
        "port": 0,
        "products": products,
        "variable-share": 0,
        "orders": orders,
        "customers": customers,
        "latency": latency,
    }
    words = [f"--{name}={value}" for name, value in options.items()]
    command = [sys.executable, "-m", "stockbridge", "simulate", "woocommerce", *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield StoreProcess(_access(process))
        finally:
            process.terminate()
            process.communicate()


def _access(process: "subprocess.Popen[str]") -> StoreAccess:
    assert process.stdout is not None
    greeting = "".join(process.stdout.readline() for _ in range(3))
    found = re.search(r"at (\S+)\n.*key:\s+(\S+)\n.*secret:\s+(\S+)", greeting)
    if found is None:
        raise RuntimeError(f"The simulated store did not start: {greeting}")
    return StoreAccess(*found.groups())
