"""Refresh: forget what was read of a list, and read it anew."""

from django.http import Http404, HttpResponse
from django.urls import path, reverse
from django.views.decorators.http import require_POST

from stockbridge.companies.permissions import Permission
from stockbridge.engine.models import Run
from stockbridge.web.access import CompanyRequest, screen
from stockbridge.web.choosing import chosen_bridge
from stockbridge.web.starting import start_and_show

_LISTS = {
    ("orders", "store"): "store_orders",
    ("items", "store"): "store_items",
    ("items", "books"): "books_items",
    ("customers", "store"): "customers",
    ("customers", "books"): "customers",
}


@screen(Permission.VIEW)
@require_POST
def refresh_start(request: CompanyRequest) -> HttpResponse:
    """Read one list anew; its page shows how far it has come."""
    feed = request.POST.get("feed", "")
    side = request.POST.get("side", "store")
    name = _LISTS.get((feed, side))
    bridge = chosen_bridge(request)
    if name is None or bridge is None:
        raise Http404
    back = reverse(name, kwargs={"company": request.company.slug})
    wanted = (Run.Kind.REFRESH, {"feed": feed, "side": side})
    return start_and_show(request, bridge, wanted, back)


urlpatterns = [path("refresh/", refresh_start, name="refresh_start")]
