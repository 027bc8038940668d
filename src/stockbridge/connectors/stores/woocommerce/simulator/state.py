"""Everything a simulated store knows, behind one lock.

Whoever reads or writes holds `state.lock`; the server does so around each request,
the helpers for tests do so in each call.
"""

import random
import threading
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager

from stockbridge.connectors.simulation import Clock
from stockbridge.connectors.stores.woocommerce.simulator.indexes import (
    SortedIndex,
    TextIndex,
)
from stockbridge.connectors.stores.woocommerce.simulator.records import (
    ApiKey,
    Attribute,
    Coupon,
    Customer,
    Fulfillment,
    Meta,
    Order,
    Product,
    Refund,
    TaxRate,
    Term,
    Value,
    Webhook,
)
from stockbridge.connectors.stores.woocommerce.simulator.setting_table import (
    default_settings,
)
from stockbridge.connectors.stores.woocommerce.simulator.versions import Version

Listener = Callable[[str, int], None]

ORDER_STATUSES = {
    "pending": "Pending payment",
    "processing": "Processing",
    "on-hold": "On hold",
    "completed": "Completed",
    "cancelled": "Cancelled",
    "refunded": "Refunded",
    "failed": "Failed",
    "checkout-draft": "Draft",
}
UNLISTED_STATUSES = frozenset({"trash", "checkout-draft", "auto-draft"})


