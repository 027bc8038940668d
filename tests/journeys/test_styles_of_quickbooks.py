"""Items of Point of Sale become a product with variations, and what they sell books."""

from collections.abc import Iterator

import pytest

from stockbridge.connectors.books.quickbooks_pos.simulator.seeding import add_item
from stockbridge.connectors.books.quickbooks_pos.tests.contract_files import (
    schema_if_there,
)
from stockbridge.domain.tests.builders import a_line
from stockbridge.engine.actions.attributes import FieldDraft, map_values, set_field
from stockbridge.engine.models import Run
from stockbridge.engine.tests.worlds import an_order
from tests.quickbooks.point_of_sale import PointOfSale
from tests.quickbooks.world import QuickBooksWorld, a_clock, a_world

pytestmark = pytest.mark.django_db(transaction=True)
OPTIONS = {
    "allow_export": True,
    "style_rule": "department_and_name",
    "sale_price_from": "2",
}


@pytest.fixture
def world() -> Iterator[QuickBooksWorld]:
    """Give a shop, and a till with three shirts of one style."""
    office = PointOfSale(a_clock(), schema_if_there())
    for number, (colour, size) in enumerate(
        [("Rose", "S"), ("Wine", "M"), ("Sky", "M")], 1
    ):
        add_item(
            office.company,
            f"SHIRT-{number}",
            on_hand="7",
            Desc1="Shirt",
            Attribute=colour,
            Size=size,
            Price1="19.00",
            Price2="15.00" if number == 1 else "0.00",
        )
    with a_world(office, **OPTIONS) as found:
        yield found


def by_sku(world: QuickBooksWorld, sku: str) -> str:
    """Return what the shop calls the item with this SKU."""
    return next(one for one, item in world.shop.items.items() if item.sku == sku)


def test_a_style_of_the_till_is_one_product_and_its_sales_are_receipts(
    world: QuickBooksWorld,
) -> None:
    set_field(world.bridge, FieldDraft("attribute", "Colour", "wait"), world.act)
    map_values(world.bridge, "attribute", {"Rose": "Red", "Wine": "Red"}, world.act)

    run = world.approve(world.start(Run.Kind.EXPORT_ITEMS, all=True))
    world.rest()

    first = world.shop.items[by_sku(world, "SHIRT-1")]
    assert run.state == "done"
    assert first.attributes == (("Colour", "Red"), ("Size", "S"))
    assert (str(first.price), str(first.sale_price)) == ("19.00 USD", "15.00 USD")
    second = world.shop.items[by_sku(world, "SHIRT-2")]
    assert second.product_id == first.product_id
    assert second.sale_price is None
    assert world.shown(second.external_id) == 7
    assert world.issue("attribute_unmapped").waiting_count == 1

    line = a_line(
        item_id=second.external_id,
        product_id=second.product_id,
        sku="SHIRT-2",
        name="Shirt - Red, M",
    )
    world.shop.place(an_order(lines=(line,)))
    world.rest()

    office = world.office
    assert isinstance(office, PointOfSale)
    assert [entry.number for entry in office.entries()] == ["1042"]
    assert office.on_hand("SHIRT-2") == 7 - line.quantity


def test_mapping_the_value_that_was_missing_lets_the_third_join(
    world: QuickBooksWorld,
) -> None:
    set_field(world.bridge, FieldDraft("attribute", "Colour", "wait"), world.act)
    map_values(world.bridge, "attribute", {"Rose": "Red", "Wine": "Red"}, world.act)
    world.approve(world.start(Run.Kind.EXPORT_ITEMS, all=True))

    map_values(world.bridge, "attribute", {"Sky": "Blue"}, world.act)
    world.approve(world.start(Run.Kind.EXPORT_ITEMS, all=True))

    third = world.shop.items[by_sku(world, "SHIRT-3")]
    first = world.shop.items[by_sku(world, "SHIRT-1")]
    assert world.issue_codes() == []
    assert third.product_id == first.product_id
    assert third.attributes == (("Colour", "Blue"), ("Size", "M"))
