"""What items can be filtered by: linked or not, and what is wrong with them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import Count, Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from stockbridge.engine import item_marks as marks
from stockbridge.engine.fetch import ITEMS
from stockbridge.engine.models import Binding, Bridge, Snapshot
from stockbridge.web.tables.filters import Rows, yes_no_field
from stockbridge.web.text import Text

EMPTY, DOUBLED, INHERITED = "empty", "doubled", "inherited"
UNTRACKED, BY_PRODUCT, BACKORDERS = "untracked", "by_product", "backorders"

#: What may be wrong with an item in the store, and how it is mended.
TROUBLES: dict[str, tuple[Text, Text]] = {
    EMPTY: (
        _("No SKU"),
        _("Nothing can be matched without one. Give it a SKU in the store."),
    ),
    DOUBLED: (
        _("SKU used more than once"),
        _("None of them is linked by itself. Give each a SKU of its own."),
    ),
    INHERITED: (
        _("SKU of its product"),
        _("The variation has no SKU of its own. Give it one in the store."),
    ),
    UNTRACKED: (
        _("Stock not tracked"),
        _(
            "A quantity sent there would be lost. Open the product in the store, tick "
            "“Track stock quantity” under Inventory, then refresh."
        ),
    ),
    BY_PRODUCT: (
        _("Stock kept by its product"),
        _(
            "All variations share one quantity. To sync each, tick “Manage stock” on "
            "the variation itself in the store, then refresh."
        ),
    ),
    BACKORDERS: (
        _("Backorders allowed"),
        _(
            "The store goes on selling it at zero. Set Backorders to “Do not allow” "
            "in the store if it must not."
        ),
    ),
}


@dataclass(frozen=True, slots=True)
class LinkedFilter:
    """Whether an item has a counterpart on the other side."""

    bridge: Bridge
    side: str  # "store_id", "books_id": which one the rows carry
    key: str = "linked"

    def fields(self) -> dict[str, forms.Field]:
        """Return a select box of all, yes, no."""
        return {self.key: yes_no_field(_("Linked"))}

    def narrow(self, rows: Rows, given: Mapping[str, Any]) -> Rows:
        """Keep the linked ones, or the others; groupings are never linked."""
        wanted = given.get(self.key)
        if not wanted:
            return rows
        is_linked = Exists(
            Binding.objects.filter(
                store_connection=self.bridge.store_id,
                books_connection=self.bridge.books_id,
                kind="item",
                **{self.side: OuterRef("external_id")},
            )
        )
        if wanted == "yes":
            return rows.filter(is_linked)
        return rows.filter(~is_linked).exclude(marks__contains=marks.GROUPING)


@dataclass(frozen=True, slots=True)
class TroubleFilter:
    """What may be wrong with an item in the store."""

    bridge: Bridge
    key: str = "trouble"

    def fields(self) -> dict[str, forms.Field]:
        """Return a select box."""
        choices = [("", _("All")), *((key, one[0]) for key, one in TROUBLES.items())]
        return {
            self.key: forms.ChoiceField(
                label=_("To mend"), choices=choices, required=False
            )
        }

    def narrow(self, rows: Rows, given: Mapping[str, Any]) -> Rows:
        """Keep the items with this trouble."""
        wanted = given.get(self.key)
        return with_trouble(self.bridge, rows, wanted) if wanted else rows


@dataclass(frozen=True, slots=True)
class OnlineFilter:
    """Whether an item of the books is marked to sell online."""

    key: str = "online"

    def fields(self) -> dict[str, forms.Field]:
        """Return a select box of all, yes, no."""
        return {self.key: yes_no_field(_("Sell online"))}

    def narrow(self, rows: Rows, given: Mapping[str, Any]) -> Rows:
        """Keep the marked ones, or the others."""
        wanted = given.get(self.key)
        if not wanted:
            return rows
        if wanted == "yes":
            return rows.exclude(marks__contains=marks.OFFLINE)
        return rows.filter(marks__contains=marks.OFFLINE)


def with_trouble(bridge: Bridge, rows: Rows, trouble: str) -> Rows:
    """Return those of the rows that have the trouble."""
    if trouble == EMPTY:
        return rows.filter(match_key="").exclude(marks__contains=marks.GROUPING)
    if trouble == DOUBLED:
        return rows.filter(match_key__in=doubled(bridge)).exclude(
            marks__contains=marks.INHERITED
        )
    return rows.filter(marks__contains=_MARKS[trouble])


_MARKS = {
    INHERITED: marks.INHERITED,
    UNTRACKED: marks.UNTRACKED,
    BY_PRODUCT: marks.BY_PRODUCT,
    BACKORDERS: marks.BACKORDERS,
}


def doubled(bridge: Bridge) -> list[str]:
    """Return the SKUs, as they are compared, that several sellable items have."""
    rows = Snapshot.objects.filter(
        connection=bridge.store_id, feed=ITEMS, deleted_at=None
    )
    counts = (
        rows.exclude(match_key="")
        .order_by()
        .values("match_key")
        .annotate(number=Count("pk"))
        .filter(number__gt=1)
    )
    several = list(counts.values_list("match_key", flat=True))
    own = (
        rows.filter(match_key__in=several)
        .exclude(marks__contains=marks.GROUPING)
        .exclude(marks__contains=marks.INHERITED)
        .order_by()
        .values("match_key")
        .annotate(number=Count("pk"))
        .filter(number__gt=1)
    )
    return list(own.values_list("match_key", flat=True))
