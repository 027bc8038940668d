"""Reads the refunds of many orders in few calls.

An order lists its refunds by id and total only. Since 9.0 there is a store-wide list
that can be narrowed to some orders; before, and for whatever that list leaves out,
each order is asked for its own. Nobody has written down that the narrowing works on
both kinds of order storage: so what comes is compared with what the orders list.
"""

from collections.abc import Iterable

from stockbridge.connectors.stores.woocommerce.client import Record, StoreApi
from stockbridge.connectors.stores.woocommerce.decode import refund_ids
from stockbridge.connectors.stores.woocommerce.lists import all_rows, id_chunks
from stockbridge.connectors.stores.woocommerce.payloads import external_id_of

ROUTE = "refunds"
_FEW = 2  # so few orders are asked for one by one


def refunds_of(
    api: StoreApi, orders: Iterable[Record]
) -> dict[str, tuple[Record, ...]]:
    """Return the refunds by order id, for those orders that list any."""
    wanted = {external_id_of(row): set(refund_ids(row)) for row in orders}
    wanted = {order_id: ids for order_id, ids in wanted.items() if ids}
    found: dict[str, tuple[Record, ...]] = {}
    if len(wanted) > _FEW and api.has_route(ROUTE):
        found = _store_wide(api, wanted)
    for order_id, ids in wanted.items():
        if {external_id_of(refund) for refund in found.get(order_id, ())} != ids:
            found[order_id] = _of_one(api, order_id)
    return found


def _store_wide(
    api: StoreApi, wanted: dict[str, set[str]]
) -> dict[str, tuple[Record, ...]]:
    found: dict[str, tuple[Record, ...]] = {}
    for chunk in id_chunks(api, ROUTE, list(wanted)):
        for refund in all_rows(api, ROUTE, {"parent": ",".join(chunk)}):
            order_id = str(refund.get("parent_id"))
            # A list that was not narrowed brings others', too.
            if external_id_of(refund) in wanted.get(order_id, ()):
                found[order_id] = (*found.get(order_id, ()), refund)
    return found


def _of_one(api: StoreApi, order_id: str) -> tuple[Record, ...]:
    return tuple(all_rows(api, f"orders/{order_id}/refunds"))
