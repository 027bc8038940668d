"""What the engine asks of an online store."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from stockbridge.domain.catalog import StoreItem
from stockbridge.domain.commerce import Customer, Order
from stockbridge.domain.errors import SyncError
from stockbridge.domain.money import Money
from stockbridge.ports.links import ConnectionReport, Finding, Page


class StockMeaning(StrEnum):
    """What the quantity that we write to a store means there."""

    SELLABLE = "sellable"
    PHYSICAL_LESS_RESERVED = "physical_less_reserved"  # Magento


@dataclass(frozen=True, slots=True)
class StoreCapabilities:
    """What the engine must know of a kind of store."""

    stock_meaning: StockMeaning
    is_write_visible_at_once: bool
    has_compare_and_set: bool
    stock_rows_max: int  # per write call
    item_rows_max: int
    has_webhooks: bool
    locations: bool = False
    quantity_is_whole: bool = True


@dataclass(frozen=True, slots=True)
class StockWrite:
    """Set the quantity of an item (absolute), at a store location."""

    item_id: str
    product_id: str  # the grouping product
    kind: str  # simple, variation
    quantity: Decimal
    location_id: str = ""
    expected: Decimal | None = None  # for compare-and-set, where the store has it


@dataclass(frozen=True, slots=True)
class ItemWrite:
    """Create (no `item_id`) or update an item; None leaves a field as it is.

    `kind` "variable" is a product that groups variations: its `attributes` are what
    it offers, each value a pair. Where the product exists they are offered besides
    what it offers already; nothing is taken away. A "variation" needs `product_id`,
    and its `attributes` choose one value each of what the product offers.
    """

    item_id: str = ""
    product_id: str = ""
    kind: str = "simple"
    name: str | None = None
    sku: str | None = None
    price: Money | None = None
    sale_price: Money | None = None
    clear_sale_price: bool = False
    description: str | None = None
    status: str | None = None  # draft for what we create
    upc: str | None = None
    quantity: Decimal | None = None
    track_stock: bool | None = None
    attributes: tuple[tuple[str, str], ...] | None = None
    categories: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class WriteResult:
    """What became of one written row.

    `shown` is the quantity that the store's own answer reports; None: not said.
    With `error`, nothing of this row took effect. A `conflict` means that the
    store's quantity was not the expected one: read orders, compute, try again.
    """

    item_id: str
    shown: Decimal | None = None
    item: StoreItem | None = None
    error: SyncError | None = None
    conflict: bool = False


@dataclass(frozen=True, slots=True)
class OrderMark:
    """An order as the daily walk sees it: enough to notice what dates hide.

    A store that sets `Order.mark` to the same fingerprint when it reads an order
    spares the walk reading that order again.
    """

    external_id: str
    status: str
    fingerprint: str  # changes whenever refunds, status or total do


@dataclass(frozen=True, slots=True)
class WebhookHealth:
    """How the store's notices to us stand."""

    is_working: bool
    findings: tuple[Finding, ...] = ()
    ids: tuple[str, ...] = ()


class Store(Protocol):
    """One online store. Reads may repeat a record, never miss one."""

    @property
    def capabilities(self) -> StoreCapabilities:
        """What this kind of store can do."""

    def check(self) -> ConnectionReport:
        """Test the address and the keys, live. Never raises for what it explains."""

    def changed_orders(self, cursor: str, *, limit: int) -> Page[Order]:
        """Return about `limit` orders changed since `cursor`; "" means from the start.

        Each comes with its refunds. An order may come twice, never not at all.
        """

    def open_orders(self, cursor: str, *, limit: int) -> Page[Order]:
        """Return all orders that hold stock and are not fulfilled, of any age."""

    def orders(self, ids: Sequence[str]) -> Page[Order]:
        """Return these orders; one that is gone comes with status DELETED."""

    def walk_orders(self, cursor: str, *, limit: int) -> Page[OrderMark]:
        """Return marks of all orders, by id, for the daily walk."""

    def changed_items(self, cursor: str, *, limit: int) -> Page[StoreItem]:
        """Return about `limit` items changed since `cursor`, variations included."""

    def walk_items(self, cursor: str, *, limit: int) -> Page[StoreItem]:
        """Return all items with their quantities, by id: the daily read-back."""

    def items(self, refs: Sequence[tuple[str, str]]) -> Page[StoreItem]:
        """Return these (item id, product id); one that is gone is left out."""

    def changed_customers(self, cursor: str, *, limit: int) -> Page[Customer]:
        """Return customers that are new or may have changed since `cursor`."""

    def write_stock(self, rows: Sequence[StockWrite]) -> tuple[WriteResult, ...]:
        """Set quantities; one result per row, in order.

        At most `capabilities.stock_rows_max` rows. Safe to repeat. Raises
        AnswerLostError when it is not known what took effect.
        """

    def write_items(self, rows: Sequence[ItemWrite]) -> tuple[WriteResult, ...]:
        """Create or update items; one result per row, in order."""

    def find_item(self, sku: str) -> StoreItem | None:
        """Return the item with this SKU, trash excluded; None: there is none."""

    def ensure_webhooks(self, address: str, secret: str) -> WebhookHealth:
        """Create or repair our webhooks so that they call `address`."""

    def webhook_health(self, address: str) -> WebhookHealth:
        """Return whether our webhooks exist and are active."""

    def remove_webhooks(self, address: str) -> None:
        """Delete our webhooks, and only ours."""
