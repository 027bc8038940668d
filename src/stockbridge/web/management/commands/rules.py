"""`stockbridge rules`: the posting rules, shown, and taken from a file."""

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from pydantic import TypeAdapter, ValidationError

from stockbridge.domain.errors import InvalidInputError
from stockbridge.engine.actions.posting_rules import RuleDraft, drafts_of, set_rules
from stockbridge.engine.models import Bridge
from stockbridge.web.command_line.choosing import bridge_of, company_of
from stockbridge.web.command_line.output import Column
from stockbridge.web.command_line.shell import Options, Shell, UsageError
from stockbridge.web.rule_forms import changes, conditions

COLUMNS = (
    Column("name", "Rule"),
    Column("fits", "Which orders"),
    Column("then", "Then"),
)
_RULES: TypeAdapter[list[RuleDraft]] = TypeAdapter(list[RuleDraft])


class Command(Shell):
    """Rules of posting."""

    help = "Show the rules by which orders are booked, or take them from a file."

    def declare(self, parser: CommandParser) -> None:
        """Declare the verbs."""
        verbs = self.verbs(parser, show=self.show, set=self.set)
        for one in verbs.values():
            one.add_argument("--bridge", help="where there are several")
        verbs["set"].add_argument(
            "file", help="JSON, as `rules show --json` prints it; - is standard input"
        )

    def show(self, options: Options) -> None:
        """Show the rules; the first that fits an order counts."""
        self._say(bridge_of(company_of(options), options["bridge"]))

    def set(self, options: Options) -> None:
        """Keep the rules of the file instead of all before."""
        bridge = bridge_of(company_of(options), options["bridge"])
        set_rules(bridge, _read(options["file"]), self.who())
        self._say(bridge)

    def _say(self, bridge: Bridge) -> None:
        drafts = drafts_of(bridge)
        rows = [
            {"name": one.name, "fits": conditions(one), "then": changes(one, {})}
            for one in drafts
        ]
        self.out.table(rows, COLUMNS, "There is no rule.")
        self.out.document([one.model_dump(mode="json") for one in drafts])


def _read(file: str) -> list[RuleDraft]:
    try:
        text = sys.stdin.read() if file == "-" else Path(file).read_text("utf-8")
        given: Any = json.loads(text)
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise UsageError(f"{file} is no JSON.") from error
    try:
        return _RULES.validate_python(given)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        message = str(first["msg"]).removeprefix("Value error, ")
        raise InvalidInputError(f"{place}: {message}", field=place) from error
