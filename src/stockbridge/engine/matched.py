"""How many of a store's items are linked to the books, and what is wrong with SKUs.

Counting walks over all items. For a large store the figures are kept for a minute:
nobody needs them to the second, and the screens that show them stay quick.
"""

from dataclasses import dataclass

from django.core.cache import cache
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from stockbridge.engine.fetch import ITEMS
from stockbridge.engine.item_marks import GROUPING
from stockbridge.engine.models import Binding, Bridge, Snapshot

NAMED_MAX = 5
LARGE, KEPT_S = 5_000, 60


@dataclass(frozen=True, slots=True)
class ItemFigures:
    """What there is to say about the items of a store, seen from one bridge."""

    total: int
    linked: int
    rest: tuple[str, ...]  # the first that are not linked, by SKU or name
    without_sku: int
    doubled: tuple[str, ...]  # SKUs that several share, the first of them


def sellable_items(bridge: Bridge) -> QuerySet[Snapshot]:
    """Return the store's items that can be sold: groupings left out."""
    rows = Snapshot.objects.filter(
        connection=bridge.store_id, feed=ITEMS, deleted_at=None
    )
    return rows.exclude(marks__contains=GROUPING)


def item_figures(bridge: Bridge) -> ItemFigures:
    """Return the figures, at most a minute old for a large store."""
    key = f"item-figures:{bridge.pk}"
    kept: ItemFigures | None = cache.get(key)
    if kept is not None:
        return kept
    figures = _counted(bridge)
    if figures.total > LARGE:
        cache.set(key, figures, timeout=KEPT_S)
    return figures


def _counted(bridge: Bridge) -> ItemFigures:
    bound = Binding.objects.filter(
        store_connection=bridge.store_id,
        books_connection=bridge.books_id,
        kind="item",
        store_id=OuterRef("external_id"),
    )
    rows = sellable_items(bridge).annotate(is_linked=Exists(bound))
    counts = rows.aggregate(
        total=Count("id"),
        linked=Count("id", filter=Q(is_linked=True)),
        empty=Count("id", filter=Q(match_key="")),
    )
    rest: tuple[str, ...] = ()
    if counts["linked"] < counts["total"]:
        first = rows.filter(is_linked=False).order_by("id").values_list("key", "name")
        rest = tuple(key or name for key, name in first[:NAMED_MAX])
    return ItemFigures(
        total=counts["total"],
        linked=counts["linked"],
        rest=rest,
        without_sku=counts["empty"],
        doubled=_doubled(bridge),
    )


def _doubled(bridge: Bridge) -> tuple[str, ...]:
    """Return SKUs that several items share; a grouping may share its children's."""
    found = (
        sellable_items(bridge)
        .exclude(match_key="")
        .order_by()
        .values_list("match_key")
        .annotate(n=Count("id"))
        .filter(n__gt=1)
    )
    return tuple(sorted(key for key, _count in found[:NAMED_MAX]))
