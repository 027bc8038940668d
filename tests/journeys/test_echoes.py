"""Our own writes come back from the store as notices: they cost a read, no more."""

import pytest

from stockbridge.connectors.stores.woocommerce.simulator import WooCommerceSimulator
from stockbridge.engine.clock import utc_now
from stockbridge.engine.models import Delivery, Snapshot
from stockbridge.engine.ticks import hint
from stockbridge.ports import Hint
from stockbridge.web.demo import setting_up
from stockbridge.web.demo.resting import bring_to_rest
from stockbridge.web.demo.setting_up import Demonstration

pytestmark = pytest.mark.django_db(transaction=True)


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
