"""Decoding of orders, field by field, on invented data; golden files beside."""

import json
from dataclasses import asdict
from datetime import datetime
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockbridge.connectors.stores.woocommerce.decode import decode_order, reading
from stockbridge.connectors.stores.woocommerce.decode_items import (
    decode_product,
    decode_variation,
)
from stockbridge.connectors.stores.woocommerce.orders import mark_of
from stockbridge.domain.commerce import LineKind, Order, OrderStatus
from stockbridge.domain.money import Money
from stockbridge.ports import Unreadable

Json = Any
SAMPLES = Path(__file__).parent / "samples"


def an_order(**changes: Json) -> dict[str, Json]:
    text = (SAMPLES / "order.json").read_text()
    return {**json.loads(text, parse_float=Decimal), **changes}


def a_refund() -> dict[str, Json]:
    text = (SAMPLES / "refund.json").read_text()
    found: dict[str, Json] = json.loads(text, parse_float=Decimal)
    return found


def _plain(value: Json) -> Json:
    """Return a value as a golden file shows it."""
    if isinstance(value, Money):
        return str(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Decimal | datetime):
        return str(value)
    if isinstance(value, dict):
        if value.keys() == {"amount", "currency"}:
            return f"{value['amount']} {value['currency']}"
        return {k: _plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    return value


def _golden(name: str, value: Json) -> None:
    path = SAMPLES / f"{name}.golden.json"
    shown = json.dumps(_plain(asdict(value)), indent=1, ensure_ascii=False) + "\n"
    assert shown == path.read_text()


def test_an_order_with_everything_is_read_as_the_golden_file_says() -> None:
    fields = ["_po_number", "gift"]  # the one is a text, the other a map
    _golden("order", decode_order(an_order(), [a_refund()], fields))


def test_a_product_is_read_as_the_golden_file_says() -> None:
    record = json.loads((SAMPLES / "product.json").read_text(), parse_float=Decimal)

    _golden("product", decode_product(record, "EUR"))


def test_a_variation_of_an_old_version_is_read_as_the_golden_file_says() -> None:
    record = json.loads((SAMPLES / "variation.json").read_text(), parse_float=Decimal)
    parent = json.loads((SAMPLES / "product.json").read_text(), parse_float=Decimal)

    _golden("variation", decode_variation(record, parent, "EUR"))


REQUIRED = [
    "status",
    "number",
    "currency",
    "prices_include_tax",
    "date_created_gmt",
    "total",
    "total_tax",
    "customer_id",
    "billing",
    "line_items",
    "tax_lines",
    "shipping_lines",
    "fee_lines",
    "refunds",
]


@pytest.mark.parametrize("field", REQUIRED)
def test_a_missing_field_fails_loudly_with_its_name(field: str) -> None:
    record = an_order()
    del record[field]

    result = reading("order", record, decode_order)

    assert isinstance(result, Unreadable)
    assert (result.external_id, field in result.message) == ("4711", True)


@pytest.mark.parametrize("field", ["total", "total_tax", "subtotal", "quantity"])
def test_a_field_missing_in_a_line_is_named_with_its_place(field: str) -> None:
    record = an_order()
    del record["line_items"][0][field]

    result = reading("order", record, decode_order)

    assert isinstance(result, Unreadable)
    assert f"line_items.0.{field}" in result.message


@pytest.mark.parametrize("amount", ["", "1,50", "abc", None, True, "1e3", "NaN", "--1"])
def test_an_amount_that_is_none_is_never_taken_for_zero(amount: Json) -> None:
    result = reading("order", an_order(total=amount), decode_order)

    assert isinstance(result, Unreadable)
    assert "total" in result.message


@pytest.mark.parametrize("currency", ["BTC", "usd", "", "EURO", "XYZ"])
def test_an_unknown_currency_is_not_booked(currency: str) -> None:
    result = reading("order", an_order(currency=currency), decode_order)

    assert isinstance(result, Unreadable)


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("pending", OrderStatus.PENDING),
        ("on-hold", OrderStatus.ON_HOLD),
        ("trash", OrderStatus.DELETED),
        ("shipped-by-plugin", OrderStatus.UNKNOWN),
    ],
)
def test_a_status_is_ours_and_the_stores_word_is_kept(
    word: str, status: OrderStatus
) -> None:
    order = decode_order(an_order(status=word))

    assert (order.status, order.store_status) == (status, word)


def test_an_abandoned_checkout_is_a_draft() -> None:
    order = decode_order(an_order(status="checkout-draft"))

    assert order.status is OrderStatus.DRAFT
    assert not order.takes_stock


def test_an_order_number_is_text_and_the_id_is_the_key() -> None:
    order = decode_order(an_order(number="WEB/2026-17"))

    assert (order.external_id, order.number) == ("4711", "WEB/2026-17")


def test_a_line_of_a_vanished_product_sells_nothing_stocked() -> None:
    record = an_order()
    record["line_items"][0] |= {"product_id": 0, "variation_id": 0, "sku": None}

    line = decode_order(record).lines[0]

    assert (line.item_id, line.product_id, line.sku) == ("", "", "")
    assert line.kind is LineKind.ITEM


@pytest.mark.parametrize("quantity", [0, "0", "1.5", Decimal("2.25"), -1])
def test_odd_quantities_are_kept_as_they_are(quantity: Json) -> None:
    record = an_order()
    record["line_items"][0]["quantity"] = quantity

    line = decode_order(record).lines[0]

    assert line.quantity == Decimal(str(quantity))


