"""`stockbridge bridge`: a store joined to books, its options, on and off."""

from typing import Any

from django.core.management.base import CommandParser

from stockbridge.engine.actions import bridges as actions
from stockbridge.engine.actions.sales import Takes, choose_sales
from stockbridge.engine.ground import options_of
from stockbridge.engine.models import Bridge
from stockbridge.engine.options import BridgeOptions
from stockbridge.web.api.shapes.bridges import bridge_out
from stockbridge.web.command_line.choosing import (
    bridge_of,
    bridges_of,
    company_of,
    connection_of,
)
from stockbridge.web.command_line.entering import values_of
from stockbridge.web.command_line.output import Column
from stockbridge.web.command_line.shell import Options, Shell

COLUMNS = (
    Column("uid", "Id"),
    Column("name", "Joined"),
    Column("is_enabled", "On"),
    Column("activated_at", "Since"),
)
OPTIONS = (
    Column("group", "Group"),
    Column("name", "Option"),
    Column("value", "Value"),
    Column("help", "Meaning"),
)


class Command(Shell):
    """Bridges."""

    help = "Join a store and books, set the options, switch on and off."

    def declare(self, parser: CommandParser) -> None:
        """Declare the verbs."""
        verbs = self.verbs(
            parser,
            add=self.add,
            set=self.set,
            show=self.show,
            enable=self.enable,
            disable=self.disable,
            sales=self.sales,
            list=self.list,
        )
        verbs["add"].add_argument("store", help="the store connection")
        verbs["add"].add_argument("books", help="the books connection")
        verbs["add"].add_argument(
            "--separate",
            action="store_true",
            help="the store's other books are of another company",
        )
        verbs["sales"].add_argument("takes", choices=[one.value for one in Takes])
        for name in ("set", "show", "enable", "disable", "sales"):
            verbs[name].add_argument(
                "--bridge", help="its id or its store's name, where there are several"
            )
        verbs["set"].add_argument(
            "options_given",
            nargs="+",
            metavar="OPTION=VALUE",
            help='as missing_item=create or locations=["1"]; see `bridge show`',
        )

    def add(self, options: Options) -> None:
        """Join a store and books; nothing flows before it is switched on."""
        company = company_of(options)
        store = connection_of(company, options["store"])
        books = connection_of(company, options["books"])
        are_separate = options["separate"]
        self._show(actions.join(store, books, self.who(), are_separate=are_separate))

    def sales(self, options: Options) -> None:
        """Let one of two books of one company take the sales of a store."""
        row = bridge_of(company_of(options), options["bridge"])
        choose_sales(row, Takes(options["takes"]), self.who())
        self._show(row)

    def set(self, options: Options) -> None:
        """Save options, all at once; what is not named stays."""
        row = bridge_of(company_of(options), options["bridge"])
        saved = actions.save_options(
            row, values_of(options["options_given"]), self.who()
        )
        for warning in saved.warnings:
            self.out.warn(warning)
        if saved.is_under_way:
            self.out.say("Work is under way: it takes effect at its next step.")
        self._show(row)

    def show(self, options: Options) -> None:
        """Show a bridge with all its options and what they mean."""
        row = bridge_of(company_of(options), options["bridge"])
        self._show(row)
        self.out.table(_options(row), OPTIONS)

    def enable(self, options: Options) -> None:
        """Switch it on: from now on new data flows as the options say."""
        row = bridge_of(company_of(options), options["bridge"])
        actions.enable(row, self.who())
        self._show(row)

    def disable(self, options: Options) -> None:
        """Stop it at its next step."""
        row = bridge_of(company_of(options), options["bridge"])
        actions.disable(row, self.who())
        self._show(row)

    def list(self, options: Options) -> None:
        """List what is joined in the company."""
        rows = [
            bridge_out(row).model_dump(mode="json")
            for row in bridges_of(company_of(options))
        ]
        self.out.table(rows, COLUMNS, "Nothing is joined yet.")
        self.out.document(rows)

    def _show(self, row: Bridge) -> None:
        record = bridge_out(row).model_dump(mode="json")
        self.out.document(record)
        names = ("uid", "name", "is_enabled", "activated_at", "is_under_way")
        changed = _changed(row)
        shown = {name: record[name] for name in names}
        self.out.facts({**shown, "options set": changed or "all as they come"})


def _changed(row: Bridge) -> dict[str, Any]:
    """Return the options that are not as they come."""
    default = BridgeOptions().model_dump(mode="json")
    now = options_of(row).model_dump(mode="json")
    return {name: value for name, value in now.items() if value != default[name]}


def _options(row: Bridge) -> list[dict[str, Any]]:
    now = options_of(row).model_dump(mode="json")
    found = []
    for name, field in BridgeOptions.model_fields.items():
        extra = field.json_schema_extra
        group = extra.get("group", "") if isinstance(extra, dict) else ""
        words = f"{field.title}. {field.description or ''}".strip()
        found.append({"group": group, "name": name, "value": now[name], "help": words})
    return found