class StoreState:
    """The tables of one store, and their indexes."""

    def __init__(
        self, version: Version, clock: Clock, *, seed: int, hpos: bool
    ) -> None:
        self.lock = threading.RLock()
        self.version = version
        self.clock = clock
        self.random = random.Random(seed)
        self.hpos = hpos  # False: orders live in posts, as before 2023
        self.zone = "America/New_York"
        self.home_url = "http://127.0.0.1"
        self.title = "Example Store"
        self.settings: dict[str, str] = default_settings()
        self.cost_of_goods = False
        self.has_fulfillments = False  # a feature that a shop switches on
        self.fulfillments: list[Fulfillment] = []
        self.deadly_fulfillments: set[int] = set()  # orders over which a plugin dies
        self.custom_statuses: dict[str, str] = {}
        self.refundable_gateways: set[str] = set()
        self.products: dict[int, Product] = {}
        self.orders: dict[int, Order] = {}
        self.refunds: dict[int, Refund] = {}
        self.coupons: dict[int, Coupon] = {}
        self.customers: dict[int, Customer] = {}
        self.rates: dict[int, TaxRate] = {}
        self.terms: dict[int, Term] = {}
        self.attributes: dict[int, Attribute] = {}
        self.webhooks: dict[int, Webhook] = {}
        self.keys: dict[str, ApiKey] = {}
        self.skus = TextIndex()
        self.codes = TextIndex()  # GTIN, UPC, EAN, ISBN
        self.slugs: dict[str, int] = {}
        self.product_times = {"date": SortedIndex(), "modified": SortedIndex()}
        self.variation_times = {"date": SortedIndex(), "modified": SortedIndex()}
        self.order_times = {"date": SortedIndex(), "modified": SortedIndex()}
        self.revision = 0  # grows with every change
        self._next_ids: dict[str, int] = {"post": 11, "term": 16}
        self._listeners: list[Listener] = []
        self._found: dict[Hashable, tuple[int, Sequence[int]]] = {}

    # --- time and ids ------------------------------------------------------------

    def now(self) -> int:
        """Return the current epoch second; WooCommerce keeps no finer times."""
        return int(self.clock.now().timestamp())

    def take_id(self, kind: str) -> int:
        """Return a new id; products, orders, refunds and coupons share "post"."""
        taken = self._next_ids.get(kind, 1)
        self._next_ids[kind] = taken + 1
        return taken

    def set_next_id(self, kind: str, next_id: int) -> None:
        """Let the next id of that kind be `next_id`."""
        self._next_ids[kind] = next_id

    def random_text(self, length: int) -> str:
        """Return random letters and digits, the same ones for the same seed."""
        letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
        return "".join(self.random.choices(letters, k=length))

    def new_meta(self, key: str, value: Value) -> Meta:
        """Return a new meta row."""
        return Meta(self.take_id("meta"), key, value)

    # --- what tests ask for ------------------------------------------------------

    def product(self, product_id: int | str) -> Product:
        """Return a product or variation; raise KeyError for an unknown id."""
        return self.products[int(product_id)]

    def product_by_sku(self, sku: str) -> Product:
        """Return the product or variation with this SKU; KeyError if none."""
        found = self.skus.find(sku)
        if not found:
            raise KeyError(sku)
        return self.products[found[0]]

    def order(self, order_id: int | str) -> Order:
        """Return an order; raise KeyError for an unknown id."""
        return self.orders[int(order_id)]

    def known_order(self, order_id: Value) -> Order | None:
        """Return what the present storage has under this id.

        Orders of the tables leave an empty post behind, orders among the posts leave
        nothing in the tables (753b, 754).
        """
        order = self.orders.get(order_id) if isinstance(order_id, int) else None
        if order is None or (self.hpos and not order.is_in_tables):
            return None
        return order

    def refund(self, refund_id: int | str) -> Refund:
        """Return a refund; raise KeyError for an unknown id."""
        return self.refunds[int(refund_id)]

    def customer(self, customer_id: int | str) -> Customer:
        """Return a user; raise KeyError for an unknown id."""
        return self.customers[int(customer_id)]

    def remembered(
        self, question: Hashable, answer: Callable[[], Sequence[int]]
    ) -> Sequence[int]:
        """Return the ids that answer a list's question, found once per revision.

        So the second page of a filtered list costs no second walk.
        """
        known = self._found.get(question)
        if known is not None and known[0] == self.revision:
            return known[1]
        ids = answer()
        if len(self._found) > 32:
            self._found.clear()
        self._found[question] = (self.revision, ids)
        return ids

    # --- settings ----------------------------------------------------------------

    def is_on(self, setting: str) -> bool:
        """Say whether a yes/no setting is yes; the prefix woocommerce_ is left out."""
        return self.settings[f"woocommerce_{setting}"] == "yes"

    def setting(self, setting: str) -> str:
        """Return a setting's value; the prefix woocommerce_ is left out."""
        return self.settings[f"woocommerce_{setting}"]

    @property
    def decimals(self) -> int:
        """Return how many decimals the store's prices have."""
        return int(self.settings["woocommerce_price_num_decimals"] or 0)

    # --- changes -----------------------------------------------------------------

    def listen(self, listener: Listener) -> None:
        """Call `listener(topic, id)` whenever something changes."""
        self._listeners.append(listener)

    def announce(self, topic: str, record_id: int) -> None:
        """Tell the listeners that something changed."""
        for listener in self._listeners:
            listener(topic, record_id)

    @contextmanager
    def unheard(self) -> Iterator[None]:
        """Let nobody hear of what changes meanwhile."""
        listeners, self._listeners = self._listeners, []
        try:
            yield
        finally:
            self._listeners = listeners

    def put_product(self, product: Product) -> None:
        """Keep a product's place in the indexes up to date after a change."""
        self.revision += 1
        self.products[product.id] = product
        is_variation = product.type == "variation"
        times = self.variation_times if is_variation else self.product_times
        if product.status in UNLISTED_STATUSES:
            for index in times.values():
                index.drop(product.id)
            return
        times["date"].put(product.id, product.created)
        times["modified"].put(product.id, product.modified)

    def touch_product(self, product: Product) -> None:
        """Move `date_modified`; of a variation the parent's, too."""
        product.modified = self.now()
        self.put_product(product)
        parent = self.products.get(product.parent_id)
        if product.type == "variation" and parent is not None:
            parent.modified = product.modified
            self.put_product(parent)

    def remove_product(self, product: Product) -> None:
        """Delete a product for good."""
        self.revision += 1
        del self.products[product.id]
        self.skus.remove(product.sku, product.id)
        self.codes.remove(product.global_unique_id, product.id)
        for times in (self.product_times, self.variation_times):
            for index in times.values():
                index.drop(product.id)
        parent = self.products.get(product.parent_id)
        if parent is not None and product.id in parent.children:
            parent.children.remove(product.id)

    def put_order(self, order: Order) -> None:
        """Keep an order's place in the indexes up to date after a change."""
        self.revision += 1
        if order.id not in self.orders:
            order.is_in_tables = self.hpos
        self.orders[order.id] = order
        if not self.is_listed(order):
            for index in self.order_times.values():
                index.drop(order.id)
            return
        self.order_times["date"].put(order.id, order.created)
        self.order_times["modified"].put(order.id, order.modified)

    def remove_order(self, order: Order) -> None:
        """Delete an order for good, with its refunds."""
        self.revision += 1
        del self.orders[order.id]
        for refund_id in order.refunds:
            del self.refunds[refund_id]
        for index in self.order_times.values():
            index.drop(order.id)

    def is_listed(self, order: Order) -> bool:
        """Say whether status=any shows the order: only registered statuses do."""
        if order.status in UNLISTED_STATUSES or order.is_in_tables != self.hpos:
            return False
        return order.status in ORDER_STATUSES or order.status in self.custom_statuses

    def switch_order_storage(self, *, hpos: bool) -> None:
        """Keep orders elsewhere from now on; those that there are stay where they are.

        WooCommerce refuses it while orders are unsynchronised; plugins and people who
        edit the database do it all the same.
        """
        self.hpos = hpos
        self._relist_orders()

    def register_status(self, slug: str, name: str) -> None:
        """Add an order status, as a plugin does."""
        self.custom_statuses[slug] = name
        self._relist_orders()

    def forget_status(self, slug: str) -> None:
        """Remove a plugin's status; its orders stay, but status=any hides them."""
        del self.custom_statuses[slug]
        self._relist_orders()

    def _relist_orders(self) -> None:
        for order in self.orders.values():
            self.put_order(order)
