"""A shop on the simulator, joined with the real back office and at work.

with a_market(make_people(), products=4) as market:
market.sell("SKU-000011")
market.work()
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from stockbridge.connectors import registry
from stockbridge.connectors.stores.woocommerce.simulator import (
    Basket,
    WooCommerceSimulator,
)
from stockbridge.engine.actions import connections
from stockbridge.engine.actions.bridges import enable, join, save_options
from stockbridge.engine.actions.connections import Act, ConnectionDraft
from stockbridge.engine.actions.runs import RunRequest, start_run
from stockbridge.engine.models import Bridge, Connection, Run
from stockbridge.web.tests.joined import a_shop, work
from stockbridge.web.tests.people import People


@dataclass(frozen=True, slots=True)
class Market:
    """The shop, what joins it, and the people of the company."""

    people: People
    shop: WooCommerceSimulator
    bridge: Bridge

    @property
    def act(self) -> Act:
        """What Alice does, now."""
        return Act(now=timezone.now(), by="Alice Adams")

    def work(self) -> None:
        """Look at both sides until all is at rest."""
        self.bridge.refresh_from_db()
        self.bridge.store.cursors.update(caught_up_at=None)
        Connection.objects.update(woken=True, due_at=timezone.now())
        work(self.bridge)

    def sell(self, *skus: str, **changes: Any) -> None:
        """Let somebody buy one of each."""
        self.shop.sales.place_order(Basket(list(skus), **changes))

    def set_options(self, **changes: object) -> None:
        """Save options as the screen does."""
        save_options(self.bridge, changes, self.act)

    def import_items(self) -> None:
        """Take the catalogue into the books."""
        request = RunRequest(Run.Kind.IMPORT_ITEMS, {"all": True}, at_once=True)
        start_run(self.bridge, request, self.act)
        self.work()

    @property
    def skus(self) -> list[str]:
        """The SKUs of the shop, in order."""
        return sorted(one.sku for one in self.shop.state.products.values() if one.sku)


@contextmanager
def a_market(people: People, *, products: int = 4) -> Iterator[Market]:
    """Start a shop, connect it, and take its catalogue into the books."""
    with a_shop(people) as shop:
        shop.seed_products(products)
        act = Act(now=timezone.now(), by="Alice Adams")
        draft = ConnectionDraft(
            "Mug shop",
            {"address": shop.url, "allow_insecure_http": True},
            {
                "consumer_key": shop.consumer_key,
                "consumer_secret": shop.consumer_secret,
            },
        )
        store = connections.create_connection(
            people.company, registry.get("woocommerce"), draft, act
        )
        connections.test_connection(store, act)
        books = connections.embedded_books(people.company, act)
        market = Market(people, shop, join(store, books, act))
        enable(market.bridge, act)
        market.work()
        market.import_items()
        yield market
