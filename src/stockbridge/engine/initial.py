"""The first quantity of an item that we create in the books."""

from decimal import Decimal

from django.db.models import Sum

from stockbridge.engine.fetch import ITEMS
from stockbridge.engine.models import Bridge, Snapshot, StockClaim


def initial_quantities(bridge: Bridge, store_ids: set[str]) -> dict[str, Decimal]:
    """Return per store item: what it shows, plus what unposted orders took.

    Those orders will be posted and take their units in the books (CORRECTNESS 4);
    without adding them first, they would be taken twice.
    """
    shown = dict(
        Snapshot.objects.filter(
            connection=bridge.store,
            feed=ITEMS,
            external_id__in=store_ids,
            quantity__isnull=False,
        ).values_list("external_id", "quantity")
    )
    taken = dict(
        StockClaim.objects.filter(
            bridge=bridge, item_id__in=store_ids, is_open=True, moved_at=None
        )
        .values("item_id")
        .annotate(units=Sum("units"))
        .values_list("item_id", "units")
    )
    return {
        store_id: (quantity or Decimal(0)) + (taken.get(store_id) or Decimal(0))
        for store_id, quantity in shown.items()
    }
