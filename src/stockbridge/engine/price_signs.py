"""Which items' prices must be looked at again: something that they depend on moved."""

from collections.abc import Collection, Sequence

from django.db.models import Q, QuerySet

from stockbridge.companies.prepared import prepared
from stockbridge.engine.models import Binding, Bridge, PriceTarget, Snapshot


def items_moved(connection_id: int, item_ids: Collection[str]) -> None:
    """Look at the prices of these items again; the connection's, on either side.

    Called in the transaction that keeps what was read of them.
    """
    if not _travelling.exists(connection_id):
        return
    linked = Binding.objects.filter(
        books_connection=connection_id, kind="item", books_id__in=item_ids
    ).values("store_id")
    in_store = Q(bridge__store=connection_id, item_id__in=item_ids)
    in_books = Q(bridge__books=connection_id, item_id__in=linked)
    PriceTarget.objects.filter(in_store | in_books).update(is_stale=True)


def links_moved(bridge: Bridge, store_ids: Sequence[str]) -> None:
    """Begin anew with items that were linked: another item is another price.

    What differs then was no change, so it stays until a person sends it.
    """
    if not _travelling.exists(bridge.store_id):
        return
    rows = Bridge.objects.filter(pk=bridge.pk).exclude(prices_since=None)
    if rows.exists():
        forget_prices(bridge, store_ids)
        ensure_prices(bridge, store_ids)


def forget_prices(bridge: Bridge, store_ids: Collection[str]) -> None:
    """Forget what is known of the prices of these items."""
    PriceTarget.objects.filter(bridge=bridge, item_id__in=store_ids).delete()


def ensure_prices(bridge: Bridge, store_ids: Collection[str]) -> None:
    """Let these items be looked at; those that are there already stay as they are."""
    rows = Snapshot.objects.filter(
        connection=bridge.store_id,
        feed="items",
        external_id__in=store_ids,
        deleted_at=None,
    ).values_list("external_id", "group_id")
    PriceTarget.objects.bulk_create(
        [
            PriceTarget(bridge=bridge, item_id=item, product_id=product)
            for item, product in rows
        ],
        ignore_conflicts=True,
    )


@prepared
def _travelling(connection_id: int) -> QuerySet[Bridge]:
    """Return the bridges of a connection on which prices travel by themselves."""
    here = Q(store=connection_id) | Q(books=connection_id)
    return Bridge.objects.filter(here, prices_since__isnull=False)
