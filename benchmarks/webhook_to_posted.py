"""From an order in the store to the sale in the books: one process, idle, told by hook.

The store places an order and sends its notice; `stockbridge serve` hears it, reads the
order, books it. Measured from before the order is placed until the sale's own
`posted_at`. The floor is what cannot be avoided: placing the order, and one bare call
to the same server and one to the store.
"""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from statistics import median

import httpx2
from django.conf import settings

from benchmarks import worlds
from benchmarks.figures import Figure, percentile
from benchmarks.shoppers import Shoppers
from benchmarks.store_process import StoreProcess, store_process
from stockbridge.engine.clock import utc_now
from stockbridge.engine.models import Bridge, Connection, Delivery
from stockbridge.engine.webhooks import ensure_webhooks

P50_S, P99_S = 0.3, 1.0
PATIENCE_S = 30.0
FLOOR_IS = "placing the order, one bare call to us, one to the store"


def measure(*, quick: bool) -> Iterator[Figure]:
    """Yield the median and the 99th percentile, in seconds."""
    count = 5 if quick else 200
    port = _free_port()
    settings.PUBLIC_URL = f"http://127.0.0.1:{port}"
    with store_process(products=40) as store:
        bridge = _ready(store)
        with _server(port):
            ensure_webhooks(Connection.objects.get(pk=bridge.store_id), now=utc_now())
            shoppers = Shoppers(store, store.sold_skus())
            _lags(shoppers, 3)  # the first ones open connections and load code
            lags = _lags(shoppers, count)
            floor = _floor_s(store, shoppers, port, 20 if not quick else 3)
    facts: dict[str, object] = {"orders": count, "slowest_s": round(max(lags), 3)}
    for name, value, target in (
        ("webhook to posted, p50", median(lags), P50_S),
        ("webhook to posted, p99", percentile(lags, 99), P99_S),
    ):
        yield Figure(
            name,
            value,
            "s",
            target=target,
            floor=floor,
            floor_is=FLOOR_IS,
            facts=facts,
        )


def _ready(store: StoreProcess) -> Bridge:
    bridge = worlds.join(store.access)
    worlds.fill_books(bridge.company, store.sold_skus(), on_hand=10_000)
    for _ in range(2):
        worlds.do_jobs(bridge.store_id)
        worlds.do_jobs(bridge.books_id)
    worlds.choose(bridge, orders_enabled=True, orders_interval_min=60)
    worlds.do_jobs(bridge.store_id)
    return bridge


@contextmanager
def _server(port: int) -> Iterator[None]:
    """Run the real thing, with its worker, until the block ends."""
    address = f"http://127.0.0.1:{port}"
    own = {"STOCKBRIDGE_PUBLIC_URL": address, "STOCKBRIDGE_HOSTS": "127.0.0.1"}
    command = [sys.executable, "-m", "stockbridge", "serve", "--port", str(port)]
    with subprocess.Popen(
        command,
        env={**os.environ, **own},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            _wait_until_it_answers(address)
            yield
        finally:
            process.terminate()


def _wait_until_it_answers(address: str) -> None:
    ends = time.monotonic() + PATIENCE_S
    while time.monotonic() < ends:
        try:
            if httpx2.get(f"{address}/healthz", timeout=5).status_code < 500:
                return
        except httpx2.HTTPError:
            time.sleep(0.1)
    raise RuntimeError("The server did not come up.")


def _lags(shoppers: Shoppers, count: int) -> list[float]:
    return [_lag_s(shoppers) for _ in range(count)]


def _lag_s(shoppers: Shoppers) -> float:
    """Let one order be placed; return how long it took until its sale was booked."""
    placed = datetime.now(UTC)
    (order_id,) = shoppers.buy(1)
    ends = time.monotonic() + PATIENCE_S
    while time.monotonic() < ends:
        posted = (
            Delivery.objects.filter(
                kind="sale", state="posted", sources__order_id=str(order_id)
            )
            .values_list("posted_at", flat=True)
            .first()
        )
        if posted is not None:
            return float((posted - placed).total_seconds())
        time.sleep(0.01)
    raise RuntimeError(f"Order {order_id} was not booked within {PATIENCE_S} s.")


def _floor_s(store: StoreProcess, shoppers: Shoppers, port: int, count: int) -> float:
    access = store.access
    keys = (access.consumer_key, access.consumer_secret)
    times = []
    with httpx2.Client(auth=keys, timeout=30) as shop, httpx2.Client() as us:
        for _ in range(count):
            began = time.perf_counter()
            (order_id,) = shoppers.buy(1)
            us.get(f"http://127.0.0.1:{port}/healthz")
            shop.get(f"{access.address}/wp-json/wc/v3/orders/{order_id}")
            times.append(time.perf_counter() - began)
    return median(times)


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
    return port
