"""A price of the back office travels to a WooCommerce store, whatever breaks."""

from collections.abc import Iterator
from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest

from stockbridge.backoffice.items import change_item
from stockbridge.backoffice.models import Item
from stockbridge.connectors.simulation import Fault, FaultKind
from stockbridge.connectors.stores.woocommerce.simulator import WooCommerceSimulator
from stockbridge.domain.errors import RetryableError
from stockbridge.engine.actions.bridges import save_options
from stockbridge.engine.actions.connections import Act
from stockbridge.engine.clock import utc_now
from stockbridge.engine.models import Binding, Effect, PriceTarget
from stockbridge.web.demo.resting import bring_to_rest
from stockbridge.web.demo.setting_up import Demonstration

pytestmark = pytest.mark.django_db(transaction=True)
ON: dict[str, Any] = {
    "allow_export": True,
    "price_owner": "books",
    "send_prices": True,
    "sale_price_from": "sale",
    "repriced_percent_max": 400,
}


@pytest.fixture
def store() -> Iterator[WooCommerceSimulator]:
    """Give a store that sells single products, and variations of others."""
    with WooCommerceSimulator(port=0, seed=3) as simulator:
        simulator.seed_products(9, seed=3, variable_share=0.4)
        yield simulator


@pytest.fixture
def shop(demo: Demonstration) -> Demonstration:
    """Give a shop in which prices travel, and where none has to yet."""
    save_options(demo.bridge, ON, Act(now=utc_now(), by="Ada"))
    bring_to_rest(demo.bridge)
    assert set(PriceTarget.objects.values_list("standing", flat=True)) == {"same"}
    return demo


def linked(demo: Demonstration, *, variation: bool) -> tuple[Item, str]:
    """Return an item of the books, and what the store calls it."""
    kind = "variation" if variation else "simple"
    target = PriceTarget.objects.filter(bridge=demo.bridge, kind=kind).first()
    assert target is not None
    link = Binding.objects.get(kind="item", store_id=target.item_id)
    return Item.objects.get(pk=int(link.books_id)), target.item_id


def in_store(store: WooCommerceSimulator, item_id: str) -> tuple[str, str]:
    """Return what the store's own state says it costs, and costs now."""
    row = store.state.products[int(item_id)]
    return str(row.regular_price), str(row.sale_price)


def reprice(demo: Demonstration, item: Item, **fields: object) -> None:
    """Let somebody change prices in the back office, and all come to rest."""
    change_item(item, fields, at=utc_now())
    bring_to_rest(demo.bridge)


@pytest.mark.parametrize("variation", [False, True])
def test_a_price_and_a_sale_reach_the_store_and_the_sale_ends(
    store: WooCommerceSimulator, shop: Demonstration, *, variation: bool
) -> None:
    item, store_id = linked(shop, variation=variation)
    store.log.clear()

    reprice(shop, item, price=Decimal("21.50"), sale_price=Decimal("19.00"))
    first = in_store(store, store_id)
    reprice(shop, item, sale_price=None)

    assert (Decimal(first[0]), Decimal(first[1])) == (Decimal("21.50"), Decimal(19))
    assert in_store(store, store_id)[1] == ""
    writes = [row for row in store.log.rows() if row.method != "GET"]
    assert len(writes) == 2


@pytest.mark.parametrize(
    "kind",
    [
        FaultKind.CONNECTION_CUT,
        FaultKind.ANSWER_LOST,
        FaultKind.ERROR_AFTER_WRITE,
        FaultKind.TRUNCATED,
        FaultKind.SERVER_ERROR,
    ],
)
def test_a_write_that_breaks_in_any_way_ends_with_that_price_counted_once(
    store: WooCommerceSimulator, shop: Demonstration, kind: FaultKind
) -> None:
    item, store_id = linked(shop, variation=False)
    store.faults.add(Fault(kind, method="POST", path="batch", times=1))

    change_item(item, {"price": Decimal("22.75")}, at=utc_now())
    for _ in range(4):
        with suppress(RetryableError):  # the runner comes again
            bring_to_rest(shop.bridge)

    assert Decimal(in_store(store, store_id)[0]) == Decimal("22.75")
    assert PriceTarget.objects.get(item_id=store_id).standing == "same"
    assert Effect.objects.filter(kind="repriced", subject_id=store_id).count() == 1
