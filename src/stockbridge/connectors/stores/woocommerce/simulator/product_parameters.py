"""What a single product or variation request may hold; batches are not checked."""

from stockbridge.connectors.stores.woocommerce.simulator.parameters import (
    BOOLEAN,
    META,
    Parameter,
    integer,
    listing,
    record,
    text,
)

TYPES = ("simple", "grouped", "external", "variable")
STOCK_STATUSES = ("instock", "outofstock", "onbackorder")
_ID_LIST = listing(integer())
_NAMED_LIST = listing(record(id=integer()))
_DIMENSIONS = record(length=text(), width=text(), height=text())
_IMAGE = record(id=integer(), src=text(), name=text(), alt=text())

_SHARED: dict[str, Parameter] = {
    "description": text(),
    "sku": text(),
    "global_unique_id": text(),
    "regular_price": text(),
    "sale_price": text(),
    "date_on_sale_from": text(nullable=True),
    "date_on_sale_from_gmt": text(nullable=True),
    "date_on_sale_to": text(nullable=True),
    "date_on_sale_to_gmt": text(nullable=True),
    "virtual": BOOLEAN,
    "downloadable": BOOLEAN,
    "download_limit": integer(),
    "download_expiry": integer(),
    "tax_status": text("taxable", "shipping", "none"),
    "tax_class": text(),
    "stock_quantity": integer(),
    "stock_status": text(*STOCK_STATUSES),
    "backorders": text("no", "notify", "yes"),
    "low_stock_amount": integer(nullable=True),
    "weight": text(),
    "dimensions": _DIMENSIONS,
    "shipping_class": text(),
    "menu_order": integer(),
    "meta_data": META,
}

PRODUCT: dict[str, Parameter] = {
    "name": text(),
    "slug": text(),
    "type": text(*TYPES),
    "status": text(
        "draft", "pending", "private", "publish", "future", "auto-draft", "trash"
    ),
    "featured": BOOLEAN,
    "catalog_visibility": text("visible", "catalog", "search", "hidden"),
    "short_description": text(),
    "external_url": text(),
    "button_text": text(),
    "manage_stock": BOOLEAN,
    "sold_individually": BOOLEAN,
    "reviews_allowed": BOOLEAN,
    "post_password": text(),
    "upsell_ids": _ID_LIST,
    "cross_sell_ids": _ID_LIST,
    "parent_id": integer(),
    "purchase_note": text(),
    "categories": _NAMED_LIST,
    "brands": _NAMED_LIST,
    "tags": _NAMED_LIST,
    "images": listing(_IMAGE),
    "attributes": listing(
        record(
            id=integer(),
            name=text(),
            position=integer(),
            visible=BOOLEAN,
            variation=BOOLEAN,
            options=listing(text()),
        )
    ),
    "grouped_products": _ID_LIST,
    **_SHARED,
}

VARIATION: dict[str, Parameter] = {
    "status": text("draft", "pending", "private", "publish"),
    "image": _IMAGE,
    "attributes": listing(record(id=integer(), name=text(), option=text())),
    **_SHARED,
}
