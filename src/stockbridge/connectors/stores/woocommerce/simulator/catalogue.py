"""Filling a store with invented products, customers and orders, from a seed."""

import gc
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal

from stockbridge.connectors.stores.woocommerce.simulator.customers import (
    insert as insert_customer,
)
from stockbridge.connectors.stores.woocommerce.simulator.order_write import create_order
from stockbridge.connectors.stores.woocommerce.simulator.product_write import (
    write_product,
)
from stockbridge.connectors.stores.woocommerce.simulator.products import (
    number as number_product,
)
from stockbridge.connectors.stores.woocommerce.simulator.records import (
    Json,
    Line,
    Order,
    Product,
    TaxRate,
    Term,
)
from stockbridge.connectors.stores.woocommerce.simulator.state import StoreState
from stockbridge.connectors.stores.woocommerce.simulator.stock_rules import (
    align_stock,
    sync_parent,
)
from stockbridge.connectors.stores.woocommerce.simulator.taxes import add_rate

_GOODS_TEXT = "Hammer Mug Lamp Shirt Kettle Chair Rope Candle Towel Bowl Brush Basket"
_GOODS = tuple(_GOODS_TEXT.split())
_KINDS_TEXT = "Oak Steel Linen Blue Small Large Classic Travel Garden Kitchen"
_KINDS = tuple(_KINDS_TEXT.split())
_NAMES_TEXT = "Ada Bea Cyd Dan Eve Fay Gil Hal Ida Jon Kim Lee"
_NAMES = tuple(_NAMES_TEXT.split())
_PLACES = (
    ("New York", "NY", "10002", "US"),
    ("Los Angeles", "CA", "90001", "US"),
    ("Portland", "OR", "97035", "US"),
    ("Montreal", "QC", "H2Y 1C6", "CA"),
    ("London", "", "SW1A 1AA", "GB"),
)
_SIZES = ("S", "M", "L")
_PATTERNS = 400  # distinct orders, from which many are copied


def furnish(state: StoreState) -> None:
    """Give a new store its first category, its owner's taxes and coupons."""
    state.terms[15] = Term(15, "product_cat", "Uncategorized", "uncategorized")
    for rate in EXAMPLE_RATES:
        add_rate(state, rate)


EXAMPLE_RATES = (
    TaxRate(0, "US", "NY", Decimal("4.0000"), "NY State"),
    TaxRate(
        0,
        "US",
        "NY",
        Decimal("4.5000"),
        "NYC City",
        priority=2,
        postcodes=("10001...10299",),
    ),
    TaxRate(
        0,
        "US",
        "NY",
        Decimal("0.3750"),
        "MCTD",
        priority=3,
        shipping=False,
        postcodes=("10001...10299",),
    ),
    TaxRate(0, "US", "CA", Decimal("7.2500"), "CA Sales Tax", shipping=False),
    TaxRate(0, "CA", "QC", Decimal("5.0000"), "GST"),
    TaxRate(0, "CA", "QC", Decimal("9.9750"), "QST", priority=2, compound=True),
    TaxRate(0, "GB", "", Decimal("20.0000"), "VAT"),
    TaxRate(0, "GB", "", Decimal("5.0000"), "VAT reduced", tax_class="reduced-rate"),
    TaxRate(0, "GB", "", Decimal("0.0000"), "VAT zero", tax_class="zero-rate"),
)


def seed_products(
    state: StoreState, count: int, seed: int = 1, *, variable_share: float = 0.0
) -> list[int]:
    """Make `count` sellable items with SKUs, prices and stock; return their ids.

    Some are variations, three to a product, if `variable_share` is above 0; the ids of
    variable products are not among the returned. Each item is a second younger than
    the one before, and all are in the past.
    """
    rng = random.Random(seed)
    now = state.now() - count - 1
    made: list[int] = []
    times: list[tuple[int, int]] = []
    child_times: list[tuple[int, int]] = []
    while len(made) < count:
        now += 1
        product = _product(state, rng, now, len(made))
        times.append((now, product.id))
        if rng.random() >= variable_share:
            _stock(state, product, rng, f"SKU-{product.id:06}")
            made.append(product.id)
            continue
        for child in _make_variable(state, product, rng):
            child_times.append((now, child.id))
            made.append(child.id)
    for name in ("date", "modified"):
        state.product_times[name].fill(times)
        state.variation_times[name].fill(child_times)
    state.revision += 1
    return made


def seed_customers(state: StoreState, count: int, seed: int = 1) -> list[int]:
    """Make `count` customers at example.com; return their ids."""
    rng = random.Random(seed)
    made = []
    for number in range(count):
        made.append(_customer(state, rng, number))
    return made


