"""Company settings: name, time zone, currency, closed period, retention."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from stockbridge.companies.permissions import Permission
from stockbridge.web.access import CompanyRequest, screen
from stockbridge.web.company_forms import CURRENCIES, CompanyForm
from stockbridge.web.menu import MenuItem, Section

MENU = (
    MenuItem(
        Section.SETUP,
        _("Company"),
        "company_settings",
        permission=Permission.CONFIGURE,
        order=95,
        icon="building",
    ),
)


@screen(Permission.CONFIGURE)
def company_settings(request: CompanyRequest) -> HttpResponse:
    """Show and change the company's settings."""
    form = CompanyForm(
        request.POST if request.method == "POST" else None,
        instance=request.company,
        is_installation_admin=request.user.is_superuser,
    )
    if form.is_valid():
        form.save()
        messages.success(request, gettext("Saved."))
        return redirect("company_settings", company=request.company.slug)
    if form.errors:
        request.company.refresh_from_db()  # the page's frame shows what is stored
    context = {"form": form, "currencies": CURRENCIES}
    status = 422 if form.errors else 200
    return render(request, "web/company_settings.html", context, status=status)


urlpatterns = [path("settings/", company_settings, name="company_settings")]
