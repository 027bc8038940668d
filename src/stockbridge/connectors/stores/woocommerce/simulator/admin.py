"""The small API below /simulator/, by which another process drives and checks a store.

GET  /simulator/state · /simulator/requests · /simulator/faults · /simulator/deliveries
POST /simulator/orders · …/orders/N/status · …/orders/N/refunds · …/stock · …/faults
POST /simulator/clock · /simulator/seed · /simulator/webhooks/send
DELETE /simulator/faults · /simulator/requests
"""

from stockbridge.connectors.simulated_admin import Route, plain, routed, shared_routes
from stockbridge.connectors.simulated_http import HttpRequest, Reply
from stockbridge.connectors.simulation import FaultSwitchboard, RequestLog
from stockbridge.connectors.stores.woocommerce.simulator.catalogue import (
    seed_customers,
    seed_orders,
    seed_products,
)
from stockbridge.connectors.stores.woocommerce.simulator.deliveries import (
    DeliveryQueue,
)
from stockbridge.connectors.stores.woocommerce.simulator.errors import ApiError
from stockbridge.connectors.stores.woocommerce.simulator.records import Json
from stockbridge.connectors.stores.woocommerce.simulator.sales import Basket, Sales
from stockbridge.connectors.stores.woocommerce.simulator.state import StoreState

_TABLES = ("products", "orders", "refunds", "customers", "coupons", "webhooks")
NUMBER = r"(\d+)"
EXAMPLES = {
    "POST /simulator/orders": {"items": [["SKU-000011", 2]], "shipping": "5.00"},
    "POST /simulator/orders/N/status": {"status": "completed"},
    "POST /simulator/orders/N/refunds": {"amount": "5.00", "reason": "a scratch"},
    "POST /simulator/stock": {"sku": "SKU-000011", "quantity": 7},
}


class Admin:
    """Answers requests below /simulator/."""

    def __init__(
        self,
        state: StoreState,
        sales: Sales,
        queue: DeliveryQueue,
        faults: FaultSwitchboard,
        log: RequestLog,
    ) -> None:
        self._state = state
        self._sales = sales
        self._acts: tuple[Route, ...] = (
            *shared_routes(faults, log, state.clock),
            ("GET", "", lambda _, __: self._list()),
            ("GET", "state", lambda _, __: dump(state)),
            ("GET", "deliveries", lambda _, __: queue.tried),
            ("POST", "webhooks/send", lambda _, __: {"sent": queue.send_all()}),
            ("POST", "seed", lambda sent, __: self._seed(sent)),
            ("POST", "stock", lambda sent, __: self._set_stock(sent)),
            ("POST", "orders", lambda sent, __: self._place(sent)),
            ("POST", rf"orders/{NUMBER}/status", self._change_status),
            ("POST", rf"orders/{NUMBER}/refunds", self._refund),
            ("POST", rf"orders/{NUMBER}/trash", self._trash),
        )

    def answer(self, request: HttpRequest) -> Reply:
        """Answer one request; 404 for what there is not, 400 for what cannot be."""
        return routed(request, self._acts, refusal=ApiError)

    def _list(self) -> Json:
        """Return what can be asked, with examples of what to send."""
        calls = [
            f"{method} /simulator/{pattern.replace(NUMBER, 'N')}"
            for method, pattern, _ in self._acts
        ]
        return {"calls": calls, "examples": EXAMPLES}

    def _seed(self, sent: Json) -> Json:
        seed = int(sent.get("seed", 1))
        share = float(sent.get("variable_share", 0))
        with self._state.lock:
            made = {
                "products": len(
                    seed_products(
                        self._state,
                        int(sent.get("products", 0)),
                        seed,
                        variable_share=share,
                    )
                ),
                "customers": len(
                    seed_customers(self._state, int(sent.get("customers", 0)), seed)
                ),
            }
            if sent.get("orders"):
                orders = seed_orders(self._state, int(sent["orders"]), seed)
                made["orders"] = len(orders)
        return made

    def _set_stock(self, sent: Json) -> Json:
        product = self._sales.set_stock(sent.get("sku") or sent["id"], sent["quantity"])
        return {"id": product.id, "stock_quantity": product.stock_quantity}

    def _place(self, sent: Json) -> Json:
        items = [
            tuple(item) if isinstance(item, list) else item for item in sent["items"]
        ]
        fees = [tuple(fee) for fee in sent.get("fees", [])]
        order = self._sales.place_order(
            Basket(**{**sent, "items": items, "fees": fees})
        )
        return {"id": order.id, "status": order.status, "total": str(order.total)}

    def _change_status(self, sent: Json, names: tuple[str, ...]) -> Json:
        order = self._sales.change_status(int(names[0]), sent["status"])
        return {"id": order.id, "status": order.status}

    def _refund(self, sent: Json, names: tuple[str, ...]) -> Json:
        quantities = sent.get("quantities")
        refund = self._sales.refund(
            int(names[0]),
            amount=str(sent.get("amount", "")),
            quantities={int(line): count for line, count in quantities.items()}
            if quantities
            else None,
            restock=bool(sent.get("restock", True)),
            reason=str(sent.get("reason", "")),
        )
        return {"id": refund.id, "amount": str(refund.amount)}

    def _trash(self, _: Json, names: tuple[str, ...]) -> Json:
        self._sales.trash_order(int(names[0]))
        return {"id": int(names[0])}


def dump(state: StoreState) -> Json:
    """Return everything a checker may want to know, as JSON."""
    with state.lock:
        tables = {name: plain(getattr(state, name)) for name in _TABLES}
        tables["settings"] = dict(state.settings)
        return tables
