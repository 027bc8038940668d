"""The first quantity of an item that we create in the books."""

from decimal import Decimal

from django.db.models import QuerySet, Sum

from stockbridge.domain.planning import Outcome
from stockbridge.engine.fetch import ITEMS, ORDERS
from stockbridge.engine.models import Bridge, Disposition, Snapshot, StockClaim
from stockbridge.engine.options import BridgeOptions
from stockbridge.engine.session import Session

#: What became of orders that will never move stock in the books.
_NEVER = [
    Outcome.EXCLUDED.value,
    Outcome.IGNORED.value,
    Outcome.BOOKED_ELSEWHERE.value,
    Outcome.UNDONE.value,
]


def initial_quantities(bridge: Bridge, store_ids: set[str]) -> dict[str, Decimal]:
    """Return per store item: what it shows, plus what orders to be posted took.

    Those orders will take their units in the books (CORRECTNESS 4); without adding
    them first, they would be taken twice. Orders that will not be posted are in
    the store's number already, and stay there.
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
        _unmoved(bridge, store_ids)
        .exclude(order_id__in=_unposted_orders(bridge, store_ids))
        .values("item_id")
        .annotate(sum_units=Sum("units"))
        .values_list("item_id", "sum_units")
    )
    return {
        store_id: (quantity or Decimal(0)) + (taken.get(store_id) or Decimal(0))
        for store_id, quantity in shown.items()
    }


def end_claims_in_initial(session: Session, bridge: Bridge, store_ids: set[str]) -> int:
    """Count as booked what orders took that will not be posted.

    The initial quantity was the store's own number, from which they had been taken.
    """
    now = session.now()
    return (
        _unmoved(bridge, store_ids)
        .filter(order_id__in=_unposted_orders(bridge, store_ids))
        .update(committed_at=now, moved_at=now)
    )


def _unmoved(bridge: Bridge, store_ids: set[str]) -> QuerySet[StockClaim]:
    return StockClaim.objects.filter(
        bridge=bridge, item_id__in=store_ids, is_open=True, moved_at=None
    )


def _unposted_orders(bridge: Bridge, store_ids: set[str]) -> set[str]:
    """Return which of the orders that hold these items will not be posted."""
    orders = set(_unmoved(bridge, store_ids).values_list("order_id", flat=True))
    rows = Disposition.objects.filter(
        bridge=bridge, source_kind="order", source_id__in=orders, is_current=True
    ).values_list("source_id", "outcome", "code")
    decided = {source_id: (outcome, code) for source_id, outcome, code in rows}
    found = {
        order_id
        for order_id, (outcome, code) in decided.items()
        if outcome in _NEVER or code == "by_hand"
    }
    return found | _not_wanted(bridge, orders - set(decided))


def _not_wanted(bridge: Bridge, undecided: set[str]) -> set[str]:
    """Return which orders, read and not planned yet, the options leave out."""
    options = BridgeOptions.model_validate(bridge.options)
    if not options.orders_enabled:
        return undecided
    if options.start_date is None:
        return set()
    early = Snapshot.objects.filter(
        connection=bridge.store,
        feed=ORDERS,
        external_id__in=undecided,
        at__lt=options.start_date,
    )
    return set(early.values_list("external_id", flat=True))
