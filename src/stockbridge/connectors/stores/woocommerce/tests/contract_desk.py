"""A simulated WooCommerce store for the contract that every store keeps."""

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal

from stockbridge.connectors.simulation import Fault, FaultKind
from stockbridge.connectors.stores.woocommerce.simulator import Basket
from stockbridge.connectors.stores.woocommerce.store import WooCommerceStore
from stockbridge.connectors.stores.woocommerce.tests.desk import Desk, a_desk
from stockbridge.domain.money import Money


class WooCommerceDesk:
    """Implements `StoreDesk`."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._simulator = desk.simulator

    def store(self) -> WooCommerceStore:
        return self._desk.store()

    def place_orders(self, count: int) -> list[str]:
        if not self._stocked():
            self._simulator.seed_products(5)
        item = self._stocked()[0]
        orders = (
            self._simulator.sales.place_order(Basket([(item, 1)])) for _ in range(count)
        )
        return [str(order.id) for order in orders]

    def change_order(self, order_id: str) -> None:
        self._simulator.sales.edit_order(int(order_id), {"customer_note": "changed"})

    def refund_order(self, order_id: str) -> Money:
        refund = self._simulator.sales.refund(int(order_id), amount="1.00")
        return Money(Decimal(str(refund.amount)), "USD")

    def break_order(self, order_id: str) -> None:
        self._simulator.state.orders[int(order_id)].currency = "BTC"

    def delete_order(self, order_id: str) -> None:
        self._simulator.sales.delete_order(int(order_id))

    def add_items(self, count: int) -> list[str]:
        before = set(self._stocked())
        self._simulator.seed_products(count, variable_share=0.4)
        return [str(item) for item in self._stocked() if item not in before]

    def set_stock(self, item_id: str, quantity: int) -> None:
        self._simulator.sales.set_stock(int(item_id), quantity)

    def stop_tracking(self, item_id: str) -> None:
        self._simulator.sales.edit_product(int(item_id), {"manage_stock": False})

    def stock_of(self, item_id: str) -> Decimal | None:
        quantity = self._simulator.state.products[int(item_id)].stock_quantity
        return None if quantity is None else Decimal(quantity)

    def add_customer(self) -> str:
        return str(self._simulator.add_customer(email="new@example.com").id)

    def lose_next_answer(self) -> None:
        self._simulator.faults.add(Fault(FaultKind.ANSWER_LOST, method="POST"))

    def refuse_next_call(self) -> None:
        self._simulator.faults.add(Fault(FaultKind.TOO_MANY_REQUESTS))

    def calls(self) -> int:
        return self._simulator.log.count()

    def _stocked(self) -> list[int]:
        products = self._simulator.state.products.values()
        return [p.id for p in products if p.type != "variable" and p.manage_stock]


@contextmanager
def open_desk() -> Iterator[WooCommerceDesk]:
    """Run a simulated store."""
    with a_desk() as desk:
        yield WooCommerceDesk(desk)
