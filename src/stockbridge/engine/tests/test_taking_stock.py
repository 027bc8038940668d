"""Quantities typed in the store, taken into the books by hand, shown before."""

import pytest

from stockbridge.domain.errors import ActionNeededError
from stockbridge.engine.models import Run
from stockbridge.engine.tests.worlds import World, a_world, an_order

pytestmark = pytest.mark.django_db(transaction=True)
TAKE = Run.Kind.TAKE_STOCK


@pytest.fixture(params=["store", "both"])
def world(request: pytest.FixtureRequest) -> World:
    """Return a world in step, in which nothing goes by itself any more."""
    found = a_world(owner=request.param)
    found.set_options(stock_enabled=False)
    return found


def edit(world: World, item: str, quantity: int) -> None:
    world.shop.edit_quantity(item, quantity)
    world.clock.advance(hours=2)
    world.rest(rounds=2)


def test_what_was_typed_is_shown_and_becomes_an_adjustment_when_approved(
    world: World,
) -> None:
    edit(world, "93", 25)

    run = world.start(TAKE, all=True)
    shown = world.rows(run, "stock")["93"]
    before = world.ledger.on_hand["I1"]
    run = world.approve(run)
    world.rest()

    assert (shown.details["before"], shown.details["after"]) == ("20", "25")
    assert before == 20
    assert world.ledger.on_hand["I1"] == 25
    assert len(world.deliveries(kind="adjustment")) == 1
    run.refresh_from_db()
    assert (run.state, run.summary["changed"]) == ("done", 1)


def test_only_what_was_approved_is_taken(world: World) -> None:
    edit(world, "93", 25)
    edit(world, "94", 30)
    run = world.start(TAKE, all=True)

    world.approve(run, world.rows(run, "stock")["94"].pk)
    world.rest()

    assert world.ledger.on_hand["I1"] == 20
    assert world.ledger.on_hand["I2"] == 30


def test_a_number_that_changed_after_the_preview_is_looked_at_again(
    world: World,
) -> None:
    edit(world, "93", 25)
    run = world.start(TAKE, all=True)
    edit(world, "93", 26)

    world.approve(run)
    world.rest()

    assert world.ledger.on_hand["I1"] == 20
    row = world.rows(run, "stock")["93"]
    assert (row.details["after"], row.is_approved) == ("26", False)


def test_what_orders_took_is_nobodys_typing(world: World) -> None:
    world.shop.place(an_order())
    world.rest()

    run = world.start(TAKE, all=True)

    assert not [
        row for row in world.rows(run, "stock").values() if row.action == "change"
    ]


def test_taking_twice_adjusts_once(world: World) -> None:
    edit(world, "93", 25)
    world.approve(world.start(TAKE, all=True))
    world.rest()

    again = world.start(TAKE, all=True)

    assert world.rows(again, "stock") == {}
    assert world.ledger.on_hand["I1"] == 25


def test_where_the_books_own_stock_nothing_is_taken() -> None:
    world = a_world()

    with pytest.raises(ActionNeededError, match="The books own stock"):
        world.start(TAKE, all=True)
