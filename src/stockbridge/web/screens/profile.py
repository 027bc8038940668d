"""Profile: the person's own name, password and second factor."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path

from stockbridge.web.access import PersonRequest, signed_in

MOUNT = "root"


@signed_in
def profile(request: PersonRequest) -> HttpResponse:
    """Show the person's own data."""
    return render(request, "web/profile.html")


urlpatterns = [path("profile/", profile, name="profile")]
