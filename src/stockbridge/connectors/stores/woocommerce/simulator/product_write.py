"""Taking over what a caller sends for a product or variation.

Runs after the parameter check for single requests, and without it for batches; so
every value may be anything, and is bent into shape the way PHP does it.
"""

import re
from collections.abc import Callable
from decimal import Decimal

from stockbridge.connectors.stores.woocommerce.simulator.answers import write_meta
from stockbridge.connectors.stores.woocommerce.simulator.dates import sent_date
from stockbridge.connectors.stores.woocommerce.simulator.errors import ApiError
from stockbridge.connectors.stores.woocommerce.simulator.php import (
    absent,
    amount,
    clean,
    format_decimal,
    intval,
    kses,
    slug_of,
    to_bool,
)
from stockbridge.connectors.stores.woocommerce.simulator.records import (
    Json,
    Product,
    Value,
)
from stockbridge.connectors.stores.woocommerce.simulator.state import StoreState
from stockbridge.connectors.stores.woocommerce.simulator.stock_rules import align_stock

POST_STATUSES = (
    "draft",
    "pending",
    "private",
    "publish",
    "future",
    "auto-draft",
    "trash",
)


def write_product(state: StoreState, product: Product, sent: Json) -> None:
    """Take over what was sent for a product.

    Raises `ApiError` before any change where a SKU or barcode is taken.
    """
    _check_codes(state, product, sent)
    _write_texts(product, sent)
    _write_shared(state, product, sent)
    _write_relations(state, product, sent)
    _write_stock(state, product, sent)
    _finish(state, product, sent)
    if not product.slug and product.status not in {"draft", "pending", "auto-draft"}:
        product.slug = _free_slug(state, slug_of(str(sent.get("slug") or product.name)))


def write_variation(state: StoreState, variation: Product, sent: Json) -> None:
    """Take over what was sent for a variation; raise as `write_product` does."""
    _check_codes(state, variation, sent)
    _write_shared(state, variation, sent)
    if isinstance(sent.get("attributes"), list):
        variation.attributes = _chosen_attributes(state, variation, sent["attributes"])
    _write_variation_stock(state, variation, sent)
    _finish(state, variation, sent)


def _finish(state: StoreState, product: Product, sent: Json) -> None:
    sku = product.sku
    if not absent(sent, "sku"):
        state.skus.remove(sku, product.id)
        product.sku = clean(str(sent["sku"]))
        state.skus.add(product.sku, product.id)
    if not absent(sent, "global_unique_id"):
        digits = re.sub(r"[^0-9-]", "", str(sent["global_unique_id"]))
        state.codes.remove(product.global_unique_id, product.id)
        product.global_unique_id = digits
        state.codes.add(digits, product.id)
    write_meta(state, product.meta, sent.get("meta_data"))
    align_stock(state, product)


def _check_codes(state: StoreState, product: Product, sent: Json) -> None:
    if sku := clean(str(sent.get("sku") or "")):
        for other_id in state.skus.find(sku):
            if other_id not in (0, product.id):
                _refuse_sku(state, sku, state.products[other_id])
    if not state.version.since(9, 2):
        return
    digits = re.sub(r"[^0-9-]", "", str(sent.get("global_unique_id") or ""))
    if digits:
        owner = _owner_of_code(state, digits)
        if owner not in (None, product.id):
            raise ApiError(
                400,
                "product_invalid_global_unique_id",
                "Invalid or duplicated GTIN, UPC, EAN or ISBN.",
                resource_id=owner,
            )


def _owner_of_code(state: StoreState, digits: str) -> int | None:
    found = (state.products[owner] for owner in state.codes.find(digits) if owner)
    return next((product.id for product in found if product.status != "trash"), None)


def _refuse_sku(state: StoreState, sku: str, owner: Product) -> None:
    if owner.status == "trash":
        if not state.version.since(9, 2):
            return  # 8.9 and 7.1 let the SKU of a trashed product be taken
        raise ApiError(
            400,
            "woocommerce_rest_product_not_created",
            f"The product with SKU ({sku}) you are trying to insert is already present "
            "in the lookup table",
        )
    extra: Json = {"resource_id": owner.id}
    if state.version.since(8):
        extra["unique_sku"] = _free_sku(state, sku)
    raise ApiError(400, "product_invalid_sku", "Invalid or duplicated SKU.", **extra)


