"""The small API below /simulator/, by which another process drives and checks a store.

GET  /simulator/state · /simulator/requests · /simulator/faults · /simulator/deliveries
POST /simulator/orders · …/orders/N/status · …/orders/N/refunds · …/stock · …/faults
POST /simulator/clock · /simulator/seed · /simulator/webhooks/send
DELETE /simulator/faults · /simulator/requests
"""

import json
import re
from collections.abc import Callable
from dataclasses import asdict, is_dataclass
from datetime import datetime
from decimal import Decimal
from enum import Enum

from stockbridge.connectors.simulation import (
    Clock,
    Fault,
    FaultKind,
    FaultSwitchboard,
    RequestLog,
    SettableClock,
)
from stockbridge.connectors.stores.woocommerce.simulator.catalogue import (
    seed_customers,
    seed_orders,
    seed_products,
)
from stockbridge.connectors.stores.woocommerce.simulator.deliveries import (
    DeliveryQueue,
)
from stockbridge.connectors.stores.woocommerce.simulator.errors import ApiError
from stockbridge.connectors.stores.woocommerce.simulator.records import Json, Value
from stockbridge.connectors.stores.woocommerce.simulator.sales import Basket, Sales
from stockbridge.connectors.stores.woocommerce.simulator.state import StoreState
from stockbridge.connectors.stores.woocommerce.simulator.web import HttpRequest, Reply

_TABLES = ("products", "orders", "refunds", "customers", "coupons", "webhooks")
NUMBER = r"(\d+)"
EXAMPLES = {
    "POST /simulator/orders": {"items": [["SKU-000011", 2]], "shipping": "5.00"},
    "POST /simulator/orders/N/status": {"status": "completed"},
    "POST /simulator/orders/N/refunds": {"amount": "5.00", "reason": "a scratch"},
    "POST /simulator/stock": {"sku": "SKU-000011", "quantity": 7},
}
Act = Callable[[Json, str], Value]


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
        self._queue = queue
        self._faults = faults
        self._log = log
        self._acts: tuple[tuple[str, str, Act], ...] = (
            ("GET", "", lambda _, __: self._list()),
            ("GET", "state", lambda _, __: dump(state)),
            ("GET", "requests", lambda _, __: plain(log.rows())),
            ("DELETE", "requests", lambda _, __: log.clear()),
            ("GET", "faults", lambda _, __: plain(faults.armed())),
            ("POST", "faults", lambda sent, __: faults.add(_fault(sent))),
            ("DELETE", "faults", lambda _, __: faults.clear()),
            ("GET", "deliveries", lambda _, __: plain(queue.tried)),
            ("POST", "webhooks/send", lambda _, __: {"sent": queue.send_all()}),
            ("POST", "clock", lambda sent, __: _set_clock(state.clock, sent)),
            ("POST", "seed", lambda sent, __: self._seed(sent)),
            ("POST", "stock", lambda sent, __: self._set_stock(sent)),
            ("POST", "orders", lambda sent, __: self._place(sent)),
            ("POST", rf"orders/{NUMBER}/status", self._change_status),
            ("POST", rf"orders/{NUMBER}/refunds", self._refund),
            ("POST", rf"orders/{NUMBER}/trash", self._trash),
        )

    def answer(self, request: HttpRequest) -> Reply:
        """Answer one request; 404 for what there is not, 400 for what cannot be."""
        path = request.path.removeprefix("/simulator/").rstrip("/")
        headers = {"Content-Type": "application/json"}
        for method, pattern, act in self._acts:
            match = re.fullmatch(pattern, path)
            if match is None or method != request.method:
                continue
            try:
                sent = json.loads(request.body or b"{}")
                found = act(sent, match[1] if match.groups() else "")
            except (KeyError, ValueError, TypeError, ApiError) as error:
                body = json.dumps({"error": f"{type(error).__name__}: {error}"})
                return Reply(400, body.encode(), headers)
            return Reply(200, json.dumps(found).encode(), headers)
        return Reply(404, b'{"error": "no such address"}', headers)

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

    def _change_status(self, sent: Json, order_id: str) -> Json:
        order = self._sales.change_status(int(order_id), sent["status"])
        return {"id": order.id, "status": order.status}

    def _refund(self, sent: Json, order_id: str) -> Json:
        quantities = sent.get("quantities")
        refund = self._sales.refund(
            int(order_id),
            amount=str(sent.get("amount", "")),
            quantities={int(line): count for line, count in quantities.items()}
            if quantities
            else None,
            restock=bool(sent.get("restock", True)),
            reason=str(sent.get("reason", "")),
        )
        return {"id": refund.id, "amount": str(refund.amount)}

    def _trash(self, _: Json, order_id: str) -> Json:
        self._sales.trash_order(int(order_id))
        return {"id": int(order_id)}


def dump(state: StoreState) -> Json:
    """Return everything a checker may want to know, as JSON."""
    with state.lock:
        tables = {name: plain(getattr(state, name)) for name in _TABLES}
        tables["settings"] = dict(state.settings)
        return tables


def plain(value: Value) -> Value:
    """Return a value as JSON can hold it; amounts and times become texts."""
    if isinstance(value, Enum):
        return value.value
    if is_dataclass(value) and not isinstance(value, type):
        return plain(asdict(value))
    if isinstance(value, dict):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return value


def _fault(sent: Json) -> Fault:
    return Fault(**{**sent, "kind": FaultKind(sent["kind"])})


def _set_clock(clock: Clock, sent: Json) -> Json:
    if not isinstance(clock, SettableClock):
        raise ValueError("This store runs on the real time.")
    if "advance" in sent:
        clock.advance(float(sent["advance"]))
    if "now" in sent:
        clock.set(datetime.fromisoformat(sent["now"]))
    return {"now": clock.now().isoformat()}
