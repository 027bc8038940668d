"""How many of a store's items are linked to the books, and what is wrong with SKUs."""

from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, QuerySet

from stockbridge.engine.fetch import ITEMS
from stockbridge.engine.models import Binding, Bridge, Snapshot

NAMED_MAX = 5


@dataclass(frozen=True, slots=True)
class Share:
    """How many are linked; `rest` names the first that are not."""

    total: int
    linked: int
    rest: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SkuTroubles:
    """What keeps SKUs from matching."""

    empty: int
    doubled: tuple[str, ...]


def sellable_items(bridge: Bridge) -> QuerySet[Snapshot]:
    """Return the store's items that can be sold: groupings left out."""
    rows = Snapshot.objects.filter(
        connection=bridge.store_id, feed=ITEMS, deleted_at=None
    )
    return rows.exclude(data__kind="variable")


def unlinked_items(bridge: Bridge) -> QuerySet[Snapshot]:
    """Return those that have no counterpart."""
    bound = Binding.objects.filter(
        store_connection=bridge.store_id,
        books_connection=bridge.books_id,
        kind="item",
        store_id=OuterRef("external_id"),
    )
    return sellable_items(bridge).filter(~Exists(bound))


def matched_share(bridge: Bridge) -> Share:
    """Return how many of the store's items are linked."""
    total = sellable_items(bridge).count()
    rest = unlinked_items(bridge).order_by("name")
    count = rest.count()
    named = tuple(
        key or name for key, name in rest.values_list("key", "name")[:NAMED_MAX]
    )
    return Share(total, total - count, named)


def sku_troubles(bridge: Bridge) -> SkuTroubles:
    """Return how many have no SKU, and which SKUs several share."""
    rows = sellable_items(bridge)
    doubled = (
        rows.exclude(match_key="")
        .order_by()
        .values_list("match_key")
        .annotate(n=Count("id"))
        .filter(n__gt=1)
    )
    named = tuple(sorted(key for key, _count in doubled[:NAMED_MAX]))
    return SkuTroubles(rows.filter(match_key="").count(), named)
