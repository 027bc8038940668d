"""What is new in the store is created in the books by itself, where switched on."""

from dataclasses import replace
from typing import Any

import pytest

from stockbridge.domain.catalog import StoreItem
from stockbridge.domain.commerce import Customer
from stockbridge.domain.tests.builders import (
    a_books_customer,
    a_books_item,
    a_customer,
    a_store_item,
)
from stockbridge.engine.actions.issues import allow_limit
from stockbridge.engine.actions.pairs import unlink_item
from stockbridge.engine.models import Binding, Bridge, Run
from stockbridge.engine.tests.worlds import World, a_world, an_order

pytestmark = pytest.mark.django_db(transaction=True)


def a_new_product(world: World, number: str = "95", **changes: Any) -> StoreItem:
    """Put a product into the shop that is created there now."""
    item = a_store_item(external_id=number, product_id=number, name="Cup", sku="CUP")
    return world.shop.add_item(replace(item, created_at=world.clock(), **changes))


def a_new_customer(world: World, **changes: Any) -> Customer:
    """Let somebody open an account in the shop now."""
    someone = a_customer(created_at=world.clock(), **changes)
    world.shop.add_customer(someone)
    return someone


def skus(world: World) -> set[str]:
    return {item.sku for item in world.ledger.items.values()}


def imports(kind: Run.Kind = Run.Kind.IMPORT_ITEMS) -> list[Run]:
    return list(Run.objects.filter(kind=kind).order_by("id"))


def an_hour(world: World) -> None:
    world.clock.advance(hours=1)
    world.rest(rounds=3)


def test_switched_off_nothing_is_created() -> None:
    world = a_world()

    a_new_product(world)
    a_new_customer(world)
    an_hour(world)

    assert (skus(world), world.ledger.customers) == ({"MUG", "PEN"}, {})
    assert imports() == []


def test_a_new_product_is_created_with_its_quantity_and_linked() -> None:
    world = a_world(new_items=True)
    world.rest(rounds=1)

    a_new_product(world, stock_quantity=a_store_item().stock_quantity)
    world.rest(rounds=3)

    (made,) = [one for one in world.ledger.items.values() if one.sku == "CUP"]
    assert world.ledger.on_hand[made.external_id] == 20
    assert Binding.objects.get(store_id="95").books_id == made.external_id
    (run,) = imports()
    assert (run.state, run.summary["created"]) == ("done", 1)
    (row,) = world.deliveries(kind="item")
    assert row.state == "posted"


def test_what_an_open_order_took_is_part_of_the_first_quantity() -> None:
    world = a_world(new_items=True, missing_item="hold", when="shipped")
    world.rest(rounds=1)
    a_new_product(world)
    order = an_order()
    sold = [replace(line, item_id="95", sku="CUP") for line in order.lines[:1]]
    world.shop.place(replace(order, lines=(*sold, *order.lines[1:])))

    world.rest(rounds=3)

    (made,) = [one for one in world.ledger.items.values() if one.sku == "CUP"]
    taken = sold[0].quantity
    assert world.shown("95") + taken == world.ledger.on_hand[made.external_id]


def test_what_was_there_before_the_switch_is_never_forced() -> None:
    world = a_world()
    a_new_product(world)
    a_new_customer(world)
    an_hour(world)
    world.clock.advance(hours=1)

    world.set_options(new_items=True, new_customers=True)
    an_hour(world)
    world.shop.add_item(replace(world.shop.items["95"], name="Tea cup"))
    an_hour(world)

    assert skus(world) == {"MUG", "PEN"}
    assert world.ledger.customers == {}


def test_a_product_whose_creation_the_store_does_not_tell_is_left_alone() -> None:
    world = a_world(new_items=True)
    world.rest(rounds=1)

    world.shop.add_item(a_store_item(external_id="95", product_id="95", sku="CUP"))
    world.rest(rounds=3)

    assert skus(world) == {"MUG", "PEN"}


def test_a_draft_waits_until_it_is_published() -> None:
    world = a_world(new_items=True)
    world.rest(rounds=1)
    draft = a_new_product(world, status="draft")
    world.rest(rounds=2)
    assert "CUP" not in skus(world)

    world.shop.add_item(replace(draft, status="publish"))
    world.rest(rounds=3)

    assert "CUP" in skus(world)


def test_a_product_that_cannot_be_created_says_why_once_and_goes_when_mended() -> None:
    world = a_world(new_items=True)
    world.rest(rounds=1)
    bare = a_new_product(world, sku="")
    world.rest(rounds=4)
    (run,) = imports()
    assert run.state == "done"
    assert "SKU" in world.rows(run, "item")["95"].reason

    world.shop.add_item(replace(bare, sku="CUP"))
    world.rest(rounds=3)

    assert "CUP" in skus(world)
    assert len(imports()) == 2


