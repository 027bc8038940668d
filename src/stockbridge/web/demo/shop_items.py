"""What a store sells, as it stands on a shelf in QuickBooks."""

from decimal import Decimal
from typing import Any

from stockbridge.connectors.webconnector.simulator.catalogue import ShopItem
from stockbridge.web.demo.store_side import rows_of


def shop_items(state: dict[str, Any]) -> tuple[ShopItem, ...]:
    """Return the store's counted items that have a SKU."""
    return tuple(
        ShopItem(
            row["sku"],
            row["name"] or row["sku"],
            Decimal(row["regular_price"]),
            Decimal(str(row["stock_quantity"])),
        )
        for row in rows_of(state["products"])
        if row.get("sku") and row.get("manage_stock") is True
    )
