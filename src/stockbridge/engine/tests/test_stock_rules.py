"""When orders are read around a write of stock, and what a conflict leads to."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from stockbridge.domain.tests.builders import a_line
from stockbridge.engine.feeds import order_reader
from stockbridge.engine.stock import StockRun
from stockbridge.engine.tests.shop_store import ShopStore
from stockbridge.engine.tests.worlds import World, a_world, an_order
from stockbridge.ports import StoreCapabilities

pytestmark = pytest.mark.django_db(transaction=True)


def test_orders_are_read_before_stock_is_written() -> None:
    """Somebody buys after the last look at orders; a job writes at once."""
    world = a_world()
    world.ledger.count_stock("I1", 30)
    world.clock.advance(minutes=1)
    world.books_job()
    world.shop.place(an_order())

    world.store_job()

    assert _written(world) == [28]
    assert world.shown("93") == 28


@pytest.mark.parametrize(("seconds", "written"), [(16, 28), (14, 30)])
def test_a_long_run_reads_orders_again_after_15_s(seconds: int, written: int) -> None:
    """The first of two calls takes that long, and somebody buys meanwhile."""
    world = a_world()
    for item in ("I1", "I2"):
        world.ledger.count_stock(item, 30)
    world.clock.advance(minutes=1)
    world.books_job()

    def somebody_buys_a_pen() -> None:
        pen = a_line(item_id="94", sku="PEN", name="Pen")
        world.shop.place(an_order(lines=(pen,)))
        world.clock.at += timedelta(seconds=seconds)

    world.shop.before_write = somebody_buys_a_pen
    with world.session(world.store_connection) as session:
        store = OneByOne(world.shop)
        StockRun(session, world.bridge, store, order_reader(session, store)).work()

    assert _written(world) == [30, written]


def test_a_conflict_writes_a_new_number_after_orders_were_read() -> None:
    world = a_world()
    world.shop.has_compare_and_set = True
    world.ledger.count_stock("I1", 30)
    world.clock.advance(minutes=1)
    world.books_job()
    world.shop.before_write = lambda: _buy(world)

    world.store_job()

    assert _written(world) == [30, 28]  # refused, then computed anew
    assert world.shown("93") == 28


def test_a_number_written_past_the_feed_is_read_back_within_a_day() -> None:
    world = a_world()
    world.shop.set_quantity("93", Decimal(13))
    world.rest()
    overlooked = world.shown("93")

    world.clock.advance(hours=24)
    world.rest()

    assert overlooked == 13
    assert world.shown("93") == 20


class OneByOne(ShopStore):
    """Takes one row a call."""

    @property
    def capabilities(self) -> StoreCapabilities:
        return replace(super().capabilities, stock_rows_max=1)


def _buy(world: World) -> None:
    world.shop.place(an_order())


def _written(world: World) -> list[int]:
    """Return the quantities that were sent, in order."""
    return [int(row.quantity) for call in world.shop.stock_calls for row in call]
