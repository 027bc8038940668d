"""Mappings: which account the money of each payment method goes to."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from stockbridge.companies.models import Company
from stockbridge.companies.permissions import Permission
from stockbridge.domain.errors import SyncError
from stockbridge.engine.actions.mappings import (
    MappingDraft,
    delete_mapping,
    set_mapping,
)
from stockbridge.engine.models import Bridge, Mapping
from stockbridge.engine.seen import Seen, SeenKeys, seen_keys
from stockbridge.web.access import CompanyRequest, screen
from stockbridge.web.bridge_forms import BooksLists
from stockbridge.web.choice_fields import gone
from stockbridge.web.menu import MenuItem, Section
from stockbridge.web.model_forms import Choices
from stockbridge.web.screens.bridge_options import (
    awaits_lists,
    books_lists,
    find_bridge,
    is_caller,
)
from stockbridge.web.screens.connection_setup import act_of

MENU = (
    MenuItem(
        Section.SETUP, gettext_lazy("Mappings"), "mappings", order=20, icon="transfer"
    ),
)
PAYMENT = "payment_method"


@dataclass(frozen=True, slots=True)
class Row:
    """One payment method as its line on the page shows it."""

    seen: Seen
    refusal: str = ""
    gone: str = ""  # how an account is shown that the books no longer have


@screen(Permission.VIEW)
def mappings(request: CompanyRequest) -> HttpResponse:
    """Show what the store's orders used, and where it goes in the books."""
    return _page(request, _chosen(request))


@screen(Permission.CONFIGURE)
@require_POST
def mapping_save(request: CompanyRequest, uid: str) -> HttpResponse:
    """Save all choices of the page at once; what does not fit is said beside it."""
    bridge, act = find_bridge(request, uid), act_of(request)
    refused: dict[str, str] = {}
    known = {one.key: one for one in seen_keys(bridge).payment_methods}
    for key, account in zip(
        request.POST.getlist("key"), request.POST.getlist("account"), strict=False
    ):
        seen = known.get(key)
        if seen is None or seen.account_id == account:
            continue
        try:
            if account:
                draft = MappingDraft(PAYMENT, key, {"account_id": account}, seen.label)
                set_mapping(bridge, draft, act)
            else:
                row = Mapping.objects.get(bridge=bridge, kind=PAYMENT, store_key=key)
                delete_mapping(row, act)
        except SyncError as error:
            refused[key] = error.message
    if refused:
        return _page(request, bridge, refused)
    messages.success(
        request, _("Saved. Orders that have not been sent yet are planned anew.")
    )
    return redirect(f"{_address(request)}?connection={bridge.uid}")


def _page(
    request: CompanyRequest,
    bridge: Bridge | None,
    refused: dict[str, str] | None = None,
) -> HttpResponse:
    refused = refused or {}
    context: dict[str, object] = {
        "bridge": bridge,
        "bridges": _bridges(request.company),
    }
    if bridge is not None:
        seen = seen_keys(bridge)
        lists = books_lists(request, bridge)
        accounts = _offered(seen, lists)
        context |= {
            "rows": [
                Row(
                    one,
                    refused.get(one.key, ""),
                    _gone(one, accounts, bridge.books.name),
                )
                for one in seen.payment_methods
            ],
            "seen": seen,
            "accounts": accounts,
            "awaits_lists": awaits_lists(bridge),
            "is_caller": is_caller(bridge),
            "chosen_label": _("In QuickBooks") if is_caller(bridge) else _("Account"),
            "unmapped": sum(not one.is_mapped for one in seen.payment_methods),
        }
    status = 422 if refused else 200
    return render(request, "web/mappings.html", context, status=status)


def _offered(seen: SeenKeys, lists: BooksLists) -> Choices:
    """Return the accounts for received money, and what was chosen once."""
    chosen = {one.account_id for one in seen.payment_methods}
    fitting = {account_id for account_id, _name in lists.money}
    return [one for one in lists.accounts if one[0] in fitting | chosen]


def _gone(one: Seen, accounts: Choices, books: str) -> str:
    known = {account_id for account_id, _name in accounts}
    is_gone = one.account_id and one.account_id not in known
    return gone(one.account_id, books) if is_gone else ""


def _bridges(company: Company) -> list[Bridge]:
    rows = Bridge.objects.filter(company=company)
    return list(rows.select_related("store__company", "books__company", "company"))


def _chosen(request: CompanyRequest) -> Bridge | None:
    """Return the connection that the address names, or the first one."""
    if wanted := request.GET.get("connection", ""):
        return find_bridge(request, wanted)
    return next(iter(_bridges(request.company)), None)


def _address(request: CompanyRequest) -> str:
    return request.path.rpartition("mappings/")[0] + "mappings/"


urlpatterns = [
    path("mappings/", mappings, name="mappings"),
    path("mappings/<slug:uid>/", mapping_save, name="mapping_save"),
]
