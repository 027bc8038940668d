"""A small store in memory, for the engine's own tests; `ShopStore` is its connector.

`Shop` is the outside system: people buy there, edit there, and its switches make it
fail. It behaves as a WooCommerce shop does where the engine can tell: orders take stock
and move the item's date.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from stockbridge.domain.catalog import StoreItem
from stockbridge.domain.commerce import (
    Customer,
    Order,
    OrderStatus,
    Refund,
)
from stockbridge.domain.errors import (
    SyncError,
)
from stockbridge.ports import (
    ItemWrite,
    StockWrite,
)

_TOOK = frozenset({*("on_hold", "processing", "completed", "refunded")})


@dataclass
class Shop:
    """The shop itself."""

    now: Callable[[], datetime]
    items: dict[str, StoreItem] = field(default_factory=dict)
    orders: dict[str, Order] = field(default_factory=dict)
    customers: dict[str, Customer] = field(default_factory=dict)
    unreadable: dict[str, str] = field(default_factory=dict)  # order id → why
    ticks: dict[tuple[str, str], int] = field(default_factory=dict)
    tick: int = 0
    # switches
    failure: SyncError | None = None  # every call fails with it
    lose_next_answer: SyncError | None = None  # the next write works, then fails
    lose_answer_after: int | None = None  # so many writes more, then one is lost
    refused: dict[str, str] = field(default_factory=dict)  # item id → why
    on_read_items: Callable[[], None] | None = None  # items were just read by id
    before_write: Callable[[], object] | None = None  # a shopper was quicker
    has_compare_and_set: bool = False
    # what happened
    stock_calls: list[list[StockWrite]] = field(default_factory=list)
    item_calls: list[list[ItemWrite]] = field(default_factory=list)
    reads: int = 0

    def add_item(self, item: StoreItem) -> StoreItem:
        """Put an item on sale, or change it."""
        self.items[item.external_id] = item
        self._touch("items", item.external_id)
        return item

    def edit_quantity(self, item_id: str, quantity: int | str) -> None:
        """Let somebody type a quantity in the shop's admin."""
        changed = replace(self.items[item_id], stock_quantity=Decimal(quantity))
        self.add_item(changed)

    def add_customer(self, customer: Customer) -> None:
        """Let somebody open an account."""
        self.customers[customer.external_id] = customer
        self._touch("customers", customer.external_id)

    def place(self, order: Order) -> Order:
        """Take an order, or change one; its goods leave the shelf or come back."""
        before = self.orders.get(order.external_id)
        for item_id, units in _held(order).items():
            self._move(item_id, -units)
        for item_id, units in (_held(before) if before else {}).items():
            self._move(item_id, units)
        self.orders[order.external_id] = order
        self._touch("orders", order.external_id)
        return order

    def change(self, order_id: str, **changes: Any) -> Order:
        """Change fields of an order."""
        return self.place(replace(self.orders[order_id], **changes))

    def ship(self, order_id: str) -> Order:
        """Mark an order as completed."""
        return self.change(
            order_id, status=OrderStatus.COMPLETED, completed_at=self.now()
        )

    def cancel(self, order_id: str) -> Order:
        """Call an order off; its goods come back."""
        return self.change(order_id, status=OrderStatus.CANCELLED)

    def refund(self, order_id: str, refund: Refund) -> Order:
        """Give money back, with or without goods."""
        order = self.orders[order_id]
        return self.change(order_id, refunds=(*order.refunds, refund))

    def on_shelf(self, item_id: str) -> Decimal:
        """Return what the shop shows."""
        found = self.items[item_id].stock_quantity
        assert found is not None
        return found

    def set_quantity(self, item_id: str, quantity: Decimal | None) -> None:
        """Change a number without moving the item's date, as a plugin's raw write."""
        self.items[item_id] = replace(self.items[item_id], stock_quantity=quantity)

    def touch_item(self, item_id: str) -> None:
        """Let the item come again in the feed."""
        self._touch("items", item_id)

    def new_item_id(self) -> str:
        """Return an id that no item has."""
        return str(1000 + len(self.items))

    def _touch(self, feed: str, external_id: str) -> None:
        self.tick += 1
        self.ticks[feed, external_id] = self.tick

    def _move(self, item_id: str, units: Decimal) -> None:
        item = self.items.get(item_id)
        if item is not None and item.stock_quantity is not None:
            self.set_quantity(item_id, item.stock_quantity + units)
            self.touch_item(item_id)


def _held(order: Order) -> dict[str, Decimal]:
    """Return the units that an order keeps off the shelf, by item."""
    if order.status.value not in _TOOK:
        return {}
    held: dict[str, Decimal] = {}
    item_of = {}
    for line in order.item_lines:
        item_of[line.external_id] = line.item_id
        held[line.item_id] = held.get(line.item_id, Decimal(0)) + line.quantity
    for refund in order.refunds:
        for line_id, units in refund.restocked_units or ():
            held[item_of[line_id]] -= units
    return held
