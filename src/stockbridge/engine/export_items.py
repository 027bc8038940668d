"""Books items as products of the store: what would be written, field by field.

The books own SKU, UPC and, where the bridge says so, the price; name, description
and pictures are the store's once the product is there. A new product is looked for
by its SKU first, so that a lost answer never makes a second one.

An item of a style becomes a variation of the style's product, any other one a product
of its own. An item with a value that nobody has mapped waits, where that is so chosen.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from stockbridge.domain.attributes import AttributeRule, translate
from stockbridge.domain.catalog import BooksItem, StoreItem
from stockbridge.domain.errors import SyncError
from stockbridge.domain.identity import match_key
from stockbridge.domain.styles import Pairs, Style
from stockbridge.engine.departments import Departments
from stockbridge.engine.fetch import ITEMS
from stockbridge.engine.models import Binding, Bridge, Snapshot
from stockbridge.engine.options import BridgeOptions
from stockbridge.engine.prices import (
    Repricing,
    regular_price,
    reprice,
    sale_price,
    sources_of,
    with_sale,
)
from stockbridge.ports import ItemWrite, Store


@dataclass(frozen=True, slots=True)
class Exported:
    """What one books item asks of the store."""

    write: ItemWrite | None  # None: nothing to write
    reason: str = ""  # why not
    changes: tuple[tuple[str, str, str], ...] = ()  # field, before, after
    waits_for: Pairs = ()  # field, value: not mapped yet
    prices: Repricing | None = None  # how prices move

    @property
    def is_new(self) -> bool:
        """Whether a product would be created."""
        return self.write is not None and not self.write.item_id


@dataclass(frozen=True, slots=True)
class Variation:
    """An item's place in its style: of which product, told apart by what."""

    attributes: Pairs
    product_id: str = ""  # "" = the product is not there yet
    why_not: str = ""  # why it waits


@dataclass(frozen=True, slots=True)
class ExportPolicy:
    """What a bridge says about products in the store."""

    options: BridgeOptions
    rules: Sequence[AttributeRule]
    own_prices: frozenset[str] = frozenset()  # items whose price is not their link's
    departments: Departments = field(default_factory=Departments)


def plan_export(
    item: BooksItem,
    known: StoreItem | None,
    policy: ExportPolicy,
    place: Variation | None = None,
) -> Exported:
    """Return what to write.

    `known` is the store item that it is, if there is one; `place` is where a new one
    goes, if it belongs to a style.
    """
    if not item.is_active:
        return Exported(None, "It is not in use any more.")
    if known is not None:
        return _update(item, known, policy)
    if not item.sku.strip():
        return Exported(None, "A required field is missing: SKU.")
    if not item.name.strip():
        return Exported(None, "A required field is missing: name.")
    told = translate(item, policy.rules)
    if told.waits_for:
        values = ", ".join(value for _, value in told.waits_for)
        why = f"Not mapped to a value of the store yet: {values}."
        return Exported(None, why, waits_for=told.waits_for)
    if place is not None and place.why_not:
        return Exported(None, place.why_not)
    write = ItemWrite(sku=item.sku, upc=item.upc or None, track_stock=item.is_tracked)
    write = _priced(write, item, policy.options)
    if place is not None:
        return Exported(
            replace(
                write,
                kind="variation",
                product_id=place.product_id,
                attributes=place.attributes,
            )
        )
    return Exported(
        replace(
            write,
            name=item.name,
            description=item.description or None,
            status=status_of(policy.options),
            attributes=told.pairs or None,
            categories=categories_of(item, policy.departments),
        )
    )


def product_write(
    style: Style,
    sku: str,
    offers: Pairs,
    options: BridgeOptions,
    departments: Departments,
) -> ItemWrite:
    """Return the product that groups a style; its variations have SKUs and prices."""
    first = style.members[0].item
    return ItemWrite(
        kind="variable",
        name=style.name,
        sku=sku,
        description=first.description or None,
        status=status_of(options),
        attributes=offers,
        categories=categories_of(first, departments),
    )


def categories_of(item: BooksItem, departments: Departments) -> tuple[str, ...] | None:
    """Return the store's categories of an item by its department; None: unsaid."""
    found = departments.category(item.department)
    return (found,) if found else None


def status_of(options: BridgeOptions) -> str:
    """Return the state in which products are created."""
    return "draft" if options.create_as_draft else "publish"


def _priced(write: ItemWrite, item: BooksItem, options: BridgeOptions) -> ItemWrite:
    sources = sources_of(options)
    price = regular_price(item, sources)
    if price is None:
        return write
    sale = sale_price(item, price, sources, Decimal(1))
    return replace(write, price=price, sale_price=sale)


def _update(item: BooksItem, known: StoreItem, policy: ExportPolicy) -> Exported:
    write = ItemWrite(known.external_id, known.product_id, known.kind)
    changes = []
    if item.sku and item.sku != known.sku and not known.is_sku_inherited:
        write = replace(write, sku=item.sku)
        changes.append(("sku", known.sku, item.sku))
    if item.upc and item.upc != known.upc:
        write = replace(write, upc=item.upc)
        changes.append(("upc", known.upc, item.upc))
    found = _repriced(item, known, policy)
    if found is not None:
        write = with_sale(replace(write, price=found.after), found)
        pairs = [("price", str(found.before or ""), str(found.after or ""))]
        if found.is_sale_ours:
            pairs.append(("sale_price", found.sale_said, str(found.sale_after or "")))
        changes += [(name, a, b) for name, a, b in pairs if a != b]
    if not changes:
        return Exported(None, "The store has it as the books say.")
    return Exported(write, changes=tuple(changes), prices=found)


def _repriced(
    item: BooksItem, known: StoreItem, policy: ExportPolicy
) -> Repricing | None:
    """Return how its prices change; None where they do not, or are not ours.

    A pack or a bundle costs what its link makes of it: Push prices computes that.
    """
    options = policy.options
    if options.price_owner != "books" or item.external_id in policy.own_prices:
        return None
    found = reprice(item, known, Decimal(1), sources_of(options))
    return found if found.is_needed else None


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


def packs_and_bundles(bridge: Bridge, item_ids: Collection[str]) -> frozenset[str]:
    """Return which items are linked by more than one piece for one piece."""
    links = Binding.objects.filter(
        store_connection=bridge.store, books_connection=bridge.books, kind="item"
    )
    own = list(links.filter(books_id__in=item_ids).values_list("store_id", "books_id"))
    parts = links.filter(store_id__in={store for store, _ in own})
    factors: dict[str, list[Decimal]] = {}
    for store, factor in parts.values_list("store_id", "factor"):
        factors.setdefault(store, []).append(factor)
    return frozenset(item for store, item in own if factors[store] != [Decimal(1)])


def look_first(store: Store, write: ItemWrite) -> StoreItem | SyncError | None:
    """Return the item that has the SKU already: an earlier answer may be lost."""
    try:
        return store.find_item(write.sku or "")
    except SyncError as error:
        if not hasattr(error, "retry_after_s"):
            return error
        raise
