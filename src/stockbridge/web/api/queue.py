"""Calls about the queue: documents on their way into the books."""

from typing import Literal

from django.db.models import QuerySet
from ninja import Query, Router
from pydantic import Field

from stockbridge.companies.models import Company
from stockbridge.companies.permissions import Permission
from stockbridge.domain.delivery import State
from stockbridge.engine.actions import deliveries as actions
from stockbridge.engine.models import Delivery
from stockbridge.web.api.access import ApiRequest, act_of, company_of
from stockbridge.web.api.calls import RowId, operation
from stockbridge.web.api.finding import bridge_of, delivery_of
from stockbridge.web.api.paging import Page, PageQuery, page_of
from stockbridge.web.api.records import acted_out
from stockbridge.web.api.shapes.queue import (
    ClearIn,
    DeliveryDetail,
    DeliveryIds,
    DeliveryOut,
    deliveries_out,
    delivery_detail,
)
from stockbridge.web.api.shapes.records import ActedOut

router = Router(tags=["Queue"])
SEE, ACT = Permission.VIEW, Permission.IMPORT_ORDERS
SETTLED = [s.value for s in (State.POSTED, State.CANCELLED, State.SUPERSEDED)]
NEEDS_YOU = [State.HELD.value, State.FAILED.value]


class QueueQuery(PageQuery):
    """Which documents."""

    show: Literal["pending", "needs_you", "previous", "all"] = "pending"
    kind: str = Field("", max_length=12)
    bridge: str = Field("", max_length=12)


@operation(router, "GET /queue", SEE, Page[DeliveryOut])
def list_queue(request: ApiRequest, query: Query[QueueQuery]) -> Page[DeliveryOut]:
    """Return documents, the newest first: those that have not come to an end."""
    return page_of(queue_of(company_of(request), query), query, deliveries_out)


@operation(router, "GET /queue/{int:document_id}", SEE, DeliveryDetail)
def get_queued(request: ApiRequest, document_id: RowId) -> DeliveryDetail:
    """Return a document with all that happened to it."""
    return delivery_detail(delivery_of(request, document_id))


@operation(router, "POST /queue/retry", ACT, ActedOut)
def retry_queued(request: ApiRequest, chosen: DeliveryIds) -> ActedOut:
    """Try again what gave up or was refused."""
    company, act = company_of(request), act_of(request)
    return acted_out(actions.retry_deliveries(company, chosen.ids, act))


@operation(router, "POST /queue/cancel", ACT, ActedOut)
def cancel_queued(request: ApiRequest, chosen: DeliveryIds) -> ActedOut:
    """Drop documents that have not left, with those that need them."""
    company, act = company_of(request), act_of(request)
    return acted_out(actions.cancel_deliveries(company, chosen.ids, act))


@operation(router, "POST /queue/clear", ACT, ActedOut)
def clear_queue(request: ApiRequest, of: ClearIn) -> ActedOut:
    """Drop all that has not left, of the company or of one bridge."""
    bridge = bridge_of(request, of.bridge) if of.bridge else None
    company, act = company_of(request), act_of(request)
    return acted_out(actions.clear_pending(company, act, bridge=bridge))


def queue_of(company: Company, query: QueueQuery) -> QuerySet[Delivery]:
    """Return the documents that are asked for."""
    rows = Delivery.objects.filter(company=company).defer("document")
    if query.show == "pending":
        rows = rows.exclude(state__in=SETTLED)
    elif query.show == "needs_you":
        rows = rows.filter(state__in=NEEDS_YOU)
    elif query.show == "previous":
        rows = rows.filter(state__in=SETTLED)
    if query.kind:
        rows = rows.filter(kind=query.kind)
    if query.bridge:
        rows = rows.filter(bridge__uid=query.bridge)
    return rows
