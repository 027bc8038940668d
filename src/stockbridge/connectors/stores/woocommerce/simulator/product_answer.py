"""How a product or variation looks in an answer.

Answers to writes come in the context "edit", reads in "view"; they differ in small
things (paragraphs, average_rating, permalink_template, a variation's tax_class).
"""

from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import unquote

from stockbridge.connectors.stores.woocommerce.simulator.answers import (
    ITEM_METHODS,
    links,
    meta_json,
)
from stockbridge.connectors.stores.woocommerce.simulator.dates import date_pair
from stockbridge.connectors.stores.woocommerce.simulator.php import autop, slug_of
from stockbridge.connectors.stores.woocommerce.simulator.records import Json, Product
from stockbridge.connectors.stores.woocommerce.simulator.state import StoreState
from stockbridge.connectors.stores.woocommerce.simulator.stock_rules import stock_holder

SYMBOLS = {"USD": "&#36;", "CAD": "&#36;", "AUD": "&#36;", "GBP": "&pound;"}
SYMBOLS |= {"EUR": "&euro;", "JPY": "&yen;", "CHF": "&#67;&#72;&#70;"}
NO_DIMENSIONS = {"length": "", "width": "", "height": ""}


def effective_price(product: Product, now: int) -> str:
    """Return the price that a shopper pays now: the sale price while it runs."""
    return product.sale_price if is_on_sale(product, now) else product.regular_price


def is_on_sale(product: Product, now: int) -> bool:
    """Say whether the sale price is below the regular one and its dates fit."""
    if not product.sale_price:
        return False
    if product.sale_from is not None and now < product.sale_from:
        return False
    if product.sale_to is not None and now > product.sale_to:
        return False
    return _worth(product.regular_price) > _worth(product.sale_price)


def product_json(state: StoreState, product: Product, *, edit: bool = False) -> Json:
    """Return a product as `/products` shows it; also a variation read there."""
    is_variation = product.type == "variation"
    shown = _shared(state, product, edit=edit)
    other = product.other
    body: Json = {
        "id": product.id,
        "name": _full_name(state, product),
        "slug": product.slug,
        "permalink": permalink(state, product),
        **date_pair("date_created", product.created, state.zone),
        **date_pair("date_modified", product.modified, state.zone),
        "type": product.type,
        "status": product.status,
        "featured": other.get("featured", False),
        "catalog_visibility": other.get("catalog_visibility", "visible"),
        "description": _rich(other.get("description", ""), edit=edit),
        "short_description": _rich(other.get("short_description", ""), edit=edit),
        "sku": product.sku,
        "price": shown["price"],
        "regular_price": shown["regular_price"],
        "sale_price": shown["sale_price"],
        **date_pair("date_on_sale_from", product.sale_from, state.zone),
        **date_pair("date_on_sale_to", product.sale_to, state.zone),
        "on_sale": shown["on_sale"],
        "purchasable": shown["purchasable"],
        "total_sales": "0" if is_variation and not edit else product.total_sales,
        "virtual": product.virtual,
        "downloadable": product.downloadable,
        "downloads": [],
        "download_limit": other.get("download_limit", -1),
        "download_expiry": other.get("download_expiry", -1),
        "external_url": other.get("external_url", ""),
        "button_text": other.get("button_text", ""),
        "tax_status": product.tax_status,
        "tax_class": shown["tax_class"],
        "manage_stock": shown["manage_stock"],
        "stock_quantity": shown["stock_quantity"],
        "backorders": shown["backorders"],
        "backorders_allowed": shown["backorders_allowed"],
        "backordered": shown["backordered"],
        "low_stock_amount": product.low_stock_amount,
        "sold_individually": other.get("sold_individually", False),
        "weight": other.get("weight", ""),
        "dimensions": other.get("dimensions", NO_DIMENSIONS),
        "shipping_required": not product.virtual,
        "shipping_taxable": not product.virtual and product.tax_status == "taxable",
        "shipping_class": other.get("shipping_class", ""),
        "shipping_class_id": other.get("shipping_class_id", 0),
        "reviews_allowed": other.get("reviews_allowed", not is_variation),
        "average_rating": "0" if edit else "0.00",
        "rating_count": 0,
        "upsell_ids": other.get("upsell_ids", []),
        "cross_sell_ids": other.get("cross_sell_ids", []),
        "parent_id": product.parent_id,
        "purchase_note": other.get("purchase_note", ""),
        "categories": _terms(state, product.categories),
        "brands": _terms(state, other.get("brands", ())),
        "tags": _terms(state, other.get("tags", ())),
        "images": other.get("images", []),
        "attributes": [dict(item) for item in product.attributes],
        "default_attributes": other.get("default_attributes", []),
        "variations": list(product.children) if product.type == "variable" else [],
        "grouped_products": other.get("grouped_products", []),
        "menu_order": product.menu_order,
        "price_html": price_html(state, product),
        "related_ids": [],
        "meta_data": meta_json(product.meta),
        "stock_status": shown["stock_status"],
        "has_options": product.type == "variable",
        "post_password": other.get("post_password", ""),
        "global_unique_id": product.global_unique_id,
    }
    if edit and not is_variation:
        body["permalink_template"] = f"{state.home_url}/product/%pagename%/"
        slug = product.slug.removesuffix("__trashed") or slug_of(product.name)
        body["generated_slug"] = unquote(slug)
    if state.cost_of_goods:
        body["cost_of_goods_sold"] = _cost(product)
    up = f"products/{product.parent_id}" if product.parent_id else ""
    body["_links"] = links(state, f"products/{product.id}", up=up)
    for key in state.version.missing_product_keys:
        body.pop(key, None)
    return body


