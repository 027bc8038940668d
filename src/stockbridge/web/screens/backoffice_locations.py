"""Back office: the places that hold stock."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from stockbridge.backoffice.ledger import open_books
from stockbridge.backoffice.models import Location
from stockbridge.companies.permissions import Permission
from stockbridge.web import cells
from stockbridge.web.access import CompanyRequest, screen
from stockbridge.web.backoffice.acting import page
from stockbridge.web.backoffice.stock_forms import LocationForm
from stockbridge.web.menu import MenuItem, Section
from stockbridge.web.tables import Column, Table, show_table

MENU = (
    MenuItem(
        Section.BACK_OFFICE,
        _("Locations"),
        "backoffice_locations",
        permission=Permission.BACK_OFFICE,
        order=40,
        icon="building-warehouse",
    ),
)


def location_address(location: Location) -> str:
    """Return the page of one location."""
    parts = {"company": location.company.slug, "location": location.pk}
    return reverse("backoffice_location", kwargs=parts)


LOCATIONS = Table(
    key="backoffice-locations",
    caption=_("Locations"),
    columns=(
        Column("name", _("Name"), sort="name", link=location_address),
        Column("code", _("Code"), sort="code"),
        Column("serves", _("Serves orders"), value="is_default", format=cells.yes_no),
        Column("active", _("Active"), value="is_active", format=cells.yes_no),
    ),
    sort="name",
    search=("name__icontains", "code__icontains"),
)


@screen(Permission.BACK_OFFICE)
def locations(request: CompanyRequest) -> HttpResponseBase:
    """List the locations."""
    open_books(request.company)
    rows = request.company.locations.select_related("company")
    return show_table(request, LOCATIONS, rows, "web/backoffice/locations.html")


@screen(Permission.BACK_OFFICE)
def location_add(request: CompanyRequest) -> HttpResponse:
    """Add a location."""
    return _edit(request, None)


@screen(Permission.BACK_OFFICE)
def location(request: CompanyRequest, location: int) -> HttpResponse:
    """Show and change a location."""
    return _edit(request, get_object_or_404(request.company.locations, pk=location))


def _edit(request: CompanyRequest, found: Location | None) -> HttpResponse:
    given = request.POST if request.method == "POST" else None
    form = LocationForm(request.company, given, location=found)
    if given is not None and form.save():
        messages.success(request, gettext("Saved."))
        return redirect("backoffice_locations", company=request.company.slug)
    context = {
        "form": form,
        "heading": found.name if found else gettext("Add a location"),
        "back": "backoffice_locations",
        "back_label": gettext("Locations"),
    }
    return page(request, "form.html", context, form)


urlpatterns = [
    path("back-office/locations/", locations, name="backoffice_locations"),
    path("back-office/locations/add/", location_add, name="backoffice_location_add"),
    path("back-office/locations/<int:location>/", location, name="backoffice_location"),
]
