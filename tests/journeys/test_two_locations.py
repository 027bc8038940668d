"""Stock in several places: what moved in one is not counted twice in the others."""

from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from stockbridge.backoffice.drafts import Header, ReceiptDraft, ReceiptLineDraft
from stockbridge.backoffice.models import Item, Location
from stockbridge.backoffice.posting import post
from stockbridge.connectors.stores.woocommerce.simulator import (
    Basket,
    WooCommerceSimulator,
)
from stockbridge.domain.money import Money
from stockbridge.engine.clock import utc_now
from stockbridge.web.demo.checker import check
from stockbridge.web.demo.resting import bring_to_rest
from stockbridge.web.demo.setting_up import Demonstration
from stockbridge.web.demo.shopping import Shoppers

pytestmark = pytest.mark.django_db(transaction=True)


def put_into_a_second_place(demo: Demonstration, item: Item) -> None:
    cellar = Location.objects.create(company=demo.company, code="CELLAR", name="Cellar")
    day = utc_now().astimezone(ZoneInfo(demo.company.time_zone)).date()
    line = ReceiptLineDraft(item.pk, Decimal(5), Money(Decimal("1.00"), item.currency))
    header = Header("cellar/1", day)
    draft = ReceiptDraft(header, (line,), location_id=cellar.pk)
    post(demo.company, draft, at=utc_now())


@pytest.mark.parametrize("quantity", ["available", "on_hand"])
def test_a_sale_from_one_place_is_counted_once(
    store: WooCommerceSimulator, demo: Demonstration, quantity: str
) -> None:
    item = Item.objects.filter(company=demo.company).order_by("sku")[0]
    put_into_a_second_place(demo, item)
    demo.bridge.refresh_from_db()
    demo.bridge.options["quantity"] = quantity
    demo.bridge.save(update_fields=["options"])
    bring_to_rest(demo.bridge)

    order = store.sales.place_order(Basket([(item.sku, 2)]))
    store.sales.change_status(order.id, "completed")
    bring_to_rest(demo.bridge)

    assert check(Shoppers(store.url, 3).state(), demo.company).problems == []
