"""Two shops on one set of books: each books its own, both show what both have left."""

from dataclasses import dataclass

import pytest

from stockbridge.domain.tests.builders import a_customer, a_store_item
from stockbridge.engine.models import Bridge, Delivery, StockTarget
from stockbridge.engine.tests.rows import a_connection
from stockbridge.engine.tests.shop import Shop
from stockbridge.engine.tests.shop_store import ShopStore
from stockbridge.engine.tests.worlds import World, a_world, an_order
from stockbridge.engine.work import work_on_store

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_same_order_number_in_two_shops_is_two_sales() -> None:
    world, second = _two_shops()

    world.shop.place(an_order())
    second.shop.place(an_order())
    second.rest(world)

    keys = set(Delivery.objects.filter(kind="sale").values_list("key", flat=True))
    assert len(keys) == 2
    assert len(world.ledger.sale_totals()) == 2
    assert len(world.ledger.customers) == 1  # one address, one person


def test_customers_of_two_shops_with_one_id_are_two_people() -> None:
    world, second = _two_shops()
    nobody = a_customer(email="")

    world.shop.place(an_order(customer=nobody))
    second.shop.place(an_order(customer=nobody))
    second.rest(world)

    assert len(world.ledger.customers) == 2


def test_a_sale_in_one_shop_lowers_what_the_other_shows() -> None:
    world, second = _two_shops()

    world.shop.place(an_order())
    second.rest(world)

    assert world.shown("93") == 18
    assert second.shop.on_shelf("93") == 18


def test_an_order_that_waits_in_one_shop_is_not_sold_by_the_other() -> None:
    world, second = _two_shops()
    world.set_options(orders_enabled=False)

    world.shop.place(an_order())
    second.rest(world)

    assert world.ledger.sale_totals() == []
    assert second.shop.on_shelf("93") == 18


def test_switching_one_bridge_off_leaves_the_other_at_work() -> None:
    world, second = _two_shops()
    world.bridge.is_enabled = False
    world.bridge.save()

    world.shop.place(an_order())
    second.shop.place(an_order())
    second.rest(world)

    assert len(world.ledger.sale_totals()) == 1
    assert Delivery.objects.get(kind="sale").bridge == second.bridge


@dataclass
class Second:
    """The second shop, joined to the same books."""

    shop: Shop
    bridge: Bridge

    def rest(self, world: World, rounds: int = 4) -> None:
        """Let all three jobs take turns."""
        for _ in range(rounds):
            world.clock.advance(minutes=6)
            with world.session(self.bridge.store) as session:
                work_on_store(session, ShopStore(self.shop))
            world.rest(rounds=1)


def _two_shops() -> tuple[World, Second]:
    world = a_world()
    store = a_connection(world.company, name="Second shop")
    bridge = Bridge.objects.create(
        company=world.company,
        store=store,
        books=world.books_connection,
        is_enabled=True,
        activated_at=world.clock(),
        options={"orders_enabled": True, "stock_enabled": True},
    )
    second = Second(Shop(world.clock), bridge)
    for number, sku in (("93", "MUG"), ("94", "PEN")):
        second.shop.add_item(
            a_store_item(external_id=number, product_id=number, name=sku, sku=sku)
        )
    second.rest(world, rounds=2)
    assert StockTarget.objects.filter(bridge=bridge).count() == 2
    return world, second
