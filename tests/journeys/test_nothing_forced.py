"""Connecting a store changes nothing, in the store and in the books."""

from typing import Any

import pytest
from django.db.models import Model

from stockbridge.backoffice.items import create_item
from stockbridge.backoffice.models import Item, Partner, PostedDocument
from stockbridge.connectors.stores.woocommerce.simulator import (
    Basket,
    WooCommerceSimulator,
)
from stockbridge.engine.actions.connections import Act, embedded_books
from stockbridge.engine.clock import utc_now
from stockbridge.engine.models import Binding, Delivery, Disposition
from stockbridge.web.demo import setting_up
from stockbridge.web.demo.resting import bring_to_rest
from stockbridge.web.demo.setting_up import StoreAccess
from stockbridge.web.demo.shopping import Shoppers

pytestmark = pytest.mark.django_db(transaction=True)


def all_of(model: type[Model]) -> list[dict[str, Any]]:
    return list(model._default_manager.order_by("pk").values())


def test_a_store_that_is_connected_joined_and_started_stays_as_it_is(
    store: WooCommerceSimulator,
) -> None:
    """Both know an item and hold different numbers of it, and somebody bought one."""
    sku = next(one.sku for one in store.state.products.values() if one.stock_quantity)
    store.sales.place_order(Basket([(sku, 1)]))
    access = StoreAccess(store.url, store.consumer_key, store.consumer_secret)
    shop = setting_up.open_shop(access, now=utc_now())
    embedded_books(shop.company, Act(now=utc_now(), by="Ada"))
    create_item(shop.company, {"sku": sku, "name": "Ours"}, at=utc_now())
    setting_up.receive_goods(shop.company, now=utc_now())
    before = Shoppers(store.url, 3).state(), all_of(Item), all_of(PostedDocument)

    bridge = setting_up.join_back_office(shop, now=utc_now())
    bring_to_rest(bridge)

    after = Shoppers(store.url, 3).state(), all_of(Item), all_of(PostedDocument)
    assert after == before
    assert all_of(Partner) == all_of(Delivery) == []
    assert Disposition.objects.get().outcome == "waiting"  # all was read, though
    assert Binding.objects.filter(kind="item").count() == 1
