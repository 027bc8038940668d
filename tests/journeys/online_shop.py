"""A shop whose books are QuickBooks Online, which the engine calls over HTTP."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

from stockbridge.connectors.books.quickbooks_online.simulator import (
    UNLIMITED,
    Habits,
    Options,
    QuickBooksOnlineSimulator,
)
from stockbridge.connectors.stores.woocommerce.simulator import (
    Basket,
    WooCommerceSimulator,
)
from stockbridge.engine.clock import utc_now
from stockbridge.engine.models import Bridge
from stockbridge.web.demo import setting_up
from stockbridge.web.demo.online import an_american_company, connect
from stockbridge.web.demo.setting_up import StoreAccess
from tests.journeys.in_step import bring_in_step
from tests.quickbooks.online_world import lift_quota


@dataclass(frozen=True, slots=True)
class OnlineShop:
    """A WooCommerce store joined to a company in QuickBooks Online."""

    store: WooCommerceSimulator
    online: QuickBooksOnlineSimulator
    bridge: Bridge

    def buy(self, units: int = 1, status: str = "completed") -> str:
        """Let a shopper buy the first product, and pay; return the order's number."""
        sku = sorted(
            one["Sku"] for one in self.online.company.of("Item") if "Sku" in one
        )
        order = self.store.sales.place_order(Basket([(sku[0], units)]))
        self.store.sales.change_status(order.id, status)
        return str(order.id)

    def choose(self, side: Literal["store", "books"], **settings: object) -> None:
        """Let somebody choose other settings of the store, or of the books."""
        row = self.bridge.store if side == "store" else self.bridge.books
        row.settings = {**row.settings, **settings}
        row.save(update_fields=["settings"])


@contextmanager
def open_online_shop(store: WooCommerceSimulator) -> Iterator[OnlineShop]:
    """Join the store to a company that answers until the end; it is switched on."""
    options = Options(habits=Habits(automated_tax=True), limits=UNLIMITED)
    with an_american_company(options) as online:
        access = StoreAccess(store.url, store.consumer_key, store.consumer_secret)
        opened = setting_up.open_shop(access, now=utc_now())
        books = connect(opened.company, online)
        lift_quota(books)
        bridge = setting_up.join(opened, books, now=utc_now())
        bring_in_step(bridge)
        yield OnlineShop(store, online, bridge)
