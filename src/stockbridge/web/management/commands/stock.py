"""`stockbridge stock`: what each store item should show, what it shows, and why."""

from decimal import Decimal
from typing import Any

from django.core.management.base import CommandParser

from stockbridge.web.api.shapes.amounts import quantity_text
from stockbridge.web.api.shapes.stock import stock_out
from stockbridge.web.api.stock import StockQuery, targets_of
from stockbridge.web.command_line.choosing import bridge_of, company_of
from stockbridge.web.command_line.output import Column
from stockbridge.web.command_line.shell import OneAct, Options

COLUMNS = (
    Column("sku", "SKU"),
    Column("name", "Item"),
    Column("shown", "Shows", is_number=True),
    Column("desired", "Should show", is_number=True),
    Column("reason", "Because"),
)


class Command(OneAct):
    """Stock."""

    help = "Show what each store item should show, what it shows, and why."

    def declare(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        parser.add_argument("--bridge", help="where there are several")
        which = parser.add_mutually_exclusive_group()
        which.add_argument("--due", action="store_true", help="only what differs")
        which.add_argument("--held", action="store_true", help="only what is held")
        parser.add_argument("--sku", default="")
        parser.add_argument("--limit", type=int, default=100)

    def act(self, options: Options) -> None:
        """List the targets."""
        bridge = bridge_of(company_of(options), options["bridge"])
        show = "due" if options["due"] else "held" if options["held"] else "all"
        query = StockQuery.model_validate({"show": show, "sku": options["sku"]})
        rows = targets_of(bridge, query).order_by("pk")
        found = stock_out(bridge, list(rows[: options["limit"]]))
        data = [one.model_dump(mode="json") for one in found]
        shown = [{**one, "reason": _reason(one)} for one in data]
        self.out.table(shown, COLUMNS, "No store item is linked yet.")
        left = rows.count() - len(found)
        if left > 0:
            self.out.say(f"… and {left} more (--limit {left + len(found)} shows all).")
        self.out.document(data)


def _reason(one: dict[str, Any]) -> str:
    """Return in words how a quantity comes about."""
    if one["error"]:
        return str(one["error"])
    why = one["why"]
    parts = [_part(part) for part in why.get("parts", [])]
    return " · ".join(parts) or str(why.get("reason", ""))


def _part(part: dict[str, Any]) -> str:
    on_hand, claimed, buffer = (
        quantity_text(Decimal(part[name])) for name in ("on_hand", "claimed", "buffer")
    )
    words = f"{on_hand} there"
    if claimed != "0":
        words += f", {claimed} sold in {part['order_count']} orders"
    if buffer != "0":
        words += f", {buffer} kept back"
    return words
