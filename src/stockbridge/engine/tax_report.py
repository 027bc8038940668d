"""Online tax of a bridge for a span of business dates, made from its statement."""

from dataclasses import dataclass
from datetime import datetime

from stockbridge.connectors import registry
from stockbridge.domain.tax_report import TaxReport, tax_report
from stockbridge.engine import links
from stockbridge.engine.models import Bridge
from stockbridge.engine.statement import BridgeStatement, Span, statement_of


@dataclass(frozen=True, slots=True)
class BridgeTaxes:
    """The report, and the statement that it was made from."""

    statement: BridgeStatement
    report: TaxReport


def taxes_of(
    bridge: Bridge,
    span: Span,
    *,
    now: datetime,
    by_place: bool = False,
    find: links.ConnectorFinder = registry.get,
) -> BridgeTaxes:
    """Return the tax by rate; the books are asked now. Raises as `statement_of`."""
    found = statement_of(bridge, span, now=now, find=find, has_accounts=False)
    return BridgeTaxes(found, tax_report(found.statement, by_place=by_place))
