"""Back office: its items, their codes, prices and accounts."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from stockbridge.backoffice.models import Item, ItemKind
from stockbridge.companies.permissions import Permission
from stockbridge.web import cells
from stockbridge.web.access import CompanyRequest, screen
from stockbridge.web.backoffice.acting import page
from stockbridge.web.backoffice.item_form import ItemForm
from stockbridge.web.menu import MenuItem, Section
from stockbridge.web.tables import (
    ChoiceFilter,
    Column,
    Empty,
    Table,
    TextFilter,
    YesNoFilter,
    show_table,
)

MENU = (
    MenuItem(
        Section.BACK_OFFICE,
        _("Items"),
        "backoffice_items",
        permission=Permission.BACK_OFFICE,
        order=10,
        icon="package",
    ),
)


def item_address(item: Item) -> str:
    """Return the page of one item."""
    parts = {"company": item.company.slug, "item": item.pk}
    return reverse("backoffice_item", kwargs=parts)


ITEMS = Table(
    key="backoffice-items",
    caption=_("Items in the back office"),
    columns=(
        Column("sku", _("SKU"), sort="sku_key", link=item_address),
        Column("name", _("Name"), sort="name", link=item_address),
        Column("upc", _("UPC"), sort="upc"),
        Column("price", _("Price"), sort="price", align="end", format=cells.money),
        Column("sale_price", _("Sale price"), align="end", format=cells.money),
        Column("cost", _("Cost"), align="end", format=cells.money, is_hidden=True),
        Column("department", _("Department"), sort="department"),
        Column("attribute", _("Attribute"), is_hidden=True),
        Column("size", _("Size"), is_hidden=True),
        Column(
            "kind",
            _("Kind"),
            format=cells.badges(dict(ItemKind.choices), {ItemKind.TRACKED: "blue"}),
        ),
        Column("online", _("Online"), value="is_sold_online", format=cells.yes_no),
        Column("active", _("Active"), value="is_active", format=cells.yes_no),
        Column(
            "changed",
            _("Changed"),
            value="changed_at",
            sort="changed_at",
            format=cells.moment,
        ),
    ),
    sort="name",
    search=("name__icontains", "sku_key__icontains", "upc__istartswith"),
    search_hint=_("Search by name, SKU or UPC"),
    filters=(
        ChoiceFilter("kind", _("Kind"), choices=ItemKind.choices),
        TextFilter("code", _("Lookup code"), "lookup_codes__code_key__iexact"),
        TextFilter("department", _("Department"), "department__icontains"),
        YesNoFilter("online", _("Online"), "is_sold_online"),
        YesNoFilter("active", _("Active"), "is_active"),
    ),
    empty=Empty(
        icon="package",
        sentence=_("There are no items in the back office yet."),
        action=_("Add an item"),
        url="backoffice_item_add",
    ),
)


@screen(Permission.BACK_OFFICE)
def items(request: CompanyRequest) -> HttpResponseBase:
    """List the items."""
    rows = request.company.items.select_related("company")
    return show_table(request, ITEMS, rows, "web/backoffice/items.html")


@screen(Permission.BACK_OFFICE)
def item_add(request: CompanyRequest) -> HttpResponse:
    """Add an item."""
    return _edit(request, None)


@screen(Permission.BACK_OFFICE)
def item(request: CompanyRequest, item: int) -> HttpResponse:
    """Show and change an item."""
    rows = request.company.items.prefetch_related("lookup_codes")
    return _edit(request, get_object_or_404(rows, pk=item))


def _edit(request: CompanyRequest, found: Item | None) -> HttpResponse:
    given = request.POST if request.method == "POST" else None
    form = ItemForm(request.company, given, item=found)
    if given is not None and form.save():
        messages.success(request, gettext("Saved."))
        return redirect("backoffice_items", company=request.company.slug)
    levels = found.levels.select_related("location") if found else ()
    context = {"form": form, "item": found, "levels": levels}
    return page(request, "item.html", context, form)


urlpatterns = [
    path("back-office/items/", items, name="backoffice_items"),
    path("back-office/items/add/", item_add, name="backoffice_item_add"),
    path("back-office/items/<int:item>/", item, name="backoffice_item"),
]
