"""The store's quantities, read so that it is known which orders they contain.

A quantity that was read before an order came, or after an order that we have not
read, says something else than it seems. So: orders are read, then the items, then
orders again; where nothing of an item moved in between, its number contains exactly
what we know of.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal

from django.db.models import Count, Sum

from stockbridge.engine.fetch import ITEMS, STORE_ITEMS, keep
from stockbridge.engine.models import Bridge, Snapshot, StockClaim
from stockbridge.engine.session import Session
from stockbridge.engine.shown import take_quantities
from stockbridge.ports import Store

PAGE = 100


def read_exactly(
    session: Session,
    bridge: Bridge,
    store: Store,
    item_ids: Sequence[str],
    read_orders: Callable[[], datetime],
) -> frozenset[str]:
    """Read these items anew; return those whose quantity contains what we know of.

    The orders must have been read right before. The others moved meanwhile: ask
    again at the next job.
    """
    if not item_ids:
        return frozenset()
    before = _taken(bridge, item_ids)
    refs = list(
        Snapshot.objects.filter(
            connection=bridge.store, feed=ITEMS, external_id__in=item_ids
        ).values_list("external_id", "group_id")
    )
    for start in range(0, len(refs), PAGE):
        found = store.items(refs[start : start + PAGE]).records
        with session.fenced():
            keep(session, STORE_ITEMS, found)
            take_quantities(session, found)
    read_orders()
    after = _taken(bridge, item_ids)
    return frozenset(one for one in item_ids if before.get(one) == after.get(one))


def _taken(bridge: Bridge, item_ids: Sequence[str]) -> dict[str, tuple[Decimal, int]]:
    """Return what orders hold of each item, and in how many lines."""
    rows = (
        StockClaim.objects.filter(bridge=bridge, item_id__in=item_ids, is_open=True)
        .order_by()
        .values("item_id")
        .annotate(held=Sum("units"), lines=Count("id"))
    )
    return {row["item_id"]: (row["held"], row["lines"]) for row in rows}
