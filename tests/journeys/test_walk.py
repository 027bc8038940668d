"""The daily walk finds what dates hide, and reads nothing that it knows."""

from collections.abc import Iterator

import pytest

from stockbridge.connectors.stores.woocommerce.simulator import WooCommerceSimulator
from stockbridge.engine.clock import utc_now
from stockbridge.engine.models import Cursor, Disposition, Snapshot
from stockbridge.web.demo import setting_up
from stockbridge.web.demo.resting import bring_to_rest
from stockbridge.web.demo.setting_up import StoreAccess

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def store() -> Iterator[WooCommerceSimulator]:
    with WooCommerceSimulator(port=0, seed=5, version="7.1.1") as simulator:
        simulator.seed_products(5, seed=5)
        simulator.seed_orders(30, seed=5)
        yield simulator


def connect(store: WooCommerceSimulator) -> setting_up.Demonstration:
    access = StoreAccess(store.url, store.consumer_key, store.consumer_secret)
    made = setting_up.set_up(access, now=utc_now())
    bring_to_rest(made.bridge)
    return made


def test_the_first_walk_reads_no_order_again(store: WooCommerceSimulator) -> None:
    connect(store)

    read_again = [row for row in store.log.rows() if "include=" in row.query]
    walked = Snapshot.objects.filter(feed="orders", walked_at__isnull=False)
    assert walked.count() == 30
    assert read_again == []


def test_a_deleted_refund_is_found_although_no_date_moved(
    store: WooCommerceSimulator,
) -> None:
    order_id = next(
        number
        for number, order in store.state.orders.items()
        if order.status == "completed"
    )
    refund = store.sales.refund(order_id, amount="1.00")
    made = connect(store)
    known = Snapshot.objects.get(feed="orders", external_id=str(order_id))
    store.sales.delete_refund(refund.id)
    Cursor.objects.filter(feed="walked_orders").update(
        caught_up_at=utc_now().replace(year=2000)
    )

    bring_to_rest(made.bridge)

    fresh = Snapshot.objects.get(feed="orders", external_id=str(order_id))
    assert known.data is not None
    assert fresh.data is not None
    assert len(known.data["refunds"]) == 1
    assert fresh.data["refunds"] == []
    current = Disposition.objects.filter(source_kind="order", is_current=True)
    assert current.count() == 30
