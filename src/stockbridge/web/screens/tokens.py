"""API tokens: keys for programs, each with its own permissions."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from stockbridge.companies.models import ApiToken
from stockbridge.companies.permissions import Permission
from stockbridge.companies.tokens import make_token, revoke
from stockbridge.domain.errors import InvalidInputError
from stockbridge.web import cells
from stockbridge.web.access import CompanyRequest, screen
from stockbridge.web.menu import MenuItem, Section
from stockbridge.web.permission_forms import permission_choices
from stockbridge.web.tables import (
    BulkAction,
    Column,
    Empty,
    Table,
    YesNoFilter,
    resolve_selection,
    show_table,
)

MENU = (
    MenuItem(
        Section.SETUP,
        _("API tokens"),
        "tokens",
        permission=Permission.MANAGE_USERS,
        order=92,
        icon="api",
    ),
)


class TokenForm(forms.Form):
    """A token to be made."""

    name = forms.CharField(
        label=_("Name"), max_length=100, help_text=_("Which program will use it?")
    )
    permissions = forms.MultipleChoiceField(
        label=_("May also"),
        choices=permission_choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Reading is always allowed. Tick as little as the program needs."),
    )


def _allowed(token: ApiToken) -> str:
    names = [
        str(one.label)
        for one in Permission
        if one in token.permissions and one is not Permission.VIEW
    ]
    return ", ".join(names) or gettext("Read only")


def _state(token: ApiToken) -> str:
    if token.revoked_at:
        return cells.badge(gettext("revoked"), "secondary")
    return cells.badge(gettext("valid"), "green")


TOKENS = Table(
    key="tokens",
    caption=_("API tokens of this company"),
    columns=(
        Column("name", _("Name"), sort="name"),
        Column("prefix", _("Begins with")),
        Column("permissions", _("May"), value=_allowed),
        Column("created_by", _("Made by")),
        Column("created", _("Made"), value="created_at", format=cells.moment),
        Column("used", _("Last used"), value="last_used_at", format=cells.moment),
        Column("state", _("State"), cell=_state, is_exported=False),
    ),
    sort="name",
    search=("name__icontains", "prefix__startswith"),
    filters=(YesNoFilter("valid", _("Valid"), field="revoked_at__isnull"),),
    actions=(
        BulkAction(
            "revoke",
            _("Revoke"),
            url="tokens_revoke",
            permission=Permission.MANAGE_USERS,
            icon="ban",
            confirm=_("Programs that use these tokens will be turned away at once."),
            is_dangerous=True,
        ),
    ),
    empty=Empty(
        _("No program may use the API of this company yet."),
        icon="api",
        action=_("Make a token"),
        url="token_add",
    ),
)


@screen(Permission.MANAGE_USERS)
def tokens(request: CompanyRequest) -> HttpResponseBase:
    """List the tokens."""
    rows = ApiToken.objects.filter(company=request.company)
    return show_table(
        request, TOKENS, rows.select_related("created_by"), "web/tokens.html"
    )


@screen(Permission.MANAGE_USERS)
def token_add(request: CompanyRequest) -> HttpResponse:
    """Make a token; it is shown once."""
    form = TokenForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        given = form.cleaned_data
        try:
            made = make_token(request.membership, given["name"], given["permissions"])
        except InvalidInputError as refusal:
            form.add_error("permissions", f"{refusal.message} {refusal.remedy}")
        else:
            response = render(request, "web/token_made.html", {"made": made})
            response["Cache-Control"] = "no-store"  # the page holds a key
            return response
    status = 422 if form.errors else 200
    return render(request, "web/token_add.html", {"form": form}, status=status)


@screen(Permission.MANAGE_USERS)
@require_POST
def tokens_revoke(request: CompanyRequest) -> HttpResponse:
    """End the selected tokens."""
    rows = ApiToken.objects.filter(company=request.company, revoked_at=None)
    ended = revoke(resolve_selection(request, TOKENS, rows), timezone.now())
    messages.success(request, gettext("%(count)s revoked.") % {"count": ended})
    return redirect("tokens", company=request.company.slug)


urlpatterns = [
    path("tokens/", tokens, name="tokens"),
    path("tokens/new/", token_add, name="token_add"),
    path("tokens/revoke/", tokens_revoke, name="tokens_revoke"),
]