def _free_sku(state: StoreState, sku: str) -> str:
    number = 1
    while state.skus.find(f"{sku}-{number}"):
        number += 1
    return f"{sku}-{number}"


def _free_slug(state: StoreState, slug: str) -> str:
    taken = state.slugs
    number = taken.get(slug, 0)
    taken[slug] = number + 1
    return slug if number == 0 else f"{slug}-{number + 1}"


def _write_texts(product: Product, sent: Json) -> None:
    if not absent(sent, "name"):
        product.name = kses(str(sent["name"])).strip()
    if not absent(sent, "type"):
        product.type = str(sent["type"])
    if not absent(sent, "slug") and product.slug:
        product.slug = slug_of(str(sent["slug"]))
    for name, convert in _OTHER.items():
        if not absent(sent, name):
            product.other[name] = convert(sent[name])


def _ids(value: Value) -> list[int]:
    return [intval(item) for item in value] if isinstance(value, list) else []


_OTHER: dict[str, Callable[[Value], Value]] = {
    "short_description": lambda value: kses(str(value)),
    "purchase_note": lambda value: kses(str(value)),
    "external_url": str,
    "button_text": str,
    "post_password": str,
    "catalog_visibility": str,
    "featured": to_bool,
    "sold_individually": to_bool,
    "reviews_allowed": to_bool,
    "upsell_ids": _ids,
    "cross_sell_ids": _ids,
    "grouped_products": _ids,
}


def _write_shared(state: StoreState, product: Product, sent: Json) -> None:
    if not absent(sent, "status"):
        status = str(sent["status"])
        product.status = status if status in POST_STATUSES else "draft"
    if not absent(sent, "description"):
        product.other["description"] = kses(str(sent["description"]))
    for name in ("weight", "shipping_class"):
        if not absent(sent, name):
            product.other[name] = str(sent[name])
    if isinstance(sent.get("dimensions"), dict):
        old = product.other.get("dimensions", {"length": "", "width": "", "height": ""})
        product.other["dimensions"] = {
            side: str(sent["dimensions"].get(side, old[side])) for side in old
        }
    for name, convert in _PLAIN.items():
        if not absent(sent, name):
            setattr(product, name, convert(sent[name]))
    _write_prices(state, product, sent)
    if state.cost_of_goods and isinstance(sent.get("cost_of_goods_sold"), dict):
        values = sent["cost_of_goods_sold"].get("values") or [{}]
        product.other["cost"] = values[0].get("defined_value")


_PLAIN: dict[str, Callable[[Value], Value]] = {
    "tax_status": str,
    "tax_class": lambda value: "" if value == "standard" else str(value),
    "virtual": to_bool,
    "downloadable": to_bool,
    "menu_order": intval,
}


def _write_prices(state: StoreState, product: Product, sent: Json) -> None:
    if product.type in {"variable", "grouped"}:
        product.regular_price = product.sale_price = ""
        return
    separator = state.setting("price_decimal_sep")
    if not absent(sent, "regular_price"):
        product.regular_price = format_decimal(sent["regular_price"], separator)
    if not absent(sent, "sale_price"):
        product.sale_price = format_decimal(sent["sale_price"], separator)
    for end in ("from", "to"):
        for suffix, is_gmt in (("", False), ("_gmt", True)):
            name = f"date_on_sale_{end}{suffix}"
            if name in sent:
                moment = sent_date(sent[name], is_gmt=is_gmt, zone=state.zone)
                setattr(product, f"sale_{end}", moment)
    # A sale price that is no saving is dropped without a word (recording 120).
    if product.sale_price and _worth(product.sale_price) >= _worth(
        product.regular_price
    ):
        product.sale_price = ""


def _worth(price: str) -> Decimal:
    return amount(price) if price else Decimal(0)


