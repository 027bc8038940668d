"""Mappings: where payment methods, ways to ship and categories go in the books."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from stockbridge.companies.models import Company
from stockbridge.companies.permissions import Permission
from stockbridge.connectors import registry
from stockbridge.domain.errors import SyncError
from stockbridge.engine.actions.mappings import (
    MappingDraft,
    delete_mapping,
    set_mapping,
)
from stockbridge.engine.mapping_kinds import PAYMENT, mapping_kinds
from stockbridge.engine.models import Bridge, Mapping
from stockbridge.engine.seen import seen_keys
from stockbridge.web.access import CompanyRequest, screen
from stockbridge.web.addresses import setting_address
from stockbridge.web.mapping_sections import Shown, picker_of, sections_of
from stockbridge.web.menu import MenuItem, Section
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
TAX_SETTINGS = ("tax_items", "tax_codes", "tax_category")


@screen(Permission.VIEW)
def mappings(request: CompanyRequest) -> HttpResponse:
    """Show what the store uses, and where it goes in the books."""
    return _page(request, _chosen(request))


@screen(Permission.CONFIGURE)
@require_POST
def mapping_save(request: CompanyRequest, uid: str) -> HttpResponse:
    """Save all choices of one part at once; what does not fit is said beside it."""
    bridge, act = find_bridge(request, uid), act_of(request)
    kind = mapping_kinds(bridge).get(request.POST.get("kind", PAYMENT))
    if kind is None:
        raise Http404
    refused: dict[tuple[str, str], str] = {}
    known = {one.key: one for one in seen_keys(bridge).of_kind[kind.kind]}
    picker = picker_of(bridge, kind, Shown())
    for key, typed in zip(
        request.POST.getlist("key"), request.POST.getlist("choice"), strict=False
    ):
        seen = known.get(key)
        if seen is None:
            continue
        try:
            chosen = picker.id_of(typed.strip(), seen.chosen)
            if chosen and chosen != seen.chosen:
                draft = MappingDraft(kind.kind, key, {kind.field: chosen}, seen.label)
                set_mapping(bridge, draft, act)
            elif seen.chosen and not chosen:
                rows = Mapping.objects.filter(bridge=bridge, kind=kind.kind)
                delete_mapping(rows.get(store_key=key), act)
        except ValidationError as error:
            refused[kind.kind, key] = " ".join(error.messages)
        except SyncError as error:
            refused[kind.kind, key] = error.message
    if refused:
        return _page(request, bridge, refused)
    messages.success(
        request, _("Saved. Orders that have not been sent yet are planned anew.")
    )
    return redirect(f"{_address(request)}?connection={bridge.uid}")


def _page(
    request: CompanyRequest,
    bridge: Bridge | None,
    refused: dict[tuple[str, str], str] | None = None,
) -> HttpResponse:
    context: dict[str, object] = {
        "bridge": bridge,
        "bridges": _bridges(request.company),
    }
    if bridge is not None:
        seen = seen_keys(bridge)
        lists = books_lists(request, bridge)
        shown = Shown(
            lists.accounts,
            lists.money,
            refused or {},
            is_caller=is_caller(bridge),
            may_change=request.membership.may(Permission.CONFIGURE),
        )
        context |= {
            "sections": sections_of(bridge, seen, shown),
            "seen": seen,
            "awaits_lists": awaits_lists(bridge),
            "tax_address": _tax_address(bridge),
        }
    status = 422 if refused else 200
    return render(request, "web/mappings.html", context, status=status)


def _tax_address(bridge: Bridge) -> str:
    """Return where is chosen by what tax rates are booked, "" if nowhere."""
    fields = registry.get(bridge.books.connector).settings.model_fields
    setting = next((one for one in TAX_SETTINGS if one in fields), "")
    return setting_address(bridge.books, setting) if setting else ""


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
