"""Back office: how many of each item are where, and every movement."""

from django.db.models import F
from django.http import HttpResponse, HttpResponseBase
from django.urls import path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from stockbridge.backoffice.ledger import open_books
from stockbridge.backoffice.models import MovementKind, StockLevel, StockMovement
from stockbridge.companies.permissions import Permission
from stockbridge.web import cells
from stockbridge.web.access import CompanyRequest, screen
from stockbridge.web.backoffice.acting import book, location_choices
from stockbridge.web.backoffice.stock_forms import AdjustForm, TransferForm
from stockbridge.web.menu import MenuItem, Section
from stockbridge.web.screens.backoffice_documents import document_address
from stockbridge.web.screens.backoffice_items import item_address
from stockbridge.web.tables import (
    ChoiceFilter,
    Column,
    DateFilter,
    Empty,
    NumberFilter,
    Table,
    show_table,
)

MENU = (
    MenuItem(
        Section.BACK_OFFICE,
        _("Stock in the back office"),
        "backoffice_stock",
        permission=Permission.BACK_OFFICE,
        order=20,
        icon="packages",
    ),
    MenuItem(
        Section.BACK_OFFICE,
        _("Stock movements"),
        "backoffice_movements",
        permission=Permission.BACK_OFFICE,
        order=30,
        icon="arrows-exchange",
    ),
)


def _level_item(level: StockLevel) -> str:
    return item_address(level.item)


def _movement_item(movement: StockMovement) -> str:
    return item_address(movement.item)


def _movement_document(movement: StockMovement) -> str:
    return document_address(movement.document)


def levels_table(request: CompanyRequest) -> Table:
    """Return the table of stock levels, with the company's locations to choose."""
    return Table(
        key="backoffice-stock",
        caption=_("Stock levels"),
        columns=(
            Column("sku", _("SKU"), value="item.sku", sort="item__sku_key"),
            Column(
                "item",
                _("Item"),
                value="item.name",
                sort="item__name",
                link=_level_item,
            ),
            Column("location", _("Location"), value="location.name"),
            Column(
                "on_hand",
                _("On hand"),
                sort="on_hand",
                align="end",
                format=cells.number,
            ),
            Column(
                "committed",
                _("Committed"),
                sort="committed",
                align="end",
                format=cells.number,
            ),
            Column(
                "free",
                _("Available"),
                sort="free",
                align="end",
                format=cells.number,
            ),
            Column("value", _("Value"), align="end", format=cells.money),
            Column(
                "changed",
                _("Changed"),
                value="changed_at",
                sort="seq",
                format=cells.moment,
            ),
        ),
        sort="-changed",
        search=("item__name__icontains", "item__sku_key__icontains"),
        search_hint=_("Search by name or SKU"),
        filters=(
            ChoiceFilter(
                "location", _("Location"), choices=location_choices(request.company)
            ),
            NumberFilter("on_hand", _("On hand")),
        ),
        empty=Empty(
            icon="packages",
            sentence=_("No item has stock yet."),
            action=_("Enter an opening quantity"),
            url="backoffice_adjust",
        ),
    )


MOVEMENTS = Table(
    key="backoffice-movements",
    caption=_("Stock movements"),
    columns=(
        Column(
            "moved", _("When"), value="moved_at", sort="moved_at", format=cells.moment
        ),
        Column("item", _("Item"), value="item.name", link=_movement_item),
        Column("sku", _("SKU"), value="item.sku"),
        Column("location", _("Location"), value="location.name"),
        Column(
            "kind",
            _("Why"),
            format=cells.badges(
                dict(MovementKind.choices),
                {
                    MovementKind.SALE: "blue",
                    MovementKind.RECEIPT: "green",
                    MovementKind.REVERSAL: "yellow",
                },
            ),
        ),
        Column("quantity", _("Quantity"), align="end", format=cells.number),
        Column("value", _("Value"), align="end", format=cells.money),
        Column("reason", _("Reason")),
        Column(
            "document", _("Document"), value="document.number", link=_movement_document
        ),
    ),
    sort="-moved",
    search=("item__name__icontains", "item__sku_key__icontains", "reason__icontains"),
    search_hint=_("Search by item, SKU or reason"),
    filters=(
        ChoiceFilter("kind", _("Why"), choices=MovementKind.choices),
        DateFilter("moved", _("When"), field="moved_at"),
    ),
)


@screen(Permission.BACK_OFFICE)
def stock(request: CompanyRequest) -> HttpResponseBase:
    """List the stock levels."""
    rows = request.company.stock_levels.select_related(
        "item__company", "location"
    ).annotate(free=F("on_hand") - F("committed"))
    table = levels_table(request)
    return show_table(request, table, rows, "web/backoffice/stock.html")


@screen(Permission.BACK_OFFICE)
def movements(request: CompanyRequest) -> HttpResponseBase:
    """List the movements."""
    rows = request.company.stock_movements.select_related(
        "item__company", "location", "document__company"
    )
    return show_table(request, MOVEMENTS, rows, "web/backoffice/movements.html")


@screen(Permission.BACK_OFFICE)
def adjust(request: CompanyRequest) -> HttpResponse:
    """Change a quantity on hand, with a reason."""
    open_books(request.company)
    given = request.POST if request.method == "POST" else None
    first = {"item": request.GET.get("item", "")}
    form = AdjustForm(request.company, given, initial=first)
    return _act(request, form, gettext("Adjust stock"))


@screen(Permission.BACK_OFFICE)
def transfer(request: CompanyRequest) -> HttpResponse:
    """Carry units from one location to another."""
    open_books(request.company)
    given = request.POST if request.method == "POST" else None
    form = TransferForm(request.company, given)
    return _act(request, form, gettext("Transfer stock"))


def _act(
    request: CompanyRequest, form: AdjustForm | TransferForm, heading: str
) -> HttpResponse:
    context = {
        "heading": heading,
        "back": "backoffice_stock",
        "back_label": gettext("Stock in the back office"),
    }
    return book(request, form, form.draft, "form.html", context)


urlpatterns = [
    path("back-office/stock/", stock, name="backoffice_stock"),
    path("back-office/stock/adjust/", adjust, name="backoffice_adjust"),
    path("back-office/stock/transfer/", transfer, name="backoffice_transfer"),
    path("back-office/movements/", movements, name="backoffice_movements"),
]
