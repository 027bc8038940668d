"""Stock that both sides, or the store, own: no change is lost, none counts twice."""

from decimal import Decimal

import pytest

from stockbridge.domain.accounting import AdjustmentDocument, DocumentKind
from stockbridge.domain.commerce import Order
from stockbridge.domain.tests.builders import a_line, a_refund
from stockbridge.engine.tests.worlds import World, a_world, an_order

pytestmark = pytest.mark.django_db(transaction=True)


def test_where_the_books_own_stock_an_edit_in_the_store_is_overwritten() -> None:
    world = a_world()

    world.shop.edit_quantity("93", 25)
    world.rest()

    assert world.shown("93") == 20
    assert world.ledger.on_hand["I1"] == 20


def test_an_edit_in_the_store_becomes_an_adjustment_of_the_books() -> None:
    world = _both()

    world.shop.edit_quantity("93", 25)
    world.rest()

    assert world.ledger.on_hand["I1"] == 25
    assert world.shown("93") == 25
    assert len(world.deliveries(kind="adjustment")) == 1


def test_a_change_in_the_books_reaches_the_store() -> None:
    world = _both()

    world.ledger.count_stock("I1", 17)
    world.rest()

    assert world.shown("93") == 17
    assert world.deliveries(kind="adjustment") == []


def test_changes_on_both_sides_add_up() -> None:
    world = _both()

    world.shop.edit_quantity("93", 25)
    world.ledger.count_stock("I1", 17)
    world.rest()

    assert world.ledger.on_hand["I1"] == 22
    assert world.shown("93") == 22


def test_orders_and_refunds_are_nobody_s_edit() -> None:
    world = _both()

    world.shop.place(_now(world))
    world.rest()
    world.shop.ship("727")
    world.rest()
    refund = a_refund(restocked_units=(("11", Decimal(1)),))
    world.shop.refund("727", refund)
    world.rest()

    assert world.deliveries(kind="adjustment") == []
    assert world.ledger.on_hand["I1"] == 19
    assert world.shown("93") == 19


def test_an_order_and_an_edit_at_once_are_told_apart() -> None:
    world = _both()
    world.clock.advance(minutes=10)

    world.shop.place(_now(world))
    world.shop.edit_quantity("93", int(world.shop.on_shelf("93")) + 5)
    world.rest()

    assert _adjusted(world) == 5
    assert world.shown("93") == 23
    assert world.ledger.on_hand["I1"] == 25


def test_a_cancelled_order_is_nobody_s_edit() -> None:
    world = _both()
    world.shop.place(_now(world))
    world.rest()

    world.shop.change("727", changed_at=world.clock())
    world.shop.cancel("727")
    world.rest()

    assert world.deliveries(kind="adjustment") == []
    assert world.shown("93") == 20


def test_an_order_that_comes_while_the_item_is_read_again_waits_for_the_next_job() -> (
    None
):
    world = _both()
    world.shop.edit_quantity("93", 25)
    shop, calls = world.shop, list[int]()

    def sell_meanwhile() -> None:
        if len(calls) == 0:
            calls.append(1)
            shop.place(_now(world))

    shop.on_read_items = sell_meanwhile
    world.rest()

    assert calls == [1]
    assert _adjusted(world) == 5
    assert world.shown("93") == 23


def test_a_second_edit_is_a_second_adjustment() -> None:
    world = _both()

    for quantity in (25, 22):
        world.shop.edit_quantity("93", quantity)
        world.rest()

    keys = {row.key for row in world.deliveries(kind="adjustment")}
    assert len(keys) == 2
    assert world.ledger.on_hand["I1"] == 22


def test_a_lost_answer_of_an_adjustment_adjusts_once() -> None:
    world = _both()
    world.ledger.lose_answers = 1

    world.shop.edit_quantity("93", 25)
    world.rest()

    assert world.ledger.on_hand["I1"] == 25
    assert world.shown("93") == 25


def test_where_the_store_owns_stock_nothing_is_written_to_it() -> None:
    world = a_world(owner="store")
    world.ledger.count_stock("I1", 3)

    world.rest()

    assert world.shop.stock_calls == []
    assert world.shown("93") == 20
    assert world.ledger.on_hand["I1"] == 20


def test_where_the_store_owns_stock_the_books_follow_sales_once() -> None:
    world = a_world(owner="store")
    world.shop.place(_now(world))
    world.rest()
    world.shop.ship("727")
    world.rest()

    assert world.ledger.on_hand["I1"] == 18
    assert world.shown("93") == 18
    assert world.deliveries(kind="adjustment") == []


def _adjusted(world: World) -> Decimal:
    """Return by how much the books were adjusted."""
    found = [entry.document for entry in world.ledger.live(DocumentKind.ADJUSTMENT)]
    deltas = [one.delta for one in found if isinstance(one, AdjustmentDocument)]
    return sum(deltas, Decimal(0))


def _both() -> World:
    return a_world(owner="both")


def _now(world: World) -> Order:
    return an_order(
        placed_at=world.clock(),
        paid_at=world.clock(),
        changed_at=world.clock(),
        lines=(a_line(),),
    )
