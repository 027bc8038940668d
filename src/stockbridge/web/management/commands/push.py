"""`stockbridge push`: bring the store in line: stock, prices, items."""

from django.core.management.base import CommandParser

from stockbridge.engine.actions.runs import RunRequest, start_run
from stockbridge.engine.models import Run
from stockbridge.web.command_line.choosing import bridge_of, company_of
from stockbridge.web.command_line.following import declare_approval, preview_and_do
from stockbridge.web.command_line.records import ids_of
from stockbridge.web.command_line.shell import OneAct, Options

KINDS = {
    "stock": Run.Kind.PUSH_STOCK,
    "prices": Run.Kind.PUSH_PRICES,
    "items": Run.Kind.EXPORT_ITEMS,
}


class Command(OneAct):
    """Pushing."""

    help = "Bring the store in line with the books, after showing what would change."

    def declare(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        parser.add_argument("what", choices=sorted(KINDS))
        parser.add_argument("--bridge", help="where there are several")
        parser.add_argument(
            "--item",
            action="append",
            default=[],
            metavar="SKU",
            help="only this one, by SKU or id; may be given several times",
        )
        parser.add_argument(
            "--unmarked",
            action="store_true",
            help="with items: also those not marked to sell online",
        )
        declare_approval(parser)

    def act(self, options: Options) -> None:
        """Show what would change; do it once that is approved."""
        bridge = bridge_of(company_of(options), options["bridge"])
        is_export = options["what"] == "items"
        side = bridge.books_id if is_export else bridge.store_id
        items = ids_of(side, "items", options["item"])
        parameters: dict[str, object] = {"all": not items, "items": items}
        if is_export:
            parameters["marked_only"] = not options["unmarked"]
        act = self.who()
        run = start_run(bridge, RunRequest(KINDS[options["what"]], parameters), act)
        preview_and_do(run, options, self.who(), self.out)
