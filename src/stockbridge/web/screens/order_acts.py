"""What can be done to one order: try again, booked elsewhere, import, undo."""

from collections.abc import Callable

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from stockbridge.companies.permissions import Permission
from stockbridge.domain.errors import SyncError
from stockbridge.engine.actions import deliveries, orders
from stockbridge.engine.actions.hand import Acted
from stockbridge.engine.models import Bridge, Run
from stockbridge.web.access import CompanyRequest, screen
from stockbridge.web.acting import say, say_error
from stockbridge.web.addresses import order_address
from stockbridge.web.screens.bridge_options import find_bridge
from stockbridge.web.screens.connection_setup import act_of
from stockbridge.web.screens.order_detail import load
from stockbridge.web.starting import start_and_show


@screen(Permission.IMPORT_ORDERS)
@require_POST
def order_act(request: CompanyRequest, uid: str, act: str) -> HttpResponse:
    """Do one thing to one order, and show it again."""
    bridge = find_bridge(request, uid)
    order_id = load(bridge, request.POST.get("order", "")).order_id
    if act in _RUNS:
        kind, parameters = _RUNS[act]
        chosen = {**parameters, "orders": [order_id]}
        back = order_address(bridge, order_id)
        return start_and_show(request, bridge, (kind, chosen), back)
    if act not in _ACTS:
        raise Http404
    do, done = _ACTS[act]
    try:
        say(request, do(request, bridge, order_id), _(done))
    except SyncError as error:
        say_error(request, error)
    return redirect(order_address(bridge, order_id))


def _retry(request: CompanyRequest, bridge: Bridge, order_id: str) -> Acted:
    ids = [
        row.pk
        for row in load(bridge, order_id).deliveries
        if row.state == "failed" or (row.state == "held" and row.was_refused)
    ]
    return deliveries.retry_deliveries(request.company, ids, act_of(request))


def _elsewhere(request: CompanyRequest, bridge: Bridge, order_id: str) -> Acted:
    return orders.mark_booked_elsewhere(bridge, [order_id], act_of(request))


def _again(request: CompanyRequest, bridge: Bridge, order_id: str) -> Acted:
    return orders.import_again(bridge, [order_id], act_of(request))


_ACTS: dict[str, tuple[Callable[[CompanyRequest, Bridge, str], Acted], str]] = {
    "retry": (_retry, "It is tried again now."),
    "elsewhere": (_elsewhere, "Marked as booked elsewhere."),
    "again": (_again, "It is imported again now."),
}
#: Acts that show first what they would do.
_RUNS: dict[str, tuple[str, dict[str, str]]] = {
    "import": (Run.Kind.IMPORT_ORDERS, {}),
    "undo": (Run.Kind.UNDO, {}),
}

urlpatterns = [
    path("orders/acts/<slug:uid>/<slug:act>/", order_act, name="order_act"),
]
