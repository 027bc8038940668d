"""The routes for orders and their notes."""

from stockbridge.connectors.stores.woocommerce.simulator.answers import (
    Answer,
    Request,
    created,
    item_answer,
    links,
)
from stockbridge.connectors.stores.woocommerce.simulator.batches import run_batch
from stockbridge.connectors.stores.woocommerce.simulator.dates import date_pair
from stockbridge.connectors.stores.woocommerce.simulator.errors import (
    ApiError,
    already_trashed,
    invalid_id,
)
from stockbridge.connectors.stores.woocommerce.simulator.order_answer import (
    order_json,
    shell_json,
)
from stockbridge.connectors.stores.woocommerce.simulator.order_parameters import (
    order_parameters,
)
from stockbridge.connectors.stores.woocommerce.simulator.order_status import (
    add_note,
    count_sales,
)
from stockbridge.connectors.stores.woocommerce.simulator.order_write import (
    create_order,
    update_order,
)
from stockbridge.connectors.stores.woocommerce.simulator.parameters import (
    BOOLEAN,
    checked,
    integer,
    text,
)
from stockbridge.connectors.stores.woocommerce.simulator.permissions import demand
from stockbridge.connectors.stores.woocommerce.simulator.records import (
    Json,
    Note,
    Order,
    Value,
)
from stockbridge.connectors.stores.woocommerce.simulator.state import (
    ORDER_STATUSES,
    StoreState,
)

_KIND = "shop_order"


def read(state: StoreState, request: Request) -> Answer:
    """Return one order, also a trashed one."""
    query = checked(request.query, {"dp": integer()})
    order = state.known_order(request.ids["id"])
    if order is None:
        raise invalid_id(_KIND)
    demand(request, "view_item")
    body = order_json(state, order, query.get("dp"))
    if order.is_in_tables and not state.hpos:
        body = shell_json(state, order)
    return item_answer(body, query)


def create(state: StoreState, request: Request) -> Answer:
    """Make an order; nothing tells two equal requests apart."""
    sent = checked(request.body, order_parameters(state))
    demand(request, "create")
    order = create_order(state, sent)
    return created(state, order_json(state, order), f"orders/{order.id}")


def update(state: StoreState, request: Request) -> Answer:
    """Change an order."""
    sent = checked(request.body, order_parameters(state))
    order = _for_write(state, request.ids["id"])
    demand(request, "edit")
    return Answer(order_json(state, update_order(state, order, sent)))


def delete(state: StoreState, request: Request) -> Answer:
    """Move an order to the trash, or with force=true delete it for good."""
    order = state.known_order(request.ids["id"])
    if order is None:
        raise invalid_id(_KIND)
    demand(request, "delete")
    is_forced = str(request.query.get("force", "")).lower() in {"true", "1"}
    return Answer(remove(state, order) if is_forced else trash(state, order))


def batch(state: StoreState, request: Request) -> Answer:
    """Create, change and delete up to 100 orders; rows are not checked."""
    demand(request, "batch")
    return run_batch(
        request.body,
        create=lambda row: order_json(state, create_order(state, row)),
        update=lambda row: order_json(
            state, update_order(state, _for_write(state, row.get("id")), row)
        ),
        delete=lambda row: remove(state, _for_delete(state, row["id"])),
    )


def trash(state: StoreState, order: Order) -> Json:
    """Move an order to the trash; stock is not given back."""
    if order.status == "trash":
        raise already_trashed("order")
    body = order_json(state, order)
    order.status_before_trash = order.status
    order.meta += [
        state.new_meta("_wp_trash_meta_status", f"wc-{order.status}"),
        state.new_meta("_wp_trash_meta_time", str(state.now())),
    ]
    order.status = "trash"
    order.modified = state.now()
    count_sales(state, order)
    state.put_order(order)
    state.announce("order.deleted", order.id)
    return body


def restore(state: StoreState, order: Order) -> None:
    """Take an order out of the trash."""
    order.status = order.status_before_trash or "pending"
    order.meta = [row for row in order.meta if not row.key.startswith("_wp_trash")]
    order.modified = state.now()
    state.put_order(order)
    state.announce("order.restored", order.id)


def remove(state: StoreState, order: Order) -> Json:
    """Delete an order for good; out of the trash nobody is told."""
    body = order_json(state, order)
    was_trashed = order.status == "trash"
    state.remove_order(order)
    if not was_trashed:
        state.announce("order.deleted", order.id)
    return body


def statuses(state: StoreState, request: Request) -> Answer:
    """Return the statuses an order can have."""
    demand(request, "view")
    names = {**ORDER_STATUSES, **state.custom_statuses}
    return Answer([{"slug": slug, "name": name} for slug, name in names.items()])


def totals(state: StoreState, request: Request) -> Answer:
    """Return how many orders have each status."""
    demand(request, "view")
    names = {**ORDER_STATUSES, **state.custom_statuses}
    counts = dict.fromkeys(names, 0)
    for order in state.orders.values():
        if order.status in counts:
            counts[order.status] += 1
    return Answer(
        [
            {"slug": slug, "name": names[slug], "total": count}
            for slug, count in counts.items()
        ]
    )


def list_notes(state: StoreState, request: Request) -> Answer:
    """Return the notes of an order, the newest first."""
    order = _noted(state, request)
    demand(request, "view")
    kind = request.query.get("type", "any")
    notes = sorted(order.notes, key=lambda note: (-note.created, note.id))
    rows = [
        _note_json(state, order, note)
        for note in notes
        if kind == "any" or note.for_customer == (kind == "customer")
    ]
    return Answer(rows)


def create_note(state: StoreState, request: Request) -> Answer:
    """Put a note on an order."""
    expected = {"note": text(), "customer_note": BOOLEAN, "added_by_user": BOOLEAN}
    sent = checked(request.body, expected, ("note",))
    order = _noted(state, request)
    demand(request, "create")
    note = add_note(
        state,
        order,
        sent["note"],
        author="owner" if sent.get("added_by_user") else "WooCommerce",
        for_customer=bool(sent.get("customer_note")),
    )
    if note.for_customer:
        add_note(state, order, 'Email "Customer note" sent.')
    return created(
        state, _note_json(state, order, note), f"orders/{order.id}/notes/{note.id}"
    )


def _note_json(state: StoreState, order: Order, note: Note) -> Json:
    route = f"orders/{order.id}/notes/{note.id}"
    return {
        "id": note.id,
        "author": note.author,
        **date_pair("date_created", note.created, state.zone),
        "note": note.text,
        "customer_note": note.for_customer,
        "_links": links(
            state, route, methods=("GET", "DELETE"), up=f"orders/{order.id}"
        ),
    }


def _noted(state: StoreState, request: Request) -> Order:
    order = state.known_order(request.ids["order_id"])
    if order is None:
        raise ApiError(404, "woocommerce_rest_order_invalid_id", "Invalid order ID.")
    return order


def _for_write(state: StoreState, order_id: Value) -> Order:
    order = state.known_order(order_id)
    if order is None:
        raise invalid_id(_KIND, 400, "ID is invalid.")
    return order


def _for_delete(state: StoreState, order_id: Value) -> Order:
    order = state.known_order(order_id)
    if order is None:
        raise invalid_id(_KIND)
    return order
