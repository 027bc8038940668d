"""A store and two books of one company: a person chooses which take the sales."""

from django.contrib import messages
from django.http import HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from stockbridge.companies.permissions import Permission
from stockbridge.domain.errors import SyncError
from stockbridge.engine.actions.sales import choose_sales, takes_of
from stockbridge.engine.models import Bridge
from stockbridge.web.access import CompanyRequest, screen
from stockbridge.web.acting import back, say_error
from stockbridge.web.screens.bridge_options import find_bridge
from stockbridge.web.screens.connection_setup import act_of


@screen(Permission.CONFIGURE)
@require_POST
def bridge_sales(request: CompanyRequest, uid: str) -> HttpResponse:
    """Let these books take the sales of the store, or the other ones, or both."""
    row = find_bridge(request, uid)
    try:
        choose_sales(row, takes_of(request.POST.get("takes", "")), act_of(request))
    except SyncError as error:
        say_error(request, error)
    else:
        messages.success(request, _SAID[Bridge.Sales(row.sales)] % {"name": row})
    parts = {"company": request.company.slug, "uid": uid}
    return back(request, reverse("bridge", kwargs=parts))


_SAID = {
    Bridge.Sales.HERE: _("%(name)s takes the sales of the store."),
    Bridge.Sales.ELSEWHERE: _("%(name)s takes no sales any more; the other does."),
}

urlpatterns = [
    path("connections/joined/<slug:uid>/sales/", bridge_sales, name="bridge_sales"),
]
