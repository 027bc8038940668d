"""Hints from the outside: what comes while others are heard is not lost."""

from collections.abc import Sequence

import pytest

from stockbridge.domain.commerce import Order
from stockbridge.engine import ticks
from stockbridge.engine.tests.shop_store import ShopStore
from stockbridge.engine.tests.worlds import World, a_world, an_order
from stockbridge.engine.work import work_on_store
from stockbridge.ports import Hint, Page

pytestmark = pytest.mark.django_db(transaction=True)


class NoticingStore(ShopStore):
    """A shop that notices an item's change while orders are read by their ids."""

    def __init__(self, world: World) -> None:
        super().__init__(world.shop)
        self._world = world

    def orders(self, ids: Sequence[str]) -> Page[Order]:
        found = super().orders(ids)
        self._world.shop.edit_quantity("94", 7)
        ticks.hint(self._world.store_connection, [Hint("items", ("94",))])
        return found


def test_a_hint_of_items_that_comes_while_orders_are_heard_is_followed() -> None:
    world = a_world(stock_enabled=False)
    world.clock.advance(minutes=6)
    world.store_job()
    world.shop.place(an_order())
    ticks.hint(world.store_connection, [Hint("orders", ("727",))])

    world.clock.advance(minutes=1)  # items are not due by themselves
    with world.session(world.store_connection) as session:
        work_on_store(session, NoticingStore(world))

    item = world.bridge.store.snapshots.get(feed="items", external_id="94")
    assert item.quantity == 7
    assert world.store_connection.hints == {}
