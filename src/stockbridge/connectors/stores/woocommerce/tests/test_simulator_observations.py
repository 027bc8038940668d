"""What was seen of a real store over several requests, seen of the simulator again."""

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest

from stockbridge.connectors.stores.woocommerce.simulator import Basket
from stockbridge.connectors.stores.woocommerce.simulator.outbound import Sender
from stockbridge.connectors.stores.woocommerce.simulator.records import Json, Value
from stockbridge.connectors.stores.woocommerce.tests.asking import Asker, a_store
from stockbridge.connectors.stores.woocommerce.tests.contract_files import (
    needs_contracts,
    recording,
)

pytestmark = needs_contracts

EVENTS = (
    "order.created",
    "order.updated",
    "order.deleted",
    "product.created",
    "product.updated",
    "product.deleted",
    "customer.created",
    "customer.updated",
)


def test_stock_moves_with_an_orders_status_as_recorded() -> None:
    facts = {
        row["fact"]: row["after"]["stock_quantity"] - row["before"]["stock_quantity"]
        for row in recording("399-stock-movements")["observations"]
        if isinstance(row.get("before"), dict)
    }
    with a_store() as (ask, _):
        product = ask.made("products", _stocked("A", 30))
        watch = _Watch(ask, product["id"])
        paid = watch("POST", "orders", _order(product, 3, status="processing"))
        found = {"stock after API order status=processing set_paid=true of 3": paid}
        found["stock after API order status=pending"] = watch(
            "POST", "orders", _order(product, 1)
        )
        order_id = max(ask.simulator.state.orders)
        for before, after in (
            ("pending", "on-hold"),
            ("on-hold", "cancelled"),
            ("cancelled", "processing"),
            ("processing", "completed"),
        ):
            moved = watch("PUT", f"orders/{order_id}", {"status": after})
            found[f"stock after {before} -> {after}"] = moved
        found["stock after trashing a processing order"] = watch(
            "DELETE", f"orders/{order_id - 1}"
        )

    expected = {fact: facts[fact] for fact in found}
    assert found == expected


def test_stock_moves_with_lines_and_refunds_as_recorded() -> None:
    rows = {
        row["fact"]: row for row in recording("399-stock-movements")["observations"]
    }
    with a_store() as (ask, _):
        product = ask.made("products", _stocked("A", 60))
        watch = _Watch(ask, product["id"])
        order = ask.made("orders", _order(product, 2, status="processing"))
        path, line = f"orders/{order['id']}", order["line_items"][0]["id"]
        watch("PUT", path, {"line_items": [{"id": line, "quantity": 5}]})
        more = watch.stock
        watch("PUT", path, {"line_items": [{"id": line, "quantity": 4}]})
        less = watch.stock
        watch("PUT", path, {"status": "failed"})
        failed = watch.stock
        watch("PUT", path, {"status": "pending"})
        pending = watch.stock
        watch("PUT", path, {"set_paid": True})
        paid = watch.stock
        watch("PUT", path, {"status": "refunded"})
        refunded = watch.stock

    facts = {
        "line quantity 2 -> 5 on processing order": more,
        "line quantity 5 -> 4": less,
        "processing -> failed": failed,
        "failed -> pending": pending,
        "set_paid": paid,
        "status set to refunded by hand": refunded,
    }
    expected = {fact: rows[fact]["s60"]["stock_quantity"] for fact in facts}
    assert facts == expected


