"""The routes for the variations of one product."""

from stockbridge.connectors.stores.woocommerce.simulator.answers import (
    Answer,
    Request,
    created,
    item_answer,
)
from stockbridge.connectors.stores.woocommerce.simulator.batches import run_batch
from stockbridge.connectors.stores.woocommerce.simulator.errors import (
    already_trashed,
    invalid_id,
)
from stockbridge.connectors.stores.woocommerce.simulator.parameters import (
    BOOLEAN,
    checked,
    text,
)
from stockbridge.connectors.stores.woocommerce.simulator.permissions import demand
from stockbridge.connectors.stores.woocommerce.simulator.php import slug_of
from stockbridge.connectors.stores.woocommerce.simulator.product_answer import (
    variation_json,
    variation_name,
)
from stockbridge.connectors.stores.woocommerce.simulator.product_parameters import (
    VARIATION,
)
from stockbridge.connectors.stores.woocommerce.simulator.product_write import (
    write_variation,
)
from stockbridge.connectors.stores.woocommerce.simulator.products import number
from stockbridge.connectors.stores.woocommerce.simulator.records import (
    Json,
    Product,
    Value,
)
from stockbridge.connectors.stores.woocommerce.simulator.state import StoreState
from stockbridge.connectors.stores.woocommerce.simulator.stock_rules import sync_parent

_KIND = "product_variation"


def read(state: StoreState, request: Request) -> Answer:
    """Return one variation; under the wrong product there is none."""
    variation = _of(state, request.ids["product_id"], request.ids["id"])
    demand(request, "view_item")
    body = variation_json(state, variation)
    return item_answer(body, request.query)


def create(state: StoreState, request: Request) -> Answer:
    """Make a variation."""
    sent = _checked(request.body)
    parent = _parent(state, request)
    demand(request, "create")
    body = insert(state, parent, sent)
    # The address is the route's own pattern: a slip of WooCommerce's (181).
    route = rf"products/(?P<product_id>[\d]+)/variations/{body['id']}"
    return created(state, body, route)


def update(state: StoreState, request: Request) -> Answer:
    """Change a variation."""
    sent = _checked(request.body)
    variation = _of(state, request.ids["product_id"], request.ids["id"])
    demand(request, "edit")
    return Answer(change(state, variation, sent))


def delete(state: StoreState, request: Request) -> Answer:
    """Move a variation to the trash, or with force=true delete it for good."""
    variation = _of(state, request.ids["product_id"], request.ids["id"])
    demand(request, "delete")
    is_forced = str(request.query.get("force", "")).lower() in {"true", "1"}
    return Answer((_remove if is_forced else _trash)(state, variation))


def batch(state: StoreState, request: Request) -> Answer:
    """Create, change and delete up to 100 variations of one product, unchecked."""
    demand(request, "batch")
    parent_id = request.ids["product_id"]
    return run_batch(
        request.body,
        create=lambda row: insert(state, _parent(state, request), row),
        update=lambda row: change(state, _of(state, parent_id, row.get("id")), row),
        delete=lambda row: _remove(state, _of(state, parent_id, row["id"])),
        delete_id=lambda row: {
            "id": row["id"],
            "product_id": parent_id,
            "force": True,
        },
    )


def insert(state: StoreState, parent: Product, sent: Json) -> Json:
    """Make a variation of what was sent, and return it as a write's answer."""
    now = state.now()
    variation = Product(
        id=0,
        type="variation",
        created=now,
        modified=now,
        parent_id=parent.id,
        tax_class="parent",
    )
    write_variation(state, variation, sent)
    number(state, variation)
    variation.slug = slug_of(f"{parent.name} {variation_name(variation)}")
    parent.children.append(variation.id)
    sync_parent(state, parent)
    state.touch_product(variation)
    state.announce("product.created", variation.id)
    return variation_json(state, variation, edit=True)


def change(state: StoreState, variation: Product, sent: Json) -> Json:
    """Change a variation; its own date and its product's move."""
    write_variation(state, variation, sent)
    sync_parent(state, state.products[variation.parent_id])
    state.touch_product(variation)
    state.announce("product.updated", variation.id)
    return variation_json(state, variation, edit=True)


def _remove(state: StoreState, variation: Product) -> Json:
    body = variation_json(state, variation, edit=True, methods=())
    parent = state.products[variation.parent_id]
    state.remove_product(variation)
    sync_parent(state, parent)
    state.touch_product(parent)
    state.announce("product.deleted", variation.id)
    return body


def _trash(state: StoreState, variation: Product) -> Json:
    if variation.status == "trash":
        raise already_trashed("product_variation")
    body = variation_json(state, variation, edit=True)
    variation.status = "trash"
    variation.modified = state.now()
    state.put_product(variation)
    parent = state.products[variation.parent_id]
    parent.children.remove(variation.id)
    sync_parent(state, parent)
    state.touch_product(parent)
    state.announce("product.deleted", variation.id)
    return body


def _checked(body: Json) -> Json:
    # manage_stock may be a truth or the text "parent"; any text passes the check.
    expected = dict(VARIATION)
    is_text = isinstance(body.get("manage_stock"), str)
    expected["manage_stock"] = text() if is_text else BOOLEAN
    return checked(body, expected)


def _parent(state: StoreState, request: Request) -> Product:
    parent = state.products.get(request.ids["product_id"])
    if parent is None:
        raise invalid_id("product")
    return parent


def _of(state: StoreState, parent_id: int, variation_id: Value) -> Product:
    variation = (
        state.products.get(variation_id) if isinstance(variation_id, int) else None
    )
    if variation is None or variation.type != "variation":
        raise invalid_id(_KIND)
    if variation.parent_id != parent_id:
        raise invalid_id(_KIND)
    return variation
