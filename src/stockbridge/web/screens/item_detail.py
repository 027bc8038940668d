"""One item in the store: what it is linked to, its stock, what is to be mended."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import path

from stockbridge.companies.permissions import Permission
from stockbridge.domain.catalog import StoreItem
from stockbridge.engine.codec import STORE_ITEM
from stockbridge.engine.fetch import ITEMS
from stockbridge.engine.models import Bridge, Issue, Snapshot, StockTarget
from stockbridge.web.access import CompanyRequest, screen
from stockbridge.web.issue_cards import cards
from stockbridge.web.item_filters import TROUBLES
from stockbridge.web.item_rows import ItemRow, store_rows
from stockbridge.web.screens.bridge_options import find_bridge
from stockbridge.web.stock_rows import explained


@screen(Permission.VIEW)
def store_item(request: CompanyRequest, uid: str, item: str) -> HttpResponse:
    """Show one item of a store."""
    bridge = find_bridge(request, uid)
    snapshot = find_item(bridge, item)
    (row,) = store_rows(bridge)([snapshot])
    target = StockTarget.objects.filter(bridge=bridge, item_id=item).first()
    open_ones = Issue.objects.filter(
        company=request.company,
        bridge=bridge,
        resolved_at=None,
        subject_kind="item",
        subject_id=item,
    ).select_related("bridge__company", "connection")
    context: dict[str, Any] = {
        "bridge": bridge,
        "row": row,
        "item": _item(snapshot),
        "troubles": _troubles(row),
        "target": target,
        "explained": explained(bridge, [target])[target.pk] if target else None,
        "cards": cards(open_ones, request.membership),
        "here": request.path,
    }
    return render(request, "web/item.html", context)


def find_item(bridge: Bridge, item_id: str) -> Snapshot:
    """Return an item of the store; Http404 for one that was never seen."""
    found = Snapshot.objects.filter(
        connection=bridge.store_id, feed=ITEMS, external_id=item_id
    ).first()
    if found is None:
        raise Http404
    return found


def _item(snapshot: Snapshot) -> StoreItem | None:
    if not snapshot.data or snapshot.problem:
        return None
    return STORE_ITEM.validate_python(snapshot.data)


def _troubles(row: ItemRow) -> list[dict[str, Any]]:
    return [
        {"title": TROUBLES[one][0], "remedy": TROUBLES[one][1]} for one in row.troubles
    ]


urlpatterns = [
    path("items/of/<slug:uid>/<path:item>/", store_item, name="store_item"),
]
