"""A store and QuickBooks, over the wire both ways, judged by their own records."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from pytest_django.live_server_helper import LiveServer

from stockbridge.connectors.books.quickbooks_online.simulator import (
    UNLIMITED,
    Habits,
    Options,
)
from stockbridge.connectors.stores.woocommerce.simulator import WooCommerceSimulator
from stockbridge.engine.clock import utc_now
from stockbridge.engine.models import Bridge, Disposition
from stockbridge.web.demo import setting_up
from stockbridge.web.demo.books_side import BooksSide
from stockbridge.web.demo.online import OnlineSide, an_american_company
from stockbridge.web.demo.quickbooks import KINDS, QuickBooksSide
from stockbridge.web.demo.report import Report
from stockbridge.web.demo.resting import bring_to_rest
from stockbridge.web.demo.setting_up import Shop, StoreAccess
from stockbridge.web.demo.shopping import Shoppers
from tests.quickbooks.online_world import lift_quota

pytestmark = pytest.mark.django_db(transaction=True)
SEED = 7


@dataclass
class RunningServer:
    """The test's own server, as the demonstration wants it."""

    address: str

    def wait(self) -> None:
        """Return at once: it answers already."""

    def close(self) -> None:
        """Leave it running: the test stops it."""


@dataclass
class Trade:
    """A shop at work with a QuickBooks company."""

    store: WooCommerceSimulator
    shop: Shop
    shoppers: Shoppers
    side: BooksSide
    bridge: Bridge

    def rest(self) -> None:
        """Let everything that is to be done be done."""
        bring_to_rest(self.bridge, visit=self.side.visit)

    def judged(self) -> Report:
        """Return what the judge says."""
        return self.side.check(self.shoppers.state(), self.shop)

    def a_paid_order(self) -> int:
        """Let somebody buy two of the first item, and have it booked."""
        item = next(p for p in self.store.state.products.values() if p.stock_quantity)
        placed = self.shoppers.order({"items": [[item.sku, 2]], "status": "processing"})
        self.rest()
        return placed


@pytest.fixture(params=[*sorted(KINDS), "online"])
def trade(request: pytest.FixtureRequest, live_server: LiveServer) -> Iterator[Trade]:
    said: list[str] = []
    with WooCommerceSimulator(port=0, seed=SEED) as store:
        store.seed_products(8, seed=SEED)
        access = StoreAccess(store.url, store.consumer_key, store.consumer_secret)
        shop = setting_up.open_shop(access, now=utc_now())
        shoppers = Shoppers(store.url, SEED)
        side = a_side(request.param, said, live_server.url)
        bridge = side.join(shop, shoppers.state())
        if request.param == "online":
            lift_quota(bridge.books)
        made = Trade(store, shop, shoppers, side, bridge)
        made.rest()
        setting_up.switch_on(bridge, now=utc_now())
        made.rest()
        yield made
        side.close()
    assert said == [], "the Web Connector had nothing to complain of"


def a_side(kind: str, said: list[str], address: str) -> BooksSide:
    """Return one kind of QuickBooks, and who stands behind it."""
    if kind == "online":
        habits = Habits(automated_tax=True)
        options = Options(habits=habits, limits=UNLIMITED)
        return OnlineSide(an_american_company(options))
    return QuickBooksSide(
        KINDS[kind], said.append, serve=lambda: RunningServer(address)
    )


def test_a_days_trade_is_in_quickbooks_to_the_cent_and_its_stock_in_the_store(
    trade: Trade,
) -> None:
    trade.shoppers.place(15)
    trade.rest()
    trade.shoppers.change_minds()
    trade.side.receive_goods(trade.shop)
    trade.rest()

    report = trade.judged()

    assert report.problems == []
    assert report.booked > 8
    assert report.refunds > 1
    assert report.stock_items == 8


def test_an_order_cancelled_and_then_refunded_is_taken_back_once(trade: Trade) -> None:
    order_id = trade.a_paid_order()
    trade.shoppers.set_status(order_id, "cancelled")
    trade.rest()

    trade.shoppers.refund(order_id, {"amount": "1.00", "restock": False})
    trade.rest()

    report = trade.judged()
    refund = Disposition.objects.get(source_kind="refund", is_current=True)
    assert refund.code == "sale_taken_back"
    assert report.cancelled == 1
    assert report.documents == 1
    assert report.problems == []


def test_an_order_refunded_in_full_before_it_was_shipped_stays_sold_and_refunded(
    trade: Trade,
) -> None:
    order_id = trade.a_paid_order()

    trade.shoppers.set_status(order_id, "refunded")
    trade.rest()

    assert trade.judged().problems == []
