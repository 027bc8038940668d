"""A whole simulated WooCommerce store: its state, its server, its background thread."""

import ssl
import threading
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from stockbridge.connectors.simulated_http import Backend
from stockbridge.connectors.simulated_server import SimulatedServer
from stockbridge.connectors.simulation import (
    Clock,
    FaultSwitchboard,
    RequestLog,
    SystemClock,
)
from stockbridge.connectors.stores.woocommerce.simulator.admin import Admin, dump
from stockbridge.connectors.stores.woocommerce.simulator.catalogue import (
    add_product,
    furnish,
    seed_customers,
    seed_orders,
    seed_products,
)
from stockbridge.connectors.stores.woocommerce.simulator.customers import (
    insert as insert_customer,
)
from stockbridge.connectors.stores.woocommerce.simulator.deliveries import (
    DeliveryQueue,
)
from stockbridge.connectors.stores.woocommerce.simulator.outbound import Outbox, Sender
from stockbridge.connectors.stores.woocommerce.simulator.pairing import (
    Pairing,
    make_key,
)
from stockbridge.connectors.stores.woocommerce.simulator.records import (
    ApiKey,
    Customer,
    Json,
    Product,
)
from stockbridge.connectors.stores.woocommerce.simulator.routes import Router
from stockbridge.connectors.stores.woocommerce.simulator.sales import Sales
from stockbridge.connectors.stores.woocommerce.simulator.server import StoreOverHttp
from stockbridge.connectors.stores.woocommerce.simulator.state import StoreState
from stockbridge.connectors.stores.woocommerce.simulator.tls import self_signed
from stockbridge.connectors.stores.woocommerce.simulator.versions import version_named
from stockbridge.connectors.stores.woocommerce.simulator.web import Switches, Web


@dataclass(frozen=True, slots=True)
class Options:
    """How a simulated store is set up; the defaults are as strict as a real one."""

    port: int = 0  # 0 = any free one
    version: str = "11.0.1"
    seed: int = 1
    clock: Clock = field(default_factory=SystemClock)
    hpos: bool | None = None  # None = as the version has it when new
    https: bool = False  # with a self-signed certificate
    https_seen: bool = False  # a TLS-ending proxy: Basic and query keys count on http
    allow_local_callbacks: bool = False  # webhooks and pairing to 127.0.0.1, http
    plain_permalinks: bool = False
    racy_deltas: bool = False
    strips_authorization: bool = False
    deliver_webhooks: bool = True  # in the background; False: by send_webhooks()
    webhook_delay_s: float = 0.02
    latency: float = 0.0  # 1.0 = as slow as the measured store
    home_url: str = ""  # what the store believes its address to be; "" = its real one
    zone: str = "America/New_York"


class WooCommerceSimulator:
    """A stand-in for one WooCommerce store, over HTTP on 127.0.0.1.

    Use it as a context manager. `state` answers questions, `sales` is what shoppers
    and the merchant do, `faults` lets requests fail, `log` counts them.
    """

    def __init__(
        self,
        options: Options | None = None,
        *,
        sender: Outbox | None = None,
        **changes: Any,
    ) -> None:
        self.options = options or Options(**changes)
        given = self.options
        version = version_named(given.version)
        hpos = version.since(8) if given.hpos is None else given.hpos
        self.state = StoreState(version, given.clock, seed=given.seed, hpos=hpos)
        self.state.zone = given.zone
        furnish(self.state)
        self.state.customers[1] = Customer(
            self.state.take_id("user"),
            "owner@example.com",
            "owner",
            self.state.now(),
            None,
            role="administrator",
        )
        self.switches = Switches(
            given.plain_permalinks,
            given.https_seen,
            given.racy_deltas,
            given.strips_authorization,
        )
        hookshot = (
            f"WooCommerce/{version.name} Hookshot (WordPress/{version.wordpress})"
        )
        wordpress = f"WordPress/{version.wordpress}; {given.home_url}"
        may_be_local = given.allow_local_callbacks
        self.webhooks = DeliveryQueue(
            self.state,
            sender or Sender(hookshot, allow_local=may_be_local),
            delay_s=given.webhook_delay_s,
        )
        self.pairing = Pairing(
            self.state, sender or Sender(wordpress, allow_local=may_be_local)
        )
        self.sales = Sales(self.state)
        self.faults = FaultSwitchboard(given.seed)
        self.log = RequestLog()
        self.web = Web(self.state, Router(self.webhooks), self.pairing, self.switches)
        admin = Admin(self.state, self.sales, self.webhooks, self.faults, self.log)
        closing = threading.Event()
        over_http = StoreOverHttp(self.web, closing, given.latency)
        self.backend = Backend(
            over_http, admin, self.faults, self.log, given.clock, closing
        )
        self.key = make_key(self.state, "read_write")
        self._server: SimulatedServer | None = None
        self._port = given.port

    @property
    def url(self) -> str:
        """Return the store's address; it must have been started."""
        scheme = "https" if self.options.https else "http"
        return f"{scheme}://127.0.0.1:{self._port}"

    @property
    def consumer_key(self) -> str:
        """Return a key that may read and write."""
        return self.key.consumer_key

    @property
    def consumer_secret(self) -> str:
        """Return the secret of that key."""
        return self.key.consumer_secret

    def start(self) -> Self:
        """Listen, and deliver webhooks; the port stays the same after a stop."""
        context: ssl.SSLContext | None = self_signed() if self.options.https else None
        self.backend.closing.clear()
        self._server = SimulatedServer(self._port, self.backend, context)
        self._port = self._server.server_address[1]
        self.state.home_url = self.options.home_url or self.url
        self._server.start()
        if self.options.deliver_webhooks:
            self.webhooks.start()
        return self

    def stop(self) -> None:
        """Stop listening and cut open connections; the state stays."""
        self.backend.closing.set()
        self.webhooks.stop()
        if self._server is not None:
            self._server.stop()
            self._server = None

    def restart(self) -> None:
        """Go down and come up again on the same port, with the same data."""
        self.stop()
        self.web.doorman.forget()
        self.start()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def make_key(self, permissions: str = "read_write") -> ApiKey:
        """Make another pair of keys: read, write or read_write."""
        with self.state.lock:
            return make_key(self.state, permissions)

    def add_product(self, **sent: object) -> Product:
        """Make a product of what a POST would send."""
        with self.state.lock:
            return add_product(self.state, dict(sent))

    def add_customer(self, **sent: object) -> Customer:
        """Make a customer of what a POST would send."""
        with self.state.lock:
            return insert_customer(self.state, dict(sent))

    def seed_products(
        self, count: int, seed: int = 1, *, variable_share: float = 0.0
    ) -> list[int]:
        """Make `count` sellable items (see `catalogue.seed_products`)."""
        with self.state.lock:
            return seed_products(self.state, count, seed, variable_share=variable_share)

    def seed_customers(self, count: int, seed: int = 1) -> list[int]:
        """Make `count` customers."""
        with self.state.lock:
            return seed_customers(self.state, count, seed)

    def seed_orders(
        self, count: int, seed: int = 1, *, per_second: int = 1
    ) -> list[int]:
        """Make `count` past orders (see `catalogue.seed_orders`)."""
        with self.state.lock:
            return seed_orders(self.state, count, seed, per_second=per_second)

    def send_webhooks(self) -> int:
        """Deliver what is queued, now and here; return how many were tried."""
        return self.webhooks.send_all()

    def dump(self) -> Json:
        """Return the full state as JSON can hold it."""
        return dump(self.state)
