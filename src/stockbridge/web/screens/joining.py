"""Taking an invitation: as somebody new, or as somebody who works here already."""

from django.contrib import messages
from django.contrib.auth import login
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext

from stockbridge.companies.invitations import accept, find_invitation
from stockbridge.companies.models import Invitation, User
from stockbridge.companies.people import create_person
from stockbridge.domain.errors import ActionNeededError
from stockbridge.web.person_forms import NewPersonForm

MOUNT = "root"
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Show the offer, and take it."""
    found = find_invitation(token, timezone.now())
    if found is None:
        return render(request, "web/invitation_gone.html", status=410)
    if request.user.is_authenticated:
        return _join_as_oneself(request, found, request.user)
    if User.objects.filter(email__iexact=found.email).exists():
        return render(request, "web/invitation_known.html", {"invitation": found})
    return _join_as_new(request, found)


def _join_as_oneself(
    request: HttpRequest, found: Invitation, user: User
) -> HttpResponse:
    if user.email.lower() != found.email.lower():
        context = {"invitation": found}
        return render(request, "web/invitation_other.html", context, status=409)
    if request.method != "POST":
        return render(request, "web/invitation_join.html", {"invitation": found})
    return _take(request, found, user)


def _join_as_new(request: HttpRequest, found: Invitation) -> HttpResponse:
    form = NewPersonForm(request.POST if request.method == "POST" else None)
    form.known_email = found.email
    if not form.is_valid():
        context = {"invitation": found, "form": form}
        status = 422 if form.errors else 200
        return render(request, "web/invitation_join.html", context, status=status)
    with transaction.atomic():
        user = create_person(
            found.email,
            form.cleaned_data["password"],
            form.cleaned_data["display_name"],
        )
        response = _take(request, found, user)
    login(request, user, backend=BACKEND)
    return response


def _take(request: HttpRequest, found: Invitation, user: User) -> HttpResponse:
    try:
        accept(found, user, timezone.now())
    except ActionNeededError:
        return render(request, "web/invitation_gone.html", status=410)
    messages.success(
        request, gettext("Welcome to %(company)s.") % {"company": found.company}
    )
    return redirect("company_home", company=found.company.slug)


urlpatterns = [path("invitation/<str:token>/", invitation, name="invitation")]
