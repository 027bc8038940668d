"""Writing to the store by hand: products, prices, quantities; and reading it anew."""

from dataclasses import replace

import pytest

from stockbridge.domain.catalog import StockKeeping
from stockbridge.domain.errors import ActionNeededError, AnswerLostError
from stockbridge.domain.tests.builders import (
    a_books_item,
    a_store_item,
    usd,
)
from stockbridge.engine.actions.issues import allow_limit
from stockbridge.engine.actions.runs import RunRequest, approve_run, start_run, stop_run
from stockbridge.engine.models import Binding, Run, Snapshot
from stockbridge.engine.tests.worlds import World, a_world, an_order

pytestmark = pytest.mark.django_db(transaction=True)
EXPORT, PRICES = Run.Kind.EXPORT_ITEMS, Run.Kind.PUSH_PRICES
STOCK, REFRESH = Run.Kind.PUSH_STOCK, Run.Kind.REFRESH


# ── products ─────────────────────────────────────────────────────────────────


def test_a_new_product_is_a_draft_linked_and_shows_its_stock() -> None:
    world = _with_cup_in_books()

    run = world.approve(world.start(EXPORT, items=["I7"]))
    world.rest()

    made = [one for one in world.shop.items.values() if one.sku == "CUP"]
    assert run.state == "done"
    assert [one.status for one in made] == ["draft"]
    assert Binding.objects.get(books_id="I7").store_id == made[0].external_id
    assert world.shown(made[0].external_id) == 9


def test_a_lost_answer_never_makes_a_second_product() -> None:
    world = _with_cup_in_books()
    run = world.start(EXPORT, items=["I7"])
    world.shop.lose_next_answer = AnswerLostError("The answer got lost.")

    run = world.approve(run)

    assert [one.sku for one in world.shop.items.values()].count("CUP") == 1
    assert run.state == "done"
    assert Binding.objects.filter(books_id="I7").count() == 1


def test_name_and_description_stay_the_store_s_own() -> None:
    world = _with_cup_in_books(price_owner="books")
    world.shop.add_item(
        a_store_item(
            external_id="777",
            product_id="777",
            sku="CUP",
            name="A lovely cup",
            price=usd("4.00"),
        )
    )
    world.rest(rounds=2)

    run = world.start(EXPORT, items=["I7"])
    row = world.rows(run, "item")["I7"]
    world.approve(run)

    assert row.action == "change"
    assert row.details["changes"] == [
        {"field": "price", "before": "4.00 USD", "after": "5.00 USD"}
    ]
    assert world.shop.items["777"].name == "A lovely cup"
    assert str(world.shop.items["777"].price) == "5.00 USD"


def test_items_not_marked_to_sell_online_stay_where_they_are() -> None:
    world = _with_cup_in_books(is_sold_online=False)

    run = world.start(EXPORT, items=["I7"])

    assert world.rows(run, "item")["I7"].reason == "It is not marked to sell online."


def test_a_product_that_the_store_refuses_fails_alone() -> None:
    world = _with_cup_in_books()
    world.ledger.add_item(a_books_item(external_id="I8", name="Jug", sku="JUG"), 1)
    world.rest(rounds=1)
    world.shop.refused["CUP"] = "The name is too long."

    run = world.approve(world.start(EXPORT, items=["I7", "I8"]))

    rows = world.rows(run, "item")
    assert (rows["I7"].outcome, rows["I8"].outcome) == ("failed", "done")
    assert rows["I7"].message == "The name is too long."


def test_more_new_products_than_the_limit_stop_and_ask() -> None:
    world = _with_cup_in_books(created_max=0)

    run = world.approve(world.start(EXPORT, items=["I7"]))

    assert run.state == "halted"
    assert world.shop.item_calls == []
    allow_limit(world.issue("limit_created"), world.act)
    world.rest()
    run.refresh_from_db()
    assert run.state == "done"
    assert len(world.shop.item_calls) == 1


def test_writing_to_the_store_needs_its_switch() -> None:
    world = a_world()

    with pytest.raises(ActionNeededError, match="switched off"):
        world.start(EXPORT, all=True)


