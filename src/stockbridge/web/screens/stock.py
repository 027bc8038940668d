"""Stock: what each item in the store shows, what it should show, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from stockbridge.companies.permissions import Permission
from stockbridge.engine.fetch import ITEMS
from stockbridge.engine.ground import options_of
from stockbridge.engine.models import Bridge, Run, Snapshot, StockTarget
from stockbridge.web import cells
from stockbridge.web.access import CompanyRequest, screen
from stockbridge.web.addresses import item_address
from stockbridge.web.choosing import (
    ConnectionFilter,
    bridges_of,
    chosen_bridge,
    nothing_joined,
)
from stockbridge.web.item_rows import code
from stockbridge.web.menu import MenuItem, Section
from stockbridge.web.starting import SELECTED_MAX, start_and_show
from stockbridge.web.stock_rows import Explained, explained
from stockbridge.web.tables import (
    BulkAction,
    Column,
    Empty,
    Table,
    resolve_selection,
    show_table,
)
from stockbridge.web.tables.filters import Rows
from stockbridge.web.tables.selection import ALL

MENU = (
    MenuItem(Section.RECORDS, _("Stock"), "stock", order=40, icon="building-warehouse"),
)


@dataclass(frozen=True, slots=True)
class StandFilter:
    """Which quantities: those to be written, held, refused, unknown."""

    key: str = "show"

    def fields(self) -> dict[str, forms.Field]:
        """Return a select box."""
        choices = [
            ("", _("All")),
            ("due", _("To be written")),
            ("held", _("Held by a safety limit")),
            ("refused", _("Refused by the store")),
            ("unknown", _("Books not read yet")),
        ]
        return {
            self.key: forms.ChoiceField(
                label=_("Show"), choices=choices, required=False
            )
        }

    def narrow(self, rows: Rows, given: Mapping[str, Any]) -> Rows:
        """Keep those."""
        match given.get(self.key):
            case "due":
                return rows.filter(is_due=True)
            case "held":
                return rows.filter(is_held=True, error="")
            case "refused":
                return rows.exclude(error="")
            case "unknown":
                return rows.filter(desired=None)
        return rows


@dataclass(frozen=True, slots=True)
class StockRow:
    """What one item should show, how that comes about, and what it shows."""

    target: StockTarget
    sku: str
    name: str
    address: str
    parts: tuple[Explained, ...]

    @property
    def pk(self) -> int:
        """The id of its row."""
        return self.target.pk

    def __str__(self) -> str:
        return self.sku or self.name or self.target.item_id

    @property
    def state(self) -> str:
        """Where it stands, in words."""
        if self.target.error:
            return _t("refused by the store")
        if self.target.is_held:
            return _t("held by a safety limit")
        if self.target.desired is None:
            return _t("books not read yet")
        return _t("to be written") if self.target.is_due else _t("in step")

    @property
    def why(self) -> str:
        """How the quantity comes about, for the CSV file."""
        return "; ".join(
            f"{one.on_hand} - {one.claimed} - {one.buffer}" for one in self.parts
        )


def _state(row: StockRow) -> SafeString:
    is_stuck = bool(row.target.error) or row.target.is_held
    colour = "yellow" if is_stuck else "blue" if row.target.is_due else "green"
    mark = cells.badge(row.state, colour if row.target.desired is not None else "")
    if not row.target.error:
        return mark
    return format_html(
        '<div>{}<div class="text-secondary small reason">{}</div></div>',
        mark,
        row.target.error,
    )


def _why(row: StockRow) -> SafeString | str:
    if not row.parts:
        return str(row.target.explanation.get("reason", ""))
    return format_html_join("", "<div>{}{}</div>", map(_part, row.parts))


def _part(part: Explained) -> tuple[SafeString, SafeString | str]:
    text = format_html(
        '<span class="text-nowrap">{} {} − {} {} − {} {}{}</span>',
        cells.number(part.on_hand),
        part.what,
        cells.number(part.claimed),
        _t("in orders"),
        cells.number(part.buffer),
        _t("buffer"),
        f" ÷ {cells.number(part.factor)}" if part.factor != 1 else "",
    )
    if not part.orders:
        return text, ""
    links = format_html_join(
        ", ", '<a href="{}">{}</a>', ((o.address, o.number) for o in part.orders[:6])
    )
    left = len(part.orders[6:]) + part.more_orders
    more = _t(" and %(count)s more") % {"count": left} if left else ""
    return text, format_html(
        '<div class="small text-secondary">{} {}{}</div>', _t("Orders"), links, more
    )


STOCK = Table(
    key="stock",
    caption=_("What each item in the store should show"),
    columns=(
        Column("sku", _("SKU"), value="sku", format=code, link=lambda row: row.address),
        Column("name", _("Name"), value="name"),
        Column(
            "shown",
            _("Shows"),
            value="target.shown",
            sort="shown",
            align="end",
            format=cells.number,
        ),
        Column(
            "desired",
            _("Should show"),
            value="target.desired",
            sort="desired",
            align="end",
            format=cells.number,
        ),
        Column("why", _("Why"), value="why", cell=_why),
        Column("state", _("State"), value="state", cell=_state),
        Column(
            "written",
            _("Last written"),
            value="target.written_at",
            format=cells.moment,
            is_hidden=True,
        ),
        Column("number", _("Row"), value="pk", sort="pk", is_hidden=True),
    ),
    sort="number",
    actions=(
        BulkAction(
            "sync",
            _("Sync the selected ones now"),
            "stock_sync",
            Permission.SYNC_STOCK,
            icon="refresh",
        ),
    ),
    empty=Empty(
        _("Nothing is linked yet: stock is synced of linked items only."),
        icon="building-warehouse",
        action=_("Items in the store"),
        url="store_items",
    ),
)


@dataclass(frozen=True, slots=True)
class ItemSearch:
    """Finds quantities by the SKU or the name of their item."""

    bridge: Bridge
    key: str = "q"

    def fields(self) -> dict[str, forms.Field]:
        """Return the search box."""
        box = forms.TextInput(attrs={"type": "search"})
        return {
            self.key: forms.CharField(
                label=_("Search by SKU or name"),
                required=False,
                max_length=200,
                widget=box,
            )
        }

    def narrow(self, rows: Rows, given: Mapping[str, Any]) -> Rows:
        """Keep the quantities of the items that are found."""
        if not given.get(self.key):
            return rows
        items = Snapshot.objects.filter(
            connection=self.bridge.store_id, feed=ITEMS, deleted_at=None
        )
        for word in given[self.key].split()[:6]:
            found = Q(key__istartswith=word) | Q(name__icontains=word)
            items = items.filter(found)
        return rows.filter(item_id__in=items.order_by().values("external_id"))


def stock_table(bridges: Sequence[Bridge], bridge: Bridge) -> Table:
    """Return the table of one store's quantities."""

    def prepare(rows: Sequence[Any]) -> Sequence[Any]:
        known = Snapshot.objects.filter(
            connection=bridge.store_id,
            feed=ITEMS,
            external_id__in=[row.item_id for row in rows],
        ).values_list("external_id", "key", "name")
        names = {one: (key, name) for one, key, name in known}
        parts = explained(bridge, rows)
        return [
            StockRow(
                row,
                names.get(row.item_id, (row.item_id, ""))[0],
                names.get(row.item_id, ("", ""))[1],
                item_address(bridge, row.item_id),
                parts[row.pk],
            )
            for row in rows
        ]

    return replace(
        STOCK,
        prepare=prepare,
        filters=(
            ItemSearch(bridge),
            ConnectionFilter(bridges, bridge),
            StandFilter(),
        ),
    )


