"""Selling while stock is written: the window is short, measured, and heals."""

import pytest

from stockbridge.backoffice.models import Item
from stockbridge.connectors.stores.woocommerce.simulator import (
    Basket,
    WooCommerceSimulator,
)
from stockbridge.engine.clock import utc_now
from stockbridge.engine.models import Bridge, StockTarget
from stockbridge.web.demo import setting_up
from stockbridge.web.demo.checker import check
from stockbridge.web.demo.resting import bring_to_rest
from stockbridge.web.demo.setting_up import Demonstration
from stockbridge.web.demo.shopping import Shoppers

pytestmark = pytest.mark.django_db(transaction=True)


def sold_item(demo: Demonstration) -> str:
    item = Item.objects.filter(company=demo.company).order_by("sku").first()
    assert item is not None
    return item.sku


def writes(store: WooCommerceSimulator) -> int:
    return sum(1 for row in store.log.rows() if row.path.endswith("/batch"))


def judged(store: WooCommerceSimulator, demo: Demonstration) -> list[str]:
    return check(Shoppers(store.url, 3).state(), demo.company).problems


def test_an_ordinary_sale_causes_no_stock_write(
    store: WooCommerceSimulator, demo: Demonstration
) -> None:
    store.log.clear()
    store.sales.place_order(Basket([(sold_item(demo), 1)]))

    bring_to_rest(demo.bridge)

    assert writes(store) == 0
    assert judged(store, demo) == []


def test_a_sale_between_our_reading_and_our_writing_heals_at_the_next_look(
    store: WooCommerceSimulator, demo: Demonstration
) -> None:
    sku = sold_item(demo)
    setting_up.receive_goods(demo.company, now=utc_now())
    store.faults.interrupt(
        lambda: store.sales.place_order(Basket([(sku, 2)])),
        method="POST",
        path="products/batch",
    )

    bring_to_rest(demo.bridge)  # overwrites what the sale took
    bring_to_rest(demo.bridge)  # the next look reads the order and writes again

    assert judged(store, demo) == []


def test_the_widest_window_is_kept_for_people_to_see(
    store: WooCommerceSimulator, demo: Demonstration
) -> None:
    setting_up.receive_goods(demo.company, now=utc_now())

    bring_to_rest(demo.bridge)

    bridge = Bridge.objects.get(pk=demo.bridge.pk)
    assert bridge.stock_window_ms is not None


def test_a_quantity_edited_in_the_store_is_set_right_again(
    store: WooCommerceSimulator, demo: Demonstration
) -> None:
    sku = sold_item(demo)
    before = store.sales.set_stock(sku, 1).stock_quantity

    bring_to_rest(demo.bridge)

    assert before == 1
    assert judged(store, demo) == []
    assert not StockTarget.objects.filter(is_due=True).exists()
