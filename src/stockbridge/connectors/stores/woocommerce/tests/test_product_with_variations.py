"""A product with variations is made once, as a draft, and only ever offers more."""

from decimal import Decimal
from typing import Any

import pytest

from stockbridge.connectors.simulation import Fault, FaultKind
from stockbridge.connectors.stores.woocommerce.encode import offered_besides
from stockbridge.connectors.stores.woocommerce.tests.desk import (
    ALL_VERSIONS,
    Desk,
    a_desk,
)
from stockbridge.domain.catalog import StoreItem
from stockbridge.domain.errors import ActionNeededError, AnswerLostError
from stockbridge.domain.money import Money
from stockbridge.ports import ItemWrite, Store, WriteResult

OFFERED = (("Colour", "Red"), ("Size", "S"), ("Size", "M"))


def a_product(**changes: Any) -> ItemWrite:
    values: dict[str, Any] = {
        "name": "Shirt",
        "sku": "STYLE-1",
        "attributes": OFFERED,
        **changes,
    }
    return ItemWrite(kind="variable", **values)


def a_variation(product: str, size: str, **changes: Any) -> ItemWrite:
    values: dict[str, Any] = {
        "sku": f"SHIRT-{size}",
        "price": Money(Decimal("19.00"), "USD"),
        "track_stock": True,
        "attributes": (("Colour", "Red"), ("Size", size)),
        **changes,
    }
    return ItemWrite("", product, "variation", **values)


def made(result: WriteResult) -> StoreItem:
    assert result.error is None, result.error
    assert result.item is not None
    return result.item


def a_shirt(store: Store) -> StoreItem:
    return made(store.write_items([a_product()])[0])


def attributes_of(desk: Desk, product_id: str) -> list[dict[str, object]]:
    return list(desk.simulator.state.products[int(product_id)].attributes)


@pytest.mark.parametrize("version", ALL_VERSIONS)
def test_a_style_is_a_draft_with_variations_that_have_stock_and_price(
    version: str,
) -> None:
    with a_desk(version) as desk:
        store = desk.store()
        product = a_shirt(store)

        rows = [a_variation(product.external_id, size) for size in "SM"]
        small, medium = (made(one) for one in store.write_items(rows))

        offered = attributes_of(desk, product.external_id)
    assert (product.kind, product.status, product.sku) == (
        "variable",
        "draft",
        "STYLE-1",
    )
    assert [(one["name"], one["options"], one["variation"]) for one in offered] == [
        ("Colour", ["Red"], True),
        ("Size", ["S", "M"], True),
    ]
    assert small.product_id == medium.product_id == product.external_id
    assert small.attributes == (("Colour", "Red"), ("Size", "S"))
    assert medium.price == Money(Decimal("19.00"), "USD")
    assert medium.stock_keeping == "own"


def test_a_value_that_is_new_is_offered_besides_what_somebody_set_up() -> None:
    with a_desk() as desk:
        store = desk.store()
        product = a_shirt(store)
        record = desk.simulator.state.products[int(product.external_id)]
        care = {
            "id": 0,
            "name": "Care",
            "slug": "Care",
            "position": 7,
            "visible": False,
            "variation": False,
            "options": ["Wash cold"],
        }
        record.attributes = (*record.attributes, care)

        more = ItemWrite(
            product.external_id,
            product.external_id,
            "variable",
            attributes=(("colour", "RED"), ("Size", "L")),
        )
        made(store.write_items([more])[0])

        offered = attributes_of(desk, product.external_id)
    assert [(one["name"], one["options"]) for one in offered] == [
        ("Colour", ["Red"]),
        ("Size", ["S", "M", "L"]),
        ("Care", ["Wash cold"]),
    ]
    assert offered[2] == care


def test_an_attribute_that_the_product_lacks_is_added() -> None:
    row = ItemWrite("7", "7", "variable", attributes=(("Fit", "Slim"),))

    told = offered_besides({"attributes": [{"name": "Size", "options": ["S"]}]}, row)

    assert told == [
        {"name": "Size", "options": ["S"]},
        {"name": "Fit", "visible": True, "options": ["Slim"], "variation": True},
    ]


def test_a_variation_whose_answer_got_lost_is_not_made_twice() -> None:
    with a_desk() as desk:
        store = desk.store()
        product = a_shirt(store)
        row = a_variation(product.external_id, "S")
        desk.simulator.faults.add(Fault(FaultKind.ANSWER_LOST, method="POST"))
        with pytest.raises(AnswerLostError):
            store.write_items([row])

        again = made(store.write_items([row])[0])

        skus = [one.sku for one in desk.simulator.state.products.values()]
    assert again.kind == "variation"
    assert skus.count("SHIRT-S") == 1


def test_the_product_is_found_by_its_sku_after_a_lost_answer() -> None:
    with a_desk() as desk:
        store = desk.store()
        product = a_shirt(store)

        found = store.find_item("STYLE-1")

    assert found is not None
    assert (found.external_id, found.kind) == (product.external_id, "variable")


def test_a_product_that_is_gone_is_said_and_nothing_is_made_of_it() -> None:
    with a_desk() as desk:
        gone = ItemWrite("999999", "999999", "variable", attributes=OFFERED)

        (result,) = desk.store().write_items([gone])

    assert isinstance(result.error, ActionNeededError)
    assert "no longer in the store" in result.error.message


def test_a_variation_that_would_stand_for_any_value_is_said() -> None:
    with a_desk() as desk:
        store = desk.store()
        product = a_shirt(store)
        fit = (("Colour", "Red"), ("Size", "S"), ("Fit", "Slim"))

        (result,) = store.write_items(
            [a_variation(product.external_id, "S", attributes=fit)]
        )

    assert isinstance(result.error, ActionNeededError)
    assert "kept attributes of item" in result.error.message