def test_what_the_books_have_already_is_linked_and_not_created() -> None:
    world = a_world(new_items=True, new_customers=True)
    world.ledger.add_item(a_books_item(external_id="I3", name="Cup", sku="CUP"), 3)
    world.ledger.add_customer(a_books_customer(external_id="C1"))
    an_hour(world)

    a_new_product(world)
    a_new_customer(world)
    an_hour(world)

    assert Binding.objects.get(store_id="95").books_id == "I3"
    assert Binding.objects.get(kind="customer").books_id == "C1"
    assert set(world.ledger.customers) == {"C1"}
    assert len(world.ledger.items) == 3


def test_nothing_is_created_before_the_books_were_read() -> None:
    world = a_world(new_items=True)
    world.rest(rounds=1)
    world.books_connection.cursors.filter(feed="items").update(caught_up_at=None)

    a_new_product(world)
    world.clock.advance(minutes=6)
    world.store_job()

    assert imports() == []


def test_more_than_the_limit_stops_and_asks_and_the_next_ones_wait_behind() -> None:
    world = a_world(new_items=True, created_max=1)
    world.rest(rounds=1)
    a_new_product(world)
    a_new_product(world, "96", name="Bowl", sku="BOWL")
    world.rest(rounds=2)
    a_new_product(world, "97", name="Dish", sku="DISH")
    world.rest(rounds=2)

    assert skus(world) == {"MUG", "PEN"}
    (run,) = imports()
    assert run.state == "halted"
    (issue,) = world.issues()
    assert issue.code == "limit_created"
    allow_limit(issue, world.act)
    world.rest(rounds=4)
    assert {"CUP", "BOWL"} <= skus(world)


def test_a_product_that_a_person_unlinked_is_not_created() -> None:
    world = a_world(new_items=True)
    world.rest(rounds=1)
    a_new_product(world)
    world.rest(rounds=3)
    unlink_item(world.bridge, "95", world.act)

    world.shop.add_item(replace(world.shop.items["95"], name="Tea cup"))
    world.rest(rounds=3)

    assert len(world.ledger.items) == 3
    assert len(imports()) == 1


def test_without_the_permission_nothing_is_created() -> None:
    world = a_world(new_items=True, allow_items=False)
    world.rest(rounds=1)

    a_new_product(world)
    world.rest(rounds=3)

    assert skus(world) == {"MUG", "PEN"}


def test_a_new_customer_is_created_once_also_if_she_orders_at_once() -> None:
    world = a_world(new_customers=True)
    an_hour(world)

    ada = a_new_customer(world)
    world.shop.place(an_order(customer=replace(ada, created_at=None)))
    an_hour(world)

    assert len(world.ledger.customers) == 1
    assert world.deliveries(kind="customer", state="posted")
    assert {run.state for run in imports(Run.Kind.IMPORT_CUSTOMERS)} <= {"done"}


def test_a_new_customer_without_an_order_is_created_and_linked() -> None:
    world = a_world(new_customers=True)
    an_hour(world)

    a_new_customer(world)
    an_hour(world)

    (made,) = world.ledger.customers.values()
    assert made.email == a_customer().email
    assert Binding.objects.get(kind="customer").books_id == made.external_id
    (run,) = imports(Run.Kind.IMPORT_CUSTOMERS)
    assert run.state == "done"


def test_switched_off_and_on_again_counts_from_then() -> None:
    world = a_world(new_items=True)
    world.rest(rounds=1)
    world.set_options(new_items=False)
    world.rest(rounds=1)
    a_new_product(world)
    world.rest(rounds=1)
    world.clock.advance(hours=1)

    world.set_options(new_items=True)
    world.rest(rounds=3)

    assert skus(world) == {"MUG", "PEN"}


def test_a_variation_keeps_its_size_and_colour_apart_by_their_names() -> None:
    world = a_world(new_items=True)
    world.rest(rounds=1)

    pairs = (("Size", "M"), ("Colour", "Red"))
    a_new_product(world, attributes=pairs)
    world.rest(rounds=3)

    (row,) = world.deliveries(kind="item")
    assert row.document is not None
    assert (row.document["attribute"], row.document["size"]) == ("Red", "M")


@pytest.mark.parametrize("role", ["administrator", "shop_manager", "subscriber"])
def test_who_runs_the_shop_or_never_shopped_is_no_new_customer(role: str) -> None:
    world = a_world(new_customers=True)
    an_hour(world)

    a_new_customer(world, role=role)
    an_hour(world)

    assert world.ledger.customers == {}


def test_a_new_customer_is_known_by_what_the_orders_know_a_buyer_by() -> None:
    world = a_world(new_customers=True, customer_matching="email_then_name_and_phone")
    world.ledger.add_customer(a_books_customer(email="", phone="(555) 010-0100"))
    an_hour(world)

    a_new_customer(world, phone="+1 555 010 0100")
    an_hour(world)

    assert len(world.ledger.customers) == 1


def test_nothing_new_is_created_where_other_books_take_the_sales() -> None:
    world = a_world(new_items=True)
    world.rest(rounds=1)
    Bridge.objects.update(sales=Bridge.Sales.ELSEWHERE)

    a_new_product(world)
    world.rest(rounds=3)

    assert skus(world) == {"MUG", "PEN"}
