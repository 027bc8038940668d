"""Calls about stock: what the store should show, and why."""

from typing import Literal

from django.db.models import QuerySet
from ninja import Query, Router
from pydantic import Field

from stockbridge.companies.permissions import Permission
from stockbridge.engine.fetch import ITEMS
from stockbridge.engine.models import Bridge, Snapshot, StockTarget
from stockbridge.web.api.access import ApiRequest
from stockbridge.web.api.calls import Uid, operation
from stockbridge.web.api.finding import bridge_of
from stockbridge.web.api.paging import OLDEST, Page, PageQuery, page_of
from stockbridge.web.api.shapes.stock import StockOut, stock_out

router = Router(tags=["Stock"])


class StockQuery(PageQuery):
    """Which items: due are those that the store shows otherwise."""

    show: Literal["all", "due", "held"] = "all"
    sku: str = Field("", max_length=200)
    item: str = Field("", max_length=80)


@operation(router, "GET /bridges/{uid}/stock", Permission.VIEW, Page[StockOut])
def list_stock(
    request: ApiRequest, uid: Uid, query: Query[StockQuery]
) -> Page[StockOut]:
    """Return what each store item should show, what it shows, and why."""
    bridge = bridge_of(request, uid)
    rows = targets_of(bridge, query)
    return page_of(rows, query, lambda found: stock_out(bridge, found), OLDEST)


def targets_of(bridge: Bridge, query: StockQuery) -> QuerySet[StockTarget]:
    """Return the targets that are asked for."""
    rows = StockTarget.objects.filter(bridge=bridge)
    if query.show == "due":
        rows = rows.filter(is_due=True)
    elif query.show == "held":
        rows = rows.filter(is_held=True)
    if query.item:
        rows = rows.filter(item_id=query.item)
    if query.sku:
        items = Snapshot.objects.filter(
            connection=bridge.store_id, feed=ITEMS, key=query.sku
        )
        rows = rows.filter(item_id__in=items.values("external_id"))
    return rows
