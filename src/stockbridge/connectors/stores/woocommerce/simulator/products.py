"""The routes for products: list, read, create, change, delete, batch."""

from stockbridge.connectors.stores.woocommerce.simulator.answers import (
    Answer,
    Request,
    created,
    item_answer,
)
from stockbridge.connectors.stores.woocommerce.simulator.batches import run_batch
from stockbridge.connectors.stores.woocommerce.simulator.errors import (
    ApiError,
    already_trashed,
    invalid_id,
)
from stockbridge.connectors.stores.woocommerce.simulator.parameters import checked
from stockbridge.connectors.stores.woocommerce.simulator.permissions import demand
from stockbridge.connectors.stores.woocommerce.simulator.product_answer import (
    product_json,
)
from stockbridge.connectors.stores.woocommerce.simulator.product_parameters import (
    PRODUCT,
)
from stockbridge.connectors.stores.woocommerce.simulator.product_write import (
    write_product,
)
from stockbridge.connectors.stores.woocommerce.simulator.records import (
    Json,
    Product,
    Value,
)
from stockbridge.connectors.stores.woocommerce.simulator.state import StoreState


def read(state: StoreState, request: Request) -> Answer:
    """Return one product; a variation's id works here, too."""
    product = state.products.get(request.ids["id"])
    if product is None:
        raise invalid_id("product")
    demand(request, "view_item")
    body = product_json(state, product)
    return item_answer(body, request.query)


def create(state: StoreState, request: Request) -> Answer:
    """Make a product."""
    sent = checked(request.body, PRODUCT)
    demand(request, "create")
    body = insert(state, sent)
    return created(state, body, f"products/{body['id']}")


def update(state: StoreState, request: Request) -> Answer:
    """Change a product."""
    sent = checked(request.body, PRODUCT)
    product = state.products.get(request.ids["id"])
    if product is None:
        raise invalid_id("product", 400)
    demand(request, "edit")
    return Answer(change(state, product, sent))


def delete(state: StoreState, request: Request) -> Answer:
    """Move a product to the trash, or with force=true delete it for good."""
    product = state.products.get(request.ids["id"])
    if product is None:
        raise invalid_id("product")
    demand(request, "delete")
    is_forced = str(request.query.get("force", "")).lower() in {"true", "1"}
    return Answer(remove(state, product) if is_forced else trash(state, product))


def batch(state: StoreState, request: Request) -> Answer:
    """Create, change and delete up to 100 products; rows are not checked."""
    demand(request, "batch")
    return run_batch(
        request.body,
        create=lambda row: insert(state, row),
        update=lambda row: change(state, _for_batch(state, row, 400), row),
        delete=lambda row: remove(state, _for_batch(state, row, 404)),
    )


def insert(state: StoreState, sent: Json) -> Json:
    """Make a product of what was sent, and return it as a write's answer."""
    now = state.now()
    product = Product(
        id=0, type=str(sent.get("type") or "simple"), created=now, modified=now
    )
    write_product(state, product, sent)
    number(state, product)
    state.announce("product.created", product.id)
    return product_json(state, product, edit=True)


def number(state: StoreState, product: Product) -> None:
    """Give a new product or variation its id, and put it into the indexes."""
    product.id = state.take_id("post")
    for index, text in (
        (state.skus, product.sku),
        (state.codes, product.global_unique_id),
    ):
        index.remove(text, 0)
        index.add(text, product.id)
    state.put_product(product)


def change(state: StoreState, product: Product, sent: Json) -> Json:
    """Change a product; its date moves even if nothing is different."""
    if product.type == "variation":
        raise ApiError(
            404,
            "woocommerce_rest_invalid_product_id",
            "To manipulate product variations you should use the /products/"
            "&lt;product_id&gt;/variations/&lt;id&gt; endpoint.",
        )
    write_product(state, product, sent)
    state.touch_product(product)
    state.announce("product.updated", product.id)
    return product_json(state, product, edit=True)


def trash(state: StoreState, product: Product) -> Json:
    """Move a product to the trash; the answer shows the status before."""
    if product.status == "trash":
        raise already_trashed("product")
    body = product_json(state, product, edit=True)
    product.meta += [
        state.new_meta("_wp_trash_meta_status", product.status),
        state.new_meta("_wp_trash_meta_time", str(state.now())),
        state.new_meta("_wp_desired_post_slug", product.slug),
    ]
    product.status, product.slug = "trash", f"{product.slug}__trashed"
    product.modified = state.now()
    state.put_product(product)
    state.announce("product.deleted", product.id)
    return body


def remove(state: StoreState, product: Product) -> Json:
    """Delete a product for good, with its variations."""
    body = product_json(state, product, edit=True)
    was_trashed = product.status == "trash"
    if product.type == "variable":
        rows = tuple(state.products.values())
        for child in (row for row in rows if row.parent_id == product.id):
            state.remove_product(child)
    state.remove_product(product)
    if not was_trashed:
        state.announce("product.deleted", product.id)
    return body


def _for_batch(state: StoreState, row: Value, status: int) -> Product:
    product_id = row.get("id") if isinstance(row, dict) else None
    product = state.products.get(product_id) if isinstance(product_id, int) else None
    if product is None:
        raise invalid_id("product", status)
    return product
