"""Whether the store can call us is known from its calls, not from its word."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from stockbridge.connectors.stores.woocommerce.simulator import WooCommerceSimulator
from stockbridge.engine import webhooks
from stockbridge.engine.clock import utc_now
from stockbridge.engine.models import Connection
from stockbridge.web.demo import setting_up
from stockbridge.web.demo.setting_up import StoreAccess

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def store() -> Iterator[WooCommerceSimulator]:
    with WooCommerceSimulator(port=0, seed=5, allow_local_callbacks=True) as simulator:
        simulator.seed_products(2, seed=5)
        yield simulator


def connect(store: WooCommerceSimulator) -> Connection:
    access = StoreAccess(store.url, store.consumer_key, store.consumer_secret)
    return setting_up.set_up(access, now=utc_now()).bridge.store


def test_the_ping_of_a_new_webhook_proves_that_the_store_reaches_us(
    store: WooCommerceSimulator, live_server: LiveServer, settings: Settings
) -> None:
    settings.PUBLIC_URL = live_server.url
    connection = connect(store)

    kept = webhooks.ensure_webhooks(connection, now=utc_now())

    assert (kept["mode"], kept["is_working"]) == ("webhooks", True)
    assert kept["is_heard"]
    assert kept["findings"] == []


def test_a_store_that_takes_an_address_at_which_nobody_answers_is_seen_through(
    store: WooCommerceSimulator, settings: Settings
) -> None:
    settings.PUBLIC_URL = "http://127.0.0.1:9"
    connection = connect(store)

    kept = webhooks.ensure_webhooks(connection, now=utc_now())

    assert kept["is_working"]  # the store says so: 201, status active
    assert not kept["is_heard"]
    assert [one["code"] for one in kept["findings"]] == ["webhooks_unheard"]
