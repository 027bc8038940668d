"""Order fulfillments: an experimental feature of WooCommerce, off unless switched on.

After the public documentation of `orders/N/fulfillments` and WooCommerce's source, not
after a recording: with the feature off its routes are not there at all (404,
rest_no_route); deleted ones are not listed; the order keeps what came of them in its
meta data, as `_fulfillment_status`.
"""

from datetime import UTC, datetime

from stockbridge.connectors.stores.woocommerce.simulator.answers import (
    Answer,
    Request,
    meta_json,
)
from stockbridge.connectors.stores.woocommerce.simulator.errors import (
    ApiError,
    critical_error,
    no_route,
)
from stockbridge.connectors.stores.woocommerce.simulator.order_write import touch_order
from stockbridge.connectors.stores.woocommerce.simulator.permissions import demand
from stockbridge.connectors.stores.woocommerce.simulator.records import (
    Fulfillment,
    Json,
    Order,
)
from stockbridge.connectors.stores.woocommerce.simulator.state import StoreState

STATUS = "_fulfillment_status"


def list_of_order(state: StoreState, request: Request) -> Answer:
    """Return the fulfillments of one order; there is no paging."""
    if not state.has_fulfillments:
        raise no_route()
    order = state.known_order(request.ids["order_id"])
    if order is None:
        raise ApiError(404, "woocommerce_rest_order_invalid_id", "Invalid order ID.")
    demand(request, "view")
    if order.id in state.deadly_fulfillments:
        raise critical_error()
    return Answer(
        [_json(one) for one in state.fulfillments if one.order_id == order.id]
    )


def fulfil(
    state: StoreState,
    order: Order,
    units: dict[int, int],
    *,
    tracking: str = "",
    is_fulfilled: bool = True,
) -> Fulfillment:
    """Pack units of an order, and let them go unless `is_fulfilled` says otherwise."""
    now = state.now()
    rows = [{"item_id": line, "qty": count} for line, count in units.items()]
    meta = [state.new_meta("_items", rows)]
    if tracking:
        meta.append(state.new_meta("_tracking_number", tracking))
    if is_fulfilled:
        meta.append(state.new_meta("_date_fulfilled", _utc(now)))
    made = Fulfillment(
        state.take_id("fulfillment"), order.id, now, dict(units), is_fulfilled, meta
    )
    state.fulfillments.append(made)
    _note_status(state, order)
    return made


def remove(state: StoreState, order: Order, fulfillment_id: int) -> None:
    """Delete a fulfillment: it is in no list any more."""
    state.fulfillments[:] = [f for f in state.fulfillments if f.id != fulfillment_id]
    _note_status(state, order)


def _note_status(state: StoreState, order: Order) -> None:
    """Let the order say what came of it: a change of the order, as any other."""
    own = [one for one in state.fulfillments if one.order_id == order.id]
    packed: dict[int, int] = {}
    for one in own:
        for line, count in one.units.items():
            packed[line] = packed.get(line, 0) + count
    lines = order.of_kind("line_item")
    is_all = all(packed.get(line.id, 0) >= line.quantity for line in lines)
    status = "unfulfilled"
    if not own:
        status = "no_fulfillments"
    elif is_all and all(one.is_fulfilled for one in own):
        status = "fulfilled"
    elif any(one.is_fulfilled for one in own):
        status = "partially_fulfilled"
    order.meta[:] = [row for row in order.meta if row.key != STATUS]
    order.meta.append(state.new_meta(STATUS, status))
    touch_order(state, order)
    state.announce("order.updated", order.id)


def _json(one: Fulfillment) -> Json:
    return {
        "id": one.id,
        "fulfillment_id": one.id,
        "entity_type": "WC_Order",
        "entity_id": str(one.order_id),
        "status": "fulfilled" if one.is_fulfilled else "unfulfilled",
        "is_fulfilled": one.is_fulfilled,
        "date_updated": _utc(one.updated),
        "date_deleted": None,
        "meta_data": meta_json(one.meta),
    }


def _utc(moment: int) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
