"""Companies: all that a person may open, at a glance; and a new one."""

from collections.abc import Sequence
from dataclasses import replace

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _

from stockbridge.companies.members import visible_companies
from stockbridge.companies.models import Company
from stockbridge.companies.starting import start_company
from stockbridge.web.access import PersonRequest, installation_admin, signed_in
from stockbridge.web.company_forms import CURRENCIES, NewCompanyForm
from stockbridge.web.glance import GlanceColumn, glance_columns
from stockbridge.web.tables import Column, Empty, Table, show_table

MOUNT = "root"


def company_address(company: Company) -> str:
    """Return the company's first screen."""
    return reverse("company_home", kwargs={"company": company.slug})


COMPANIES = Table(
    key="companies",
    caption=_("Your companies"),
    columns=(Column("name", _("Company"), sort="name", link=company_address),),
    sort="name",
    search=("name__icontains",),
    search_hint=_("Search by name"),
    empty=Empty(_("You do not work for any company here yet."), icon="building"),
)


@signed_in
def companies(request: PersonRequest) -> HttpResponseBase:
    """List the companies of the person."""
    table = with_glance(COMPANIES, glance_columns())
    if request.user.is_superuser:
        empty = Empty(
            _("There is no company yet."),
            icon="building",
            action=_("Add a company"),
            url="company_add",
        )
        table = replace(table, empty=empty)
    rows = visible_companies(request.user)
    return show_table(request, table, rows, "web/companies.html")


def with_glance(table: Table, added: Sequence[GlanceColumn]) -> Table:
    """Return the table with the columns that other screens add."""
    found: dict[str, dict[int, object]] = {}

    def prepare(rows: Sequence[Company]) -> Sequence[Company]:
        for column in added:
            found[column.key] = dict(column.values(rows))
        return rows

    columns = tuple(_column(column, found) for column in added)
    return replace(table, columns=(*table.columns, *columns), prepare=prepare)


def _column(column: GlanceColumn, found: dict[str, dict[int, object]]) -> Column:
    def value(company: Company) -> object:
        return found[column.key].get(company.pk)

    return Column(column.key, column.label, value=value)


@installation_admin
def company_add(request: PersonRequest) -> HttpResponse:
    """Make a company."""
    form = NewCompanyForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        given = form.cleaned_data
        company = start_company(
            request.user, given["name"], given["time_zone"], given["currency"]
        )
        return redirect("company_home", company=company.slug)
    context = {"form": form, "currencies": CURRENCIES}
    status = 422 if form.errors else 200
    return render(request, "web/company_add.html", context, status=status)


urlpatterns = [
    path("companies/", companies, name="companies"),
    path("companies/new/", company_add, name="company_add"),
]
