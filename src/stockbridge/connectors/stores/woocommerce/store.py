"""A WooCommerce store, as the engine sees one."""

import ssl
from collections.abc import Sequence

from stockbridge.connectors.addresses import Resolver, resolve
from stockbridge.connectors.stores.woocommerce.client import StoreApi
from stockbridge.connectors.stores.woocommerce.customers import changed_customers
from stockbridge.connectors.stores.woocommerce.diagnosis import diagnosed
from stockbridge.connectors.stores.woocommerce.item_writes import write_items
from stockbridge.connectors.stores.woocommerce.items import ItemReader
from stockbridge.connectors.stores.woocommerce.orders import OrderReader
from stockbridge.connectors.stores.woocommerce.skus import find_by_sku
from stockbridge.connectors.stores.woocommerce.stock import ROWS_MAX, write_stock
from stockbridge.connectors.stores.woocommerce.webhooks import Webhooks
from stockbridge.domain.catalog import StoreItem
from stockbridge.domain.commerce import Customer, Order
from stockbridge.ports import (
    ConnectionReport,
    ItemWrite,
    Link,
    OrderMark,
    Page,
    StockMeaning,
    StockWrite,
    StoreCapabilities,
    WebhookHealth,
    WriteResult,
)


class WooCommerceStore:
    """The port `Store`, over REST v3."""

    def __init__(
        self,
        link: Link,
        *,
        tls: ssl.SSLContext | None = None,
        resolver: Resolver = resolve,
    ) -> None:
        self._api = StoreApi(link, tls=tls, resolver=resolver)
        self._orders = OrderReader(self._api)
        self._items = ItemReader(self._api)
        self._webhooks = Webhooks(self._api)

    @property
    def capabilities(self) -> StoreCapabilities:
        """What WooCommerce can do: no compare-and-set, one location, whole units."""
        rows = min(ROWS_MAX, self._api.settings.rows_per_call)
        return StoreCapabilities(
            stock_meaning=StockMeaning.SELLABLE,
            is_write_visible_at_once=True,
            has_compare_and_set=False,
            stock_rows_max=rows,
            item_rows_max=rows,
            has_webhooks=True,
        )

    def check(self) -> ConnectionReport:
        """Test the connection live; explains instead of raising."""
        return diagnosed(self._api)

    def changed_orders(self, cursor: str, *, limit: int) -> Page[Order]:
        """Return about `limit` orders changed since `cursor`, refunds included."""
        return self._orders.changed(cursor, limit=limit)

    def open_orders(self, cursor: str, *, limit: int) -> Page[Order]:
        """Return all orders that hold stock and are not fulfilled, of any age."""
        return self._orders.open(cursor, limit=limit)

    def orders(self, ids: Sequence[str]) -> Page[Order]:
        """Return these; one that is gone comes with status DELETED."""
        return self._orders.by_id(ids)

    def walk_orders(self, cursor: str, *, limit: int) -> Page[OrderMark]:
        """Return marks of all orders by id, for the daily walk."""
        return self._orders.walk(cursor, limit=limit)

    def changed_items(self, cursor: str, *, limit: int) -> Page[StoreItem]:
        """Return about `limit` items changed since `cursor`, variations included."""
        return self._items.changed(cursor, limit=limit)

    def walk_items(self, cursor: str, *, limit: int) -> Page[StoreItem]:
        """Return all items with their quantities, by id."""
        return self._items.walk(cursor, limit=limit)

    def items(self, refs: Sequence[tuple[str, str]]) -> Page[StoreItem]:
        """Return these (item id, product id or ""); gone ones are left out."""
        return self._items.by_ref(refs)

    def changed_customers(self, cursor: str, *, limit: int) -> Page[Customer]:
        """Return customers that are new or may have changed."""
        return changed_customers(self._api, cursor, limit=limit)

    def write_stock(self, rows: Sequence[StockWrite]) -> tuple[WriteResult, ...]:
        """Set quantities; one result per row, in order."""
        return write_stock(self._api, rows)

    def write_items(self, rows: Sequence[ItemWrite]) -> tuple[WriteResult, ...]:
        """Create or update items; one result per row, in order."""
        return write_items(self._api, rows)

    def find_item(self, sku: str) -> StoreItem | None:
        """Return the item with this SKU, trash excluded."""
        return find_by_sku(self._api, sku)

    def ensure_webhooks(self, address: str, secret: str) -> WebhookHealth:
        """Create or repair our webhooks so that they call `address`."""
        return self._webhooks.ensure(address, secret)

    def webhook_health(self, address: str) -> WebhookHealth:
        """Return whether our webhooks exist and are active."""
        return self._webhooks.health(address)

    def remove_webhooks(self, address: str) -> None:
        """Delete our webhooks, and only ours."""
        self._webhooks.remove(address)
