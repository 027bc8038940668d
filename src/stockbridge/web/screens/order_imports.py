"""Importing the selected orders: the next page is the preview."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from stockbridge.companies.permissions import Permission
from stockbridge.engine.models import Bridge, Run
from stockbridge.web.access import CompanyRequest, screen
from stockbridge.web.choosing import bridges_of, chosen_bridge
from stockbridge.web.screens.orders import orders_in_store, store_orders_table
from stockbridge.web.starting import SELECTED_MAX, start_and_show
from stockbridge.web.tables import resolve_selection
from stockbridge.web.tables.selection import ALL

#: Filters that an import knows by itself: no list of ids is needed.
_KNOWN = {"placed_from": "first", "placed_to": "last", "status": "status"}
_IDLE = frozenset({"sort", "size", "connection"})


@screen(Permission.IMPORT_ORDERS)
@require_POST
def orders_import(request: CompanyRequest) -> HttpResponse:
    """Preview the import of the selected orders."""
    back = reverse("store_orders", kwargs={"company": request.company.slug})
    bridge = chosen_bridge(request)
    if bridge is None:
        return redirect(back)
    chosen = _by_filters(request) or _by_ids(request, bridge)
    if chosen is None:
        return redirect(back)
    return start_and_show(request, bridge, (Run.Kind.IMPORT_ORDERS, chosen), back)


def _by_filters(request: CompanyRequest) -> dict[str, Any] | None:
    """Return dates and status where all that fits them was selected."""
    if ALL not in request.POST.getlist("selection"):
        return None
    query = QueryDict(request.POST.get("query", ""))
    given = {name: value for name, value in query.items() if value}
    if set(given) - _IDLE - set(_KNOWN):
        return None
    found: dict[str, Any] = {
        known: given[name] for name, known in _KNOWN.items() if name in given
    }
    return found or {"all": True}


def _by_ids(request: CompanyRequest, bridge: Bridge) -> dict[str, Any] | None:
    table = store_orders_table(bridges_of(request.company), bridge)
    rows = resolve_selection(request, table, orders_in_store(bridge))
    found = rows.order_by("-at", "-pk").values_list("external_id", flat=True)
    ids = list(found[: SELECTED_MAX + 1])
    if not ids:
        messages.warning(request, _("Select some orders first."))
        return None
    if len(ids) > SELECTED_MAX:
        text = _("That are more than %(count)s. Choose them by dates or by status.")
        messages.warning(request, text % {"count": f"{SELECTED_MAX:,}"})
        return None
    return {"orders": ids}


urlpatterns = [path("orders/import/", orders_import, name="orders_import")]
