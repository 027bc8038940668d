"""The simulator's answers, held against WooCommerce's own schemas."""

import json
from collections.abc import Iterator

import pytest
from jsonschema import Draft4Validator

from stockbridge.connectors.stores.woocommerce.simulator import Basket
from stockbridge.connectors.stores.woocommerce.simulator.records import Json, Value
from stockbridge.connectors.stores.woocommerce.tests.asking import Asker, a_store
from stockbridge.connectors.stores.woocommerce.tests.contract_files import (
    CONTRACTS,
    needs_contracts,
    recording,
)

pytestmark = needs_contracts

_FOLDER = CONTRACTS / "schemas-normalized"


@pytest.fixture(scope="module")
def ask() -> Iterator[Asker]:
    with a_store() as (asker, _):
        _fill(asker)
        yield asker


def _fill(ask: Asker) -> None:
    simulator = ask.simulator
    simulator.seed_products(6, variable_share=0.5)
    simulator.add_product(name="Plain", sku="PLAIN", regular_price="3.00")
    ask.made("coupons", {"code": "ten", "discount_type": "percent", "amount": "10"})
    ask.made("products/categories", {"name": "Tools & more"})
    ask.made("products/tags", {"name": "New"})
    ask.made("products/attributes", {"name": "Size"})
    ask.made("products/attributes/1/terms", {"name": "S"})
    ask.made("customers", {"email": "ada@example.com"})
    ask.made(
        "webhooks", {"topic": "order.created", "delivery_url": "http://127.0.0.1:9/"}
    )
    basket = Basket(
        items=[("PLAIN", 2)],
        shipping="10.00",
        fees=[("Gift wrap", "4.00"), ("Loyalty", "-1.00")],
        coupons=["ten"],
        meta={"_po_number": "1"},
    )
    order = simulator.sales.place_order(basket)
    ask.made(f"orders/{order.id}/notes", {"note": "x"})
    simulator.sales.refund(order.id, amount="1.00")
    simulator.sales.place_order(Basket(items=["PLAIN"], address={}))
    ask.made("orders", {"line_items": [{"product_id": 999999}]})
    simulator.sales.refund(simulator.sales.place_order(Basket(items=["PLAIN"])).id)


@pytest.mark.parametrize(
    ("schema", "path"),
    [
        ("product", "products"),
        ("product_variation", "variations"),
        ("product_cat", "products/categories"),
        ("product_tag", "products/tags"),
        ("product_attribute", "products/attributes"),
        ("product_attribute_term", "products/attributes/1/terms"),
        ("shop_order", "orders"),
        ("shop_order_refund", "refunds"),
        ("order_note", "orders/{order}/notes"),
        ("order_status", "orders/statuses"),
        ("customer", "customers"),
        ("shop_coupon", "coupons"),
        ("webhook", "webhooks"),
        ("tax", "taxes"),
        ("tax_class", "taxes/classes"),
        ("setting_group", "settings"),
        ("setting", "settings/tax"),
        ("payment_gateway", "payment_gateways"),
        ("shipping_zone", "shipping/zones"),
        ("shipping_zone_method", "shipping/zones/1/methods"),
        ("report_order_total", "reports/orders/totals"),
    ],
)
def test_what_a_list_shows_fits_its_schema(ask: Asker, schema: str, path: str) -> None:
    order_id = next(iter(ask.simulator.state.orders))
    rows = ask("GET", path.format(order=order_id), per_page=100)[1]

    assert rows
    assert [fault for row in rows for fault in _faults(schema, row)] == []


@pytest.mark.parametrize(
    ("schema", "path"),
    [
        ("system_status", "system_status"),
        ("data_currencies", "data/currencies/current"),
    ],
)
def test_what_a_single_address_shows_fits_its_schema(
    ask: Asker, schema: str, path: str
) -> None:
    assert _faults(schema, ask("GET", path)[1]) == []


def _faults(name: str, record: Json) -> list[str]:
    """Return where a record leaves its schema, but real records do not.

    Real stores leave their own schemas in places: some are listed beside the schemas,
    the others show in the recordings.
    """
    known = {
        row["path"]
        for row in json.loads((_FOLDER / "_known-deviations.json").read_text())
        if row["schema"] == name
    }
    if name in _RECORDED:
        body = recording(_RECORDED[name])["response"]["body"]
        for row in body if isinstance(body, list) else [body]:
            known |= set(_deviations(name, row))
    found = _deviations(name, record)
    return [f"{path}: {found[path]}" for path in found if path not in known]


def _deviations(name: str, record: Json) -> dict[str, str]:
    schema = json.loads((_FOLDER / f"{name}.json").read_text())["schema"]
    found = {
        ".".join(_part(part) for part in error.absolute_path): error.message
        for error in Draft4Validator(schema).iter_errors(record)
    }
    expected = set(schema.get("properties", {})) | {"_links"}
    return found | {
        f"EXTRA {key}": "not in the schema" for key in record if key not in expected
    }


_RECORDED = {
    "product_variation": "187-variations-list",
    "setting_group": "002-settings-groups",
    "payment_gateway": "012-payment-gateways",
    "report_order_total": "329-orders-statuses-totals",
    "system_status": "001-system-status",
}


def _part(part: Value) -> str:
    return "[]" if isinstance(part, int) else str(part)
