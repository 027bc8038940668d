"""Decoding, held against what real stores answered."""

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from stockbridge.connectors.http import HttpAnswer
from stockbridge.connectors.stores.woocommerce.answers import BodyKind, read_body
from stockbridge.connectors.stores.woocommerce.decode import (
    decode_customer,
    decode_order,
    reading,
)
from stockbridge.connectors.stores.woocommerce.decode_items import (
    decode_product,
    decode_variation,
)
from stockbridge.connectors.stores.woocommerce.endpoint import (
    WooCommerceEndpoint,
    signature,
)
from stockbridge.connectors.stores.woocommerce.settings import WooCommerceSettings
from stockbridge.connectors.stores.woocommerce.signing import Keys, SignIn, signed
from stockbridge.connectors.stores.woocommerce.tests.contract_files import (
    CONTRACTS,
    RECORDINGS,
    needs_contracts,
)
from stockbridge.connectors.tests.wires import RecordingWire
from stockbridge.domain.catalog import StockKeeping
from stockbridge.domain.commerce import LineKind, Order, OrderStatus
from stockbridge.domain.money import total_of
from stockbridge.ports import Call, Heard, Hint, Link, Unreadable

Json = Any

pytestmark = needs_contracts

DELIVERIES = CONTRACTS / "webhook-deliveries"

# Records that are no good ones, and why.
NOT_GOOD = {"753b-legacy-hpos-order-not-found": "an empty shell"}


def _heard(delivery: Json) -> Heard:
    headers = {name.lower(): value for name, value in delivery["headers"].items()}
    link = Link(
        company_id="company-1",
        settings=WooCommerceSettings(address="https://shop.example.com"),
        secrets={"webhook_secret": "whsec-test"},
        wire=RecordingWire(),
    )
    call = Call("POST", "/", headers, delivery["raw_body"].encode())
    return WooCommerceEndpoint().hear(call, link)


def _load(name: str) -> Json:
    text = (RECORDINGS / f"{name}.json").read_text()
    return json.loads(text, parse_float=Decimal)


