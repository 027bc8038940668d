"""A bridge and a span of business dates, as the reports of a bridge ask for them."""

from django.core.management.base import CommandParser

from stockbridge.engine.models import Bridge
from stockbridge.engine.statement import Span
from stockbridge.web.api.statement import span_of
from stockbridge.web.command_line.choosing import bridge_of, company_of, day_of
from stockbridge.web.command_line.shell import Options


def declare_days(parser: CommandParser) -> None:
    """Declare the bridge, and the first and the last day."""
    parser.add_argument("--bridge", help="where there are several")
    parser.add_argument("--from", dest="first", metavar="DAY")
    parser.add_argument("--to", dest="last", metavar="DAY", help="both days included")


def days_of(options: Options) -> tuple[Bridge, Span]:
    """Return the bridge and the span that were asked for."""
    bridge = bridge_of(company_of(options), options["bridge"])
    return bridge, span_of(bridge, day_of(options["first"]), day_of(options["last"]))
