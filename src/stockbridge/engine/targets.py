"""Stock targets: what each store item should show, computed in bulk.

A target is stale when anything it depends on moved: a reading, a claim, a pair of
items, an option. Computing makes it due or not; writing (`engine/stock.py`)
brings the store in line.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from stockbridge.companies.row_writes import update_rows
from stockbridge.domain.delivery import UNSETTLED
from stockbridge.domain.stock import (
    Claim,
    Owner,
    Reading,
    Sellable,
    StockPolicy,
    in_store_units,
    sellable,
)
from stockbridge.engine.fetch import ITEMS
from stockbridge.engine.ground import options_of
from stockbridge.engine.models import (
    Binding,
    Bridge,
    DeliverySource,
    Snapshot,
    StockClaim,
    StockReading,
    StockTarget,
)
from stockbridge.engine.options import stock_policy
from stockbridge.engine.readings import known_at
from stockbridge.engine.session import Session

CHUNK = 500


def compute_stale(session: Session, bridge: Bridge) -> int:
    """Compute all stale targets of a bridge; return how many became due."""
    policy = stock_policy(options_of(bridge))
    due = 0
    while True:
        with session.fenced():
            rows = list(
                StockTarget.objects.filter(bridge=bridge, is_stale=True).order_by("id")[
                    :CHUNK
                ]
            )
            due += _compute(session, bridge, policy, rows)
        if len(rows) < CHUNK or session.is_over():
            return due


def ensure_targets(bridge: Bridge, store_ids: Sequence[str]) -> int:
    """Make targets for store items that are linked and have none yet."""
    items = Snapshot.objects.filter(
        connection=bridge.store, feed=ITEMS, external_id__in=store_ids, deleted_at=None
    ).only("external_id", "group_id", "quantity", "data")
    rows = [
        StockTarget(
            bridge=bridge,
            item_id=item.external_id,
            product_id=item.group_id,
            kind=(item.data or {}).get("kind", "simple"),
            shown=item.quantity,
        )
        for item in items
    ]
    made = StockTarget.objects.bulk_create(rows, ignore_conflicts=True)
    StockTarget.objects.filter(bridge=bridge, item_id__in=store_ids).update(
        is_stale=True
    )
    return len(made)


def mark_all_stale(bridge: Bridge) -> None:
    """Compute every target again: an option changed."""
    StockTarget.objects.filter(bridge=bridge).update(is_stale=True)


def _compute(
    session: Session, bridge: Bridge, policy: StockPolicy, rows: list[StockTarget]
) -> int:
    if not rows:
        return 0
    stock = _Stock.load(bridge, {row.item_id for row in rows})
    now = session.now()
    for row in rows:
        parts = stock.parts(row.item_id, policy)
        row.desired = in_store_units(parts, policy) if parts else None
        row.is_due = row.desired is not None and row.desired != row.shown
        row.is_due &= policy.owner is not Owner.STORE
        if row.agreed is None and row.shown is not None and row.desired == row.shown:
            row.agreed, row.moved = row.shown, Decimal(0)
            row.agreed_at = row.shown_at or now
        row.is_stale = False
        if row.is_held and not row.error and row.desired != 0:
            row.is_held = False  # a safety limit held a zero that is none any more
        row.computed_at = now
        row.explanation = _explanation(parts)
    update_rows(
        rows,
        [
            *("desired", "is_due", "is_stale", "is_held"),
            *("computed_at", "explanation", "agreed", "agreed_at", "moved"),
        ],
    )
    return sum(row.is_due for row in rows)


@dataclass(frozen=True, slots=True)
class _Stock:
    """Readings and claims of some items, in the books' units."""

    factors: dict[str, list[tuple[str, Decimal]]]
    readings: dict[str, list[Reading]]
    claims: dict[str, list[Claim]]

    @classmethod
    def load(cls, bridge: Bridge, store_ids: set[str]) -> "_Stock":
        factors: dict[str, list[tuple[str, Decimal]]] = defaultdict(list)
        pairs = Binding.objects.filter(
            store_connection=bridge.store,
            books_connection=bridge.books,
            kind="item",
            store_id__in=store_ids,
        ).values_list("store_id", "books_id", "factor")
        for store_id, books_id, factor in pairs:
            factors[store_id].append((books_id, factor))
        books_ids = {books_id for parts in factors.values() for books_id, _ in parts}
        return cls(
            factors=factors,
            readings=_readings(bridge, books_ids),
            claims=_claims(bridge, books_ids),
        )

    def parts(
        self, store_id: str, policy: StockPolicy
    ) -> list[tuple[Sellable, Decimal]]:
        """Return what each books item of a store item allows; [] if one is unread."""
        found = []
        for books_id, factor in self.factors.get(store_id, []):
            one = sellable(
                self.readings.get(books_id, []), self.claims.get(books_id, []), policy
            )
            if one is None:
                return []
            found.append((one, factor))
        return found


