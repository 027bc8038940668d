"""The styles that items belong to, and the product that each style is in the store.

Whichever product the style's linked items are variations of, that is it; else the one
with the style's SKU; else there is none yet.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from stockbridge.domain.attributes import value_key
from stockbridge.domain.catalog import BooksItem, StoreItem
from stockbridge.domain.identity import match_key
from stockbridge.domain.online import why_not_online
from stockbridge.domain.styles import (
    Member,
    Pairs,
    Style,
    StyleRule,
    group_styles,
    style_sku,
)
from stockbridge.engine.attribute_rules import rules_of
from stockbridge.engine.codec import BOOKS_ITEM, STORE_ITEM
from stockbridge.engine.export_items import known_items
from stockbridge.engine.fetch import ITEMS
from stockbridge.engine.ground import options_of
from stockbridge.engine.models import Bridge, Snapshot
from stockbridge.engine.online import rule_of

_NAME_CHARS = 300  # a snapshot's name is cut there
VARIATION, GROUPING = "variation", "variable"


@dataclass(frozen=True, slots=True)
class StylePlan:
    """One style, and what it is in the store."""

    style: Style
    sku: str  # of the product that groups it
    product: StoreItem | None = None  # None: not there yet
    why_not: str = ""  # why nothing can be added to it
    known: frozenset[str] = frozenset()  # items that the store has already

    @property
    def new(self) -> tuple[Member, ...]:
        """The members that can become variations and are none yet."""
        if self.why_not:
            return ()
        ready = self.style.ready
        return tuple(one for one in ready if one.item.external_id not in self.known)

    @property
    def is_offered(self) -> bool:
        """Whether the product offers every value that the new members have."""
        if self.product is None:
            return False
        offered = _offered(self.product)
        wanted = (pair for one in self.new for pair in one.attributes)
        return all((n.casefold(), value_key(v)) in offered for n, v in wanted)

    @property
    def offers(self) -> Pairs:
        """What the product has to offer for them."""
        pairs = (pair for one in self.new for pair in one.attributes)
        return tuple(dict.fromkeys(pairs))

    def member(self, item_id: str) -> Member:
        """Return what an item of the style is in it."""
        found = (m for m in self.style.members if m.item.external_id == item_id)
        return next(found)


def plans_of(
    bridge: Bridge, items: Sequence[BooksItem], *, marked_only: bool = True
) -> dict[str, StylePlan]:
    """Return the style of each item that belongs to one, by item.

    All items of the same name are looked at, whichever were chosen: a product has the
    same shape whatever is pushed first.
    """
    options = options_of(bridge)
    if options.style_rule is StyleRule.NONE or not items:
        return {}
    online = rule_of(bridge)
    alike = [
        one
        for one in _of_names(bridge, {item.name for item in items})
        if not (marked_only and why_not_online(one, online))
    ]
    known = known_items(bridge, alike)
    styles = group_styles(alike, options.style_rule, rules_of(bridge), known)
    by_sku = {style_sku(bridge.books.uid, one.key): one for one in styles}
    products = _products(bridge, set(by_sku), known)
    plans = [_plan(style, sku, known, products) for sku, style in by_sku.items()]
    return {m.item.external_id: plan for plan in plans for m in plan.style.members}


def _plan(
    style: Style, sku: str, known: dict[str, StoreItem], products: dict[str, StoreItem]
) -> StylePlan:
    linked = [
        known[one.item.external_id]
        for one in style.members
        if one.item.external_id in known
    ]
    ids = frozenset(m.item.external_id for m in style.members) & known.keys()
    alone = next((one for one in linked if one.kind != VARIATION), None)
    if alone is not None:
        why = (
            f"{alone.name} ({alone.sku or alone.external_id}) of the same style is a "
            "product of its own in the store. Make it a variation there, or add this "
            "one by hand."
        )
        return StylePlan(style, sku, None, why, ids)
    places = sorted({one.product_id for one in linked})
    if len(places) > 1:
        why = "Its style stands in several products of the store: link it by hand."
        return StylePlan(style, sku, None, why, ids)
    if not places:
        return StylePlan(style, sku, products.get(match_key(sku)), "", ids)
    product = products.get(places[0])
    why = "" if product else "Its product in the store was not read yet: refresh it."
    return StylePlan(style, sku, product, why, ids)


def _of_names(bridge: Bridge, names: set[str]) -> list[BooksItem]:
    rows = Snapshot.objects.filter(
        connection=bridge.books_id,
        feed=ITEMS,
        name__in={name[:_NAME_CHARS] for name in names},
        deleted_at=None,
    ).exclude(data=None)
    # Not by status, and sorted here: SQLite would take another index, and read all.
    data = sorted(rows.order_by().values_list("pk", "data"), key=lambda row: row[0])
    items = [BOOKS_ITEM.validate_python(one) for _, one in data]
    return [one for one in items if one.is_active]


def _products(
    bridge: Bridge, skus: set[str], known: dict[str, StoreItem]
) -> dict[str, StoreItem]:
    """Return grouping products, by their id and by their SKU as it is compared."""
    rows = Snapshot.objects.filter(
        connection=bridge.store_id, feed=ITEMS, deleted_at=None
    ).exclude(data=None)
    ids = {one.product_id for one in known.values() if one.kind == VARIATION}
    by_id = rows.filter(external_id__in=ids).values_list("data", flat=True)
    keys = {match_key(sku) for sku in skus}
    by_sku = rows.filter(match_key__in=keys).values_list("data", flat=True)
    found: dict[str, StoreItem] = {}
    for data in [*by_id, *by_sku]:
        item = STORE_ITEM.validate_python(data)
        if item.kind == GROUPING:
            found[item.external_id] = item
            found[match_key(item.sku)] = item
    return found


def _offered(product: StoreItem) -> set[tuple[str, str]]:
    """Return what a product offers, as it is compared; each value by itself.

    A value with a comma cannot be told from two: it counts as not offered, and is
    offered once more, which changes nothing.
    """
    return {
        (name.casefold(), value_key(value))
        for name, values in product.attributes
        for value in values.split(", ")
    }
