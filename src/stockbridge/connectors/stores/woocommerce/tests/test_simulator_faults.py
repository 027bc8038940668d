"""How a simulated store fails when told to, and what it has written by then."""

import threading
from collections.abc import Callable

import pytest

from stockbridge.connectors.simulation import (
    Fault,
    FaultKind,
    FaultSwitchboard,
    SettableClock,
)
from stockbridge.connectors.stores.woocommerce.simulator.records import Json, Value
from stockbridge.connectors.stores.woocommerce.tests.asking import (
    GONE,
    START,
    Asker,
    a_store,
)

WRITTEN = 7
BEFORE = 20


def _failing(
    fault: Fault, ask_it: Callable[[Asker, str], tuple[int, Value]] | None = None
) -> tuple[int | None, Value, int, dict[str, str]]:
    """Return status (None: cut), body, stock afterwards, headers."""
    with a_store() as (ask, _):
        product = ask.made("products", _product())
        path = f"products/{product['id']}"
        ask.simulator.faults.add(fault)
        status: int | None
        try:
            if ask_it is None:
                status, body = ask("PUT", path, {"stock_quantity": WRITTEN})
            else:
                status, body = ask_it(ask, path)
        except GONE:
            status, body = None, None
        headers = ask.headers
        stock = ask.simulator.state.product(product["id"]).stock_quantity
        assert stock is not None
        assert ask("GET", path)[0] == 200  # it was a single failure
        return status, body, stock, headers


@pytest.mark.parametrize(
    ("kind", "status", "stock"),
    [
        (FaultKind.TOO_MANY_REQUESTS, 429, BEFORE),
        (FaultKind.SERVER_ERROR, 500, BEFORE),
        (FaultKind.ERROR_AFTER_WRITE, 500, WRITTEN),
        (FaultKind.DATABASE_DOWN, 500, BEFORE),
        (FaultKind.BAD_GATEWAY, 502, BEFORE),
        (FaultKind.MAINTENANCE, 503, BEFORE),
        (FaultKind.HTML, 200, BEFORE),
        (FaultKind.NOISE, 200, WRITTEN),
        (FaultKind.SLOW, 200, WRITTEN),
        (FaultKind.ANSWER_LOST, None, WRITTEN),
        (FaultKind.TIMEOUT_AFTER_WRITE, None, WRITTEN),
        (FaultKind.TRUNCATED, None, WRITTEN),
        (FaultKind.CONNECTION_CUT, None, BEFORE),
    ],
)
def test_each_fault_answers_and_writes_as_it_says(
    kind: FaultKind, status: int | None, stock: int
) -> None:
    found = _failing(Fault(kind, seconds=0.01))

    assert (found[0], found[2]) == (status, stock)


def test_maintenance_says_when_to_come_back() -> None:
    _, body, _, headers = _failing(Fault(FaultKind.MAINTENANCE))

    assert headers["retry-after"] == "600"
    assert body["code"] == "wp_die"


def test_a_client_that_accepts_anything_gets_maintenance_as_a_page() -> None:
    def ask_as_a_browser(ask: Asker, path: str) -> tuple[int, Value]:
        return ask.raw("GET", f"/wp-json/wc/v3/{path}", None, {"Accept": "*/*"})

    _, body, _, headers = _failing(Fault(FaultKind.MAINTENANCE), ask_as_a_browser)

    assert headers["content-type"].startswith("text/html")
    assert str(body).startswith("<!DOCTYPE html>")


def test_too_many_requests_names_the_wait() -> None:
    _, _, _, headers = _failing(Fault(FaultKind.TOO_MANY_REQUESTS, seconds=17))

    assert headers["retry-after"] == "17"


def test_noise_stands_before_the_json() -> None:
    _, body, _, headers = _failing(Fault(FaultKind.NOISE))

    assert headers["content-type"].startswith("application/json")
    assert str(body).startswith("<br />")
    assert str(body).endswith("}")


def test_a_fault_waits_for_its_request_and_strikes_as_often_as_asked() -> None:
    switchboard = FaultSwitchboard()
    switchboard.add(
        Fault(FaultKind.SERVER_ERROR, method="POST", path="/orders", skip=1, times=2)
    )

    struck = [
        switchboard.take(method, path) is not None
        for method, path in (
            ("GET", "/orders"),
            ("POST", "/products"),
            ("POST", "/orders"),
            ("POST", "/orders"),
            ("POST", "/orders"),
            ("POST", "/orders"),
        )
    ]

    assert struck == [False, False, False, True, True, False]


def test_chance_is_the_same_for_the_same_seed() -> None:
    def draw(seed: int) -> list[bool]:
        switchboard = FaultSwitchboard(seed)
        switchboard.add(Fault(FaultKind.SERVER_ERROR, chance=0.3, times=None))
        return [switchboard.take("GET", "/") is not None for _ in range(50)]

    assert draw(3) == draw(3)
    assert draw(3) != draw(4)
    assert 0 < sum(draw(3)) < 50


def test_something_can_happen_between_two_requests() -> None:
    with a_store() as (ask, _):
        product = ask.made("products", _product())
        sales = ask.simulator.sales
        ask.simulator.faults.interrupt(
            lambda: sales.set_stock("A", 3), method="PUT", path="/products/"
        )

        ask("PUT", f"products/{product['id']}", {"inventory_delta": 1})

        assert ask.simulator.state.product(product["id"]).stock_quantity == 4


def test_a_restart_keeps_the_port_and_the_data() -> None:
    with a_store() as (ask, _):
        product = ask.made("products", _product())
        address = ask.simulator.url

        ask.simulator.restart()

        assert ask.simulator.url == address
        assert ask("GET", f"products/{product['id']}")[0] == 200


def test_a_hanging_answer_does_not_hold_up_the_stop() -> None:
    with a_store() as (ask, _):
        fault = Fault(FaultKind.TIMEOUT_AFTER_WRITE, seconds=60)
        ask.simulator.faults.add(fault)
        gone = threading.Event()

        def wait_for_an_answer() -> None:
            try:
                ask("GET", "products")
            except GONE:
                gone.set()

        waiting = threading.Thread(target=wait_for_an_answer)
        waiting.start()
        while ask.simulator.faults.armed():
            gone.wait(0.005)

    waiting.join(3)
    assert gone.is_set()


def test_the_log_counts_round_trips_and_names_faults() -> None:
    with a_store() as (ask, _):
        ask.made("products", _product())
        ask.simulator.faults.add(Fault(FaultKind.BAD_GATEWAY))
        ask("GET", "products")
        ask("GET", "orders")

        log = ask.simulator.log
        assert log.count() == 3
        assert log.count("GET") == 2
        assert log.count("GET", "/orders$") == 1
        assert [row.fault for row in log.rows()] == ["", "502", ""]
        assert [row.status for row in log.rows()] == [201, 502, 200]


def test_a_clock_without_a_zone_is_refused() -> None:
    clock = SettableClock(START)

    with pytest.raises(ValueError, match="aware"):
        clock.set(START.replace(tzinfo=None))


def _product() -> Json:
    return {
        "name": "A",
        "sku": "A",
        "regular_price": "10.00",
        "manage_stock": True,
        "stock_quantity": BEFORE,
    }
