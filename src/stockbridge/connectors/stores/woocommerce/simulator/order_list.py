"""Finding orders: the filters of their list."""

from collections.abc import Callable, Sequence

from stockbridge.connectors.stores.woocommerce.simulator.answers import Answer, Request
from stockbridge.connectors.stores.woocommerce.simulator.listing import (
    DATES,
    ORDERBY,
    PAGING,
    by_order,
    chosen,
    dated_ids,
    page_answer,
    question,
    window,
    with_query,
)
from stockbridge.connectors.stores.woocommerce.simulator.order_answer import order_json
from stockbridge.connectors.stores.woocommerce.simulator.parameters import (
    Parameter,
    checked,
    integer,
    listing,
    text,
)
from stockbridge.connectors.stores.woocommerce.simulator.permissions import demand
from stockbridge.connectors.stores.woocommerce.simulator.records import (
    Json,
    Order,
    Value,
)
from stockbridge.connectors.stores.woocommerce.simulator.state import (
    ORDER_STATUSES,
    UNLISTED_STATUSES,
    StoreState,
)


def list_orders(state: StoreState, request: Request) -> Answer:
    """Return orders; status=any leaves out trash, drafts and vanished statuses.

    Beyond the last page the totals are 0 where orders have their own tables, and the
    Link header repeats parameters that nobody sent (recordings 307, 322).
    """
    query = checked(request.query, _expected(state))
    demand(request, "view")
    ids = state.remembered(question("orders", query), lambda: _orders(state, query))
    if state.hpos and window(query).start >= len(ids):
        ids = ()
    return page_answer(
        with_query(request, query),
        ids,
        lambda id_: order_json(state, state.orders[id_], query.get("dp")),
        link_query=_link_query(request, query, has_rows=bool(ids)),
    )


def _expected(state: StoreState) -> dict[str, Parameter]:
    statuses = ("any", "trash", "auto-draft", *ORDER_STATUSES, *state.custom_statuses)
    return {
        **PAGING,
        **DATES,
        "orderby": text(*ORDERBY),
        "parent": listing(integer()),
        "status": listing(text(*statuses)),
        "customer": integer(),
        "product": integer(),
        "dp": integer(),
    }


def _orders(state: StoreState, query: Json) -> Sequence[int]:
    wanted = [status for status in query.get("status") or ["any"] if status != "any"]
    if wanted and set(wanted) & UNLISTED_STATUSES:
        ids: Sequence[int] = sorted(
            id_
            for id_, order in state.orders.items()
            if order.status in wanted and order.is_in_tables == state.hpos
        )
    else:
        ids = dated_ids(state, state.order_times, query)
    tests = [
        (test, query[name])
        for name, test in _TESTS.items()
        if query.get(name) not in (None, "")
    ]
    if wanted:
        tests.append((lambda _, order, value: order.status in value, set(wanted)))
    for test, value in tests:
        ids = [id_ for id_ in ids if test(state, state.orders[id_], value)]
    return _sorted(state, chosen(ids, query), query)


def _sorted(state: StoreState, ids: Sequence[int], query: Json) -> Sequence[int]:
    orderby = query.get("orderby", "date")
    if orderby in {"date", "modified"}:
        return by_order(ids, query)
    if orderby == "include":
        place = {id_: at for at, id_ in enumerate(query.get("include") or [])}
        return sorted(ids, key=lambda id_: place.get(id_, 0))
    return by_order(sorted(ids), query)


def _mentions(state: StoreState, order: Order, wanted: Value) -> bool:
    words = str(wanted).casefold()
    texts = [str(order.id), order.number, order.transaction_id]
    texts += [*order.billing.values(), *order.shipping.values()]
    texts += [line.name for line in order.of_kind("line_item")]
    return any(words in text_.casefold() for text_ in texts if text_)


_TESTS: dict[str, Callable[[StoreState, Order, Value], bool]] = {
    "customer": lambda _, order, value: order.customer_id == value,
    "product": lambda _, order, value: any(
        value in (line.product_id, line.variation_id)
        for line in order.of_kind("line_item")
    ),
    "search": _mentions,
}


def _link_query(
    request: Request, query: Json, *, has_rows: bool
) -> Sequence[tuple[str, str]] | None:
    statuses = query.get("status") or ["any"]
    pairs = [pair for pair in request.raw_query if pair[0] != "status"]
    pairs += [(f"status[{at}]", status) for at, status in enumerate(statuses)]
    if has_rows:
        known = {name for name, _ in pairs}
        defaults = (("dp", "2"), ("context", "view"))
        pairs += [pair for pair in defaults if pair[0] not in known]
    return pairs
