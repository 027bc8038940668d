"""Starting an import, an export or a sync from a screen, and showing its preview."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect

from stockbridge.companies.permissions import Permission
from stockbridge.domain.errors import SyncError
from stockbridge.engine.actions.runs import RunRequest, start_run
from stockbridge.engine.models import Bridge, Run
from stockbridge.web.access import CompanyRequest, demand
from stockbridge.web.acting import say_error
from stockbridge.web.addresses import run_address
from stockbridge.web.screens.connection_setup import act_of

#: What a person needs to start, approve, stop or undo each kind.
PERMISSIONS: dict[str, Permission] = {
    Run.Kind.IMPORT_ORDERS: Permission.IMPORT_ORDERS,
    Run.Kind.LINK_ORDERS: Permission.IMPORT_ORDERS,
    Run.Kind.IMPORT_CUSTOMERS: Permission.IMPORT_CUSTOMERS,
    Run.Kind.IMPORT_ITEMS: Permission.IMPORT_ITEMS,
    Run.Kind.EXPORT_ITEMS: Permission.EXPORT_ITEMS,
    Run.Kind.PUSH_PRICES: Permission.EXPORT_ITEMS,
    Run.Kind.PUSH_STOCK: Permission.SYNC_STOCK,
    Run.Kind.TAKE_STOCK: Permission.SYNC_STOCK,
    Run.Kind.UNDO: Permission.IMPORT_ORDERS,
    Run.Kind.AUTOMATIC: Permission.IMPORT_ORDERS,
}
_OF_FEEDS = {
    "orders": Permission.IMPORT_ORDERS,
    "customers": Permission.IMPORT_CUSTOMERS,
    "items": Permission.IMPORT_ITEMS,
}
SELECTED_MAX = 20_000  # chosen one by one; more are chosen by dates or status


def permission_for(kind: str, parameters: Mapping[str, Any]) -> Permission:
    """Return what a person needs for an import, export or sync of this kind."""
    if kind == Run.Kind.REFRESH:
        return _OF_FEEDS.get(str(parameters.get("feed", "")), Permission.CONFIGURE)
    return PERMISSIONS.get(kind, Permission.CONFIGURE)


def start_and_show(
    request: CompanyRequest,
    bridge: Bridge,
    wanted: tuple[str, Mapping[str, Any]],
    back: str,
) -> HttpResponse:
    """Start what is wanted and show its page; where it is refused, say why, `back`."""
    kind, parameters = wanted
    demand(request, permission_for(kind, parameters))
    asked = RunRequest(kind, parameters, request.user)
    try:
        run = start_run(bridge, asked, act_of(request))
    except SyncError as error:
        say_error(request, error)
        return redirect(back)
    return redirect(run_address(run))
