"""Items in the store, items in the books, and which of them are linked."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext_lazy as _

from stockbridge.companies.permissions import Permission
from stockbridge.engine.fetch import ITEMS
from stockbridge.engine.models import Bridge, Snapshot
from stockbridge.web import cells
from stockbridge.web.access import CompanyRequest, screen
from stockbridge.web.choosing import (
    ConnectionFilter,
    bridges_of,
    chosen_bridge,
    nothing_joined,
)
from stockbridge.web.item_filters import (
    DOUBLED,
    EMPTY,
    INHERITED,
    TROUBLES,
    LinkedFilter,
    OnlineFilter,
    TroubleFilter,
    with_trouble,
)
from stockbridge.web.item_rows import (
    books_rows,
    code,
    linked_cell,
    quantity_cell,
    store_rows,
)
from stockbridge.web.menu import MenuItem, Section
from stockbridge.web.tables import (
    BulkAction,
    Column,
    Empty,
    Table,
    show_table,
)
from stockbridge.web.tables.paging import capped_count
from stockbridge.web.tabs import tabs_of

MENU = (MenuItem(Section.RECORDS, _("Items"), "store_items", order=20, icon="package"),)
FACES = (
    ("store_items", _("Items in the store")),
    ("books_items", _("Items in the books")),
    ("sku_report", _("SKUs to mend")),
)
REPORTED = 20

STORE_ITEMS = Table(
    key="store-items",
    caption=_("Items in the store"),
    columns=(
        Column(
            "sku",
            _("SKU"),
            value="snapshot.key",
            sort="key",
            format=code,
            link=lambda row: row.address if row.snapshot.key else "",
        ),
        Column(
            "name",
            _("Name"),
            value="snapshot.name",
            sort="name",
            link=lambda row: row.address,
        ),
        Column("price", _("Price"), value="price", align="end", format=cells.money),
        Column(
            "quantity",
            _("Shows"),
            value="quantity",
            cell=quantity_cell,
            align="end",
        ),
        Column("linked", _("Linked to"), value="linked_names", cell=linked_cell),
        Column("kind", _("Kind"), value=lambda r: r.data.get("kind", "")),
        Column("status", _("Status"), value="snapshot.status"),
        Column("why", _("Why not linked"), value="why_not", is_hidden=True),
    ),
    sort="name",
    search=("key__istartswith", "name__icontains"),
    search_hint=_("Search by SKU or name"),
    actions=(
        BulkAction(
            "import",
            _("Import"),
            "items_import",
            Permission.IMPORT_ITEMS,
            icon="file-import",
        ),
        BulkAction(
            "stock",
            _("Sync stock"),
            "items_stock",
            Permission.SYNC_STOCK,
            icon="refresh",
        ),
        BulkAction(
            "prices",
            _("Send prices"),
            "items_prices",
            Permission.EXPORT_ITEMS,
            icon="coin",
        ),
    ),
    empty=Empty(
        _("No item of this store has been read yet. They appear here by themselves."),
        icon="package",
        action=_("See how the connection stands"),
        url="connections",
    ),
)

BOOKS_ITEMS = Table(
    key="books-items",
    caption=_("Items in the books"),
    columns=(
        Column("sku", _("SKU"), value="snapshot.key", sort="key", format=code),
        Column(
            "name",
            _("Name"),
            value="snapshot.name",
            sort="name",
            link=lambda row: row.address,
        ),
        Column("price", _("Price"), value="price", align="end", format=cells.money),
        Column(
            "on_hand", _("On hand"), value="on_hand", align="end", format=cells.number
        ),
        Column(
            "online",
            _("Sell online"),
            value=lambda r: bool(r.data.get("is_sold_online", True)),
            format=cells.yes_no,
        ),
        Column("linked", _("Linked to"), value="linked_names", cell=linked_cell),
        Column("status", _("Status"), value="snapshot.status", is_hidden=True),
    ),
    sort="name",
    search=("key__istartswith", "name__icontains"),
    search_hint=_("Search by SKU or name"),
    actions=(
        BulkAction(
            "export",
            _("Create or update in the store"),
            "items_export",
            Permission.EXPORT_ITEMS,
            icon="file-export",
        ),
        BulkAction(
            "stock",
            _("Sync stock"),
            "items_books_stock",
            Permission.SYNC_STOCK,
            icon="refresh",
        ),
    ),
    empty=Empty(
        _("The books have no items yet. Import some from the store."),
        icon="package",
        action=_("Items in the store"),
        url="store_items",
    ),
)


def items_in_store(bridge: Bridge) -> QuerySet[Snapshot]:
    """Return the products and variations of the store."""
    return Snapshot.objects.filter(
        connection=bridge.store_id, feed=ITEMS, deleted_at=None
    )


def items_in_books(bridge: Bridge) -> QuerySet[Snapshot]:
    """Return the items of the books."""
    return Snapshot.objects.filter(
        connection=bridge.books_id, feed=ITEMS, deleted_at=None
    )


def store_items_table(bridges: Sequence[Bridge], bridge: Bridge) -> Table:
    """Return the table of one store's items."""
    return replace(
        STORE_ITEMS,
        prepare=store_rows(bridge),
        filters=(
            ConnectionFilter(bridges, bridge),
            LinkedFilter(bridge, "store_id"),
            TroubleFilter(bridge),
        ),
    )


