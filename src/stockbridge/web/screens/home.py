"""Where a person lands: the company's first screen, or the choice of companies."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, path

from stockbridge.companies.members import visible_companies
from stockbridge.companies.permissions import Permission
from stockbridge.web.access import (
    CompanyRequest,
    PersonRequest,
    screen,
    signed_in,
)

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
    try:
        return redirect("overview", company=request.company.slug)
    except NoReverseMatch:
        return render(request, "web/company_home.html")


urlpatterns = [
    path("", home, name="home"),
    path("c/<slug:company>/home/", company_home, name="company_home"),
]
