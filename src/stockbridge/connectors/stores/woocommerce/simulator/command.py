"""`stockbridge simulate woocommerce`: a store that runs until it is stopped."""

import random
import sys
import threading
from argparse import ArgumentParser
from collections.abc import Mapping
from typing import TextIO

from stockbridge.connectors.simulated_running import stopped_by_signals
from stockbridge.connectors.stores.woocommerce.simulator.records import Value
from stockbridge.connectors.stores.woocommerce.simulator.sales import Basket
from stockbridge.connectors.stores.woocommerce.simulator.simulated import (
    Options,
    WooCommerceSimulator,
)
from stockbridge.connectors.stores.woocommerce.simulator.versions import VERSIONS


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the command's options."""
    parser.add_argument("--port", type=int, default=8765, help="0 takes any free one")
    parser.add_argument("--version", dest="store_version", default=VERSIONS[-1])
    parser.add_argument("--products", type=int, default=100, help="items to begin with")
    parser.add_argument("--variable-share", type=float, default=0.2)
    parser.add_argument("--customers", type=int, default=20)
    parser.add_argument("--orders", type=int, default=50, help="past orders")
    parser.add_argument("--orders-per-minute", type=float, default=0.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--latency", type=float, default=0.0, help="1: as a real store")
    parser.add_argument("--https", action="store_true", help="self-signed certificate")
    parser.add_argument(
        "--strict",
        action="store_true",
        help="no keys over http, no callbacks to this machine, as a real store",
    )


def run(options: Mapping[str, Value]) -> None:
    """Run a store with these options until SIGINT or SIGTERM."""
    with stopped_by_signals() as stopping:
        serve(options, stopping, sys.stdout)


def serve(options: Mapping[str, Value], stopping: threading.Event, out: TextIO) -> None:
    """Run a store until `stopping` is set; address and keys are written to `out`."""
    is_strict = bool(options.get("strict"))
    setup = Options(
        port=int(options.get("port", 0)),
        version=str(options.get("store_version") or VERSIONS[-1]),
        seed=int(options.get("seed", 1)),
        https=bool(options.get("https")),
        https_seen=not is_strict,
        allow_local_callbacks=not is_strict,
        latency=float(options.get("latency", 0)),
    )
    simulator = WooCommerceSimulator(setup)
    _fill(simulator, options)
    with simulator:
        out.write(_greeting(simulator))
        out.flush()
        pause_s = _pause_s(float(options.get("orders_per_minute", 0)))
        shopper = random.Random(setup.seed)
        while not stopping.wait(pause_s):
            _buy_something(simulator, shopper)
    out.write("The simulated store has stopped.\n")
    out.flush()


def _fill(simulator: WooCommerceSimulator, options: Mapping[str, Value]) -> None:
    seed = int(options.get("seed", 1))
    share = float(options.get("variable_share", 0))
    products = int(options.get("products", 0))
    simulator.seed_products(products, seed, variable_share=share)
    simulator.seed_customers(int(options.get("customers", 0)), seed)
    if products and options.get("orders"):
        simulator.seed_orders(int(options["orders"]), seed)


def _pause_s(orders_per_minute: float) -> float | None:
    return 60 / orders_per_minute if orders_per_minute > 0 else None


def _buy_something(simulator: WooCommerceSimulator, shopper: random.Random) -> None:
    with simulator.state.lock:
        sellable = [
            product.id
            for product in simulator.state.products.values()
            if product.type in {"simple", "variation"} and product.regular_price
        ]
    if not sellable:
        return
    items = [
        (shopper.choice(sellable), shopper.randint(1, 3))
        for _ in range(shopper.randint(1, 3))
    ]
    simulator.sales.place_order(Basket(items=items, shipping="10.00"))


def _greeting(simulator: WooCommerceSimulator) -> str:
    return (
        f"WooCommerce {simulator.options.version} (simulated) at {simulator.url}\n"
        f"Consumer key:    {simulator.consumer_key}\n"
        f"Consumer secret: {simulator.consumer_secret}\n"
        f"Owner's log-in for pairing: owner / {simulator.pairing.password}\n"
        f"Drive and inspect it: {simulator.url}/simulator/ says how\n"
    )