def _readings(bridge: Bridge, books_ids: set[str]) -> dict[str, list[Reading]]:
    found: dict[str, list[Reading]] = defaultdict(list)
    rows = StockReading.objects.filter(books=bridge.books, item_id__in=books_ids)
    known = known_at(bridge.books)
    for row in rows:
        began_at = max(row.began_at, known or row.began_at)
        found[row.item_id].append(
            Reading(row.location_id, row.on_hand, row.committed, began_at)
        )
    return found


def _claims(bridge: Bridge, books_ids: set[str]) -> dict[str, list[Claim]]:
    """Return open claims of all stores on these books, in the books' units."""
    pairs = Binding.objects.filter(
        books_connection=bridge.books, kind="item", books_id__in=books_ids
    ).values_list("store_connection_id", "store_id", "books_id", "factor")
    units_of: dict[tuple[int, str], list[tuple[str, Decimal]]] = defaultdict(list)
    for store, store_id, books_id, factor in pairs:
        units_of[store, store_id].append((books_id, factor))
    found: dict[str, list[Claim]] = defaultdict(list)
    flying = _refunds_in_flight(bridge)
    rows = StockClaim.objects.filter(
        bridge__books=bridge.books,
        bridge__store_id__in={store for store, _ in units_of},
        item_id__in={store_id for _, store_id in units_of},
        is_open=True,
    ).values_list(
        "bridge__store_id",
        "item_id",
        "order_id",
        "units",
        "committed_at",
        "moved_at",
        "line_id",
        "parted",
        "parted_at",
    )
    for store, item_id, order_id, units, committed, moved, line_id, gone, at in rows:
        kind, _, source = line_id.partition(":")
        is_in_flight = kind == "refund" and source.split(":")[0] in flying
        # Of a refund both are negative: what came back, and what of that went out.
        gone = min(gone, units) if units > 0 else max(gone, units)
        for books_id, factor in units_of.get((store, item_id), []):
            for share, moved_at in ((units - gone, moved), (gone, at or moved)):
                if share:
                    claim = Claim(order_id, share * factor, committed, moved_at)
                    found[books_id].append(replace(claim, is_in_flight=is_in_flight))
    return found


def _refunds_in_flight(bridge: Bridge) -> set[str]:
    """Return the refunds that are sent or in doubt: maybe the books have them."""
    unsettled = [state.value for state in UNSETTLED]
    ids = DeliverySource.objects.filter(
        bridge__books=bridge.books,
        kind="refund",
        is_live=True,
        delivery__state__in=unsettled,
    ).values_list("source_id", flat=True)
    return set(ids)


def _explanation(parts: Sequence[tuple[Sellable, Decimal]]) -> dict[str, object]:
    if not parts:
        return {"reason": "The books' stock of this item has not been read."}
    return {
        "parts": [
            {
                "on_hand": str(part.on_hand),
                "claimed": str(part.claimed),
                "buffer": str(part.buffer),
                "factor": str(factor),
                "orders": list(part.orders[:20]),
                "order_count": len(part.orders),
            }
            for part, factor in parts
        ]
    }
