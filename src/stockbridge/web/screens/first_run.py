"""The first-run wizard: the administrator, the company, then the first connection."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, path, reverse
from django.utils.translation import gettext_lazy as _

from stockbridge.companies.models import Company, User
from stockbridge.companies.starting import start_company, start_installation
from stockbridge.domain.errors import ConflictError
from stockbridge.web import setup_token
from stockbridge.web.access import PersonRequest, installation_admin
from stockbridge.web.company_forms import CURRENCIES, NewCompanyForm
from stockbridge.web.person_forms import NewPersonForm
from stockbridge.web.screens.joining import BACKEND

MOUNT = "root"


class AdministratorForm(NewPersonForm):
    """The first person; the token where strangers could come by."""

    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
    )
    token = forms.CharField(
        label=_("Set-up token"),
        help_text=_(
            "The server printed it when it showed this page first. It is also in the "
            "file setup_token in its home folder."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    field_order = ("token", "display_name", "email", "password", "password_again")

    def __init__(self, data: Mapping[str, Any] | None, *, asks_token: bool) -> None:
        super().__init__(data)
        if not asks_token:
            del self.fields["token"]

    def clean_token(self) -> str:
        """Refuse a wrong token."""
        given: str = self.cleaned_data["token"]
        if not setup_token.is_right(given):
            raise forms.ValidationError(_("This is not the token of this server."))
        return given


def welcome(request: HttpRequest) -> HttpResponse:
    """Step 1: the administrator. Gone as soon as there is one."""
    if User.objects.exists():
        raise Http404
    asks_token = setup_token.is_asked(request)
    if asks_token:
        setup_token.setup_token()
    form = AdministratorForm(
        request.POST if request.method == "POST" else None, asks_token=asks_token
    )
    if not form.is_valid():
        status = 422 if form.errors else 200
        return render(request, "web/welcome.html", {"form": form}, status=status)
    given = form.cleaned_data
    try:
        user = start_installation(
            given["email"], given["password"], given["display_name"]
        )
    except ConflictError as taken:
        raise Http404 from taken
    setup_token.forget()
    login(request, user, backend=BACKEND)
    return redirect("welcome_company")


@installation_admin
def welcome_company(request: PersonRequest) -> HttpResponse:
    """Step 2: the first company. Gone as soon as there is one."""
    if Company.objects.exists():
        raise Http404
    form = NewCompanyForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        context = {"form": form, "currencies": CURRENCIES}
        status = 422 if form.errors else 200
        return render(request, "web/welcome_company.html", context, status=status)
    given = form.cleaned_data
    company = start_company(
        request.user, given["name"], given["time_zone"], given["currency"]
    )
    return redirect(_next_step(company))


def _next_step(company: Company) -> str:
    """Return step 3: connecting the store; the overview where that is not built."""
    try:
        return reverse("connection_add", kwargs={"company": company.slug})
    except NoReverseMatch:
        return reverse("company_home", kwargs={"company": company.slug})


urlpatterns = [
    path("welcome/", welcome, name="welcome"),
    path("welcome/company/", welcome_company, name="welcome_company"),
]
