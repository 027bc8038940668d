"""The routes for refunds: of one order, and store-wide."""

from collections.abc import Sequence

from stockbridge.connectors.stores.woocommerce.simulator.answers import (
    Answer,
    Request,
    created,
    item_answer,
    links,
    meta_json,
)
from stockbridge.connectors.stores.woocommerce.simulator.dates import date_pair
from stockbridge.connectors.stores.woocommerce.simulator.errors import (
    bare_error,
    invalid_id,
    no_route,
)
from stockbridge.connectors.stores.woocommerce.simulator.indexes import SortedIndex
from stockbridge.connectors.stores.woocommerce.simulator.listing import (
    DATES,
    ORDERBY,
    PAGING,
    by_order,
    chosen,
    dated_ids,
    page_answer,
    with_query,
)
from stockbridge.connectors.stores.woocommerce.simulator.order_answer import lines_json
from stockbridge.connectors.stores.woocommerce.simulator.order_parameters import REFUND
from stockbridge.connectors.stores.woocommerce.simulator.parameters import (
    Parameter,
    checked,
    integer,
    text,
)
from stockbridge.connectors.stores.woocommerce.simulator.permissions import demand
from stockbridge.connectors.stores.woocommerce.simulator.php import money_text
from stockbridge.connectors.stores.woocommerce.simulator.records import (
    Json,
    Order,
    Refund,
)
from stockbridge.connectors.stores.woocommerce.simulator.refund_write import (
    create_refund,
    delete_refund,
)
from stockbridge.connectors.stores.woocommerce.simulator.state import StoreState

_LIST: dict[str, Parameter] = {
    **PAGING,
    **DATES,
    "orderby": text(*ORDERBY),
    "dp": integer(),
}


def list_of_order(state: StoreState, request: Request) -> Answer:
    """Return the refunds of one order, the newest first."""
    query = checked(request.query, _LIST)
    order = _order(state, request)
    demand(request, "view")
    ids = chosen(_dated(state, order.refunds, query), query)
    return page_answer(
        with_query(request, query),
        by_order(ids, query),
        lambda id_: refund_json(state, state.refunds[id_], query.get("dp")),
    )


def list_all(state: StoreState, request: Request) -> Answer:
    """Return the refunds of all orders (9.0 and later)."""
    query = checked(request.query, _LIST)
    if not state.version.since(9):
        raise no_route()
    demand(request, "view")
    ids = chosen(_dated(state, list(state.refunds), query), query)
    pairs = (*request.raw_query, ("dp", "2"))
    return page_answer(
        with_query(request, query),
        by_order(ids, query),
        lambda id_: refund_json(
            state, state.refunds[id_], query.get("dp"), with_parent=True
        ),
        link_query=pairs,
    )


def read(state: StoreState, request: Request) -> Answer:
    """Return one refund."""
    query = checked(request.query, {"dp": integer()})
    refund = _refund(state, request)
    demand(request, "view_item")
    body = refund_json(state, refund, query.get("dp"))
    return item_answer(body, query)


def create(state: StoreState, request: Request) -> Answer:
    """Refund an order; restocking and paying back are on unless switched off."""
    sent = checked(request.body, REFUND)
    order = _order(state, request)
    demand(request, "create")
    refund = create_refund(state, order, sent)
    route = rf"orders/(?P<order_id>[\d]+)/refunds/{refund.id}"  # WooCommerce's slip
    return created(state, refund_json(state, refund), route)


def delete(state: StoreState, request: Request) -> Answer:
    """Delete a refund for good, with or without force."""
    refund = _refund(state, request)
    demand(request, "delete")
    body = refund_json(state, refund)
    delete_refund(state, state.orders[refund.order_id], refund)
    return Answer(body)


def refund_json(
    state: StoreState,
    refund: Refund,
    decimals: int | None = None,
    *,
    with_parent: bool = False,
) -> Json:
    """Return a refund; only the store-wide list names its order."""
    places = state.decimals if decimals is None else decimals
    body: Json = {"id": refund.id}
    if with_parent:
        body["parent_id"] = refund.order_id
    lines = lines_json(state, refund, places)
    body |= {
        **date_pair("date_created", refund.created, state.zone),
        "amount": money_text(refund.amount, places),
        "reason": refund.reason,
        "refunded_by": refund.refunded_by,
        "refunded_payment": refund.refunded_payment,
        "meta_data": meta_json(refund.meta),
        **lines,
    }
    if not state.version.since(8):
        del body["refunded_payment"]
    order_route = f"orders/{refund.order_id}"
    body["_links"] = links(
        state,
        f"{order_route}/refunds/{refund.id}",
        methods=("GET", "DELETE"),
        up=order_route,
    )
    return body


def _dated(state: StoreState, ids: list[int], query: Json) -> Sequence[int]:
    index = SortedIndex()
    index.fill((state.refunds[id_].created, id_) for id_ in ids)
    return dated_ids(state, {"date": index, "modified": index}, query)


def _order(state: StoreState, request: Request) -> Order:
    order = state.known_order(request.ids["order_id"])
    if order is None:
        raise bare_error("woocommerce_rest_invalid_order_id", "Invalid order ID.", 404)
    return order


def _refund(state: StoreState, request: Request) -> Refund:
    order = _order(state, request)
    refund = state.refunds.get(request.ids["id"])
    if refund is None:
        raise invalid_id("shop_order_refund")
    if refund.order_id != order.id:
        raise bare_error(
            "woocommerce_rest_invalid_order_refund_id", "Invalid order refund ID.", 404
        )
    return refund
