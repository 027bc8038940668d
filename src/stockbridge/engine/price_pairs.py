"""Which one item of the books a store item takes its prices from."""

from collections.abc import Sequence
from decimal import Decimal

from stockbridge.domain.catalog import BooksItem, StoreItem
from stockbridge.engine.codec import BOOKS_ITEM, STORE_ITEM
from stockbridge.engine.fetch import ITEMS
from stockbridge.engine.models import Binding, Bridge, Snapshot

#: The books' item, the store's, and how many units of the one the other is.
Pair = tuple[BooksItem, StoreItem, Decimal]
NOT_LINKED = "It is not linked to one item of the books."


def price_pairs(bridge: Bridge, snapshots: Sequence[Snapshot]) -> dict[str, Pair]:
    """Return, per store item, the one books item that it stands for."""
    links: dict[str, list[tuple[str, Decimal]]] = {}
    rows = Binding.objects.filter(
        store_connection=bridge.store_id,
        books_connection=bridge.books_id,
        kind="item",
        store_id__in=[one.external_id for one in snapshots],
    )
    for store_id, books_id, factor in rows.values_list(
        "store_id", "books_id", "factor"
    ):
        links.setdefault(store_id, []).append((books_id, factor))
    wanted = {books_id for parts in links.values() for books_id, _ in parts}
    items = {
        one.external_id: BOOKS_ITEM.validate_python(one.data)
        for one in Snapshot.objects.filter(
            connection=bridge.books_id, feed=ITEMS, external_id__in=wanted
        ).exclude(data=None)
    }
    found = {}
    for one in snapshots:
        parts = links.get(one.external_id, [])
        if len(parts) == 1 and parts[0][0] in items:
            item = STORE_ITEM.validate_python(one.data)
            found[one.external_id] = (items[parts[0][0]], item, parts[0][1])
    return found