def targets_of(bridge: Bridge) -> QuerySet[StockTarget]:
    """Return what each item of the store should show."""
    return StockTarget.objects.filter(bridge=bridge)


@screen(Permission.VIEW)
def stock(request: CompanyRequest) -> HttpResponseBase:
    """List the quantities of a store's items."""
    bridges, bridge = bridges_of(request.company), chosen_bridge(request)
    if bridge is None:
        return nothing_joined(request, _("Stock"))
    rows = targets_of(bridge)
    counts = rows.aggregate(  # in one look at all of them
        due=Count("pk", filter=Q(is_due=True, is_held=False)),
        held=Count("pk", filter=Q(is_held=True, error="", is_due=True)),
        refused=Count("pk", filter=Q(is_held=True) & ~Q(error="")),
    )
    context = {"bridge": bridge, "options": options_of(bridge), **counts}
    table = stock_table(bridges, bridge)
    return show_table(request, table, rows, "web/stock.html", context)


@screen(Permission.SYNC_STOCK)
@require_POST
def stock_sync(request: CompanyRequest) -> HttpResponse:
    """Preview bringing the selected quantities in line; all that is due, if all."""
    bridge = chosen_bridge(request)
    back = reverse("stock", kwargs={"company": request.company.slug})
    if bridge is None:
        return redirect(back)
    if "everything" in request.POST:
        wanted: dict[str, Any] = {"all": True}
        return start_and_show(request, bridge, (Run.Kind.PUSH_STOCK, wanted), back)
    table = stock_table(bridges_of(request.company), bridge)
    chosen = resolve_selection(request, table, targets_of(bridge)).order_by("pk")
    ids = list(chosen.values_list("item_id", flat=True)[: SELECTED_MAX + 1])
    if not ids:
        messages.warning(request, _("Select some items first."))
        return redirect(back)
    is_all = ALL in request.POST.getlist("selection")
    if len(ids) > SELECTED_MAX and not is_all:
        messages.warning(request, _("Filter the list, and take a part."))
        return redirect(back)
    wanted = {"all": True} if len(ids) > SELECTED_MAX else {"items": ids}
    return start_and_show(request, bridge, (Run.Kind.PUSH_STOCK, wanted), back)


urlpatterns = [
    path("stock/", stock, name="stock"),
    path("stock/sync/", stock_sync, name="stock_sync"),
]
