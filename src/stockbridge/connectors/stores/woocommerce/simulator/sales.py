"""What shoppers and the merchant do inside the store, without the API.

Each function takes the store's lock, so it may run beside requests.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from stockbridge.connectors.stores.woocommerce.simulator import fulfillments, products
from stockbridge.connectors.stores.woocommerce.simulator import orders as order_routes
from stockbridge.connectors.stores.woocommerce.simulator.order_status import add_note
from stockbridge.connectors.stores.woocommerce.simulator.order_write import (
    change_status,
    create_order,
    touch_order,
    update_order,
)
from stockbridge.connectors.stores.woocommerce.simulator.records import (
    Json,
    Order,
    Product,
    Refund,
)
from stockbridge.connectors.stores.woocommerce.simulator.refund_write import (
    create_refund,
    delete_refund,
    remaining,
)
from stockbridge.connectors.stores.woocommerce.simulator.state import StoreState
from stockbridge.connectors.stores.woocommerce.simulator.stock_rules import (
    align_stock,
    sync_parent,
)

ADDRESS: Mapping[str, str] = {
    "first_name": "Ada",
    "last_name": "Example",
    "address_1": "1 Main St",
    "city": "New York",
    "state": "NY",
    "postcode": "10002",
    "country": "US",
    "email": "ada@example.com",
    "phone": "555-0100",
}
Sold = int | str | tuple[int | str, int]  # id or SKU, perhaps with a quantity


@dataclass(frozen=True, slots=True)
class Basket:
    """What a shopper buys, and how; the defaults are a paid order from New York."""

    items: Sequence[Sold]
    status: str = "processing"
    address: Mapping[str, str] = field(default_factory=lambda: ADDRESS)
    customer_id: int = 0
    shipping: str = ""  # net amount; "" = nothing is shipped
    fees: Sequence[tuple[str, str]] = ()  # name and net amount, also negative
    coupons: Sequence[str] = ()
    payment_method: str = "bacs"
    note: str = ""
    via: str = "checkout"
    currency: str = ""
    meta: Mapping[str, Any] = field(default_factory=dict)
    number: str = ""  # where a plugin numbers orders


class Sales:
    """Orders, refunds and stock, as they change inside the store."""

    def __init__(self, state: StoreState) -> None:
        self._state = state

    def place_order(self, basket: Basket) -> Order:
        """Buy what is in the basket; unknown SKUs raise KeyError."""
        with self._state.lock:
            order = create_order(self._state, self._sent(basket), via=basket.via)
            order.number = basket.number
            return order

    def change_status(self, order_id: int, status: str) -> Order:
        """Move an order to another status, as the merchant does."""
        with self._state.lock:
            order = self._state.order(order_id)
            change_status(self._state, order, status)
            touch_order(self._state, order)
            self._state.announce("order.updated", order.id)
            return order

    def edit_order(self, order_id: int, sent: Json) -> Order:
        """Change an order as a PUT with this body would."""
        with self._state.lock:
            return update_order(self._state, self._state.order(order_id), sent)

    def add_note(self, order_id: int, text: str) -> None:
        """Put a note on an order; its date does not move."""
        with self._state.lock:
            add_note(self._state, self._state.order(order_id), text, author="owner")

    def trash_order(self, order_id: int) -> None:
        """Move an order to the trash; its stock stays taken."""
        with self._state.lock:
            order_routes.trash(self._state, self._state.order(order_id))

    def restore_order(self, order_id: int) -> None:
        """Take an order out of the trash."""
        with self._state.lock:
            order_routes.restore(self._state, self._state.order(order_id))

    def delete_order(self, order_id: int) -> None:
        """Delete an order for good."""
        with self._state.lock:
            order_routes.remove(self._state, self._state.order(order_id))

    def refund(
        self,
        order_id: int,
        *,
        amount: str = "",
        quantities: Mapping[int, int] | None = None,
        restock: bool = True,
        reason: str = "",
    ) -> Refund:
        """Refund an amount, or quantities by line id with their money and tax.

        Neither given: everything that is left, line by line.
        """
        with self._state.lock:
            order = self._state.order(order_id)
            sent: Json = {"api_refund": False, "api_restock": restock, "reason": reason}
            if amount:
                sent["amount"] = amount
            elif quantities is None:
                sent["amount"] = str(remaining(self._state, order))
            if quantities is not None or not amount:
                sent["line_items"] = _refund_rows(order, quantities)
            return create_refund(self._state, order, sent)

    def fulfil(
        self,
        order_id: int,
        units: Mapping[int, int],
        *,
        tracking: str = "",
        is_fulfilled: bool = True,
    ) -> int:
        """Let units of lines leave in a parcel; return its id. Switches that on."""
        with self._state.lock:
            self._state.has_fulfillments = True
            order = self._state.order(order_id)
            return fulfillments.fulfil(
                self._state,
                order,
                dict(units),
                tracking=tracking,
                is_fulfilled=is_fulfilled,
            ).id

    def remove_fulfillment(self, order_id: int, fulfillment_id: int) -> None:
        """Delete a parcel."""
        with self._state.lock:
            order = self._state.order(order_id)
            fulfillments.remove(self._state, order, fulfillment_id)

    def track(self, order_id: int, entries: Sequence[Json]) -> None:
        """Note parcels with an order as plugins for tracking numbers do."""
        with self._state.lock:
            order = self._state.order(order_id)
            key = "_wc_shipment_tracking_items"
            order.meta[:] = [row for row in order.meta if row.key != key]
            order.meta.append(self._state.new_meta(key, list(entries)))
            touch_order(self._state, order)
            self._state.announce("order.updated", order_id)

    def delete_refund(self, refund_id: int) -> None:
        """Delete a refund; the order's date does not move."""
        with self._state.lock:
            refund = self._state.refund(refund_id)
            delete_refund(self._state, self._state.order(refund.order_id), refund)

    def set_stock(self, sold: int | str, quantity: int) -> Product:
        """Set a stock in the store's own screens; starts managing it if need be."""
        with self._state.lock:
            product = self._find(sold)
            product.manage_stock = True
            product.stock_quantity = quantity
            align_stock(self._state, product)
            if product.type == "variation":
                sync_parent(self._state, self._state.products[product.parent_id])
            self._state.touch_product(product)
            self._state.announce("product.updated", product.id)
            return product

    def write_raw_stock(self, sold: int | str, quantity: int) -> None:
        """Write the stock as careless plugins do: no date moves, nobody is told."""
        with self._state.lock:
            self._find(sold).stock_quantity = quantity
            self._state.revision += 1

    def edit_product(self, sold: int | str, sent: Json) -> Product:
        """Change a product as a PUT with this body would."""
        with self._state.lock:
            product = self._find(sold)
            products.change(self._state, product, sent)
            return product

    def _find(self, sold: int | str) -> Product:
        if isinstance(sold, int):
            return self._state.product(sold)
        return self._state.product_by_sku(sold)

    def _sent(self, basket: Basket) -> Json:
        billing = dict(basket.address)
        sent: Json = {
            "status": basket.status,
            "customer_id": basket.customer_id,
            "payment_method": basket.payment_method,
            "payment_method_title": basket.payment_method,
            "customer_note": basket.note,
            "billing": billing,
            "shipping": {
                name: value for name, value in billing.items() if name != "email"
            },
            "line_items": [self._line(sold) for sold in basket.items],
            "fee_lines": [
                {"name": name, "total": total} for name, total in basket.fees
            ],
            "coupon_lines": [{"code": code} for code in basket.coupons],
            "meta_data": [
                {"key": key, "value": value} for key, value in basket.meta.items()
            ],
        }
        if basket.currency:
            sent["currency"] = basket.currency
        if basket.shipping:
            line = {"method_id": "flat_rate", "method_title": "Flat rate"}
            sent["shipping_lines"] = [{**line, "total": basket.shipping}]
        return sent

    def _line(self, sold: Sold) -> Json:
        what, quantity = sold if isinstance(sold, tuple) else (sold, 1)
        return {"product_id": self._find(what).id, "quantity": quantity}


def _refund_rows(order: Order, quantities: Mapping[int, int] | None) -> list[Json]:
    return list(_rows(order, quantities))


def _rows(order: Order, quantities: Mapping[int, int] | None) -> Iterable[Json]:
    for line in order.lines:
        if line.kind == "coupon":
            continue
        if quantities is None:
            quantity = line.quantity if line.kind == "line_item" else 0
            share = 1
            whole = 1
        elif line.id in quantities:
            quantity = quantities[line.id]
            share, whole = max(quantity, 1), max(line.quantity, 1)
        else:
            continue
        yield {
            "id": line.id,
            "quantity": quantity,
            "refund_total": f"{line.total * share / whole:.2f}",
            "refund_tax": [
                {"id": rate_id, "refund_total": f"{tax * share / whole:.2f}"}
                for rate_id, tax in line.taxes.items()
            ],
        }