def test_the_webhook_topics_of_each_act_are_the_recorded_ones() -> None:
    expected: dict[str, list[Value]] = {
        name: [topic[0] if isinstance(topic, list) else topic for topic in topics]
        for name, topics in recording("499-webhook-events")["observations"]
    }
    with a_store() as (ask, _):
        simulator = ask.simulator
        product = ask.made("products", _stocked("A", 60))
        shirt = _variable(ask)
        variation = ask.made(f"products/{shirt['id']}/variations", _size("S"))
        others = [ask.made("products", {"name": name})["id"] for name in "BCD"]
        for topic in EVENTS:
            hook = {"topic": topic, "delivery_url": "http://127.0.0.1:9/x"}
            ask.made("webhooks", hook)
        order = ask.made("orders", _order(product, 1, status="processing"))
        found = {"API order created as processing": _topics(ask)}
        path = f"orders/{order['id']}"
        stock = {"stock_quantity": 5}
        acts: list[tuple[str, str, str, Json | None]] = [
            ("order status to completed", "PUT", path, {"status": "completed"}),
            ("order note added", "POST", f"{path}/notes", {"note": "x"}),
            ("order meta-only PUT", "PUT", path, {"meta_data": [_meta()]}),
            ("order PUT with an empty body", "PUT", path, {}),
            ("refund created", "POST", f"{path}/refunds", _amount("1.00")),
            ("product stock PUT", "PUT", f"products/{product['id']}", stock),
            (
                "product PUT with the same stock",
                "PUT",
                f"products/{product['id']}",
                stock,
            ),
            (
                "variation stock PUT",
                "PUT",
                f"products/{shirt['id']}/variations/{variation['id']}",
                stock,
            ),
            (
                "products/batch of 3 updates",
                "POST",
                "products/batch",
                {"update": [{"id": other, "name": "x"} for other in others]},
            ),
            ("product created", "POST", "products", {"name": "E"}),
            ("product trashed", "DELETE", f"products/{others[0]}", None),
            ("customer created", "POST", "customers", {"email": "kim@example.com"}),
            ("customer updated", "PUT", "customers/2", {"first_name": "Kim"}),
            ("order trashed", "DELETE", path, None),
            ("order deleted with force", "DELETE", f"{path}?force=true", None),
        ]
        for name, method, target, body in acts:
            forced = {"force": "true"} if target.endswith("?force=true") else {}
            status, answer = ask(method, target.partition("?")[0], body, **forced)
            assert status < 300, answer
            found[name] = _topics(ask)
        simulator.sales.place_order(Basket(items=["A"], payment_method="cod"))
        found["Store API checkout, guest, cash on delivery"] = _topics(ask)

    assert found == {name: expected[name] for name in found}


def test_two_changes_before_the_queue_runs_are_one_delivery() -> None:
    with a_store() as (ask, _):
        hook = {"topic": "order.updated", "delivery_url": "http://127.0.0.1:9/x"}
        ask.made("webhooks", hook)
        order = ask.made("orders", {})
        ask.simulator.send_webhooks()

        for note in ("n1", "n2"):
            ask("PUT", f"orders/{order['id']}", {"customer_note": note})

        assert ask.simulator.send_webhooks() == 1


def test_parallel_orders_are_exact_and_parallel_deltas_are_not() -> None:
    seen = recording("700-concurrency-observations")["observations"]
    with a_store(racy_deltas=True) as (ask, _):
        product = ask.made("products", _stocked("A", 100))
        path = f"products/{product['id']}"
        with ThreadPoolExecutor(6) as pool:
            list(pool.map(lambda _: ask("POST", "orders", _paid(product)), range(24)))
        after_orders = ask.simulator.state.product(product["id"]).stock_quantity
        ask("PUT", path, {"stock_quantity": 100})
        with ThreadPoolExecutor(6) as pool:
            list(
                pool.map(lambda _: ask("PUT", path, {"inventory_delta": 1}), range(24))
            )
        after_deltas = ask.simulator.state.product(product["id"]).stock_quantity

    assert after_orders == seen["24 parallel API orders of quantity 1, start 100"] == 76
    assert seen["24 parallel PUT inventory_delta +1, start 100"] < 124
    assert after_deltas is not None
    assert after_deltas < 124


def test_one_sku_is_created_once_even_in_parallel() -> None:
    with a_store() as (ask, _):
        with ThreadPoolExecutor(6) as pool:
            answers = list(
                pool.map(
                    lambda _: ask("POST", "products", {"name": "x", "sku": "X"}),
                    range(6),
                )
            )

        assert sorted(status for status, _ in answers) == [201, 400, 400, 400, 400, 400]


def test_a_stock_wordpress_sends_only_to_public_places() -> None:
    expected = recording("701-webhook-and-callback-urls-refused")["observations"]

    found = {
        url: "accepted" if Sender("x").may_send_to(url) else "refused"
        for url in expected
    }

    assert found == expected


