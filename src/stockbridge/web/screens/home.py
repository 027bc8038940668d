"""Where a person lands: the company's first screen, or the choice of companies."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import NoReverseMatch, path, reverse

from stockbridge.companies.members import visible_companies
from stockbridge.companies.models import Company
from stockbridge.companies.permissions import Permission
from stockbridge.web.access import (
    CompanyRequest,
    PersonRequest,
    find_membership,
    screen,
    signed_in,
)
from stockbridge.web.menu import menu

MOUNT = "root"


@signed_in
def home(request: PersonRequest) -> HttpResponse:
    """Lead to the only company, or to the list of them."""
    companies = list(visible_companies(request.user)[:2])
    if len(companies) == 1:
        return redirect("company_home", company=companies[0].slug)
    return redirect("companies")


@screen(Permission.VIEW)
def company_home(request: CompanyRequest) -> HttpResponse:
    """Lead to the overview."""
    return redirect(first_address(request, request.company))


def first_address(request: HttpRequest, company: Company) -> str:
    """Return the overview's address, or that of the first screen in the menu."""
    try:
        return reverse("overview", kwargs={"company": company.slug})
    except NoReverseMatch:
        membership = find_membership(request.user, company.slug)  # type: ignore[arg-type]
        return menu(membership, "")[0].entries[0].address


urlpatterns = [
    path("", home, name="home"),
    path("c/<slug:company>/home/", company_home, name="company_home"),
]
