"""A store's categories and the departments of the books, both ways."""

from decimal import Decimal

import pytest

from stockbridge.domain.accounting import ItemRecord
from stockbridge.domain.tests.builders import a_books_item, a_store_item
from stockbridge.engine.codec import document_of
from stockbridge.engine.desk.lists import LISTS
from stockbridge.engine.models import Connection, Mapping, Run
from stockbridge.engine.tests.worlds import World, a_world

pytestmark = pytest.mark.django_db(transaction=True)
TOLD = {
    "departments": [["D1", "Kitchen"], ["D2", "Garden"]],
    "department_names": [["kitchen", "D1"], ["kit", "D1"], ["garden", "D2"]],
}


def a_world_with_departments(**chosen: str) -> World:
    world = a_world(allow_export=True)
    books = Connection.objects.get(pk=world.bridge.books_id)
    books.facts = {**books.facts, LISTS: TOLD}
    books.save()
    world.bridge.refresh_from_db()
    for category, department in chosen.items():
        Mapping.objects.create(
            bridge=world.bridge,
            kind="category",
            store_key=category,
            value={"department_id": department},
        )
    return world


def exported(world: World, department: str) -> tuple[str, ...] | None:
    item = a_books_item(external_id="I7", name="Cup", sku="CUP", department=department)
    world.ledger.add_item(item, 9)
    world.rest(rounds=1)
    world.approve(world.start(Run.Kind.EXPORT_ITEMS, items=["I7"], marked_only=False))
    (made,) = (row for rows in world.shop.item_calls for row in rows)
    return made.categories


def test_a_product_gets_the_departments_name_not_its_code() -> None:
    assert exported(a_world_with_departments(), "KIT") == ("Kitchen",)


def test_a_product_gets_the_category_that_was_mapped_to_the_department() -> None:
    world = a_world_with_departments(Mugs="D1", Tools="D2")

    assert exported(world, "KIT") == ("Mugs",)


def test_a_new_item_gets_the_department_of_its_category() -> None:
    world = a_world_with_departments(Mugs="D1")
    item = a_store_item(
        external_id="777",
        product_id="777",
        sku="CUP",
        name="Cup",
        categories=("Mugs",),
        stock_quantity=Decimal(7),
    )
    world.shop.add_item(item)
    world.clock.advance(hours=2)
    world.rest(rounds=2)

    world.approve(world.start(Run.Kind.IMPORT_ITEMS, items=["777"]))

    (row,) = world.deliveries(kind="item")
    record = document_of(row)
    assert isinstance(record, ItemRecord)
    assert record.department == "D1"