# ── prices ───────────────────────────────────────────────────────────────────


def test_prices_go_to_the_store_as_the_books_say() -> None:
    world = _priced("5.50")

    run = world.start(PRICES, all=True)
    row = world.rows(run, "item")["93"]
    run = world.approve(run)

    assert (row.details["before"], row.details["after"]) == ("5.00 USD", "5.50 USD")
    assert run.state == "done"
    assert str(world.shop.items["93"].price) == "5.50 USD"


def test_a_price_that_moves_too_far_is_asked_about_and_the_others_go() -> None:
    world = _priced("50.00")
    world.ledger.add_item(
        a_books_item(external_id="I2", name="Pen", sku="PEN", price=usd("5.10")), 20
    )
    world.rest(rounds=1)

    run = world.approve(world.start(PRICES, all=True))

    assert run.state == "halted"
    assert str(world.shop.items["94"].price) == "5.10 USD"
    assert str(world.shop.items["93"].price) == "5.00 USD"
    allow_limit(world.issue("limit_repriced"), world.act)
    world.rest()
    assert str(world.shop.items["93"].price) == "50.00 USD"


def test_a_price_that_changed_since_the_preview_is_looked_at_again() -> None:
    world = _priced("5.50")
    run = world.start(PRICES, all=True)
    world.ledger.add_item(a_books_item(price=usd("5.60")), 20)
    world.rest(rounds=1)

    run = world.approve(run)

    assert run.state == "preview"
    assert str(world.shop.items["93"].price) == "5.00 USD"


# ── quantities ───────────────────────────────────────────────────────────────


def test_a_push_shows_quantities_first_and_writes_what_was_approved() -> None:
    world = a_world(stock_enabled=False)
    world.ledger.count_stock("I1", 12)
    world.rest(rounds=1)

    run = world.start(STOCK, items=["93", "94"])
    rows = world.rows(run, "stock")
    run = world.approve(run)

    assert (rows["93"].details["before"], rows["93"].details["after"]) == (
        "20.0000",
        "12.0000",
    )
    assert rows["94"].action == "skip"
    assert run.state == "done"
    assert world.shown("93") == 12
    assert run.summary["changed"] == 1


def test_a_quantity_that_moved_since_the_preview_is_looked_at_again() -> None:
    world = a_world(stock_enabled=False)
    world.ledger.count_stock("I1", 12)
    world.rest(rounds=1)
    run = world.start(STOCK, items=["93"])
    world.ledger.count_stock("I1", 11)
    world.rest(rounds=1)

    run = world.approve(run)

    assert run.state == "preview"
    assert world.shown("93") == 20
    run = world.approve(run)
    assert world.shown("93") == 11


def test_a_sale_while_a_push_writes_is_never_overwritten_for_long() -> None:
    world = a_world(stock_enabled=False)
    world.ledger.count_stock("I1", 12)
    world.rest(rounds=1)
    run = world.start(STOCK, items=["93"])
    world.shop.has_compare_and_set = True
    world.shop.before_write = lambda: world.shop.place(an_order())

    world.approve(run)
    world.rest()

    assert world.shown("93") == 10


def test_rows_that_cannot_be_written_say_why_and_how_to_mend_it() -> None:
    world = a_world(stock_enabled=False)
    item = world.shop.items["93"]
    world.shop.add_item(
        replace(item, stock_keeping=StockKeeping.NONE, stock_quantity=None)
    )
    world.shop.add_item(a_store_item(external_id="1", product_id="1", sku="ALONE"))
    world.rest(rounds=1)

    run = world.start(STOCK, items=["93", "1"])

    rows = world.rows(run, "stock")
    assert "switch tracking on" in rows["93"].reason
    assert rows["1"].reason == "It is not linked to an item of the books."


