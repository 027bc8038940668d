"""Regular and sale price: from the prices of the books that a bridge chooses."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockbridge.domain.breakers import price_move
from stockbridge.domain.catalog import BooksItem
from stockbridge.domain.money import Money
from stockbridge.domain.tests.builders import a_books_item, a_store_item, usd
from stockbridge.engine.actions.bridges import OptionsRefusedError, save_options
from stockbridge.engine.actions.issues import allow_limit
from stockbridge.engine.models import Binding, Effect, Run
from stockbridge.engine.prices import PriceSources, reprice
from stockbridge.engine.tests.worlds import World, a_world

SALE = PriceSources(sale="sale")
ONE = Decimal(1)
EXPORT, PRICES = Run.Kind.EXPORT_ITEMS, Run.Kind.PUSH_PRICES
CENTS = st.integers(0, 20_000).map(lambda n: Money(Decimal(n) / 100, "USD"))


def a_mug(price: str, **prices: str) -> BooksItem:
    further = tuple((name, usd(text)) for name, text in prices.items())
    return a_books_item(price=usd(price), prices=further)


# ── what a price is ──────────────────────────────────────────────────────────


def test_another_level_goes_to_the_regular_price() -> None:
    mug = a_books_item(price=usd("5.00"), prices=(("2", usd("4.50")),))

    found = reprice(mug, a_store_item(price=usd("5.00")), ONE, PriceSources("2"))

    assert found.after == usd("4.50")


def test_a_level_that_nobody_filled_in_is_no_price() -> None:
    empty = a_books_item(price=usd("5.00"), prices=(("2", usd("0.00")),))

    for item in (empty, a_books_item(price=usd("5.00"))):
        found = reprice(item, a_store_item(price=usd("5.00")), ONE, PriceSources("2"))
        assert found.reason == "The books have no price for it."


@pytest.mark.parametrize("price", ["0.00", "10.00", "12.00"])
def test_what_is_no_saving_is_no_sale_and_ends_one(price: str) -> None:
    known = a_store_item(price=usd("10.00"), sale_price=usd("8.00"))

    found = reprice(a_mug("10.00", sale=price), known, ONE, SALE)

    assert found.is_needed
    assert found.sale_after is None


def test_where_no_price_is_chosen_for_it_the_stores_sale_price_stays() -> None:
    known = a_store_item(price=usd("10.00"), sale_price=usd("8.00"))

    found = reprice(a_mug("10.00", sale="7.00"), known, ONE, PriceSources())

    assert found.reason == "The price is the same."
    assert not found.is_sale_ours


def test_a_pack_is_on_sale_for_as_many_times_the_price() -> None:
    known = a_store_item(price=usd("60.00"))

    found = reprice(a_mug("10.00", sale="8.00"), known, Decimal(6), SALE)

    assert (found.after, found.sale_after) == (usd("60.00"), usd("48.00"))


@given(CENTS, CENTS, st.one_of(st.none(), CENTS), CENTS)
def test_a_sale_price_is_always_below_the_regular_one_and_above_nothing(
    regular: Money, sale: Money, before: Money | None, known: Money
) -> None:
    mug = a_books_item(price=regular, prices=(("sale", sale),))

    found = reprice(mug, a_store_item(price=known, sale_price=before), ONE, SALE)

    assert found.after == regular
    if found.sale_after is not None:
        assert Decimal(0) < found.sale_after.amount < regular.amount


# ── in a run ─────────────────────────────────────────────────────────────────


def _world(mug: BooksItem, **options: object) -> World:
    chosen = {"allow_export": True, "sale_price_from": "sale", **options}
    world = a_world(**chosen)
    world.ledger.add_item(mug, 20)
    world.rest(rounds=1)
    return world


@pytest.mark.django_db(transaction=True)
def test_an_item_goes_on_sale_and_off_it_again() -> None:
    world = _world(a_mug("5.00", sale="4.00"))

    run = world.start(PRICES, items=["93"])
    row = world.rows(run, "item")["93"]
    world.approve(run)

    assert row.details["after"] == "5.00 USD, on sale for 4.00 USD"
    assert row.details["percent"] == "-20.0000"
    assert world.shop.items["93"].sale_price == usd("4.00")
    world.ledger.add_item(a_mug("5.00"), 20)
    world.rest(rounds=1)
    world.approve(world.start(PRICES, items=["93"]))
    assert world.shop.items["93"].sale_price is None
    assert world.shop.items["93"].price == usd("5.00")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", [PRICES, EXPORT])
def test_a_sale_that_the_store_limits_to_some_days_is_written_anew(
    kind: Run.Kind,
) -> None:
    world = _world(a_mug("5.00", sale="4.00"), price_owner="books")
    mug = replace(world.shop.items["93"], sale_price=usd("4.00"), is_sale_dated=True)
    world.shop.add_item(mug)
    world.rest(rounds=1)

    world.approve(world.start(kind, items=["93" if kind is PRICES else "I1"]))

    assert world.shop.items["93"].sale_price == usd("4.00")
    assert not world.shop.items["93"].is_sale_dated


def test_a_sale_that_may_not_be_on_counts_from_the_regular_price() -> None:
    known = a_store_item(price=usd("10.00"), sale_price=usd("4.00"), is_sale_dated=True)

    found = reprice(a_mug("10.00", sale="4.00"), known, ONE, SALE)

    (asked,) = found.moves("93")
    assert asked == price_move("93/asked", usd("10.00"), usd("4.00"))


@pytest.mark.django_db(transaction=True)
def test_a_sale_for_nearly_nothing_stops_and_asks_though_the_price_stays() -> None:
    world = _world(a_mug("5.00", sale="0.05"))

    run = world.approve(world.start(PRICES, all=True))

    assert run.state == "halted"
    assert world.shop.items["93"].sale_price is None
    allow_limit(world.issue("limit_repriced"), world.act)
    world.rest()
    assert world.shop.items["93"].sale_price == usd("0.05")
    kept = Effect.objects.filter(kind="repriced", subject_id="93/asked")
    assert [row.was_acknowledged for row in kept] == [True]


@pytest.mark.django_db(transaction=True)
def test_small_sales_one_after_the_other_add_up_to_the_limit() -> None:
    world = _world(a_mug("5.00", sale="3.50"))
    world.approve(world.start(PRICES, items=["93"]))
    world.ledger.add_item(a_mug("5.00", sale="2.40"), 20)
    world.rest(rounds=1)

    run = world.approve(world.start(PRICES, items=["93"]))

    assert run.state == "halted"
    assert world.shop.items["93"].sale_price == usd("3.50")


@pytest.mark.django_db(transaction=True)
def test_an_update_of_products_halts_at_the_same_limit() -> None:
    world = _world(a_mug("50.00", sale="40.00"), price_owner="books")

    run = world.approve(world.start(EXPORT, items=["I1"]))

    assert run.state == "halted"
    assert world.shop.items["93"].price == usd("5.00")
    allow_limit(world.issue("limit_repriced"), world.act)
    world.rest()
    mug = world.shop.items["93"]
    assert (mug.price, mug.sale_price) == (usd("50.00"), usd("40.00"))


@pytest.mark.django_db(transaction=True)
def test_a_new_product_is_created_on_sale() -> None:
    world = _world(a_mug("5.00"), regular_price_from="2")
    further = (("2", usd("9.00")), ("sale", usd("7.50")))
    world.ledger.add_item(
        a_books_item(external_id="I7", name="Cup", sku="CUP", prices=further), 9
    )
    world.rest(rounds=1)

    world.approve(world.start(EXPORT, items=["I7"]))

    made = next(one for one in world.shop.items.values() if one.sku == "CUP")
    assert (made.price, made.sale_price) == (usd("9.00"), usd("7.50"))


@pytest.mark.django_db(transaction=True)
def test_a_pack_is_not_repriced_by_the_price_of_one_piece() -> None:
    world = _world(a_mug("6.00"), price_owner="books")
    Binding.objects.filter(books_id="I1").update(factor=6)

    run = world.start(EXPORT, items=["I1"])

    row = world.rows(run, "item")["I1"]
    assert row.reason == "The store has it as the books say."


@pytest.mark.django_db(transaction=True)
def test_a_price_that_the_books_do_not_have_is_refused_at_its_option() -> None:
    world = _world(a_mug("5.00"))

    with pytest.raises(OptionsRefusedError) as refused:
        save_options(world.bridge, {"regular_price_from": "9"}, world.act)

    assert [one.field for one in refused.value.refusals] == ["regular_price_from"]
