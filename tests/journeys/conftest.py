"""A simulated store and a shop that is in step with it, for the journeys."""

from collections.abc import Iterator

import pytest

from stockbridge.connectors.stores.woocommerce.simulator import WooCommerceSimulator
from stockbridge.web.demo.resting import bring_to_rest
from stockbridge.web.demo.setting_up import Demonstration, StoreAccess
from tests.journeys.in_step import a_joined_shop


@pytest.fixture
def store() -> Iterator[WooCommerceSimulator]:
    """Give a store with a small catalogue, on this machine."""
    with WooCommerceSimulator(port=0, seed=3) as simulator:
        simulator.seed_products(6, seed=3)
        yield simulator


@pytest.fixture
def demo(store: WooCommerceSimulator) -> Demonstration:
    """Give a shop at rest: its stock is that of the books."""
    access = StoreAccess(store.url, store.consumer_key, store.consumer_secret)
    made = a_joined_shop(access)
    bring_to_rest(made.bridge)
    return made