@pytest.mark.parametrize(
    ("name", "hpos"),
    [
        ("720-order-date-modified-moves", True),
        ("751-legacy-order-date-modified-moves", False),
    ],
)
def test_an_orders_date_moves_at_the_same_acts(name: str, hpos: bool) -> None:  # noqa: FBT001
    recorded = recording(name)["observations"]
    with a_store(hpos=hpos) as (ask, clock):
        product = ask.made("products", _stocked("A", 60))
        order = ask.made("orders", _paid(product))
        path = f"orders/{order['id']}"
        acts = {
            "after a note": ("POST", f"{path}/notes", {"note": "x"}),
            "after PUT {}": ("PUT", path, {}),
            "after meta-only PUT": ("PUT", path, {"meta_data": [_meta()]}),
            "after a refund": ("POST", f"{path}/refunds", _amount("1.00")),
            "after a status change": ("PUT", path, {"status": "completed"}),
        }
        found, last = {}, order["date_modified_gmt"]
        for act in [act for act in recorded if act in acts]:
            clock.advance(2)
            method, target, body = acts[act]
            ask(method, target, body)
            now = ask("GET", path)[1]["date_modified_gmt"]
            found[act] = now != last
            last = now

    assert found == _moves(recorded)


def test_a_products_date_moves_when_the_store_sets_stock_not_at_a_raw_write() -> None:
    recorded = recording("721-product-date-modified-by-other-code")["observations"]
    before, by_store, (by_raw_write, shown) = recorded.values()
    with a_store() as (ask, clock):
        product = ask.made("products", _stocked("A", 60))
        dates = [_date(ask, product["id"])]
        for act in (
            ask.simulator.sales.set_stock,
            ask.simulator.sales.write_raw_stock,
        ):
            clock.advance(60)
            act("A", shown)
            dates.append(_date(ask, product["id"]))

        assert ask("GET", f"products/{product['id']}")[1]["stock_quantity"] == shown
    assert (dates[1] > dates[0], dates[2] > dates[1]) == (
        by_store > before,
        by_raw_write > by_store,
    )


class _Watch:
    """Asks, and says by how much a product's stock moved."""

    def __init__(self, ask: Asker, product_id: int) -> None:
        self._ask = ask
        self._product_id = product_id

    @property
    def stock(self) -> int:
        quantity = self._ask.simulator.state.product(self._product_id).stock_quantity
        assert quantity is not None
        return quantity

    def __call__(self, method: str, path: str, body: Json | None = None) -> int:
        before = self.stock
        status, answer = self._ask(method, path, body)
        assert status < 300, answer
        return self.stock - before


def _stocked(sku: str, quantity: int) -> Json:
    return {
        "name": f"Product {sku}",
        "sku": sku,
        "regular_price": "10.00",
        "manage_stock": True,
        "stock_quantity": quantity,
    }


def _order(product: Json, quantity: int, **more: Value) -> Json:
    lines = [{"product_id": product["id"], "quantity": quantity}]
    return {"line_items": lines, **more}


def _paid(product: Json) -> Json:
    return _order(product, 1, status="processing")


def _variable(ask: Asker) -> Json:
    options = {"name": "Size", "variation": True, "options": ["S", "M"]}
    return ask.made(
        "products", {"name": "Shirt", "type": "variable", "attributes": [options]}
    )


def _size(option: str) -> Json:
    return {
        "sku": f"SHIRT-{option}",
        "regular_price": "15.00",
        "manage_stock": True,
        "stock_quantity": 9,
        "attributes": [{"name": "Size", "option": option}],
    }


def _meta() -> Json:
    return {"key": "_x", "value": "1"}


def _amount(amount: str) -> Json:
    return {"amount": amount, "api_refund": False}


def _topics(ask: Asker) -> list[str]:
    tried = ask.simulator.webhooks.tried
    already = len(tried)
    for hook in ask.simulator.state.webhooks.values():
        hook.failures, hook.status = 0, "active"
    ask.simulator.send_webhooks()
    return [delivery.topic for delivery in tried[already:]]


def _date(ask: Asker, product_id: int) -> str:
    return str(ask("GET", f"products/{product_id}")[1]["date_modified_gmt"])


def _moves(recorded: dict[str, str]) -> dict[str, bool]:
    acts = list(recorded)
    return {act: recorded[act] != recorded[before] for before, act in pairwise(acts)}
