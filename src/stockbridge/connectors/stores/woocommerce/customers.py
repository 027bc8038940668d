"""Reads customers, of whom the store cannot say which have changed.

Each round reads those that are new, which are the last by id, and one page of all the
others, going round and round: in time every change is seen, and a round stays cheap.
(What a customer types at checkout comes with the order anyway.)
"""

from collections.abc import Mapping

from stockbridge.connectors.stores.woocommerce.client import StoreApi
from stockbridge.connectors.stores.woocommerce.cursors import cursor_text, parse_cursor
from stockbridge.connectors.stores.woocommerce.decode import decode_customer, reading
from stockbridge.connectors.stores.woocommerce.feeds import WalkPosition, walk_step
from stockbridge.connectors.stores.woocommerce.lists import lister
from stockbridge.connectors.stores.woocommerce.payloads import external_id_of
from stockbridge.domain.commerce import Customer
from stockbridge.ports import Page, Unreadable

_NEW, _AGAIN = "new", "again"
# Without it only those of the role "customer" are shown: no subscribers, no staff.
_QUERY: Mapping[str, str] = {"role": "all"}


def changed_customers(api: StoreApi, cursor: str, *, limit: int) -> Page[Customer]:
    """Return new customers, and a page of those that may have changed."""
    state = parse_cursor(cursor)
    rows = min(limit, api.settings.rows_per_call)
    list_rows = lister(api, "customers")
    known = state.walks.get(_NEW, WalkPosition())
    new, step = walk_step(known, list_rows, limit=rows, query=_QUERY)
    state.walks[_NEW] = new
    found = {external_id_of(row): row for row in step.rows}
    is_first_reading = state.phase == ""
    if step.is_end and not is_first_reading:
        again, second = walk_step(
            state.walks.get(_AGAIN, WalkPosition()), list_rows, limit=rows, query=_QUERY
        )
        state.walks[_AGAIN] = WalkPosition() if second.is_end else again
        found.update({external_id_of(row): row for row in second.rows})
    if step.is_end:
        state.phase = _AGAIN  # all were seen once
    results = [reading("customer", row, decode_customer) for row in found.values()]
    return Page(
        tuple(r for r in results if not isinstance(r, Unreadable)),
        cursor_text(state),
        step.is_end,
        tuple(r for r in results if isinstance(r, Unreadable)),
        step.total,
    )
