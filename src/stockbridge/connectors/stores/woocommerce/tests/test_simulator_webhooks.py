"""Webhooks over the network: pings, signatures, failures, refusals."""

import base64
import hashlib
import hmac

from stockbridge.connectors.stores.woocommerce.simulator import Basket
from stockbridge.connectors.stores.woocommerce.simulator.records import Json, Value
from stockbridge.connectors.stores.woocommerce.tests.asking import (
    Asker,
    Listener,
    a_store,
)

SECRET = "a&b<c> é"


def _subscribe(ask: Asker, listener: Listener, topic: str, **more: Value) -> Json:
    url = f"{listener.url}/hook"
    sent = {"name": topic, "topic": topic, "delivery_url": url, "secret": SECRET}
    return ask.made("webhooks", {**sent, **more})


def test_the_ping_arrives_before_the_creation_is_answered() -> None:
    with a_store() as (ask, _), Listener() as listener:
        hook = _subscribe(ask, listener, "order.created")

        path, headers, body = listener.requests[0]

    assert body == f"webhook_id={hook['id']}".encode()
    assert headers["content-type"] == "application/x-www-form-urlencoded"
    assert not [name for name in headers if name.startswith("x-wc-webhook")]
    assert path == "/hook"


def test_a_delivery_is_signed_over_its_bytes() -> None:
    with a_store() as (ask, _), Listener() as listener:
        hook = _subscribe(ask, listener, "product.created")
        ask.made("products", {"name": "Größe / 日本"})
        ask.simulator.send_webhooks()

        _, headers, body = listener.requests[-1]

    digest = hmac.new(SECRET.encode(), body, hashlib.sha256).digest()
    assert headers["x-wc-webhook-signature"] == base64.b64encode(digest).decode()
    assert headers["x-wc-webhook-id"] == str(hook["id"])
    assert headers["x-wc-webhook-topic"] == "product.created"
    assert b"\\u00f6" in body
    assert b"\\/" in body


def test_the_background_delivers_by_itself() -> None:
    at_once = {"deliver_webhooks": True, "webhook_delay_s": 0.0}
    with a_store(**at_once) as (ask, _), Listener() as listener:
        _subscribe(ask, listener, "order.created")
        ask.made("orders", {})

        assert ask.simulator.webhooks.wait_until_sent()
        assert len(listener.bodies()) == 1


def test_the_payload_is_what_is_true_when_it_is_sent() -> None:
    with a_store() as (ask, _), Listener() as listener:
        _subscribe(ask, listener, "order.created")
        order = ask.made("orders", {"status": "processing"})
        ask("DELETE", f"orders/{order['id']}")

        ask.simulator.send_webhooks()

        assert listener.bodies()[-1]["status"] == "trash"


def test_the_seventh_failure_in_a_row_turns_a_webhook_off() -> None:
    with a_store() as (ask, _), Listener() as listener:
        hook = _subscribe(ask, listener, "order.created")
        listener.status = 500
        statuses = []
        for _ in range(8):
            ask.made("orders", {})
            ask.simulator.send_webhooks()
            statuses.append(ask("GET", f"webhooks/{hook['id']}")[1]["status"])

        assert statuses == ["active"] * 6 + ["disabled"] * 2
        assert len(listener.bodies()) == 7  # never again what failed once


def test_a_success_starts_the_count_anew() -> None:
    with a_store() as (ask, _), Listener() as listener:
        hook = _subscribe(ask, listener, "order.created")
        for status in (500, 500, 500, 301, 500, 500, 500, 500, 500, 500):
            listener.status = status
            ask.made("orders", {})
            ask.simulator.send_webhooks()

        assert ask("GET", f"webhooks/{hook['id']}")[1]["status"] == "active"


def test_a_ping_that_failed_goes_out_again_with_the_next_event() -> None:
    with a_store() as (ask, _), Listener() as listener:
        listener.status = 500
        hook = _subscribe(ask, listener, "order.created")
        listener.status = 200
        for _ in range(2):
            ask.made("orders", {})
            ask.simulator.send_webhooks()

        pings = [body for _, _, body in listener.requests if body[:1] != b"{"]
        assert pings == [f"webhook_id={hook['id']}".encode()] * 2


def test_a_strict_store_sends_nothing_to_this_machine() -> None:
    with a_store(allow_local_callbacks=False) as (ask, _), Listener() as listener:
        hook = _subscribe(ask, listener, "order.created")
        ask.made("orders", {})
        ask.simulator.send_webhooks()

        assert hook["status"] == "active"
        assert listener.requests == []
        assert [row.status for row in ask.simulator.webhooks.tried] == [0]


def test_a_shoppers_order_and_our_own_change_are_both_told() -> None:
    with a_store() as (ask, _), Listener() as listener:
        ask.made("products", {"name": "A", "sku": "A", "regular_price": "1"})
        _subscribe(ask, listener, "order.updated")
        order = ask.simulator.sales.place_order(Basket(items=["A"]))
        ask.simulator.send_webhooks()
        meta = {"meta_data": [{"key": "_ours", "value": "1"}]}

        ask("PUT", f"orders/{order.id}", meta)
        ask.simulator.send_webhooks()

        assert [body["id"] for body in listener.bodies()] == [order.id] * 2


def test_an_action_tells_its_argument() -> None:
    with a_store() as (ask, _), Listener() as listener:
        _subscribe(ask, listener, "action.woocommerce_order_refunded")

        ask.simulator.webhooks.action("woocommerce_order_refunded", 7)
        ask.simulator.send_webhooks()

        expected = {"action": "woocommerce_order_refunded", "arg": 7}
        assert listener.bodies() == [expected]


def test_two_deliveries_in_one_second_share_their_id() -> None:
    with a_store() as (ask, clock), Listener() as listener:
        _subscribe(ask, listener, "order.created")
        for seconds in (0, 0, 1):
            clock.advance(seconds)
            ask.made("orders", {})
            ask.simulator.send_webhooks()

        ids = [
            headers["x-wc-webhook-delivery-id"]
            for _, headers, body in listener.requests
            if body[:1] == b"{"
        ]
    assert ids[0] == ids[1] != ids[2]