def variation_json(
    state: StoreState,
    variation: Product,
    *,
    edit: bool = False,
    methods: tuple[str, ...] = ITEM_METHODS,
) -> Json:
    """Return a variation as the routes for variations show it."""
    shown = _shared(state, variation, edit=edit)
    other = variation.other
    body: Json = {
        "id": variation.id,
        "type": "variation",
        **date_pair("date_created", variation.created, state.zone),
        **date_pair("date_modified", variation.modified, state.zone),
        "description": _rich(other.get("description", ""), edit=edit),
        "permalink": permalink(state, variation),
        "sku": variation.sku,
        "global_unique_id": variation.global_unique_id,
        "price": shown["price"],
        "regular_price": shown["regular_price"],
        "sale_price": shown["sale_price"],
        **date_pair("date_on_sale_from", variation.sale_from, state.zone),
        **date_pair("date_on_sale_to", variation.sale_to, state.zone),
        "on_sale": shown["on_sale"],
        "status": variation.status,
        "purchasable": shown["purchasable"],
        "virtual": variation.virtual,
        "downloadable": variation.downloadable,
        "downloads": [],
        "download_limit": other.get("download_limit", -1),
        "download_expiry": other.get("download_expiry", -1),
        "tax_status": variation.tax_status,
        "tax_class": shown["tax_class"],
        "manage_stock": shown["manage_stock"],
        "stock_quantity": shown["stock_quantity"],
        "stock_status": shown["stock_status"],
        "backorders": shown["backorders"],
        "backorders_allowed": shown["backorders_allowed"],
        "backordered": shown["backordered"],
        "low_stock_amount": variation.low_stock_amount,
        "weight": other.get("weight", ""),
        "dimensions": other.get("dimensions", NO_DIMENSIONS),
        "shipping_class": other.get("shipping_class", ""),
        "shipping_class_id": other.get("shipping_class_id", 0),
        "image": other.get("image"),
        "gallery_image_ids": [],
        "attributes": [dict(item) for item in variation.attributes],
        "menu_order": variation.menu_order,
        "meta_data": meta_json(variation.meta),
        "name": variation_name(variation),
        "parent_id": variation.parent_id,
    }
    parent = f"products/{variation.parent_id}"
    route = f"{parent}/variations/{variation.id}"
    body["_links"] = links(state, route, methods=methods, up=parent)
    for key in state.version.missing_variation_keys:
        body.pop(key, None)
    return body


def variation_name(variation: Product) -> str:
    """Return the values of a variation's attributes: "S, Red"."""
    return ", ".join(str(item["option"]) for item in variation.attributes)


def permalink(state: StoreState, product: Product) -> str:
    """Return the address of a product's page; drafts have none but a query."""
    if product.type != "variation":
        if product.status in {"draft", "pending", "trash"} or not product.slug:
            return f"{state.home_url}/?post_type=product&p={product.id}"
        return f"{state.home_url}/product/{product.slug}/"
    parent = state.products.get(product.parent_id)
    slug = parent.slug if parent else ""
    chosen = "&".join(
        f"attribute_{item['slug']}={item['option']}" for item in product.attributes
    )
    return f"{state.home_url}/product/{slug}/?{chosen}"


def price_html(state: StoreState, product: Product) -> str:
    """Return the price as a theme shows it."""
    now = state.now()
    if product.type == "variable":
        prices = sorted(
            {_worth(effective_price(child, now)) for child in _priced(state, product)}
        )
        if not prices:
            return ""
        if prices[0] == prices[-1]:
            return _price_span(state, prices[0])
        return _price_range(state, prices[0], prices[-1])
    price = effective_price(product, now)
    if not price:
        return ""
    if is_on_sale(product, now):
        return _sale(state, _worth(product.regular_price), _worth(price))
    return _price_span(state, max(Decimal(0), _worth(price)))


