"""Back office: the people and companies that are sold to and bought from."""

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from stockbridge.backoffice.models import Partner
from stockbridge.companies.permissions import Permission
from stockbridge.web import cells
from stockbridge.web.access import CompanyRequest, screen
from stockbridge.web.backoffice.acting import page
from stockbridge.web.backoffice.partner_form import MergeForm, PartnerForm
from stockbridge.web.menu import MenuItem, Section
from stockbridge.web.tables import Column, Empty, Table, YesNoFilter, show_table

MENU = (
    MenuItem(
        Section.BACK_OFFICE,
        _("Partners"),
        "backoffice_partners",
        permission=Permission.BACK_OFFICE,
        order=60,
        icon="address-book",
    ),
)


def partner_address(partner: Partner) -> str:
    """Return the page of one partner."""
    parts = {"company": partner.company.slug, "partner": partner.pk}
    return reverse("backoffice_partner", kwargs=parts)


def _roles(partner: Partner) -> str:
    roles = [
        gettext("Customer") if partner.is_customer else "",
        gettext("Vendor") if partner.is_vendor else "",
    ]
    return ", ".join(filter(None, roles))


PARTNERS = Table(
    key="backoffice-partners",
    caption=_("Partners"),
    columns=(
        Column("number", _("Number"), link=partner_address),
        Column("name", _("Name"), sort="name", link=partner_address),
        Column("company", _("Company"), value="business_name", sort="business_name"),
        Column("email", _("E-mail"), sort="email_key"),
        Column("phone", _("Phone")),
        Column("roles", _("Is"), value=_roles),
        Column("active", _("Active"), value="is_active", format=cells.yes_no),
        Column(
            "changed",
            _("Changed"),
            value="changed_at",
            sort="seq",
            format=cells.moment,
            is_hidden=True,
        ),
    ),
    sort="name",
    search=(
        "name__icontains",
        "business_name__icontains",
        "email__icontains",
        "phone__icontains",
        "number__iexact",
    ),
    search_hint=_("Search by name, company, e-mail, phone or number"),
    filters=(
        YesNoFilter("customer", _("Customer"), "is_customer"),
        YesNoFilter("vendor", _("Vendor"), "is_vendor"),
        YesNoFilter("active", _("Active"), "is_active"),
        YesNoFilter("merged", _("Merged"), "merged_into__isnull", is_inverted=True),
    ),
    empty=Empty(
        icon="address-book",
        sentence=_("There are no partners yet."),
        action=_("Add a partner"),
        url="backoffice_partner_add",
    ),
)


@screen(Permission.BACK_OFFICE)
def partners(request: CompanyRequest) -> HttpResponseBase:
    """List the partners."""
    rows = request.company.partners.select_related("company")
    return show_table(request, PARTNERS, rows, "web/backoffice/partners.html")


@screen(Permission.BACK_OFFICE)
def partner_add(request: CompanyRequest) -> HttpResponse:
    """Add a partner."""
    return _edit(request, None)


@screen(Permission.BACK_OFFICE)
def partner(request: CompanyRequest, partner: int) -> HttpResponse:
    """Show and change a partner."""
    return _edit(request, get_object_or_404(request.company.partners, pk=partner))


@screen(Permission.BACK_OFFICE)
def partner_merge(request: CompanyRequest, partner: int) -> HttpResponse:
    """Let another partner stand for this one."""
    found = get_object_or_404(request.company.partners, pk=partner)
    given = request.POST if request.method == "POST" else None
    form = MergeForm(request.company, given)
    if given is not None:
        into = form.merge(found)
        if into is not None:
            messages.success(request, gettext("Merged."))
            return redirect(partner_address(into))
    context = {
        "form": form,
        "heading": gettext("Merge %(name)s") % {"name": found.name},
        "back": "backoffice_partners",
        "back_label": gettext("Partners"),
    }
    return page(request, "form.html", context, form)


def _edit(request: CompanyRequest, found: Partner | None) -> HttpResponse:
    given = request.POST if request.method == "POST" else None
    form = PartnerForm(request.company, given, partner=found)
    if given is not None and form.save():
        messages.success(request, gettext("Saved."))
        return redirect("backoffice_partners", company=request.company.slug)
    context = {"form": form, "partner": found}
    return page(request, "partner.html", context, form)


urlpatterns = [
    path("back-office/partners/", partners, name="backoffice_partners"),
    path("back-office/partners/add/", partner_add, name="backoffice_partner_add"),
    path("back-office/partners/<int:partner>/", partner, name="backoffice_partner"),
    path(
        "back-office/partners/<int:partner>/merge/",
        partner_merge,
        name="backoffice_partner_merge",
    ),
]
