"""What is done with each page of a feed, in the transaction that keeps it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from stockbridge.engine.claims import take_claims
from stockbridge.engine.fetch import (
    BOOKS_ITEMS,
    OPEN_ORDERS,
    STORE_ITEMS,
    STORE_ORDERS,
    WALKED_ITEMS,
    read_feed,
)
from stockbridge.engine.matching import keep_codes
from stockbridge.engine.plan import plan_due
from stockbridge.engine.session import Session
from stockbridge.engine.shown import take_quantities
from stockbridge.ports import Store

ORDERS = replace(STORE_ORDERS, after=take_claims)
OPEN = replace(OPEN_ORDERS, after=take_claims)
ITEMS_WITH_CODES = replace(BOOKS_ITEMS, after=keep_codes)
ITEMS_WITH_QUANTITIES = replace(STORE_ITEMS, after=take_quantities)
WALK_WITH_QUANTITIES = replace(WALKED_ITEMS, after=take_quantities)


def order_reader(session: Session, store: Store) -> Callable[[], datetime]:
    """Return what reads and plans new orders; it says when its reading began."""

    def read_orders() -> datetime:
        began = session.now()
        read_feed(session, ORDERS, store.changed_orders)
        plan_due(session)
        return began

    return read_orders