def books_items_table(bridges: Sequence[Bridge], bridge: Bridge) -> Table:
    """Return the table of the books' items, as one store sees them."""
    return replace(
        BOOKS_ITEMS,
        prepare=books_rows(bridge),
        filters=(
            ConnectionFilter(bridges, bridge),
            LinkedFilter(bridge, "books_id"),
            OnlineFilter(),
        ),
    )


@screen(Permission.VIEW)
def store_items(request: CompanyRequest) -> HttpResponseBase:
    """List the items of a store."""
    return _listed(request, "store", store_items_table, items_in_store)


@screen(Permission.VIEW)
def books_items(request: CompanyRequest) -> HttpResponseBase:
    """List the items of the books."""
    return _listed(request, "books", books_items_table, items_in_books)


def _listed(
    request: CompanyRequest,
    side: str,
    table_of: Callable[[Sequence[Bridge], Bridge], Table],
    rows_of: Callable[[Bridge], QuerySet[Snapshot]],
) -> HttpResponseBase:
    bridges, bridge = bridges_of(request.company), chosen_bridge(request)
    if bridge is None:
        return nothing_joined(request, _("Items"))
    table, context = table_of(bridges, bridge), _context(request, bridge, side)
    return show_table(request, table, rows_of(bridge), "web/items.html", context)


@screen(Permission.VIEW)
def sku_report(request: CompanyRequest) -> HttpResponse:
    """Show empty, doubled and inherited SKUs of a store."""
    bridge = chosen_bridge(request)
    if bridge is None:
        return nothing_joined(request, _("Items"))
    parts = []
    for trouble in (EMPTY, DOUBLED, INHERITED):
        rows = with_trouble(bridge, items_in_store(bridge), trouble)
        shown = rows.order_by("match_key", "pk")[:REPORTED]
        title, remedy = TROUBLES[trouble]
        parts.append(
            {
                "key": trouble,
                "title": title,
                "remedy": remedy,
                "count": capped_count(rows),
                "rows": store_rows(bridge)(list(shown)),
            }
        )
    context = {**_context(request, bridge, "store"), "parts": parts}
    return render(request, "web/sku_report.html", context)


def _context(request: CompanyRequest, bridge: Bridge, side: str) -> dict[str, Any]:
    return {"bridge": bridge, "tabs": tabs_of(request, FACES, bridge), "side": side}


urlpatterns = [
    path("items/", store_items, name="store_items"),
    path("items/books/", books_items, name="books_items"),
    path("items/skus/", sku_report, name="sku_report"),
]
