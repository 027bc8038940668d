"""Driving a simulated store from another process: its own API, and the command."""

import io
import json
import threading

from stockbridge.connectors.stores.woocommerce.simulator.command import serve
from stockbridge.connectors.stores.woocommerce.simulator.records import Json, Value
from stockbridge.connectors.stores.woocommerce.tests.asking import Asker, a_store


def _drive(ask: Asker, method: str, path: str, body: Json | None = None) -> Value:
    status, found = ask.raw(method, f"/simulator/{path}", body)
    assert status == 200, found
    return found


def test_orders_are_placed_moved_and_refunded() -> None:
    with a_store() as (ask, _):
        ask.simulator.add_product(
            name="A", sku="A", regular_price="10", manage_stock=True, stock_quantity=9
        )
        basket = {"items": [["A", 2]], "shipping": "10.00", "fees": [["Wrap", "1.00"]]}
        order = _drive(ask, "POST", "orders", basket)
        path = f"orders/{order['id']}"
        moved = _drive(ask, "POST", f"{path}/status", {"status": "completed"})
        refund = _drive(ask, "POST", f"{path}/refunds", {"amount": "5.00"})

        state = _drive(ask, "GET", "state")

        assert order["status"] == "processing"
        assert moved["status"] == "completed"
        assert state["refunds"][str(refund["id"])]["amount"] == "5.00"
        assert [row["stock_quantity"] for row in state["products"].values()] == [7]


def test_faults_are_armed_from_outside() -> None:
    with a_store() as (ask, _):
        _drive(ask, "POST", "faults", {"kind": "503", "path": "/orders", "times": 1})
        armed = _drive(ask, "GET", "faults")

        assert ask("GET", "orders")[0] == 503
        assert armed[0]["kind"] == "503"
        assert _drive(ask, "GET", "faults") == []


def test_a_wrong_word_is_answered_not_swallowed() -> None:
    with a_store() as (ask, _):
        status, body = ask.raw("POST", "/simulator/faults", {"kind": "nonsense"})

        assert status == 400
        assert "nonsense" in body["error"]


def test_the_store_says_how_it_is_driven_and_its_examples_work() -> None:
    with a_store() as (ask, _):
        _drive(ask, "POST", "seed", {"products": 5})

        told = _drive(ask, "GET", "")
        example = told["examples"]["POST /simulator/orders"]
        order = _drive(ask, "POST", "orders", example)

        assert "POST /simulator/orders/N/refunds" in told["calls"]
        assert order["status"] == "processing"


def test_driving_the_store_is_not_counted_as_a_round_trip() -> None:
    with a_store() as (ask, _):
        _drive(ask, "POST", "seed", {"products": 5, "orders": 3, "customers": 2})
        _drive(ask, "POST", "clock", {"advance": 60})

        assert _drive(ask, "GET", "requests") == []
        assert len(ask.simulator.state.orders) == 3


def test_the_command_says_where_the_store_is_and_stops_when_told() -> None:
    stopping, out = threading.Event(), io.StringIO()
    options = {"port": 0, "products": 5, "orders": 2, "orders_per_minute": 0}
    thread = threading.Thread(target=serve, args=(options, stopping, out))
    thread.start()
    while "Drive and inspect" not in out.getvalue():
        assert thread.is_alive()
        stopping.wait(0.005)

    stopping.set()
    thread.join(5)

    text = out.getvalue()
    assert "http://127.0.0.1:" in text
    assert "ck_" in text
    assert text.endswith("The simulated store has stopped.\n")


def test_shoppers_keep_buying_at_the_asked_pace() -> None:
    stopping = threading.Event()
    bought = _Enough(stopping, rounds=3)
    options = {"port": 0, "products": 5, "orders_per_minute": 6000}

    serve(options, bought, io.StringIO())

    assert bought.rounds == 0


class _Enough(threading.Event):
    """An event that sets itself after some rounds of waiting."""

    def __init__(self, other: threading.Event, rounds: int) -> None:
        super().__init__()
        self.other = other
        self.rounds = rounds

    def wait(self, timeout: float | None = None) -> bool:
        assert timeout == 0.01
        self.rounds -= 1
        return self.rounds == 0


def test_the_same_seed_makes_the_same_store() -> None:
    def made() -> str:
        with a_store() as (ask, _):
            ask.simulator.seed_products(20, 3, variable_share=0.3)
            ask.simulator.seed_customers(3, 3)
            ask.simulator.seed_orders(30, 3)
            return json.dumps(ask.simulator.dump(), sort_keys=True)

    assert made() == made()
