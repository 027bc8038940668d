"""The calls for the statement, store = books, and for the online tax."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from ninja import Query, Router
from pydantic import Field

from stockbridge.companies.permissions import Permission
from stockbridge.engine.clock import utc_now
from stockbridge.engine.models import Bridge
from stockbridge.engine.statement import Span, statement_of
from stockbridge.engine.tax_report import taxes_of
from stockbridge.web.api.access import ApiRequest
from stockbridge.web.api.calls import In, Uid, operation
from stockbridge.web.api.finding import bridge_of
from stockbridge.web.api.shapes.statement import StatementOut, statement_out
from stockbridge.web.api.shapes.taxes import TaxesOut, taxes_out

router = Router(tags=["Statement"])
DAYS = 30  # where no first day is said


class StatementQuery(In):
    """Which business dates, both days included; the last thirty where left out."""

    first: date | None = Field(None, ge=date(1970, 1, 1), le=date(9000, 1, 1))
    last: date | None = Field(None, ge=date(1970, 1, 1), le=date(9000, 1, 1))


class TaxesQuery(StatementQuery):
    """The days, and whether rates are told apart by where the goods went."""

    by_place: bool = False


@operation(router, "GET /bridges/{uid}/statement", Permission.VIEW, StatementOut)
def get_statement(
    request: ApiRequest, uid: Uid, query: Query[StatementQuery]
) -> StatementOut:
    """Compare the store with the books, day by day and order by order, now."""
    bridge = bridge_of(request, uid)
    span = span_of(bridge, query.first, query.last)
    return statement_out(bridge.uid, statement_of(bridge, span, now=utc_now()))


@operation(router, "GET /bridges/{uid}/taxes", Permission.VIEW, TaxesOut)
def get_taxes(request: ApiRequest, uid: Uid, query: Query[TaxesQuery]) -> TaxesOut:
    """Add up the tax by rate and by who charges it, beside what the books have, now."""
    bridge = bridge_of(request, uid)
    span = span_of(bridge, query.first, query.last)
    by_place = query.by_place
    found = taxes_of(bridge, span, now=utc_now(), by_place=by_place)
    return taxes_out(bridge.uid, found, by_place=by_place)


def span_of(bridge: Bridge, first: date | None, last: date | None) -> Span:
    """Return the days that are meant, in the company's time zone."""
    today = utc_now().astimezone(ZoneInfo(bridge.company.time_zone)).date()
    last = last or max(today, first or today)
    return Span(first or last - timedelta(days=DAYS - 1), last)
