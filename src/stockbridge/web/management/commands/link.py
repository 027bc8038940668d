"""`stockbridge link`: link orders to what the books have of them already."""

from typing import Any

from django.core.management.base import CommandParser

from stockbridge.engine.actions.runs import RunRequest, start_run
from stockbridge.engine.models import Bridge, Run
from stockbridge.web.command_line.choosing import bridge_of, company_of
from stockbridge.web.command_line.entering import values_of
from stockbridge.web.command_line.following import declare_approval, preview_and_do
from stockbridge.web.command_line.records import ids_of
from stockbridge.web.command_line.shell import OneAct, Options


class Command(OneAct):
    """Linking."""

    help = (
        "Look for orders in the books that somebody typed in, or another program "
        "booked, and link them after showing a preview. A linked order is not booked."
    )

    def declare(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        parser.add_argument("--bridge", help="where there are several")
        parser.add_argument("--from", dest="first", metavar="DAY", required=True)
        parser.add_argument(
            "--to", dest="last", metavar="DAY", required=True, help="of the order"
        )
        parser.add_argument(
            "--document",
            action="append",
            default=[],
            metavar="ORDER=ID",
            help="where a preview asks: an order's number, and the id of its document, "
            "as Invoice:123; may be given several times",
        )
        declare_approval(parser)

    def act(self, options: Options) -> None:
        """Show which orders fit which documents; link them once that is approved."""
        bridge = bridge_of(company_of(options), options["bridge"])
        parameters = {
            "first": options["first"],
            "last": options["last"],
            "documents": _chosen(bridge, values_of(options["document"])),
        }
        request = RunRequest(Run.Kind.LINK_ORDERS, parameters)
        run = start_run(bridge, request, self.who())
        preview_and_do(run, options, self.who(), self.out)


def _chosen(bridge: Bridge, given: dict[str, Any]) -> dict[str, str]:
    return {
        order_id: str(document)
        for number, document in given.items()
        for order_id in ids_of(bridge.store_id, "orders", [number])
    }
