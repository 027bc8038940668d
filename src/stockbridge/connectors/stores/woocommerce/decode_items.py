"""Products and variations: from the store's words into our items."""

from decimal import Decimal
from typing import Any

from stockbridge.connectors.stores.woocommerce.payloads import (
    AttributePayload,
    ProductPayload,
)
from stockbridge.domain.catalog import StockKeeping, StoreItem
from stockbridge.domain.money import Money

#: The fields that we read of a product; asking for them only halves the answer.
PRODUCT_FIELDS = (
    "id,name,type,parent_id,status,sku,global_unique_id,description,regular_price,"
    "sale_price,date_on_sale_from,date_on_sale_to,manage_stock,stock_quantity,backorders,virtual,categories,attributes,"
    "date_created_gmt,date_modified_gmt"
)
GROUPING_TYPES = frozenset({"variable", "variable-subscription"})
VARIATION = "variation"


def is_grouping(record: dict[str, Any]) -> bool:
    """Whether a product sells nothing itself but has variations."""
    return record.get("type") in GROUPING_TYPES


def decode_product(record: dict[str, Any], currency: str) -> StoreItem:
    """Return a product that is no variation. Raises ValidationError."""
    payload = ProductPayload.model_validate(record)
    kind = "variable" if is_grouping(record) else payload.type or "simple"
    return _item(payload, currency, kind=kind, product_id=payload.id)


def decode_variation(
    record: dict[str, Any], parent: dict[str, Any], currency: str
) -> StoreItem:
    """Return a variation; its parent lends it name, SKU and categories.

    Raises ValidationError.
    """
    payload = ProductPayload.model_validate(record)
    above = ProductPayload.model_validate(parent)
    item = _item(payload, currency, kind=VARIATION, product_id=above.id)
    return StoreItem(
        external_id=item.external_id,
        product_id=item.product_id,
        name=_variation_name(payload, above),
        sku=item.sku,
        upc=item.upc,
        kind=item.kind,
        # Sold only while the parent is: a hidden parent hides its variations.
        status=item.status if above.status == "publish" else above.status,
        description=item.description,
        price=item.price,
        sale_price=item.sale_price,
        is_sale_dated=item.is_sale_dated,
        stock_keeping=item.stock_keeping,
        stock_quantity=item.stock_quantity,
        backorders=item.backorders,
        # The API shows the parent's SKU where a variation has none of its own.
        is_sku_inherited=bool(item.sku) and item.sku == above.sku.strip(),
        categories=tuple(category.name for category in above.categories),
        attributes=item.attributes,
        is_virtual=item.is_virtual,
        created_at=item.created_at,
        changed_at=item.changed_at,
    )


def _item(
    payload: ProductPayload, currency: str, *, kind: str, product_id: str
) -> StoreItem:
    return StoreItem(
        external_id=payload.id,
        product_id=product_id,
        name=payload.name.strip(),
        sku=payload.sku.strip(),
        upc=payload.global_unique_id.strip(),
        kind=kind,
        status=payload.status,
        description=payload.description,
        price=_money(payload.regular_price, currency),
        sale_price=_money(payload.sale_price, currency),
        is_sale_dated=bool(payload.date_on_sale_from or payload.date_on_sale_to),
        stock_keeping=stock_keeping(payload.manage_stock),
        # Off: an old number may still be shown, and it means nothing.
        stock_quantity=payload.stock_quantity if payload.manage_stock else None,
        backorders=payload.backorders != "no",
        categories=tuple(category.name for category in payload.categories),
        attributes=tuple(_attribute(attribute) for attribute in payload.attributes),
        is_virtual=payload.virtual,
        created_at=payload.date_created_gmt,
        changed_at=payload.date_modified_gmt,
    )


def stock_keeping(manage_stock: bool | str) -> StockKeeping:  # noqa: FBT001 - the store's own value
    """Return who keeps the quantity, from the store's three-valued switch."""
    if manage_stock == "parent":
        return StockKeeping.PARENT
    return StockKeeping.OWN if manage_stock is True else StockKeeping.NONE


def _variation_name(payload: ProductPayload, parent: ProductPayload) -> str:
    """Return "Shirt - S, Red": as WooCommerce itself names it on an order."""
    options = ", ".join(a.option for a in payload.attributes if a.option)
    name = parent.name.strip()
    return f"{name} - {options}" if options else name


def _attribute(attribute: AttributePayload) -> tuple[str, str]:
    return attribute.name, attribute.option or ", ".join(attribute.options)


def _money(amount: Decimal | None, currency: str) -> Money | None:
    return None if amount is None else Money(amount, currency)