def test_a_cent_between_lines_and_rates_is_kept_as_billed() -> None:
    record = an_order()
    before = decode_order(record)
    record["tax_lines"][0]["tax_total"] = "2.02"  # the lines add up to 2.01

    order = decode_order(record)

    assert order.tax_lines[0].total != before.tax_lines[0].total
    assert order.lines == before.lines
    assert order.total_tax == before.total_tax


def test_a_rate_that_does_not_apply_to_a_line_has_no_share() -> None:
    record = an_order()
    record["line_items"][0]["taxes"] = [{"id": 1, "total": "", "subtotal": ""}]

    assert decode_order(record).lines[0].taxes == ()


def test_a_map_that_php_sends_as_a_list_is_read() -> None:
    record = an_order(meta_data={"3": {"id": 3, "key": "a", "value": "b"}})

    assert decode_order(record, fields=["a"]).meta == (("a", "b"),)


def a_field(key: str, value: Json) -> Json:
    return {"id": 3, "key": key, "value": value}


def test_of_an_orders_fields_only_those_are_kept_that_were_named() -> None:
    rows = [a_field("_po_number", "PO-7"), a_field("_billing_iban", "DE00")]
    record = an_order(meta_data=rows)

    assert decode_order(record).meta == ()
    assert decode_order(record, fields=["_po_number", "x"]).meta == (
        ("_po_number", "PO-7"),
    )


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (" PO-7 ", "PO-7"),
        (4711, "4711"),
        (Decimal("7.50"), "7.50"),
        ("", None),
        (None, None),
        (True, None),
        (["PO-7"], None),
        ({"number": "PO-7"}, None),
        ("7" * 5000, "7" * 1000),
    ],
)
def test_a_field_is_a_text_or_a_number_and_not_endless(
    value: Json, kept: str | None
) -> None:
    record = an_order(meta_data=[a_field("_po_number", value)])

    assert dict(decode_order(record, fields=["_po_number"]).meta).get("_po_number") == (
        kept
    )


def test_a_field_of_an_order_is_one_line_that_can_be_shown() -> None:
    rows = [{"key": "_po_number", "value": "PO\x00\n7\ud800"}]

    order = decode_order(an_order(meta_data=rows), fields=["_po_number"])

    assert order.meta == (("_po_number", "PO  7"),)


def test_however_a_store_lists_fields_the_order_stays_the_same() -> None:
    rows = [a_field("b", "1"), a_field("a", "2"), a_field("b", "3")]
    another = [a_field("a", "2"), a_field("z", "9"), a_field("b", "1")]

    first = decode_order(an_order(meta_data=rows), fields=["a", "b"])
    second = decode_order(an_order(meta_data=another), fields=["b", "a"])

    assert first.meta == second.meta == (("a", "2"), ("b", "1"))


@pytest.mark.parametrize(
    ("put_back", "restocked"),
    [
        (None, ()),
        ("1", (("71", Decimal(1)),)),
        ("3", None),
    ],
)
def test_which_refund_restocked_is_said_only_where_it_is_certain(
    put_back: str | None, restocked: Json
) -> None:
    record = an_order()
    if put_back is not None:
        meta = {"key": "_restock_refunded_items", "value": put_back}
        record["line_items"][0]["meta_data"].append(meta)

    refund = decode_order(record, [a_refund()]).refunds[0]

    assert refund.restocked_units == restocked


@pytest.mark.parametrize("units", ["NaN", "sNaN", "Infinity", "1e999999", "two"])
def test_units_that_are_no_number_are_not_said_rather_than_counted(units: str) -> None:
    record = an_order()
    record["line_items"][0]["meta_data"] = [
        {"key": "_reduced_stock", "value": units},
        {"key": "_restock_refunded_items", "value": units},
    ]

    order = decode_order(record, [a_refund()])

    assert order.lines[0].units_taken is None
    assert order.refunds[0].restocked_units == ()


def test_lists_with_holes_arrive_as_maps_and_are_read_alike() -> None:
    record = an_order()
    names = [name for name, value in record.items() if isinstance(value, list)]
    maps = {name: dict(enumerate(record[name])) for name in names}

    order = decode_order({**record, **maps}, [a_refund()])

    assert order == decode_order(record, [a_refund()])
    assert "refunds" in names


def test_a_refund_whose_id_is_no_number_is_read() -> None:
    order = decode_order(an_order(), [a_refund() | {"id": "R-7"}])

    assert [refund.external_id for refund in order.refunds] == ["R-7"]


def test_a_date_that_names_its_offset_is_that_moment() -> None:
    with_offset = decode_order(an_order(date_created_gmt="2026-03-14T14:30:00+05:00"))
    plain = decode_order(an_order(date_created_gmt="2026-03-14T09:30:00"))

    assert with_offset.placed_at == plain.placed_at


@pytest.mark.parametrize("refunds", [{"1": {"id": 5}}, ["x"], [None], "x", 5, None])
def test_an_orders_mark_can_be_made_of_whatever_it_lists(refunds: Json) -> None:
    mark = mark_of({"id": 4711, "status": "completed", "refunds": refunds})

    assert (mark.external_id, mark.status) == ("4711", "completed")


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(REQUIRED), inner, max_size=4)
        ),
        max_leaves=8,
    ),
    st.sampled_from(REQUIRED),
)
def test_garbage_in_any_field_is_read_or_unreadable_never_a_crash(
    garbage: Json, field: str
) -> None:
    result = reading("order", an_order(**{field: garbage}), decode_order)

    assert isinstance(result, Order | Unreadable)
