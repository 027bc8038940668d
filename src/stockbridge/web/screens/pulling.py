"""Pull: history into the books, by hand. Push: items, prices, stock to the store."""

from typing import Any

from django.db.models import Exists, OuterRef
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from stockbridge.companies.permissions import Permission
from stockbridge.domain.stock import Owner
from stockbridge.engine.abilities import capabilities_of
from stockbridge.engine.actions.runs import SWITCHES
from stockbridge.engine.both_ways import suspects_of
from stockbridge.engine.ground import options_of
from stockbridge.engine.item_marks import GROUPING
from stockbridge.engine.models import Binding, Bridge, Run, StockTarget
from stockbridge.web.access import CompanyRequest, screen
from stockbridge.web.choosing import bridges_of, chosen_bridge, nothing_joined
from stockbridge.web.menu import MenuItem, Section
from stockbridge.web.order_filters import statuses_of
from stockbridge.web.pulling_forms import HistoryForm, LinkForm, MarkedForm
from stockbridge.web.screens.customers import DuplicatesForm, customers_in_store
from stockbridge.web.screens.items import items_in_books, items_in_store
from stockbridge.web.screens.orders import orders_in_store
from stockbridge.web.starting import start_and_show
from stockbridge.web.tables.filters import Rows
from stockbridge.web.tables.paging import capped_count

MENU = (
    MenuItem(Section.RECORDS, _("Pull"), "pull", order=60, icon="download"),
    MenuItem(Section.RECORDS, _("Push"), "push", order=70, icon="upload"),
)
_OF_PULL = (
    Run.Kind.IMPORT_ORDERS,
    Run.Kind.LINK_ORDERS,
    Run.Kind.IMPORT_CUSTOMERS,
    Run.Kind.IMPORT_ITEMS,
    Run.Kind.TAKE_STOCK,
)
_OF_PUSH = (Run.Kind.EXPORT_ITEMS, Run.Kind.PUSH_PRICES, Run.Kind.PUSH_STOCK)


@screen(Permission.VIEW)
def pull(request: CompanyRequest) -> HttpResponse:
    """Choose what of the store's history comes into the books."""
    bridge = chosen_bridge(request)
    if bridge is None:
        return nothing_joined(request, _("Pull from the store"))
    return _page(request, bridge, "pull")


@screen(Permission.VIEW)
def push(request: CompanyRequest) -> HttpResponse:
    """Choose what of the books goes to the store."""
    bridge = chosen_bridge(request)
    if bridge is None:
        return nothing_joined(request, _("Push to the store"))
    return _page(request, bridge, "push")


@screen(Permission.VIEW)
@require_POST
def move_start(request: CompanyRequest, kind: str) -> HttpResponse:
    """Preview what was chosen on one of the two pages."""
    bridge = chosen_bridge(request)
    face = "pull" if kind in _OF_PULL else "push"
    if kind not in (*_OF_PULL, *_OF_PUSH):
        raise Http404
    back = reverse(face, kwargs={"company": request.company.slug})
    if bridge is None:
        return redirect(back)
    chosen: dict[str, Any] = {"all": True}
    if kind == Run.Kind.IMPORT_ORDERS:
        form = HistoryForm(statuses_of(bridge), request.POST)
        if not form.is_valid():
            return _page(request, bridge, "pull", history=form)
        chosen = form.parameters
    if kind == Run.Kind.LINK_ORDERS:
        span = LinkForm(request.POST)
        if not span.is_valid():
            return _page(request, bridge, "pull", span=span)
        chosen = span.parameters
    if kind == Run.Kind.IMPORT_CUSTOMERS:
        chosen["match_by"] = request.POST.getlist("match_by")
    if kind == Run.Kind.EXPORT_ITEMS:
        chosen["marked_only"] = "marked_only" in request.POST
    return start_and_show(request, bridge, (kind, chosen), back)


def _page(
    request: CompanyRequest,
    bridge: Bridge,
    face: str,
    *,
    history: HistoryForm | None = None,
    span: LinkForm | None = None,
) -> HttpResponse:
    options = options_of(bridge)
    context: dict[str, Any] = {
        "bridge": bridge,
        "bridges": bridges_of(request.company),
        "allowed": {
            str(kind): getattr(options, switch)
            for kind, (switch, _n) in SWITCHES.items()
        },
    }
    if face == "pull":
        context |= {
            "history": history or HistoryForm(statuses_of(bridge)),
            "span": span or LinkForm(),
            "can_link": capabilities_of(bridge.books).can_link_sales,
            "duplicates": DuplicatesForm(auto_id="customers-%s"),
            "orders": capped_count(orders_in_store(bridge)),
            "customers": capped_count(customers_in_store(bridge)),
            "items": capped_count(_not_in_books(bridge)),
            "is_stock_taken": options.owner is not Owner.BOOKS,
            "typed": capped_count(suspects_of(bridge)),
        }
    else:
        due = StockTarget.objects.filter(bridge=bridge, is_due=True)
        context |= {
            "marked": MarkedForm(),
            "items": capped_count(items_in_books(bridge)),
            "due": capped_count(due),
        }
    status = 200 if history is None and span is None else 422
    return render(request, f"web/{face}.html", context, status=status)


def _not_in_books(bridge: Bridge) -> Rows:
    """Return the store's items that a pull of items would create."""
    linked = Binding.objects.filter(
        store_connection=bridge.store_id, books_connection=bridge.books_id, kind="item"
    )
    here = linked.filter(store_id=OuterRef("external_id"))
    sold = items_in_store(bridge).exclude(marks__contains=GROUPING)
    return sold.filter(~Exists(here))


urlpatterns = [
    path("pull/", pull, name="pull"),
    path("push/", push, name="push"),
    path("move/<slug:kind>/", move_start, name="move_start"),
]