def seed_orders(
    state: StoreState, count: int, seed: int = 1, *, per_second: int = 1
) -> list[int]:
    """Make `count` past orders of the products there are; return their ids.

    They are history: no stock moves and no webhook hears of them. A few hundred
    different ones are computed, the rest are copies with ids, dates and names of
    their own.
    """
    rng = random.Random(seed)
    sellable = [
        product.id
        for product in state.products.values()
        if product.type in {"simple", "variation"} and product.regular_price
    ]
    if not sellable:
        raise ValueError("Seed products before orders.")
    with state.unheard():
        patterns = [
            _pattern(state, rng, sellable) for _ in range(min(count, _PATTERNS))
        ]
    start = state.now() - count // per_second - 1
    times = []
    with _without_collecting():
        for place in range(count):
            order = _copy(state, rng, patterns[place % len(patterns)])
            order.created = order.modified = start + place // per_second
            order.paid = order.created if order.paid else None
            order.completed = order.created if order.completed else None
            state.orders[order.id] = order
            times.append((order.created, order.id))
    for name in ("date", "modified"):
        state.order_times[name].fill(times)
    state.revision += 1
    return [order_id for _, order_id in times]


def add_product(state: StoreState, sent: Json) -> Product:
    """Make one product of what a POST would send, unseen by webhooks."""
    now = state.now()
    product = Product(0, str(sent.get("type") or "simple"), now, now)
    write_product(state, product, sent)
    number_product(state, product)
    return product


def _product(state: StoreState, rng: random.Random, now: int, number: int) -> Product:
    name = f"{rng.choice(_KINDS)} {rng.choice(_GOODS)} {number}"
    product = Product(
        id=state.take_id("post"),
        type="simple",
        created=now,
        modified=now,
        name=name,
        slug=name.lower().replace(" ", "-"),
        categories=(15,),
    )
    state.products[product.id] = product
    return product


def _stock(state: StoreState, product: Product, rng: random.Random, sku: str) -> None:
    product.sku = sku
    product.regular_price = f"{rng.randint(100, 20000) / 100:.2f}"
    product.manage_stock = True
    product.stock_quantity = rng.randint(0, 200)
    align_stock(state, product)
    state.skus.add(sku, product.id)


def _make_variable(
    state: StoreState, product: Product, rng: random.Random
) -> list[Product]:
    product.type = "variable"
    product.sku = f"SKU-{product.id:06}"
    state.skus.add(product.sku, product.id)
    product.attributes = (
        {
            "id": 0,
            "name": "Size",
            "slug": "Size",
            "position": 0,
            "visible": True,
            "variation": True,
            "options": list(_SIZES),
        },
    )
    children = []
    for size in _SIZES:
        child = Product(
            id=state.take_id("post"),
            type="variation",
            created=product.created,
            modified=product.created,
            parent_id=product.id,
            tax_class="parent",
            slug=f"{product.slug}-{size.lower()}",
            attributes=({"id": 0, "name": "Size", "slug": "size", "option": size},),
        )
        state.products[child.id] = child
        product.children.append(child.id)
        _stock(state, child, rng, f"{product.sku}-{size}")
        children.append(child)
    sync_parent(state, product)
    return children


def _customer(state: StoreState, rng: random.Random, number: int) -> int:
    name = rng.choice(_NAMES)
    customer = insert_customer(
        state,
        {
            "email": f"{name.lower()}{number}@example.com",
            "first_name": name,
            "last_name": f"Example {number}",
            "billing": _address(rng, name, f"{name.lower()}{number}@example.com"),
        },
    )
    return customer.id


def _address(rng: random.Random, name: str, email: str) -> Json:
    city, region, postcode, country = rng.choice(_PLACES)
    return {
        "first_name": name,
        "last_name": "Example",
        "address_1": f"{rng.randint(1, 99)} Main St",
        "city": city,
        "state": region,
        "postcode": postcode,
        "country": country,
        "email": email,
        "phone": "555-0100",
    }


def _pattern(state: StoreState, rng: random.Random, sellable: list[int]) -> Order:
    """Compute one order, without leaving a trace of it in the store."""
    name = rng.choice(_NAMES)
    sold = [
        {"product_id": rng.choice(sellable), "quantity": rng.randint(1, 3)}
        for _ in range(rng.randint(1, 4))
    ]
    sent: Json = {
        "billing": _address(rng, name, f"{name.lower()}@example.com"),
        "payment_method": rng.choice(("bacs", "cod")),
        "line_items": sold,
        "shipping_lines": [
            {"method_id": "flat_rate", "method_title": "Flat rate", "total": "10.00"}
        ],
    }
    order = create_order(state, sent)
    state.remove_order(order)
    order.status = rng.choices(
        ("completed", "processing", "on-hold", "cancelled", "pending"),
        (70, 15, 5, 5, 5),
    )[0]
    if order.status in {"completed", "processing"}:
        order.paid = order.created
    if order.status == "completed":
        order.completed = order.created
    return order


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Keep the garbage collector from walking over what is being made."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _copy(state: StoreState, rng: random.Random, pattern: Order) -> Order:
    name = rng.choice(_NAMES)
    order_id = state.take_id("post")
    email = f"{name.lower()}{order_id}@example.com"
    return replace(
        pattern,
        id=order_id,
        order_key=f"wc_order_{order_id:013}",
        billing={**pattern.billing, "first_name": name, "email": email},
        lines=[_copy_line(state, line) for line in pattern.lines],
        tax_lines=[
            replace(line, id=state.take_id("line")) for line in pattern.tax_lines
        ],
        meta=[],
        notes=[],
        refunds=[],
    )


def _copy_line(state: StoreState, line: Line) -> Line:
    return replace(line, id=state.take_id("line"), meta=list(line.meta))
