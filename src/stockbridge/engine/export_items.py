"""Books items as products of the store: what would be written, field by field.

The books own SKU, UPC and, where the bridge says so, the price; name, description
and pictures are the store's once the product is there. A new product is looked for
by its SKU first, so that a lost answer never makes a second one.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from stockbridge.domain.catalog import BooksItem, StoreItem
from stockbridge.domain.errors import SyncError
from stockbridge.domain.identity import match_key
from stockbridge.engine.fetch import ITEMS
from stockbridge.engine.models import Binding, Bridge, Snapshot
from stockbridge.engine.options import BridgeOptions
from stockbridge.ports import ItemWrite, Store

_ATTRIBUTES = ("Attribute", "Size")


@dataclass(frozen=True, slots=True)
class Exported:
    """What one books item asks of the store."""

    write: ItemWrite | None  # None: nothing to write
    reason: str = ""  # why not
    changes: tuple[tuple[str, str, str], ...] = ()  # field, before, after

    @property
    def is_new(self) -> bool:
        """Whether a product would be created."""
        return self.write is not None and not self.write.item_id


def plan_export(
    item: BooksItem, known: StoreItem | None, options: BridgeOptions
) -> Exported:
    """Return what to write; `known` is the store item that it is, if there is one."""
    if not item.is_active:
        return Exported(None, "It is not in use any more.")
    if known is not None:
        return _update(item, known, options)
    if not item.sku.strip():
        return Exported(None, "A required field is missing: SKU.")
    if not item.name.strip():
        return Exported(None, "A required field is missing: name.")
    attributes = zip(_ATTRIBUTES, (item.attribute, item.size), strict=True)
    return Exported(
        ItemWrite(
            name=item.name,
            sku=item.sku,
            price=item.price,
            description=item.description or None,
            status="draft" if options.create_as_draft else "publish",
            upc=item.upc or None,
            track_stock=item.is_tracked,
            attributes=tuple((n, value) for n, value in attributes if value) or None,
            categories=(item.department,) if item.department else None,
        )
    )


def _update(item: BooksItem, known: StoreItem, options: BridgeOptions) -> Exported:
    write = ItemWrite(known.external_id, known.product_id, known.kind)
    changes = []
    if item.sku and item.sku != known.sku and not known.is_sku_inherited:
        write = replace(write, sku=item.sku)
        changes.append(("sku", known.sku, item.sku))
    if item.upc and item.upc != known.upc:
        write = replace(write, upc=item.upc)
        changes.append(("upc", known.upc, item.upc))
    is_price_ours = options.price_owner == "books" and item.price is not None
    if is_price_ours and item.price != known.price:
        write = replace(write, price=item.price)
        changes.append(("price", str(known.price or ""), str(item.price)))
    if not changes:
        return Exported(None, "The store has it as the books say.")
    return Exported(write, changes=tuple(changes))


def known_items(bridge: Bridge, items: Sequence[BooksItem]) -> dict[str, StoreItem]:
    """Return which store item each books item is: by link, else by its one SKU."""
    from stockbridge.engine.codec import STORE_ITEM

    links = dict(
        Binding.objects.filter(
            store_connection=bridge.store,
            books_connection=bridge.books,
            kind="item",
            books_id__in=[one.external_id for one in items],
        )
        .order_by("-id")
        .values_list("books_id", "store_id")
    )
    codes = {match_key(one.sku): one.external_id for one in items if one.sku}
    rows = Snapshot.objects.filter(
        connection=bridge.store, feed=ITEMS, deleted_at=None
    ).exclude(data=None)
    by_id = {
        row.external_id: STORE_ITEM.validate_python(row.data)
        for row in rows.filter(external_id__in=set(links.values()))
    }
    found = {one: by_id[store] for one, store in links.items() if store in by_id}
    for row in rows.filter(match_key__in=set(codes)):
        item = STORE_ITEM.validate_python(row.data)
        if item.kind != "variable" and not item.is_sku_inherited:
            found.setdefault(codes[row.match_key], item)
    return found


def look_first(store: Store, write: ItemWrite) -> StoreItem | SyncError | None:
    """Return the item that has the SKU already: an earlier answer may be lost."""
    try:
        return store.find_item(write.sku or "")
    except SyncError as error:
        if not hasattr(error, "retry_after_s"):
            return error
        raise
