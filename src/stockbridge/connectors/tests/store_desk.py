"""What the store contract asks of a connector's simulator.

Each store folder offers `tests/contract_desk.py` with `open_desk()`; the contract finds
it through the registry, so that no connector can be left out.
"""

from contextlib import AbstractContextManager
from decimal import Decimal
from importlib import import_module
from typing import Protocol

from stockbridge.connectors import registry
from stockbridge.domain.money import Money
from stockbridge.ports import Store


class StoreDesk(Protocol):
    """A simulated store, and what happens in it behind the connector's back."""

    def store(self) -> Store:
        """Return the store, opened anew as after a restart."""

    def place_orders(self, count: int) -> list[str]:
        """Let shoppers place paid orders for stocked items; return their ids."""

    def change_order(self, order_id: str) -> None:
        """Change an order so that its date of change moves."""

    def refund_order(self, order_id: str) -> Money:
        """Give some of an order's money back."""

    def break_order(self, order_id: str) -> None:
        """Make one order such that it cannot be read."""

    def delete_order(self, order_id: str) -> None:
        """Delete an order for good."""

    def add_items(self, count: int) -> list[str]:
        """Make sellable, stocked items (variations among them); return their ids."""

    def set_stock(self, item_id: str, quantity: int) -> None:
        """Change a quantity in the store's own screens."""

    def stop_tracking(self, item_id: str) -> None:
        """Switch stock tracking off at an item."""

    def stock_of(self, item_id: str) -> Decimal | None:
        """Return what the store really has."""

    def add_customer(self) -> str:
        """Make a customer's account; return its id."""

    def lose_next_answer(self) -> None:
        """Let the next write take effect and its answer get lost."""

    def refuse_next_call(self) -> None:
        """Answer the next call with "too many requests"."""

    def calls(self) -> int:
        """Return how many calls came so far."""


def desk_of(slug: str) -> AbstractContextManager[StoreDesk]:
    """Open the simulated store of one connector."""
    module = import_module(f"stockbridge.connectors.stores.{slug}.tests.contract_desk")
    desk: AbstractContextManager[StoreDesk] = module.open_desk()
    return desk


def store_slugs() -> list[str]:
    """Return every store connector there is."""
    return [connector.slug for connector in registry.stores()]
