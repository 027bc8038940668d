"""Calls about orders, items and customers of a bridge, and what they link to."""

from datetime import date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet
from ninja import Query, Router
from pydantic import Field

from stockbridge.companies.permissions import Permission
from stockbridge.engine.actions import orders as order_actions
from stockbridge.engine.actions import pairs
from stockbridge.engine.actions.hand import Acted
from stockbridge.engine.fetch import CUSTOMERS, ITEMS, ORDERS
from stockbridge.engine.models import Bridge, Delivery, Disposition, Snapshot
from stockbridge.web.api.access import ApiRequest, act_of, not_found
from stockbridge.web.api.calls import ExternalId, Uid, operation
from stockbridge.web.api.finding import bridge_of
from stockbridge.web.api.paging import Page, PageQuery, Sorting, page_of
from stockbridge.web.api.shapes.queue import deliveries_out
from stockbridge.web.api.shapes.records import (
    ActedOut,
    CustomerLinkIn,
    ItemLinkIn,
    LinkOut,
    OrderDetail,
    OrderIds,
    OrderOut,
    RecordOut,
    RefusedOut,
    became_out,
    order_out,
    orders_out,
    records_out,
)

router = Router(tags=["Orders, items, customers"])
SEE, IMPORT = Permission.VIEW, Permission.IMPORT_ORDERS
LATEST = Sorting("at")
BY_KEY = Sorting("key", is_descending=False)


class OrderQuery(PageQuery):
    """Which orders; dates are days of the company's time zone."""

    first: date | None = Field(None, ge=date(1970, 1, 1), le=date(9000, 1, 1))
    last: date | None = Field(None, ge=date(1970, 1, 1), le=date(9000, 1, 1))
    status: str = Field("", max_length=40, description="The store's own word.")
    outcome: str = Field("", max_length=20)
    number: str = Field("", max_length=80)


class RecordQuery(PageQuery):
    """Which items or customers."""

    side: Literal["store", "books"] = "store"
    key: str = Field("", max_length=200, description="The SKU or e-mail, exactly.")


@operation(router, "GET /bridges/{uid}/orders", SEE, Page[OrderOut])
def list_orders(
    request: ApiRequest, uid: Uid, query: Query[OrderQuery]
) -> Page[OrderOut]:
    """Return the store's orders, the newest first, with what became of each."""
    bridge = bridge_of(request, uid)
    rows = orders_of(bridge, query)
    return page_of(rows, query, lambda found: orders_out(bridge, found), LATEST)


@operation(router, "GET /bridges/{uid}/orders/{order_id}", SEE, OrderDetail)
def get_order(request: ApiRequest, uid: Uid, order_id: ExternalId) -> OrderDetail:
    """Return an order, what became of it and of its changes, and its documents."""
    bridge = bridge_of(request, uid)
    row = _snapshot(bridge, ORDERS, order_id, of_store=True)
    became = Disposition.objects.filter(bridge=bridge).filter(
        Q(order_id=order_id) | Q(source_kind="order", source_id=order_id)
    )
    current = became.filter(source_kind="order", is_current=True).first()
    documents = Delivery.objects.filter(
        sources__bridge=bridge, sources__order_id=order_id
    )
    return OrderDetail(
        **order_out(row, current).model_dump(),
        record=row.data,
        became=[became_out(one) for one in became.order_by("pk")],
        documents=deliveries_out(list(documents.distinct().order_by("pk"))),
    )


@operation(router, "POST /bridges/{uid}/booked-elsewhere", IMPORT, ActedOut)
def mark_booked_elsewhere(request: ApiRequest, uid: Uid, chosen: OrderIds) -> ActedOut:
    """Leave orders to whoever booked them; what waits of them is dropped."""
    bridge, act = bridge_of(request, uid), act_of(request)
    return acted_out(order_actions.mark_booked_elsewhere(bridge, chosen.orders, act))


@operation(router, "POST /bridges/{uid}/import-again", IMPORT, ActedOut)
def import_orders_again(request: ApiRequest, uid: Uid, chosen: OrderIds) -> ActedOut:
    """Plan orders again that were undone, cancelled or booked elsewhere."""
    bridge, act = bridge_of(request, uid), act_of(request)
    return acted_out(order_actions.import_again(bridge, chosen.orders, act))


@operation(router, "GET /bridges/{uid}/items", SEE, Page[RecordOut])
def list_items(
    request: ApiRequest, uid: Uid, query: Query[RecordQuery]
) -> Page[RecordOut]:
    """Return the items of one side by SKU, each with its counterparts."""
    return _records(request, uid, (ITEMS, "item"), query)