def _write_relations(state: StoreState, product: Product, sent: Json) -> None:
    if isinstance(sent.get("categories"), list):
        product.categories = _term_ids(state, sent["categories"])
    for name in ("tags", "brands"):
        if isinstance(sent.get(name), list):
            product.other[name] = _term_ids(state, sent[name])
    if not product.categories:
        product.categories = (15,)  # Uncategorized
    if isinstance(sent.get("attributes"), list):
        product.attributes = tuple(
            _offered_attribute(state, item) for item in sent["attributes"]
        )
    if isinstance(sent.get("default_attributes"), list):
        product.other["default_attributes"] = sent["default_attributes"]
    if isinstance(sent.get("images"), list):
        product.other["images"] = [
            {"id": intval(item.get("id")), "src": str(item.get("src", ""))}
            for item in sent["images"]
        ]
    if not absent(sent, "parent_id"):
        product.parent_id = intval(sent["parent_id"])


def _term_ids(state: StoreState, sent: list[Json]) -> tuple[int, ...]:
    ids = (intval(item.get("id")) for item in sent if isinstance(item, dict))
    return tuple(term_id for term_id in ids if term_id in state.terms)


def _offered_attribute(state: StoreState, item: Json) -> Json:
    attribute = state.attributes.get(intval(item.get("id")))
    name = attribute.name if attribute else clean(str(item.get("name", "")))
    return {
        "id": attribute.id if attribute else 0,
        "name": name,
        "slug": attribute.slug if attribute else name,
        "position": intval(item.get("position")),
        "visible": to_bool(item.get("visible")),
        "variation": to_bool(item.get("variation")),
        "options": [str(option) for option in item.get("options") or []],
    }


def _chosen_attributes(
    state: StoreState, variation: Product, sent: list[Json]
) -> tuple[Json, ...]:
    """Keep only attributes that the parent offers for variations."""
    parent = state.products[variation.parent_id]
    chosen = []
    for offered in parent.attributes:
        for item in sent:
            named = str(item.get("name", "")).casefold() == offered["name"].casefold()
            by_id = offered["id"] != 0 and intval(item.get("id")) == offered["id"]
            if (named or by_id) and offered["variation"] and item.get("option"):
                slug = offered["slug"] if offered["id"] else slug_of(offered["name"])
                chosen.append(
                    {
                        "id": offered["id"],
                        "name": offered["name"],
                        "slug": slug,
                        "option": str(item["option"]),
                    }
                )
    return tuple(chosen)


def _write_stock(state: StoreState, product: Product, sent: Json) -> None:
    if not absent(sent, "stock_status"):
        product.stock_status = str(sent["stock_status"])
    if not state.is_on("manage_stock"):
        return
    if not absent(sent, "manage_stock"):
        product.manage_stock = to_bool(sent["manage_stock"])
    if not absent(sent, "backorders"):
        product.backorders = str(sent["backorders"])
    if product.manage_stock:
        _write_quantity(product, sent)


def _write_variation_stock(state: StoreState, variation: Product, sent: Json) -> None:
    if not absent(sent, "manage_stock"):
        asked = sent["manage_stock"]
        variation.manage_stock = asked != "parent" and to_bool(asked)
    if not absent(sent, "stock_status"):
        variation.stock_status = str(sent["stock_status"])
    if not absent(sent, "backorders"):
        variation.backorders = str(sent["backorders"])
    parent = state.products[variation.parent_id]
    if variation.manage_stock or parent.manage_stock:
        # Under a parent that manages stock the number is kept, but hidden (208).
        _write_quantity(variation, sent)
    else:
        variation.stock_quantity = None
        variation.low_stock_amount = None
        variation.backorders = "no"


def _write_quantity(product: Product, sent: Json) -> None:
    if not absent(sent, "stock_quantity"):
        product.stock_quantity = intval(sent["stock_quantity"])
    elif not absent(sent, "inventory_delta"):
        delta = intval(sent["inventory_delta"])
        product.stock_quantity = (product.stock_quantity or 0) + delta
    if "low_stock_amount" in sent:
        low = sent["low_stock_amount"]
        product.low_stock_amount = None if low is None else intval(low)
