"""Back office: accounts, what they stand at, and which serves which purpose."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from stockbridge.backoffice.journal import balances
from stockbridge.backoffice.ledger import open_books
from stockbridge.backoffice.models import Account, AccountKind
from stockbridge.companies.models import Company
from stockbridge.companies.permissions import Permission
from stockbridge.web import cells
from stockbridge.web.access import CompanyRequest, screen
from stockbridge.web.backoffice.account_forms import AccountForm, DefaultsForm
from stockbridge.web.backoffice.acting import page
from stockbridge.web.menu import MenuItem, Section
from stockbridge.web.tables import ChoiceFilter, Column, Table, YesNoFilter, show_table

MENU = (
    MenuItem(
        Section.BACK_OFFICE,
        _("Accounts"),
        "backoffice_accounts",
        permission=Permission.BACK_OFFICE,
        order=70,
        icon="books",
    ),
)


def account_address(account: Account) -> str:
    """Return the page of one account."""
    parts = {"company": account.company.slug, "account": account.pk}
    return reverse("backoffice_account", kwargs=parts)


ACCOUNTS = Table(
    key="backoffice-accounts",
    caption=_("Accounts"),
    columns=(
        Column("number", _("Number"), sort="number", link=account_address),
        Column("name", _("Name"), sort="name", link=account_address),
        Column("kind", _("Kind"), value=Account.get_kind_display, sort="kind"),
        Column("balance", _("Debits less credits"), align="end", format=cells.money),
        Column("active", _("Active"), value="is_active", format=cells.yes_no),
    ),
    sort="number",
    search=("number__istartswith", "name__icontains"),
    filters=(
        ChoiceFilter("kind", _("Kind"), choices=AccountKind.choices),
        YesNoFilter("active", _("Active"), "is_active"),
    ),
    page_size=100,
)


def _with_balances(company: Company, rows: Sequence[Any]) -> Sequence[Any]:
    nets = {row.account.pk: row.net for row in balances(company)}
    for row in rows:
        row.balance = nets.get(row.pk, 0)
    return rows


@screen(Permission.BACK_OFFICE)
def accounts(request: CompanyRequest) -> HttpResponseBase:
    """List the accounts."""
    open_books(request.company)
    prepare = partial(_with_balances, request.company)
    table = replace(ACCOUNTS, prepare=prepare)
    rows = request.company.accounts.select_related("company")
    return show_table(request, table, rows, "web/backoffice/accounts.html")


@screen(Permission.BACK_OFFICE)
def account_add(request: CompanyRequest) -> HttpResponse:
    """Add an account."""
    return _edit(request, None)


@screen(Permission.BACK_OFFICE)
def account(request: CompanyRequest, account: int) -> HttpResponse:
    """Show and change an account."""
    return _edit(request, get_object_or_404(request.company.accounts, pk=account))


@screen(Permission.BACK_OFFICE)
def defaults(request: CompanyRequest) -> HttpResponse:
    """Choose which account serves which purpose."""
    open_books(request.company)
    given = request.POST if request.method == "POST" else None
    form = DefaultsForm(request.company, given)
    if given is not None and form.save():
        messages.success(request, gettext("Saved."))
        return redirect("backoffice_accounts", company=request.company.slug)
    return _form(request, form, gettext("Default accounts"))


def _edit(request: CompanyRequest, found: Account | None) -> HttpResponse:
    given = request.POST if request.method == "POST" else None
    form = AccountForm(request.company, given, account=found)
    if given is not None and form.save():
        messages.success(request, gettext("Saved."))
        return redirect("backoffice_accounts", company=request.company.slug)
    heading = str(found) if found else gettext("Add an account")
    return _form(request, form, heading)


def _form(
    request: CompanyRequest, form: AccountForm | DefaultsForm, heading: str
) -> HttpResponse:
    context = {
        "form": form,
        "heading": heading,
        "back": "backoffice_accounts",
        "back_label": gettext("Accounts"),
    }
    return page(request, "form.html", context, form)


urlpatterns = [
    path("back-office/accounts/", accounts, name="backoffice_accounts"),
    path("back-office/accounts/add/", account_add, name="backoffice_account_add"),
    path("back-office/accounts/defaults/", defaults, name="backoffice_defaults"),
    path("back-office/accounts/<int:account>/", account, name="backoffice_account"),
]
