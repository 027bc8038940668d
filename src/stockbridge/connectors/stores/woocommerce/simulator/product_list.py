"""Finding products and variations: the filters of their lists."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from operator import attrgetter
from typing import Any

from stockbridge.connectors.stores.woocommerce.simulator.answers import Answer, Request
from stockbridge.connectors.stores.woocommerce.simulator.errors import (
    invalid_id,
    no_route,
)
from stockbridge.connectors.stores.woocommerce.simulator.listing import (
    DATES,
    ORDERBY,
    PAGING,
    by_order,
    chosen,
    dated_ids,
    page_answer,
    question,
    with_query,
)
from stockbridge.connectors.stores.woocommerce.simulator.parameters import (
    BOOLEAN,
    Parameter,
    checked,
    integer,
    listing,
    text,
)
from stockbridge.connectors.stores.woocommerce.simulator.permissions import demand
from stockbridge.connectors.stores.woocommerce.simulator.php import amount, clean
from stockbridge.connectors.stores.woocommerce.simulator.product_answer import (
    effective_price,
    is_on_sale,
    product_json,
    variation_json,
)
from stockbridge.connectors.stores.woocommerce.simulator.product_parameters import (
    STOCK_STATUSES,
    TYPES,
)
from stockbridge.connectors.stores.woocommerce.simulator.records import Json, Product
from stockbridge.connectors.stores.woocommerce.simulator.state import StoreState

_STATUSES = ("any", "future", "trash", "draft", "pending", "private", "publish")
_SHARED: dict[str, Parameter] = {
    **PAGING,
    **DATES,
    "slug": text(),
    "status": text(*_STATUSES),
    "sku": text(),
    "tax_class": text("standard", "reduced-rate", "zero-rate"),
    "on_sale": BOOLEAN,
    "min_price": text(),
    "max_price": text(),
    "stock_status": text(*STOCK_STATUSES),
    "virtual": BOOLEAN,
    "downloadable": BOOLEAN,
    "parent": listing(integer()),
}
PRODUCTS: dict[str, Parameter] = {
    **_SHARED,
    "orderby": text(
        *ORDERBY, "popularity", "rating", "post__in", "price", "menu_order"
    ),
    "type": text(*TYPES),
    "featured": BOOLEAN,
    "category": text(),
    "tag": text(),
    "search_sku": text(),
    "global_unique_id": text(),
}
VARIATIONS: dict[str, Parameter] = {
    **_SHARED,
    "orderby": text(*ORDERBY, "menu_order"),
}

Test = Callable[[StoreState, Product, Any], bool]


def list_products(state: StoreState, request: Request) -> Answer:
    """Return products; variations only where a SKU was asked for."""
    query = checked(request.query, PRODUCTS)
    demand(request, "view")
    ids = state.remembered(question("products", query), lambda: _products(state, query))
    return page_answer(
        with_query(request, query),
        ids,
        lambda id_: product_json(state, state.products[id_]),
    )


def list_variations(state: StoreState, request: Request) -> Answer:
    """Return the variations of one product, or of all (10.3 and later)."""
    query = checked(request.query, VARIATIONS)
    parent_id = request.ids.get("product_id")
    if parent_id is None and not state.version.since(10, 3):
        raise no_route()
    demand(request, "view")
    if parent_id is not None and parent_id not in state.products:
        raise invalid_id("product")
    ids = state.remembered(
        question(f"variations of {parent_id}", query),
        lambda: _variations(state, parent_id, query),
    )
    return page_answer(
        with_query(request, query),
        ids,
        lambda id_: variation_json(state, state.products[id_]),
    )


def _products(state: StoreState, query: Json) -> Sequence[int]:
    if query.get("sku"):
        return _sorted(state, _by_sku(state, str(query["sku"])), query)
    if query.get("search_sku"):
        found = state.skus.containing(str(query["search_sku"]))
        return _sorted(state, _untrashed(state, found), query)
    if query.get("status") == "trash":
        ids: Sequence[int] = sorted(
            id_ for id_, product in state.products.items() if product.status == "trash"
        )
    else:
        ids = dated_ids(state, state.product_times, query)
    return _sorted(state, _filtered(state, chosen(ids, query), query), query)


def _variations(state: StoreState, parent_id: int | None, query: Json) -> Sequence[int]:
    ids = dated_ids(state, state.variation_times, query)
    if parent_id is not None:
        children = set(state.products[parent_id].children)
        ids = [id_ for id_ in ids if id_ in children]
    if query.get("sku"):
        wanted = set(_by_sku(state, str(query["sku"])))
        ids = [id_ for id_ in ids if id_ in wanted]
    return _sorted(state, _filtered(state, chosen(ids, query), query), query)


def _by_sku(state: StoreState, sku: str) -> list[int]:
    """Find a list between commas, and the whole text as one SKU, too."""
    found: set[int] = set()
    for part in (sku, *sku.split(",")):
        found.update(state.skus.find(clean(part)))
    return _untrashed(state, sorted(found))


def _untrashed(state: StoreState, ids: Sequence[int]) -> list[int]:
    return sorted(
        (id_ for id_ in ids if state.products[id_].status != "trash"),
        key=lambda id_: (state.products[id_].created, id_),
    )


def _filtered(state: StoreState, ids: Sequence[int], query: Json) -> Sequence[int]:
    tests = [
        (test, query[name])
        for name, test in _TESTS.items()
        if query.get(name) not in (None, "", [], "any")
    ]
    for test, value in tests:
        ids = [id_ for id_ in ids if test(state, state.products[id_], value)]
    return ids


def _sorted(state: StoreState, ids: Sequence[int], query: Json) -> Sequence[int]:
    orderby = query.get("orderby", "date")
    if orderby in {"date", "modified"}:
        return by_order(ids, query)
    if orderby == "include":
        place = {id_: at for at, id_ in enumerate(query.get("include") or [])}
        return sorted(ids, key=lambda id_: place.get(id_, 0))
    keys: dict[str, Callable[[Product], Any]] = {
        "title": lambda product: (product.name.casefold(), product.id),
        "slug": lambda product: (product.slug, product.id),
        "price": lambda product: (_price(state, product), product.id),
        "popularity": lambda product: (product.total_sales, product.id),
        "menu_order": lambda product: (product.menu_order, product.name),
    }
    by_id: Callable[[Product], Any] = attrgetter("id")
    key = keys.get(orderby, by_id)
    return by_order(sorted(ids, key=lambda id_: key(state.products[id_])), query)


def _price(state: StoreState, product: Product) -> Decimal:
    return amount(effective_price(product, state.now()) or "0")


def _mentions(state: StoreState, product: Product, wanted: str) -> bool:
    words = str(wanted).casefold().split()
    texts = (product.name, product.other.get("description", ""), product.sku)
    haystack = " ".join(str(part) for part in texts).casefold()
    return all(word in haystack for word in words)


def _in_terms(ids: tuple[int, ...], wanted: str) -> bool:
    return any(
        part.strip() == str(id_) for part in str(wanted).split(",") for id_ in ids
    )


_TESTS: dict[str, Test] = {
    "status": lambda _, product, value: product.status == value,
    "type": lambda _, product, value: product.type == value,
    "search": lambda state, product, value: _mentions(state, product, value),
    "slug": lambda _, product, value: product.slug == value,
    "stock_status": lambda _, product, value: product.stock_status == value,
    "featured": lambda _, product, value: product.other.get("featured", False) == value,
    "virtual": lambda _, product, value: product.virtual == value,
    "downloadable": lambda _, product, value: product.downloadable == value,
    "tax_class": lambda _, product, value: (product.tax_class or "standard") == value,
    "category": lambda _, product, value: _in_terms(product.categories, value),
    "tag": lambda _, product, value: _in_terms(product.other.get("tags", ()), value),
    "on_sale": lambda state, product, value: is_on_sale(product, state.now()) == value,
    "min_price": lambda state, product, value: _price(state, product) >= amount(value),
    "max_price": lambda state, product, value: _price(state, product) <= amount(value),
    "global_unique_id": lambda _, product, value: product.global_unique_id == value,
    "parent": lambda _, product, value: product.parent_id in value,
}
