"""Calls about the back office: items and stock, read and changed."""

from typing import Any

from django.db.models import QuerySet
from ninja import Query, Router
from pydantic import Field

from stockbridge.backoffice import items as item_acts
from stockbridge.backoffice.drafts import AdjustmentDraft, CountDraft, Header
from stockbridge.backoffice.ledger import business_date
from stockbridge.backoffice.models import (
    Account,
    CustomerOrder,
    Item,
    Location,
    StockLevel,
    StockMovement,
)
from stockbridge.backoffice.posting import post
from stockbridge.companies.permissions import Permission
from stockbridge.engine.clock import utc_now
from stockbridge.web.api.access import ApiRequest, company_of, not_found
from stockbridge.web.api.calls import RowId, operation
from stockbridge.web.api.paging import OLDEST, Page, PageQuery, page_of
from stockbridge.web.api.shapes.backoffice import (
    AccountOut,
    AdjustmentIn,
    AdjustmentOut,
    BackOfficeItemChange,
    BackOfficeItemOut,
    BackOfficeOrderOut,
    LevelOut,
    LocationOut,
    MovementOut,
    account_out,
    item_out,
    level_out,
    location_out,
    movement_out,
    order_out,
)

router = Router(tags=["Back office"])
WORK = Permission.BACK_OFFICE


class ItemQuery(PageQuery):
    """Which items: those whose name or codes contain all the words."""

    search: str = Field("", max_length=200)


class LevelQuery(PageQuery):
    """Whose stock."""

    sku: str = Field("", max_length=100)


@operation(router, "GET /backoffice/items", WORK, Page[BackOfficeItemOut])
def list_backoffice_items(
    request: ApiRequest, query: Query[ItemQuery]
) -> Page[BackOfficeItemOut]:
    """Return the back office's items."""
    rows = item_acts.search(company_of(request), query.search).distinct()
    return page_of(
        rows.prefetch_related("lookup_codes"),
        query,
        lambda found: [item_out(row) for row in found],
        OLDEST,
    )


@operation(router, "POST /backoffice/items", WORK, BackOfficeItemOut, status=201)
def add_backoffice_item(
    request: ApiRequest, draft: BackOfficeItemChange
) -> BackOfficeItemOut:
    """Create an item."""
    fields, codes = _fields(draft)
    made = item_acts.create_item(
        company_of(request), fields, lookup_codes=codes or [], at=utc_now()
    )
    return item_out(made)


@operation(router, "GET /backoffice/items/{int:item_id}", WORK, BackOfficeItemOut)
def get_backoffice_item(request: ApiRequest, item_id: RowId) -> BackOfficeItemOut:
    """Return an item."""
    return item_out(_item(request, item_id))


@operation(router, "PATCH /backoffice/items/{int:item_id}", WORK, BackOfficeItemOut)
def change_backoffice_item(
    request: ApiRequest, item_id: RowId, changes: BackOfficeItemChange
) -> BackOfficeItemOut:
    """Change an item; what is left out stays."""
    fields, codes = _fields(changes)
    row = _item(request, item_id)
    return item_out(
        item_acts.change_item(row, fields, lookup_codes=codes, at=utc_now())
    )


@operation(router, "GET /backoffice/stock", WORK, Page[LevelOut])
def list_backoffice_stock(
    request: ApiRequest, query: Query[LevelQuery]
) -> Page[LevelOut]:
    """Return how many of each item are where."""
    rows = StockLevel.objects.filter(company=company_of(request))
    rows = _of_sku(rows, query.sku).select_related("item", "location")
    return page_of(rows, query, lambda found: [level_out(row) for row in found], OLDEST)


@operation(router, "GET /backoffice/movements", WORK, Page[MovementOut])
def list_backoffice_movements(
    request: ApiRequest, query: Query[LevelQuery]
) -> Page[MovementOut]:
    """Return every change of a quantity on hand, the newest first."""
    mine = StockMovement.objects.filter(company=company_of(request))
    rows = _of_sku(mine, query.sku).select_related("item", "document")
    return page_of(rows, query, lambda found: [movement_out(row) for row in found])


@operation(router, "POST /backoffice/adjustments", WORK, AdjustmentOut, status=201)
def adjust_backoffice_stock(request: ApiRequest, draft: AdjustmentIn) -> AdjustmentOut:
    """Change quantities on hand, with a reason. The same key twice counts once."""
    company, now = company_of(request), utc_now()
    lines = tuple(
        CountDraft(one.item, one.location, delta=one.delta, counted=one.counted)
        for one in draft.lines
    )
    header = Header(f"api:{draft.key}", business_date(company, now))
    posted = post(
        company,
        AdjustmentDraft(header, lines, draft.reason, is_opening=draft.is_opening),
        at=now,
    )
    return AdjustmentOut(
        id=posted.document.pk,
        number=str(posted.document.number),
        is_new=posted.is_new,
    )


@operation(router, "GET /backoffice/locations", WORK, list[LocationOut])
def list_backoffice_locations(request: ApiRequest) -> list[LocationOut]:
    """Return the places that hold stock."""
    rows = Location.objects.filter(company=company_of(request))
    return [location_out(row) for row in rows]


@operation(router, "GET /backoffice/accounts", WORK, list[AccountOut])
def list_backoffice_accounts(request: ApiRequest) -> list[AccountOut]:
    """Return the chart of accounts."""
    rows = Account.objects.filter(company=company_of(request))
    return [account_out(row) for row in rows]


@operation(router, "GET /backoffice/orders", WORK, Page[BackOfficeOrderOut])
def list_backoffice_orders(
    request: ApiRequest, query: Query[PageQuery]
) -> Page[BackOfficeOrderOut]:
    """Return customer orders, the newest first."""
    rows = CustomerOrder.objects.filter(company=company_of(request))
    rows = rows.select_related("partner")
    return page_of(rows, query, lambda found: [order_out(row) for row in found])


def _item(request: ApiRequest, item_id: int) -> Item:
    rows = Item.objects.filter(company=company_of(request), pk=item_id)
    row = rows.prefetch_related("lookup_codes").select_related("company").first()
    if row is None:
        raise not_found()
    return row


def _of_sku(rows: QuerySet[Any], sku: str) -> QuerySet[Any]:
    return rows.filter(item__sku=sku) if sku else rows


def _fields(
    given: BackOfficeItemChange,
) -> tuple[dict[str, Any], list[str] | None]:
    fields = given.model_dump(exclude_unset=True)
    codes = fields.pop("lookup_codes", None)
    if "kind" in fields and fields["kind"] is not None:
        fields["kind"] = str(fields["kind"])
    return {
        name: value
        for name, value in fields.items()
        if value is not None or name in ("price", "sale_price")
    }, codes
