"""Trying other rules on the orders that a bridge read last; only reading.

What the books would answer is not asked: a document that only they, or the connection's
settings, would refuse is shown as booked here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from stockbridge.domain.commerce import Order
from stockbridge.domain.delivery import State
from stockbridge.domain.planning import SALE
from stockbridge.domain.posting_rules import PostingRule
from stockbridge.domain.trial import Buyer, Tried, Way, as_if_new, fate_of
from stockbridge.engine.codec import ORDER
from stockbridge.engine.fetch import ORDERS
from stockbridge.engine.ground import (
    billing_policy,
    known_customers,
    load_ground,
    options_of,
)
from stockbridge.engine.models import Bridge, DeliverySource, Snapshot
from stockbridge.engine.posting_rules import roles_of, rules_of

LAST, LAST_MAX = 500, 2000


@dataclass(frozen=True, slots=True)
class Trial:
    """Past orders, newest first, as booked today and as they would be."""

    tried: tuple[Tried, ...]
    rules_before: tuple[PostingRule, ...]
    rules_after: tuple[PostingRule, ...]
    unreadable_count: int = 0  # erased by now, or never understood

    @property
    def changed(self) -> tuple[Tried, ...]:
        """The orders that would be booked otherwise."""
        return tuple(one for one in self.tried if one.changes)


def try_out(
    bridge: Bridge, wanted: tuple[PostingRule, ...], *, last: int, now: datetime
) -> Trial:
    """Return what the last orders would become by these rules; nothing is changed."""
    orders, unreadable_count = _orders(bridge, min(last, LAST_MAX))
    before, after = _ways(bridge, orders, wanted, now)
    known = known_customers(bridge, orders)
    has_rules = bool(before.rules or after.rules)
    roles = roles_of(bridge, orders) if has_rules else {}
    booked = _booked(bridge, [order.external_id for order in orders])
    tried = []
    for order in orders:
        order_id = order.external_id
        buyer = Buyer(known[order_id], roles.get(order_id, ""))
        tried.append(
            Tried(
                order_id=order_id,
                number=order.number or order_id,
                placed_at=order.placed_at,
                before=fate_of(order, before, buyer),
                after=fate_of(order, after, buyer),
                is_in_books=order_id in booked,
            )
        )
    return Trial(tuple(tried), before.rules, after.rules, unreadable_count)


def _orders(bridge: Bridge, last: int) -> tuple[list[Order], int]:
    rows = Snapshot.objects.filter(
        connection=bridge.store_id, feed=ORDERS, deleted_at=None
    ).order_by("-at", "-id")[:last]
    kept = list(rows.values_list("data", "problem"))
    orders = [
        ORDER.validate_python(data)
        for data, problem in kept
        if data is not None and not problem
    ]
    return orders, len(kept) - len(orders)


def _ways(
    bridge: Bridge,
    orders: Sequence[Order],
    wanted: tuple[PostingRule, ...],
    now: datetime,
) -> tuple[Way, Way]:
    rules, billing = rules_of(bridge), billing_policy(options_of(bridge))
    # One ground for both, with all items that either of them might create.
    ground = as_if_new(load_ground(bridge, orders, now=now, rules=(*rules, *wanted)))
    return Way(ground, billing, rules), Way(ground, billing, wanted)


def _booked(bridge: Bridge, order_ids: Sequence[str]) -> set[str]:
    rows = DeliverySource.objects.filter(
        bridge=bridge,
        effect=SALE,
        is_live=True,
        order_id__in=order_ids,
        delivery__state=State.POSTED.value,
    )
    return set(rows.values_list("order_id", flat=True))
