"""Companies: all that a person may open, at a glance."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path

from stockbridge.companies.members import visible_companies
from stockbridge.web.access import PersonRequest, signed_in

MOUNT = "root"


@signed_in
def companies(request: PersonRequest) -> HttpResponse:
    """List the companies of the person."""
    found = visible_companies(request.user)
    return render(request, "web/companies.html", {"companies": found})


urlpatterns = [path("companies/", companies, name="companies")]
