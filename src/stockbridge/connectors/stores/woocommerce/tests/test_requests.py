"""Every request that we can build is one that the store's own schema allows."""

import json
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl

from jsonschema import Draft202012Validator

from stockbridge.connectors.simulation import LoggedRequest
from stockbridge.connectors.stores.woocommerce.tests.contract_files import (
    CONTRACTS,
    needs_contracts,
)
from stockbridge.connectors.stores.woocommerce.tests.desk import (
    Desk,
    a_desk,
    read_all,
)
from stockbridge.domain.money import Money
from stockbridge.ports import Exchange, ItemWrite, StockWrite

pytestmark = needs_contracts

Json = Any
_SIGNING = ("oauth_", "consumer_")
_GLOBAL = {"_fields", "context"}  # of WordPress itself, on every route


def _options() -> dict[str, Json]:
    data: dict[str, Json] = json.loads((CONTRACTS / "options-wc-v3.json").read_text())
    return data


def _arguments(path: str, method: str) -> Mapping[str, Json] | None:
    for pattern, route in _options().items():
        if re.fullmatch(pattern, path):
            for endpoint in route["endpoints"]:
                if method in endpoint["methods"]:
                    found: Mapping[str, Json] = endpoint["args"]
                    return found
    return None


def _typed(value: str, schema: Json) -> Json:
    """Read a query value as WordPress does: by its declared type."""
    kind = schema.get("type")
    if kind == "integer":
        return int(value)
    if kind == "boolean":
        return {"true": True, "false": False}[value]
    if kind == "array":
        items = schema.get("items", {})
        return [_typed(part, items) for part in value.split(",") if part]
    return value


def _check_query(request: LoggedRequest) -> None:
    path = request.path.partition("/wp-json")[2]
    arguments = _arguments(path, request.method)
    assert arguments is not None, f"{request.method} {path} is no route"
    for name, value in parse_qsl(request.query):
        if name.startswith(_SIGNING) or name in _GLOBAL:
            # With a dot the whole key would vanish from a list.
            assert name != "_fields" or "." not in value, f"{path} {value}"
            continue
        assert name in arguments, f"{path} has no {name}"
        _validate(_typed(value, arguments[name]), arguments[name], f"{path} {name}")


def _validate(value: Json, schema: Json, where: str) -> None:
    rules = {k: v for k, v in schema.items() if k not in {"required", "format"}}
    if rules.get("type") == "date-time":
        rules["type"] = "string"
    faults = [f.message for f in Draft202012Validator(rules).iter_errors(value)]
    assert not faults, f"{where}: {faults}"


def _check_body(method: str, path: str, body: Json) -> None:
    if path.endswith("/batch"):
        single = path.removesuffix("/batch")
        for row in body.get("create", []):
            _check_fields("POST", single, row)
        for row in body.get("update", []):
            _check_fields("PUT", f"{single}/{row['id']}", row)
        return
    _check_fields(method, path, body)


def _check_fields(method: str, path: str, row: Mapping[str, Json]) -> None:
    arguments = _arguments(path, method)
    assert arguments is not None, f"{method} {path} is no route"
    for name, value in row.items():
        if name == "id":
            continue
        assert name in arguments, f"{path} has no {name}"
        _validate(value, arguments[name], f"{path} {name}")


def _everything(desk: Desk) -> None:
    """Do all that the port can do."""
    desk.simulator.seed_products(15, variable_share=0.4)
    desk.simulator.seed_orders(12, per_second=4)
    for order_id in list(desk.simulator.state.orders)[:4]:
        desk.simulator.sales.refund(order_id, amount="1.00")
    desk.simulator.seed_customers(5)
    store = desk.store()
    store.check()
    reads: Sequence[Json] = (
        store.changed_orders,
        store.open_orders,
        store.walk_orders,
        store.changed_items,
        store.walk_items,
        store.changed_customers,
    )
    for read in reads:
        _, cursor = read_all(read, limit=4)
        read(cursor, limit=4)
    items, _ = read_all(store.walk_items)
    store.orders([*map(str, desk.simulator.state.orders), "99999"])
    store.items([(item.external_id, item.product_id) for item in items])
    store.items([(item.external_id, "") for item in items])
    store.find_item("SKU-000011")
    store.write_stock(
        [StockWrite(i.external_id, i.product_id, i.kind, Decimal(3)) for i in items]
    )
    _write_items(desk)
    store.ensure_webhooks("https://us.example.com/h", "secret")
    store.ensure_webhooks("https://us.example.com/h", "secret")
    store.remove_webhooks("https://us.example.com/h")


def _write_items(desk: Desk) -> None:
    store = desk.store()
    price = Money(Decimal("12.50"), "USD")
    made, shirt = store.write_items(
        [
            ItemWrite(
                name="Mug & more",
                sku="NEW-1",
                price=price,
                upc="0012345678905",
                quantity=Decimal(4),
                track_stock=True,
                description="<p>x</p>",
                categories=("Kitchen", "Tools & Hardware"),
                attributes=(("Colour", "Red"),),
            ),
            ItemWrite(
                kind="variable", name="Shirt", sku="NEW-2", attributes=(("Size", "S"),)
            ),
        ]
    )
    sale = Money(Decimal("9.99"), "USD")
    store.write_items(
        [
            ItemWrite(made.item_id, price=price, sale_price=sale, status="publish"),
            ItemWrite(
                product_id=shirt.item_id,
                kind="variation",
                sku="NEW-2-S",
                price=price,
                attributes=(("Size", "S"),),
            ),
        ]
    )
    store.write_items([ItemWrite(made.item_id, clear_sale_price=True)])


def _bodies(exchanges: Sequence[Exchange]) -> list[tuple[str, str, Json]]:
    found = []
    for exchange in exchanges:
        if exchange.request_excerpt:
            path = exchange.address.partition("?")[0].partition("/wp-json")[2]
            found.append((exchange.method, path, json.loads(exchange.request_excerpt)))
    return found


def test_every_query_and_every_body_that_we_send_fits_the_published_schema() -> None:
    with a_desk() as desk:
        _everything(desk)
        requests = [r for r in desk.simulator.log.rows() if "/wp-json/wc/v3/" in r.path]
        bodies = _bodies(desk.wire.exchanges)

    for request in requests:
        _check_query(request)
    for method, path, body in bodies:
        _check_body(method, path, body)
    assert len(requests) > 50
    assert len(bodies) > 10


def test_where_long_addresses_are_refused_ours_have_at_most_255_characters() -> None:
    with a_desk() as desk:
        desk.simulator.seed_products(150, variable_share=0.4)
        desk.simulator.seed_orders(120, per_second=40)
        desk.store().check()
        desk.facts["long_addresses"] = "no"
        desk.simulator.log.clear()
        store = desk.store()

        reads: Sequence[Json] = (
            store.changed_orders,
            store.walk_items,
            store.walk_orders,
        )
        for read in reads:
            read_all(read)
        store.orders([str(number) for number in desk.simulator.state.orders])

        longest = max(
            len(f"https://shop.example.com{row.path}?{row.query}")
            for row in desk.simulator.log.rows()
        )
    assert longest <= 255
