"""Calls about the logs."""

from ninja import Query, Router
from pydantic import Field

from stockbridge.companies.permissions import Permission
from stockbridge.engine.models import ExchangeLog, LogEntry
from stockbridge.web.api.access import ApiRequest, company_of, not_found
from stockbridge.web.api.calls import RowId, operation
from stockbridge.web.api.paging import Page, PageQuery, page_of
from stockbridge.web.api.shapes.logs import (
    ExchangeDetail,
    ExchangeOut,
    LogOut,
    exchange_detail,
    exchange_out,
    log_out,
)

router = Router(tags=["Logs"])
SEE = Permission.SEE_LOGS


class LogQuery(PageQuery):
    """Which lines."""

    channel: str = Field("", max_length=16)
    level: str = Field("", max_length=8)
    connection: str = Field("", max_length=12)


class ExchangeQuery(PageQuery):
    """Which requests."""

    connection: str = Field("", max_length=12)


@operation(router, "GET /logs", SEE, Page[LogOut])
def list_logs(request: ApiRequest, query: Query[LogQuery]) -> Page[LogOut]:
    """Return what happened, the newest first."""
    rows = LogEntry.objects.filter(company=company_of(request))
    if query.channel:
        rows = rows.filter(channel=query.channel)
    if query.level:
        rows = rows.filter(level=query.level)
    if query.connection:
        rows = rows.filter(connection__uid=query.connection)
    rows = rows.select_related("connection")
    return page_of(rows, query, lambda found: [log_out(row) for row in found])


@operation(router, "GET /exchanges", SEE, Page[ExchangeOut])
def list_exchanges(
    request: ApiRequest, query: Query[ExchangeQuery]
) -> Page[ExchangeOut]:
    """Return requests to and from the outside, the newest first."""
    rows = ExchangeLog.objects.filter(connection__company=company_of(request))
    if query.connection:
        rows = rows.filter(connection__uid=query.connection)
    rows = rows.select_related("connection").defer("request", "answer")
    return page_of(rows, query, lambda found: [exchange_out(row) for row in found])


@operation(router, "GET /exchanges/{int:exchange_id}", SEE, ExchangeDetail)
def get_exchange(request: ApiRequest, exchange_id: RowId) -> ExchangeDetail:
    """Return a request and its answer, redacted."""
    rows = ExchangeLog.objects.filter(connection__company=company_of(request))
    row = rows.select_related("connection").filter(pk=exchange_id).first()
    if row is None:
        raise not_found()
    return exchange_detail(row)
