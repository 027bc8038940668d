"""What the store calls us with is checked first, and only ever a hint."""

import json
from collections.abc import Mapping

import pytest

from stockbridge.connectors.stores.woocommerce.endpoint import (
    BODY_BYTES_MAX,
    WooCommerceEndpoint,
    signature,
)
from stockbridge.connectors.stores.woocommerce.pairing import pairing_address
from stockbridge.connectors.stores.woocommerce.settings import WooCommerceSettings
from stockbridge.connectors.tests.wires import RecordingWire
from stockbridge.domain.errors import ActionNeededError, DefectError
from stockbridge.ports import Call, Heard, Hint, Link

SECRET = "a-secret-of-ours"
ONE_TIME_ID = "pair-" + "0123456789abcdef" * 3
KEY, KEY_SECRET = "ck_" + "1" * 40, "cs_" + "2" * 40


def _link(facts: Mapping[str, str] | None = None) -> Link:
    return Link(
        company_id="company-1",
        settings=WooCommerceSettings(address="https://shop.example.com"),
        secrets={"webhook_secret": SECRET},
        wire=RecordingWire(),
        facts=facts or {},
    )


def _hear(
    body: bytes, headers: Mapping[str, str] | None = None, link: Link | None = None
) -> Heard:
    call = Call("POST", "/", headers or {}, body)
    return WooCommerceEndpoint().hear(call, link or _link())


def _notice(topic: str, record: object, secret: str = SECRET) -> Heard:
    body = json.dumps(record).encode()
    headers = {
        "x-wc-webhook-topic": topic,
        "x-wc-webhook-signature": signature(secret, body),
    }
    return _hear(body, headers)


@pytest.mark.parametrize(
    ("topic", "feed"),
    [
        ("order.created", "orders"),
        ("order.updated", "orders"),
        ("product.updated", "items"),
        ("customer.created", "customers"),
    ],
)
def test_a_notice_is_a_hint_to_look_at_one_record(topic: str, feed: str) -> None:
    heard = _notice(topic, {"id": 7, "total": "1.00"})

    assert heard.answer.status == 200
    assert heard.hints == (Hint(feed, ("7",)),)
    assert not heard.new_secrets


def test_the_notice_of_a_deletion_names_the_record() -> None:
    assert _notice("order.deleted", {"id": 334}).hints == (Hint("orders", ("334",)),)


def test_a_variations_notice_is_one_about_items() -> None:
    record = {"id": 273, "type": "variation", "parent_id": 272}

    assert _notice("product.updated", record).hints == (Hint("items", ("273",)),)


def test_a_notice_heard_twice_says_the_same_twice() -> None:
    first, second = (_notice("order.updated", {"id": 7}) for _ in range(2))

    assert first == second


def test_a_wrong_signature_is_refused_and_hints_at_nothing() -> None:
    heard = _notice("order.updated", {"id": 7}, secret="another")

    assert (heard.answer.status, heard.hints) == (401, ())


def test_a_signature_over_other_bytes_is_refused() -> None:
    body = b'{"id": 7}'
    headers = {
        "x-wc-webhook-topic": "order.updated",
        "x-wc-webhook-signature": signature(SECRET, b'{"id":7}'),
    }

    assert _hear(body, headers).answer.status == 401


def test_without_a_secret_of_ours_no_notice_is_believed() -> None:
    body = b'{"id": 7}'
    headers = {
        "x-wc-webhook-topic": "order.updated",
        "x-wc-webhook-signature": signature("", body),
    }
    link = Link(
        company_id="company-1",
        settings=WooCommerceSettings(address="https://shop.example.com"),
        secrets={},
        wire=RecordingWire(),
    )

    assert _hear(body, headers, link).answer.status == 401


def test_the_ping_is_answered_and_means_nothing() -> None:
    heard = _hear(b"webhook_id=12")

    assert (heard.answer.status, heard.hints) == (200, ())


def test_an_oversized_notice_is_refused() -> None:
    body = b"x" * (BODY_BYTES_MAX + 1)

    assert _hear(body).answer.status == 413


def test_a_signed_notice_that_is_no_json_still_hints_at_the_feed() -> None:
    body = b"<html>"
    headers = {
        "x-wc-webhook-topic": "order.updated",
        "x-wc-webhook-signature": signature(SECRET, body),
    }

    assert _hear(body, headers).hints == (Hint("orders"),)


def test_a_call_without_a_signature_is_refused() -> None:
    assert _hear(b'{"id": 7}').answer.status == 401
    assert _hear(b"").answer.status == 401


def test_reading_the_endpoint_is_not_allowed() -> None:
    call = Call("GET", "/", {}, b"")

    assert WooCommerceEndpoint().hear(call, _link()).answer.status == 405


def _keys(**changes: object) -> bytes:
    return json.dumps(
        {
            "key_id": 3,
            "user_id": ONE_TIME_ID,
            "consumer_key": KEY,
            "consumer_secret": KEY_SECRET,
            "key_permissions": "read_write",
            **changes,
        }
    ).encode()


def test_the_keys_of_a_pairing_are_taken_with_exactly_200() -> None:
    heard = _hear(_keys(), link=_link({"pairing_id": ONE_TIME_ID}))

    assert heard.answer.status == 200
    assert heard.new_secrets == {"consumer_key": KEY, "consumer_secret": KEY_SECRET}
    assert KEY_SECRET not in heard.note


def test_keys_that_nobody_asked_for_are_refused() -> None:
    for facts in ({}, {"pairing_id": ""}, {"pairing_id": "another" * 9}):
        heard = _hear(_keys(), link=_link(facts))

        assert heard.answer.status == 403
        assert not heard.new_secrets


def test_a_short_one_time_id_opens_nothing_even_if_it_matches() -> None:
    heard = _hear(_keys(user_id="7"), link=_link({"pairing_id": "7"}))

    assert heard.answer.status == 403


def test_keys_that_may_only_read_are_refused() -> None:
    link = _link({"pairing_id": ONE_TIME_ID})

    assert _hear(_keys(key_permissions="read"), link=link).answer.status == 422


def test_what_is_no_key_is_refused() -> None:
    link = _link({"pairing_id": ONE_TIME_ID})

    assert _hear(_keys(consumer_key="x"), link=link).answer.status == 422


def test_the_pairing_address_asks_for_what_we_need() -> None:
    settings = WooCommerceSettings(address="https://shop.example.com/store")

    address = pairing_address(
        settings,
        ONE_TIME_ID,
        "https://us.example.com/back?x=1",
        "https://us.example.com/cb",
    )

    assert address.startswith("https://shop.example.com/store/wc-auth/v1/authorize?")
    assert "scope=read_write" in address
    assert "callback_url=https%3A%2F%2Fus.example.com%2Fcb" in address
    assert f"user_id={ONE_TIME_ID}" in address


def test_pairing_without_https_is_explained_with_the_way_by_hand() -> None:
    settings = WooCommerceSettings(address="https://shop.example.com")

    with pytest.raises(ActionNeededError) as caught:
        pairing_address(settings, ONE_TIME_ID, "http://us/", "http://us/cb")

    assert "by hand" in caught.value.remedy


def test_a_one_time_id_that_can_be_guessed_is_a_defect() -> None:
    settings = WooCommerceSettings(address="https://shop.example.com")

    with pytest.raises(DefectError):
        pairing_address(settings, "7", "https://us/", "https://us/cb")
