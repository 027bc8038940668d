"""Items of both sides as rows of a page: price, stock, what each is linked to."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Sum
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from stockbridge.domain.money import Money
from stockbridge.engine.fetch import ITEMS
from stockbridge.engine.models import Binding, Bridge, Snapshot, StockReading
from stockbridge.engine.why_unlinked import why_unlinked
from stockbridge.web import cells
from stockbridge.web.addresses import books_address, item_address
from stockbridge.web.item_filters import (
    BACKORDERS,
    BY_PRODUCT,
    INHERITED,
    TROUBLES,
    UNTRACKED,
)


@dataclass(frozen=True, slots=True)
class Linked:
    """One counterpart of an item."""

    name: str
    factor: Decimal
    address: str
    matched_by: str


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One item of a side."""

    snapshot: Snapshot
    address: str
    linked: tuple[Linked, ...]
    why_not: str = ""
    on_hand: Decimal | None = None

    @property
    def pk(self) -> int:
        """The id of its row."""
        return self.snapshot.pk

    def __str__(self) -> str:
        return str(self.snapshot.key or self.snapshot.name or self.snapshot.external_id)

    @property
    def data(self) -> dict[str, Any]:
        """The item as it was last read."""
        return self.snapshot.data or {}

    @property
    def price(self) -> Money | None:
        """Its price."""
        if self.snapshot.amount is None or not self.snapshot.currency:
            return None
        return Money(self.snapshot.amount, self.snapshot.currency)

    @property
    def quantity(self) -> Decimal | None:
        """What the store shows; None where it tracks nothing."""
        return self.snapshot.quantity

    @property
    def troubles(self) -> tuple[str, ...]:
        """What may be wrong with it in the store."""
        data = self.data
        found = []
        if data.get("kind") != "variable":
            if data.get("is_sku_inherited"):
                found.append(INHERITED)
            if data.get("stock_keeping") == "none":
                found.append(UNTRACKED)
            if data.get("stock_keeping") == "parent":
                found.append(BY_PRODUCT)
        if data.get("backorders"):
            found.append(BACKORDERS)
        return tuple(found)

    @property
    def linked_names(self) -> str:
        """Its counterparts, for the CSV file."""
        return ", ".join(one.name for one in self.linked)


def store_rows(bridge: Bridge) -> Callable[[Sequence[Any]], Sequence[Any]]:
    """Return what makes a page of the store's items of snapshots."""

    def prepare(rows: Sequence[Any]) -> Sequence[Any]:
        ids = [row.external_id for row in rows]
        links = links_of(bridge, "store_id", ids)
        alone = [row for row in rows if row.external_id not in links]
        reasons = why_unlinked(bridge, alone)
        return [
            ItemRow(
                row,
                item_address(bridge, row.external_id),
                tuple(links.get(row.external_id, ())),
                reasons.get(row.external_id, ""),
            )
            for row in rows
        ]

    return prepare


def books_rows(bridge: Bridge) -> Callable[[Sequence[Any]], Sequence[Any]]:
    """Return what makes a page of the books' items of snapshots."""

    def prepare(rows: Sequence[Any]) -> Sequence[Any]:
        ids = [row.external_id for row in rows]
        links = links_of(bridge, "books_id", ids)
        on_hand = _on_hand(bridge, ids)
        return [
            ItemRow(
                row,
                books_address(bridge.books, "item", row.external_id),
                tuple(links.get(row.external_id, ())),
                on_hand=on_hand.get(row.external_id),
            )
            for row in rows
        ]

    return prepare


def links_of(bridge: Bridge, side: str, ids: Sequence[str]) -> dict[str, list[Linked]]:
    """Return the counterparts of these items; `side` is the one that the ids are of."""
    rows = list(
        Binding.objects.filter(
            store_connection=bridge.store_id,
            books_connection=bridge.books_id,
            kind="item",
            **{f"{side}__in": ids},
        ).order_by("pk")
    )
    other = "books_id" if side == "store_id" else "store_id"
    connection = bridge.books_id if side == "store_id" else bridge.store_id
    known = Snapshot.objects.filter(
        connection=connection,
        feed=ITEMS,
        external_id__in=[getattr(row, other) for row in rows],
    )
    names = {
        external_id: f"{key} · {name}" if key else name
        for external_id, key, name in known.values_list("external_id", "key", "name")
    }
    found: dict[str, list[Linked]] = {}
    for row in rows:
        other_id = getattr(row, other)
        address = (
            books_address(bridge.books, "item", other_id)
            if side == "store_id"
            else item_address(bridge, other_id)
        )
        one = Linked(names.get(other_id, other_id), row.factor, address, row.matched_by)
        found.setdefault(getattr(row, side), []).append(one)
    return found


def _on_hand(bridge: Bridge, ids: Sequence[str]) -> dict[str, Decimal]:
    rows = StockReading.objects.filter(books=bridge.books_id, item_id__in=ids)
    sums = rows.order_by().values_list("item_id").annotate(total=Sum("on_hand"))
    return dict(sums)


def code(text: str) -> SafeString:
    """Return a SKU in one piece."""
    return format_html('<span class="text-nowrap">{}</span>', text)


def linked_cell(row: ItemRow) -> SafeString | str:
    """Return what it is linked to, or why it is not."""
    if not row.linked:
        if not row.why_not:
            return format_html('<span class="text-secondary">–</span>')
        return format_html(
            '<div class="text-secondary small reason">{}</div>', row.why_not
        )
    return format_html_join(
        "",
        "<div>{}{}</div>",
        ((_named(one), _times(one.factor)) for one in row.linked),
    )


def _named(one: Linked) -> SafeString | str:
    if not one.address:
        return one.name
    return format_html('<a href="{}">{}</a>', one.address, one.name)


def _times(factor: Decimal) -> SafeString | str:
    if factor == 1:
        return ""
    text = _("%(factor)s of it") % {"factor": cells.number(factor)}
    return format_html(' <span class="badge bg-secondary-lt">{}</span>', text)


def quantity_cell(row: ItemRow) -> SafeString | str:
    """Return the quantity, and what keeps it from being synced, with the fix."""
    number = "–" if row.quantity is None else cells.number(row.quantity)
    marks = format_html_join(
        "",
        ' <span class="badge bg-yellow-lt" title="{}">{}</span>',
        (
            (TROUBLES[one][1], TROUBLES[one][0])
            for one in row.troubles
            if one != INHERITED
        ),
    )
    return format_html("<span>{}{}</span>", number, marks)