def test_a_quantity_that_the_store_refuses_fails_its_row() -> None:
    world = a_world(stock_enabled=False)
    world.ledger.count_stock("I1", 12)
    world.ledger.count_stock("I2", 13)
    world.rest(rounds=1)
    world.shop.refused["93"] = "The product is locked."

    run = world.approve(world.start(STOCK, all=True))

    rows = world.rows(run, "stock")
    assert (rows["93"].outcome, rows["93"].message) == (
        "failed",
        "The product is locked.",
    )
    assert rows["94"].outcome == "done"
    assert world.shown("94") == 13


def test_items_that_would_go_to_zero_beyond_the_limit_wait_for_a_person() -> None:
    world = a_world(stock_enabled=False, zeroed_max=0)
    world.ledger.count_stock("I1", 0)
    world.rest(rounds=1)

    run = world.approve(world.start(STOCK, all=True))

    assert world.shown("93") == 20
    assert world.rows(run, "stock")["93"].outcome == "skipped"
    assert world.issue_codes() == ["limit_zeroed"]


# ── reading anew ─────────────────────────────────────────────────────────────


@pytest.mark.parametrize("side", ["store", "books"])
def test_a_refresh_reads_all_items_anew_and_forgets_those_that_are_gone(
    side: str,
) -> None:
    world = a_world()
    connection = world.bridge.store if side == "store" else world.bridge.books
    gone = "94" if side == "store" else "I2"
    (world.shop.items if side == "store" else world.ledger.items).pop(gone)
    ticks = world.shop.ticks if side == "store" else world.ledger.ticks
    for key in [key for key in ticks if key[1] == gone]:
        ticks.pop(key)

    run = start_run(
        world.bridge, RunRequest(REFRESH, {"feed": "items", "side": side}), world.act
    )
    world.rest(rounds=1)

    run.refresh_from_db()
    known = Snapshot.objects.filter(connection=connection, feed="items")
    assert run.state == "done"
    assert run.summary == {"read": 1, "vanished": 1}
    assert known.filter(deleted_at=None).count() == 1


def test_an_item_whose_twin_left_the_books_is_linked_after_a_refresh() -> None:
    world = _with_cup_in_books()
    world.ledger.add_item(a_books_item(external_id="I8", name="Cup", sku="CUP"), 9)
    world.rest(rounds=1)
    cup = a_store_item(external_id="777", product_id="777", name="Cup", sku="CUP")
    world.shop.add_item(cup)
    world.rest(rounds=1)
    assert not Binding.objects.filter(store_id="777").exists()

    world.ledger.items.pop("I8")
    for key in [key for key in world.ledger.ticks if key[1] == "I8"]:
        world.ledger.ticks.pop(key)
    request = RunRequest(REFRESH, {"feed": "items", "side": "books"})
    start_run(world.bridge, request, world.act)
    world.rest(rounds=1)
    world.store_job()

    assert Binding.objects.get(store_id="777").books_id == "I7"


def test_a_refresh_of_orders_loses_and_doubles_nothing() -> None:
    world = a_world()
    world.shop.place(an_order())
    world.rest()

    world.start(REFRESH, feed="orders")
    world.rest()

    assert world.ledger.sale_totals() == ["16.50 USD"]
    assert world.outcome("727") == "posted"


def test_a_push_can_be_stopped() -> None:
    world = a_world(stock_enabled=False)
    world.ledger.count_stock("I1", 12)
    world.rest(rounds=1)
    run = world.start(STOCK, all=True)
    approve_run(run, world.act)

    stop_run(run, world.act)
    world.rest(rounds=1)

    run.refresh_from_db()
    assert run.state == "stopped"
    assert world.shown("93") == 20


def _with_cup_in_books(*, is_sold_online: bool = True, **options: object) -> World:
    world = a_world(**{"allow_export": True, **options})
    world.ledger.add_item(
        a_books_item(
            external_id="I7", name="Cup", sku="CUP", is_sold_online=is_sold_online
        ),
        9,
    )
    world.rest(rounds=1)
    return world


def _priced(price: str) -> World:
    world = a_world(allow_export=True)
    world.ledger.add_item(a_books_item(price=usd(price)), 20)
    world.rest(rounds=1)
    return world