def _records(needed: set[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every whole record with these fields, from answers and webhooks."""
    files = [*RECORDINGS.glob("*.json"), *(CONTRACTS / "samples").rglob("*.json")]
    for path in sorted(files):
        data = json.loads(path.read_text(), parse_float=Decimal)
        if not isinstance(data, dict):
            continue
        answer = data.get("response")
        sources = [answer.get("body") if isinstance(answer, dict) else None]
        if data.get("kind", "").startswith("webhook delivery"):
            sources.append(data["request"].get("body"))
        for source in sources:
            yield from ((path.stem, found) for found in _found(source, needed))


def _found(value: Json, needed: set[str]) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        is_schema = isinstance(value.get("id"), dict)
        if needed <= value.keys() and not is_schema:
            yield value
        else:
            for inner in value.values():
                yield from _found(inner, needed)
    elif isinstance(value, list):
        for inner in value:
            yield from _found(inner, needed)


def test_every_recorded_good_order_is_read_and_adds_up_to_the_cent() -> None:
    records = list(_records({"order_key", "line_items", "tax_lines"}))
    good = [(name, row) for name, row in records if name not in NOT_GOOD]

    for name, record in good:
        order = decode_order(record)
        lines = total_of((line.total for line in order.lines), order.currency)
        taxes = total_of((line.tax for line in order.lines), order.currency)
        by_rate = total_of((line.total for line in order.tax_lines), order.currency)
        assert lines + order.total_tax == order.total, name
        # Rounding at subtotal may leave a cent between lines and rates.
        assert abs(taxes.amount - by_rate.amount) <= Decimal("0.01"), name
        assert abs(taxes.amount - order.total_tax.amount) <= Decimal("0.01"), name
    assert len(good) > 80


def test_the_empty_shell_of_another_storage_is_unreadable_not_an_order() -> None:
    body = _load("753b-legacy-hpos-order-not-found")["response"]["body"]

    result = reading("order", body, decode_order)

    assert isinstance(result, Unreadable)
    assert result.external_id == "283"
    assert "empty draft" in result.message


def test_every_recorded_refund_is_read_with_its_order() -> None:
    order = _load("357-order-after-partial-refunds")["response"]["body"]
    refunds = _load("358-refunds-list")["response"]["body"]

    read = decode_order(order, refunds)

    assert read.is_refunds_complete
    assert total_of((r.amount for r in read.refunds), "USD") == read.refunds_total
    by_reason = {refund.reason: refund for refund in read.refunds}
    assert by_reason["Shipping back"].lines[0].kind is LineKind.SHIPPING
    assert by_reason["Fee back"].lines[0].kind is LineKind.FEE
    assert by_reason["Goodwill"].lines == ()
    returned = by_reason["One returned"].lines[0]
    assert (returned.order_line_id, returned.quantity) == ("62", Decimal(1))
    assert (str(returned.total), str(returned.tax)) == ("1.99 USD", "0.18 USD")
    # Two of three units were put back; which refund did it the store does not say.
    assert by_reason["One returned"].restocked_units is None
    assert by_reason["Goodwill"].restocked_units == ()


def test_every_recorded_product_and_customer_is_read() -> None:
    products = list(_records({"manage_stock", "regular_price", "sku", "type", "id"}))
    customers = list(_records({"is_paying_customer", "email"}))

    for name, record in products:
        assert decode_product(record, "USD").external_id == str(record["id"]), name
    for name, record in customers:
        assert decode_customer(record).email == record["email"], name
    assert len(products) > 100
    assert len(customers) > 10


def test_a_variation_whose_stock_the_product_keeps_is_seen() -> None:
    record = _load("207-variation-inherits-parent-stock")["response"]["body"]
    parent = _load("188-variable-get")["response"]["body"]

    item = decode_variation(record, parent, "USD")

    assert item.stock_keeping is StockKeeping.PARENT
    assert (item.name, item.product_id) == ("Shirt - L, Blue", "272")


def test_an_old_number_means_nothing_where_stock_is_not_tracked() -> None:
    name = "723-product-get-when-stock-management-off"

    item = decode_product(_load(name)["response"]["body"], "USD")

    assert (item.stock_keeping, item.stock_quantity) == (StockKeeping.NONE, None)


def test_a_status_of_a_plugin_is_kept_by_its_own_name() -> None:
    order = decode_order(_load("745-order-status-custom")["response"]["body"])

    assert order.status is OrderStatus.UNKNOWN
    assert order.store_status not in {"", "unknown"}


def test_an_order_of_an_account_without_addresses_names_the_account() -> None:
    order = decode_order(_load("419-order-with-customer")["response"]["body"])

    buyer = order.customer
    assert (buyer.external_id, buyer.email) == ("2", "hal@customer.example")
    assert (buyer.first_name, buyer.last_name) == ("", "")


@pytest.mark.parametrize("name", ["728-order-zero-decimals", "730-order-four-decimals"])
def test_amounts_keep_the_decimals_that_the_store_wrote(name: str) -> None:
    body = _load(name)["response"]["body"]

    order = decode_order(body)

    assert str(order.total.amount) == body["total"]


def test_noise_before_the_json_is_cut() -> None:
    text = _load("677-output-before-json")["response"]["body_text"]
    answer = HttpAnswer(
        200, {"content-type": "application/json"}, text.encode(), "https://x"
    )

    body = read_body(answer)

    assert (body.kind, body.data) == (BodyKind.NOISY_JSON, [{"id": 282, "sku": "GIFT"}])


def test_recorded_webhooks_verify_over_their_raw_bodies() -> None:
    checked = 0
    for path in sorted(RECORDINGS.glob("*delivery*.json")):
        data = json.loads(path.read_text())
        raw = data["request"].get("body_raw")
        shown = data["request"]["headers"].get("X-WC-Webhook-Signature")
        if raw and shown and data.get("signature_verifies_over_raw_body"):
            assert signature(data["secret"], raw.encode()) == shown, path.stem
            checked += 1
    assert checked > 5


def test_each_delivery_of_a_real_store_is_heard_as_a_hint_or_as_nothing() -> None:
    heard = {
        path.stem: _heard(json.loads(path.read_text()))
        for path in sorted(DELIVERIES.glob("*.json"))
    }

    assert {one.answer.status for one in heard.values()} == {200}
    hints = {name: one.hints for name, one in heard.items()}
    assert hints["order.created-1"] == (Hint("orders", ("26",)),)
    assert hints["order.deleted-1"][0].feed == "orders"
    assert hints["product.updated-1"][0].feed == "items"
    assert hints["customer.created-1"][0].feed == "customers"
    without = {name for name, found in hints.items() if not found}
    assert without == {
        "action.woocommerce_order_refunded-1",
        *(name for name in heard if name.startswith("ping")),
    }


def test_two_deliveries_of_one_id_are_two() -> None:
    """The id is made of webhook and second: it says nothing about the record."""
    first, second = (
        json.loads((DELIVERIES / f"product.updated-{n}.json").read_text())
        for n in (1, 2)
    )
    name = "X-WC-Webhook-Delivery-ID"

    hints = [_heard(first).hints, _heard(second).hints]

    assert first["headers"][name] == second["headers"][name]
    assert hints == [(Hint("items", ("10",)),), (Hint("items", ("13",)),)]


def test_basic_sign_in_matches_what_the_store_took() -> None:
    keys = Keys("ck_" + "1" * 40, "cs_" + "1" * 40)

    _, headers = signed(SignIn.BASIC, keys, "GET", "https://127.0.0.1/wp-json/")

    assert headers["Authorization"].startswith("Basic Y2tfMTEx")


def test_all_refunds_ever_recorded_are_positive_once_read() -> None:
    for name, record in _records({"refunded_by", "amount", "line_items"}):
        order = {
            **_load("357-order-after-partial-refunds")["response"]["body"],
            "refunds": [{"id": record["id"], "total": "-1.00"}],
        }
        refund = decode_order(order, [record]).refunds[0]
        assert refund.amount.amount >= 0, name
        assert all(line.total.amount >= 0 for line in refund.lines), name
        assert isinstance(decode_order(order, [record]), Order)
