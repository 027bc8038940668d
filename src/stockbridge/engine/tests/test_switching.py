"""Switching a bridge on and off: what happened meanwhile is not forgotten."""

from decimal import Decimal

import pytest

from stockbridge.domain.tests.builders import a_refund
from stockbridge.engine.actions.bridges import disable, enable
from stockbridge.engine.tests.worlds import World, a_world, an_order

pytestmark = pytest.mark.django_db(transaction=True)


def _stop(world: World) -> None:
    disable(world.bridge, world.act)
    world.clock.advance(hours=2)  # a store that nobody uses is looked at hourly


def test_an_order_that_comes_while_all_is_stopped_is_booked_after_the_start() -> None:
    world = a_world()
    _stop(world)
    world.shop.place(an_order())
    world.rest()
    assert world.ledger.sale_totals() == []

    enable(world.bridge, world.act)
    world.rest()

    assert world.outcome("727") == "posted"
    assert world.ledger.sale_totals() == ["16.50 USD"]


def test_a_refund_that_comes_while_all_is_stopped_is_booked_after_the_start() -> None:
    world = a_world()
    world.shop.place(an_order())
    world.rest()
    _stop(world)
    world.shop.refund("727", a_refund(restocked_units=(("11", Decimal(1)),)))
    world.rest()

    enable(world.bridge, world.act)
    world.rest()

    assert world.outcome("801", "refund") == "posted"


def test_orders_read_before_the_start_are_left_to_a_person() -> None:
    world = a_world(orders_enabled=False)
    _stop(world)
    world.shop.place(an_order())
    world.rest()

    enable(world.bridge, world.act)
    world.rest()

    assert world.outcome("727") == "waiting"
    assert world.disposition("727").code == "by_hand"


def test_starting_again_plans_nothing_that_was_decided_already() -> None:
    world = a_world()
    world.shop.place(an_order())
    world.rest()
    _stop(world)

    enable(world.bridge, world.act)

    assert not world.snapshot("727").is_plan_due
