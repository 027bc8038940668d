"""A shopper's purchase order number on its way into the books, named in settings."""

from collections.abc import Iterator

import pytest

from stockbridge.connectors.stores.woocommerce.simulator import (
    Basket,
    WooCommerceSimulator,
)
from stockbridge.engine.models import Delivery, Issue, Snapshot
from stockbridge.web.demo.resting import bring_to_rest
from tests.journeys.online_shop import OnlineShop, open_online_shop

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop(store: WooCommerceSimulator) -> Iterator[OnlineShop]:
    with open_online_shop(store) as opened:
        opened.choose("store", order_fields=["_po_number"])
        opened.choose("books", custom_fields="2=meta:_po_number")
        yield opened


def buy(shop: OnlineShop, **fields: str) -> int:
    sku = next(one["Sku"] for one in shop.online.company.of("Item") if "Sku" in one)
    placed = shop.store.sales.place_order(Basket([sku], meta=fields))
    shop.store.sales.change_status(placed.id, "completed")
    return int(placed.id)


def test_a_po_number_stands_on_the_receipt_and_nothing_else_of_the_orders_meta_data(
    shop: OnlineShop,
) -> None:
    buy(shop, _po_number="PO-4711", _tracking_cookie="crumbs")

    bring_to_rest(shop.bridge)

    (receipt,) = shop.online.company.of("SalesReceipt")
    (field,) = receipt["CustomField"]
    assert (field["DefinitionId"], field["StringValue"]) == ("2", "PO-4711")
    kept = [str(row) for row in Snapshot.objects.values_list("data", flat=True)]
    kept += [str(row) for row in Delivery.objects.values_list("document", flat=True)]
    assert "PO-4711" in "".join(kept)
    assert "crumbs" not in "".join(kept)
    assert not Issue.objects.filter(resolved_at=None).exists()


def test_a_change_of_other_meta_data_is_no_change_and_a_field_named_later_books_nothing(
    shop: OnlineShop,
) -> None:
    order_id = buy(shop, _po_number="PO-4711", gift="A card")
    bring_to_rest(shop.bridge)
    row = Snapshot.objects.get(feed="orders", external_id=str(order_id))

    noise = {"meta_data": [{"key": "_tracking_cookie", "value": "crumbs"}]}
    shop.store.sales.edit_order(order_id, noise)
    bring_to_rest(shop.bridge)
    again = Snapshot.objects.get(pk=row.pk)
    shop.choose("store", order_fields=["_po_number", "gift"])
    shop.choose("books", message_field="gift")
    shop.store.sales.edit_order(order_id, noise)
    bring_to_rest(shop.bridge)

    assert (again.digest, again.seen_at) == (row.digest, row.seen_at)
    assert Snapshot.objects.get(pk=row.pk).digest != row.digest  # the gift is read
    assert Delivery.objects.filter(kind="sale").count() == 1
    assert not Issue.objects.filter(resolved_at=None).exists()
