"""WooCommerce stores, over REST v3 (versions 7.1 to 11)."""

from stockbridge.connectors.stores.woocommerce.endpoint import WooCommerceEndpoint
from stockbridge.connectors.stores.woocommerce.pairing import pairing_address
from stockbridge.connectors.stores.woocommerce.settings import (
    WooCommerceSecrets,
    WooCommerceSettings,
)
from stockbridge.connectors.stores.woocommerce.store import WooCommerceStore
from stockbridge.ports import Connector

CONNECTOR = Connector(
    slug="woocommerce",
    title="WooCommerce",
    kind="store",
    settings=WooCommerceSettings,
    secrets=WooCommerceSecrets,
    open_store=WooCommerceStore,
    endpoint=WooCommerceEndpoint(),
    pairing_address=pairing_address,
)
