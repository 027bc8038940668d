"""Items and customers are read from a store whole, in every version."""

from decimal import Decimal

import pytest

from stockbridge.connectors.stores.woocommerce.simulator.versions import version_named
from stockbridge.connectors.stores.woocommerce.tests.desk import (
    ALL_VERSIONS,
    a_desk,
    read_all,
)
from stockbridge.domain.catalog import StockKeeping
from stockbridge.ports import StockWrite


@pytest.mark.parametrize("version", ALL_VERSIONS)
@pytest.mark.parametrize("limit", [5, 100])
def test_every_product_and_variation_is_read_in_every_version(
    version: str, limit: int
) -> None:
    with a_desk(version) as desk:
        desk.simulator.seed_products(40, variable_share=0.5)
        everything = set(map(str, desk.simulator.state.products))
        store = desk.store()

        changed, _ = read_all(store.changed_items, limit=limit)
        walked, _ = read_all(store.walk_items, limit=limit)

    assert {item.external_id for item in changed} == everything
    assert {item.external_id for item in walked} == everything


@pytest.mark.parametrize("version", ALL_VERSIONS)
def test_a_change_of_a_variation_is_read_in_every_version(version: str) -> None:
    with a_desk(version) as desk:
        desk.simulator.seed_products(12, variable_share=0.5)
        store = desk.store()
        items, cursor = read_all(store.changed_items)
        one = next(item for item in items if item.kind == "variation")
        desk.simulator.sales.set_stock(int(one.external_id), 77)

        changed, _ = read_all(store.changed_items, cursor=cursor)

    shown = {item.external_id: item.stock_quantity for item in changed}
    assert shown[one.external_id] == 77


@pytest.mark.parametrize("feed", ["changed_items", "walk_items"])
def test_a_store_that_loses_its_list_of_variations_is_read_on_without(
    feed: str,
) -> None:
    """As after a step back to an older version, in the middle of a round."""
    with a_desk() as desk:
        desk.simulator.seed_products(12, variable_share=0.5)
        everything = set(map(str, desk.simulator.state.products))
        cursor, seen = "", set()
        while '"phase":"variations"' not in cursor:
            page = getattr(desk.store(), feed)(cursor, limit=4)
            seen |= {item.external_id for item in page.records}
            cursor = page.cursor
        desk.simulator.state.version = version_named("8.9.3")
        desk.store().check()

        rest, _ = read_all(getattr(desk.store(), feed), cursor=cursor, limit=4)

    assert seen | {item.external_id for item in rest} == everything


def test_a_quantity_written_raw_is_found_by_the_walk() -> None:
    with a_desk() as desk:
        (product_id,) = desk.simulator.seed_products(1)
        store = desk.store()
        desk.simulator.sales.write_raw_stock(product_id, 3)

        walked, _ = read_all(store.walk_items)

    assert [item.stock_quantity for item in walked] == [Decimal(3)]


@pytest.mark.parametrize("version", ALL_VERSIONS)
def test_items_are_read_by_their_ids_even_if_only_the_variations_is_known(
    version: str,
) -> None:
    with a_desk(version) as desk:
        desk.simulator.seed_products(12, variable_share=0.5)
        store = desk.store()
        items, _ = read_all(store.walk_items)
        one = next(item for item in items if item.kind == "variation")

        known = store.items([(one.external_id, one.product_id)]).records
        unknown = store.items([(one.external_id, "")]).records
        gone = store.items([("99999", ""), ("99998", "99997")]).records

    assert known == unknown == (one,)
    assert gone == ()


def test_variations_take_name_and_missing_sku_from_their_product() -> None:
    with a_desk() as desk:
        desk.simulator.seed_products(12, variable_share=0.5)
        products = desk.simulator.state.products
        variation = next(p for p in products.values() if p.type == "variation")
        # A store shows the product's SKU where a variation has none of its own.
        variation.sku = products[variation.parent_id].sku

        items, _ = read_all(desk.store().walk_items)

    read = next(item for item in items if item.external_id == str(variation.id))
    parent = next(item for item in items if item.external_id == read.product_id)
    assert read.name.startswith(f"{parent.name} - ")
    assert read.is_sku_inherited


def test_an_item_is_found_by_its_sku_in_any_case_and_with_a_comma() -> None:
    with a_desk() as desk:
        desk.simulator.add_product(name="Odd", sku="A,B & C+D/")
        desk.simulator.add_product(name="Plain", sku="Ham-16")
        store = desk.store()

        odd, plain = store.find_item("A,B & C+D/"), store.find_item("HAM-16")

    assert odd is not None
    assert odd.name == "Odd"
    assert plain is not None
    assert plain.sku == "Ham-16"


def test_an_unknown_sku_is_none_and_an_empty_one_finds_nothing() -> None:
    with a_desk() as desk:
        desk.simulator.seed_products(3)
        store = desk.store()

        assert store.find_item("NOPE") is None
        assert store.find_item("") is None


def test_names_arrive_without_the_marks_of_a_web_page() -> None:
    with a_desk() as desk:
        desk.simulator.add_product(name="Salt & Pepper", sku="SP")

        (item,), _ = read_all(desk.store().walk_items)

    assert item.name == "Salt & Pepper"


def test_an_item_whose_stock_is_not_tracked_says_so() -> None:
    with a_desk() as desk:
        desk.simulator.add_product(name="Voucher", sku="V", manage_stock=False)

        (item,), _ = read_all(desk.store().walk_items)

    assert (item.stock_keeping, item.stock_quantity) == (StockKeeping.NONE, None)


def test_the_echo_of_our_own_writes_ends() -> None:
    with a_desk() as desk:
        desk.simulator.seed_products(30)
        store = desk.store()
        items, cursor = read_all(store.changed_items)
        rows = [
            StockWrite(i.external_id, i.product_id, i.kind, Decimal(5)) for i in items
        ]
        store.write_stock(rows)

        echoed, _ = read_all(store.changed_items, cursor=cursor)

    assert {item.stock_quantity for item in echoed} == {Decimal(5)}


def test_customers_of_every_role_are_read_and_new_ones_cheaply() -> None:
    with a_desk() as desk:
        desk.simulator.seed_customers(250)
        store = desk.store()
        first, cursor = read_all(store.changed_customers)
        new = desk.simulator.add_customer(email="eve@example.com")
        desk.simulator.log.clear()

        page = store.changed_customers(cursor, limit=100)

        calls = desk.simulator.log.count("GET", "customers")
    assert len({customer.external_id for customer in first}) == 251  # and the owner
    assert str(new.id) in {customer.external_id for customer in page.records}
    assert page.is_last
    assert calls == 2


def test_a_change_of_a_customer_is_seen_within_as_many_rounds_as_pages() -> None:
    with a_desk() as desk:
        ids = desk.simulator.seed_customers(250)
        store = desk.store()
        _, cursor = read_all(store.changed_customers)
        desk.simulator.state.customers[ids[120]].first_name = "Changed"

        seen = set()
        for _ in range(3):
            page = store.changed_customers(cursor, limit=100)
            seen |= {customer.first_name for customer in page.records}
            cursor = page.cursor

    assert "Changed" in seen
