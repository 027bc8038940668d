"""A simulated WooCommerce store that misbehaves as real ones were seen to do."""

from stockbridge.connectors.stores.woocommerce.simulator.sales import ADDRESS, Basket
from stockbridge.connectors.stores.woocommerce.simulator.simulated import (
    Options,
    WooCommerceSimulator,
)
from stockbridge.connectors.stores.woocommerce.simulator.versions import VERSIONS

__all__ = ["ADDRESS", "VERSIONS", "Basket", "Options", "WooCommerceSimulator"]
