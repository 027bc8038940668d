"""Our own writes come back from the store as notices: they cost a read, no more."""

from collections.abc import Iterator

import pytest

from stockbridge.connectors.stores.woocommerce.simulator import WooCommerceSimulator
from stockbridge.engine.clock import utc_now
from stockbridge.engine.models import Delivery, Snapshot
from stockbridge.engine.ticks import hint
from stockbridge.ports import Hint
from stockbridge.web.demo import setting_up
from stockbridge.web.demo.resting import bring_to_rest
from stockbridge.web.demo.setting_up import Demonstration, StoreAccess

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def store() -> Iterator[WooCommerceSimulator]:
    with WooCommerceSimulator(port=0, seed=3) as simulator:
        simulator.seed_products(4, seed=3)
        yield simulator


@pytest.fixture
def demo(store: WooCommerceSimulator) -> Demonstration:
    access = StoreAccess(store.url, store.consumer_key, store.consumer_secret)
    made = setting_up.set_up(access, now=utc_now())
    bring_to_rest(made.bridge)
    setting_up.import_items(made.bridge, now=utc_now())
    bring_to_rest(made.bridge)
    setting_up.switch_on(made.bridge, now=utc_now())
    bring_to_rest(made.bridge)
    return made


def writes(store: WooCommerceSimulator) -> int:
    return sum(1 for row in store.log.rows() if row.method != "GET")


def digests(demo: Demonstration) -> list[tuple[str, str]]:
    rows = Snapshot.objects.filter(connection=demo.bridge.store, feed="items")
    return list(rows.order_by("id").values_list("external_id", "digest"))


def test_the_notice_of_our_own_stock_write_causes_nothing(
    store: WooCommerceSimulator, demo: Demonstration
) -> None:
    store.log.clear()
    setting_up.receive_goods(demo.company, now=utc_now())
    bring_to_rest(demo.bridge)
    written, known, planned = writes(store), digests(demo), Delivery.objects.count()
    hint(demo.bridge.store, [Hint("items", tuple(map(str, store.state.products)))])

    bring_to_rest(demo.bridge)

    assert written > 0
    assert writes(store) == written
    assert digests(demo) == known
    assert Delivery.objects.count() == planned