@operation(router, "PUT /bridges/{uid}/items/{item_id}/links", Permission.EDIT_ITEMS,
           list[LinkOut])  # fmt: skip
def link_item(
    request: ApiRequest, uid: Uid, item_id: ExternalId, link: ItemLinkIn
) -> list[LinkOut]:
    """Let a store item stand for these items of the books, and for nothing else."""
    bridge = bridge_of(request, uid)
    parts = [pairs.Part(one.id, one.factor) for one in link.parts]
    pairs.link_item(bridge, item_id, parts, act_of(request))
    return _links(bridge, "item", item_id)


@operation(router, "DELETE /bridges/{uid}/items/{item_id}/links",
           Permission.EDIT_ITEMS, None, status=204)  # fmt: skip
def unlink_item(request: ApiRequest, uid: Uid, item_id: ExternalId) -> None:
    """Forget what a store item stands for; it is not linked by itself again."""
    pairs.unlink_item(bridge_of(request, uid), item_id, act_of(request))


@operation(router, "GET /bridges/{uid}/customers", SEE, Page[RecordOut])
def list_customers(
    request: ApiRequest, uid: Uid, query: Query[RecordQuery]
) -> Page[RecordOut]:
    """Return the customers of one side by e-mail, each with its counterpart."""
    return _records(request, uid, (CUSTOMERS, "customer"), query)


@operation(router, "PUT /bridges/{uid}/customers/{customer_id}/links",
           Permission.CREATE_CUSTOMERS, list[LinkOut])  # fmt: skip
def link_customer(
    request: ApiRequest, uid: Uid, customer_id: ExternalId, link: CustomerLinkIn
) -> list[LinkOut]:
    """Bill a customer's orders to this customer of the books, from now on."""
    bridge = bridge_of(request, uid)
    pairs.link_customer(bridge, customer_id, link.id, act_of(request))
    return _links(bridge, "customer", customer_id)


@operation(router, "DELETE /bridges/{uid}/customers/{customer_id}/links",
           Permission.CREATE_CUSTOMERS, None, status=204)  # fmt: skip
def unlink_customer(request: ApiRequest, uid: Uid, customer_id: ExternalId) -> None:
    """Forget who a store's customer is in the books."""
    pairs.unlink_customer(bridge_of(request, uid), customer_id, act_of(request))


def orders_of(bridge: Bridge, query: OrderQuery) -> QuerySet[Snapshot]:
    """Return the orders that are asked for."""
    rows = Snapshot.objects.filter(
        connection=bridge.store_id, feed=ORDERS, deleted_at=None
    ).defer("data")
    zone = ZoneInfo(bridge.company.time_zone)
    if query.first:
        rows = rows.filter(at__gte=datetime.combine(query.first, time(), zone))
    if query.last:
        end = datetime.combine(query.last + timedelta(days=1), time(), zone)
        rows = rows.filter(at__lt=end)
    if query.status:
        rows = rows.filter(status=query.status)
    if query.number:
        rows = rows.filter(key=query.number)
    if query.outcome:
        became = Disposition.objects.filter(
            bridge=bridge,
            source_kind="order",
            is_current=True,
            outcome=query.outcome,
        )
        rows = rows.filter(external_id__in=became.values("source_id"))
    return rows


def acted_out(acted: Acted) -> ActedOut:
    """Return what an act on many records did."""
    refused = [
        RefusedOut(id=one.subject_id, reason=one.reason) for one in acted.refused
    ]
    return ActedOut(count=acted.count, refused=refused)


def _records(
    request: ApiRequest, uid: str, what: tuple[str, str], query: RecordQuery
) -> Page[RecordOut]:
    bridge, (feed, kind) = bridge_of(request, uid), what
    of_store = query.side == "store"
    rows = Snapshot.objects.filter(
        connection=bridge.store_id if of_store else bridge.books_id,
        feed=feed,
        deleted_at=None,
    ).defer("data")
    if query.key:
        rows = rows.filter(key=query.key)
    return page_of(
        rows,
        query,
        lambda found: records_out(bridge, kind, found, of_store=of_store),
        BY_KEY,
    )


def _snapshot(
    bridge: Bridge, feed: str, external_id: str, *, of_store: bool
) -> Snapshot:
    row = Snapshot.objects.filter(
        connection=bridge.store_id if of_store else bridge.books_id,
        feed=feed,
        external_id=external_id,
    ).first()
    if row is None:
        raise not_found()
    return row


def _links(bridge: Bridge, kind: str, store_id: str) -> list[LinkOut]:
    feed = ITEMS if kind == "item" else CUSTOMERS
    row = _snapshot(bridge, feed, store_id, of_store=True)
    (found,) = records_out(bridge, kind, [row], of_store=True)
    return found.links