def _shared(state: StoreState, product: Product, *, edit: bool) -> Json:
    now = state.now()
    price = effective_price(product, now)
    regular, sale = product.regular_price, product.sale_price
    if product.type == "variable":
        regular = sale = ""
        children = _priced(state, product)
        cheapest = min(
            children,
            key=lambda child: _worth(effective_price(child, now)),
            default=None,
        )
        price = effective_price(cheapest, now) if cheapest else ""
    holder = stock_holder(state, product)
    allowed = holder.backorders != "no"
    manages: Any = product.manage_stock
    if holder is not product:
        manages = "parent"
    if not state.is_on("manage_stock"):
        manages = False
    quantity = holder.stock_quantity
    return {
        "price": price,
        "regular_price": regular,
        "sale_price": sale,
        "on_sale": is_on_sale(product, now),
        "purchasable": price != "",
        "tax_class": _tax_class(state, product, edit=edit),
        "manage_stock": manages,
        "stock_quantity": quantity,
        "stock_status": holder.stock_status,
        "backorders": holder.backorders,
        "backorders_allowed": allowed,
        "backordered": bool(manages and allowed and (quantity or 0) < 0),
    }


def _tax_class(state: StoreState, product: Product, *, edit: bool) -> str:
    if product.tax_class != "parent" or edit:
        return product.tax_class
    parent = state.products.get(product.parent_id)
    return parent.tax_class if parent else ""


def _priced(state: StoreState, product: Product) -> list[Product]:
    children = (state.products[child_id] for child_id in product.children)
    return [
        child
        for child in children
        if child.regular_price != "" and child.status == "publish"
    ]


def _full_name(state: StoreState, product: Product) -> str:
    if product.type != "variation":
        return product.name
    parent = state.products.get(product.parent_id)
    name = variation_name(product)
    return f"{parent.name if parent else ''} - {name}".rstrip(" -")


def _terms(state: StoreState, ids: tuple[int, ...]) -> list[Json]:
    found = (state.terms[term_id] for term_id in ids if term_id in state.terms)
    return [{"id": term.id, "name": term.name, "slug": term.slug} for term in found]


def _rich(text: str, *, edit: bool) -> str:
    return text if edit else autop(text)


def _worth(price: str) -> Decimal:
    try:
        return Decimal(price)
    except InvalidOperation:
        return Decimal(0)


_HIDDEN = ' aria-hidden="true"'


def _price_span(state: StoreState, price: Decimal, attributes: str = "") -> str:
    return (
        f'<span class="woocommerce-Price-amount amount"{attributes}><bdi><span '
        'class="woocommerce-Price-currencySymbol" translate="no">'
        f"{_symbol(state)}</span>{_digits(state, price)}</bdi></span>"
    )


def _sale(state: StoreState, regular: Decimal, price: Decimal) -> str:
    symbol = _symbol(state).replace("&#36;", "&#036;")
    before, now = (f"{symbol}{_digits(state, worth)}" for worth in (regular, price))
    return (
        f"<del{_HIDDEN}>{_price_span(state, regular)}</del> "
        f'<span class="screen-reader-text">Original price was: {before}.</span>'
        f"<ins{_HIDDEN}>{_price_span(state, price)}</ins>"
        f'<span class="screen-reader-text">Current price is: {now}.</span>'
    )


def _price_range(state: StoreState, low: Decimal, high: Decimal) -> str:
    first, last = (f"{_symbol(state)}{_digits(state, worth)}" for worth in (low, high))
    return (
        f"{_price_span(state, low, _HIDDEN)} <span{_HIDDEN}>&ndash;</span> "
        f"{_price_span(state, high, _HIDDEN)}"
        f'<span class="screen-reader-text">Price range: {first} through {last}</span>'
    )


def _symbol(state: StoreState) -> str:
    return SYMBOLS.get(state.setting("currency"), state.setting("currency"))


def _digits(state: StoreState, price: Decimal) -> str:
    text = f"{price:,.{state.decimals}f}".replace(",", "\0")
    text = text.replace(".", state.setting("price_decimal_sep"))
    return text.replace("\0", state.setting("price_thousand_sep"))


def _cost(product: Product) -> Json:
    value = product.other.get("cost")
    values = (
        [] if value is None else [{"defined_value": value, "effective_value": value}]
    )
    return {"values": values, "total_value": value or 0}
