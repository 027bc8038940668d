"""`stockbridge pull`: bring orders, customers, items, stock into the books."""

from typing import Any

from django.core.management.base import CommandParser

from stockbridge.engine.actions.runs import RunRequest, start_run
from stockbridge.engine.models import Bridge, Run
from stockbridge.web.command_line.choosing import bridge_of, company_of
from stockbridge.web.command_line.entering import values_of
from stockbridge.web.command_line.following import declare_approval, preview_and_do
from stockbridge.web.command_line.records import ids_of
from stockbridge.web.command_line.shell import OneAct, Options

KINDS = {
    "orders": Run.Kind.IMPORT_ORDERS,
    "customers": Run.Kind.IMPORT_CUSTOMERS,
    "items": Run.Kind.IMPORT_ITEMS,
    "stock": Run.Kind.TAKE_STOCK,
}


class Command(OneAct):
    """Pulling."""

    help = (
        "Bring orders, customers, items or quantities typed in the store into the "
        "books, after showing a preview."
    )

    def declare(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        parser.add_argument("what", choices=sorted(KINDS))
        parser.add_argument("--bridge", help="where there are several")
        parser.add_argument("--all", action="store_true")
        parser.add_argument(
            "--id",
            action="append",
            default=[],
            dest="ids",
            metavar="ID",
            help="an order's number, an item's SKU, a customer's e-mail, or the "
            "store's id; may be given several times",
        )
        parser.add_argument("--from", dest="first", metavar="DAY", help="of orders")
        parser.add_argument("--to", dest="last", metavar="DAY", help="of orders")
        parser.add_argument("--status", default="", help="the store's own word")
        parser.add_argument(
            "--moves-stock",
            choices=["ask", "yes", "no"],
            default="ask",
            help="whether orders that may be off the shelf already take goods off it",
        )
        parser.add_argument("--location", default="", help="of orders and items")
        parser.add_argument(
            "--account",
            action="append",
            default=[],
            metavar="ROLE=ID",
            help="of new items: income, asset, cogs, expense, purchase_variance",
        )
        declare_approval(parser)

    def act(self, options: Options) -> None:
        """Show what would be booked or created; do it once that is approved."""
        bridge = bridge_of(company_of(options), options["bridge"])
        kind, parameters = KINDS[options["what"]], _parameters(bridge, options)
        run = start_run(bridge, RunRequest(kind, parameters), self.who())
        preview_and_do(run, options, self.who(), self.out)


def _parameters(bridge: Bridge, options: Options) -> dict[str, Any]:
    what = "items" if options["what"] == "stock" else options["what"]
    ids = ids_of(bridge.store_id, what, options["ids"])
    found: dict[str, Any] = {"all": options["all"], what: ids}
    if what == "orders":
        found |= {
            "first": options["first"],
            "last": options["last"],
            "status": options["status"],
            "moves_stock": options["moves_stock"],
            "location": options["location"],
        }
    elif options["what"] == "items":
        accounts = values_of(options["account"])
        found |= {"accounts": accounts, "location": options["location"]}
    return found
