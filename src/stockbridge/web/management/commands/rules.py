"""`stockbridge rules`: the posting rules, shown, and taken from a file."""

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from pydantic import TypeAdapter, ValidationError

from stockbridge.domain.errors import InvalidInputError, SyncError
from stockbridge.engine import links
from stockbridge.engine.actions.posting_rules import (
    RuleDraft,
    drafts_of,
    set_rules,
    try_rules,
)
from stockbridge.engine.models import Bridge
from stockbridge.engine.trials import LAST, LAST_MAX
from stockbridge.web.api.shapes.trials import trial_out
from stockbridge.web.command_line.choosing import bridge_of, company_of
from stockbridge.web.command_line.output import Column
from stockbridge.web.command_line.shell import Options, Shell, UsageError
from stockbridge.web.rule_lists import RuleLists, account_choices, names_in, rule_lists
from stockbridge.web.rule_words import changes, conditions
from stockbridge.web.trial_rows import MoneyRow, TrialPage, money_words, trial_page

COLUMNS = (
    Column("name", "Rule"),
    Column("fits", "Which orders"),
    Column("then", "Then"),
)
CHANGED = (
    Column("number", "Order"),
    Column("what", "What changes"),
    Column("stays", ""),
)
_RULES: TypeAdapter[list[RuleDraft]] = TypeAdapter(list[RuleDraft])


class Command(Shell):
    """Rules of posting."""

    help = "Show the rules by which orders are booked, or take them from a file."

    def declare(self, parser: CommandParser) -> None:
        """Declare the verbs."""
        verbs = self.verbs(
            parser, show=self.show, set=self.set, **{"try": self.try_out}
        )
        for one in verbs.values():
            one.add_argument("--bridge", help="where there are several")
        verbs["set"].add_argument(
            "file", help="JSON, as `rules show --json` prints it; - is standard input"
        )

        wanted = verbs["try"]
        wanted.add_argument("--file", required=True, help="JSON, as for `rules set`")
        wanted.add_argument(
            "--last",
            type=int,
            default=LAST,
            metavar="N",
            help=f"on how many of the last orders: {LAST}, at most {LAST_MAX}",
        )

    def show(self, options: Options) -> None:
        """Show the rules; the first that fits an order counts."""
        self._say(bridge_of(company_of(options), options["bridge"]))

    def set(self, options: Options) -> None:
        """Keep the rules of the file instead of all before."""
        bridge = bridge_of(company_of(options), options["bridge"])
        set_rules(bridge, _read(options["file"]), self.who())
        self._say(bridge)

    def try_out(self, options: Options) -> None:
        """Show what the rules of a file would make of past orders; change nothing."""
        if not 1 <= options["last"] <= LAST_MAX:
            raise UsageError(f"--last is 1 to {LAST_MAX}.")
        bridge = bridge_of(company_of(options), options["bridge"])
        drafts = _read(options["file"])
        trial = try_rules(bridge, drafts, self.who(), last=options["last"])
        self.out.document(trial_out(trial).model_dump(mode="json"))
        self._show_trial(trial_page(trial, _lists(bridge)))

    def _show_trial(self, page: TrialPage) -> None:
        if not page.trial.tried:
            self.out.say(str(page.empty))
            return
        self.out.say(page.summary)
        rules = [
            {"name": one.name, "before": one.before, "after": one.after}
            for one in page.rules
        ]
        self.out.table(rules, _sides("Rule"), "There is no rule.")
        for title, tallies in (
            (page.documents_title, page.documents),
            (page.accounts_title, page.accounts),
        ):
            money = [
                dict(zip(("name", "before", "after"), _sums(row), strict=True))
                for row in tallies
            ]
            self.out.table(money, _sides(str(title)), "Nothing would be booked.")
        orders = [
            {
                "number": one.tried.number,
                "what": one.line,
                "stays": "in the books: stays" if one.tried.is_in_books else "",
            }
            for one in page.orders
        ]
        self.out.table(orders, CHANGED, "No order would be booked otherwise.")
        if page.more_count:
            self.out.say(f"… and {page.more_count} more; --json has them all.")

    def _say(self, bridge: Bridge) -> None:
        drafts = drafts_of(bridge)
        asks = any(one.account_id for one in drafts)
        names = names_in(drafts, _lists(bridge) if asks else rule_lists(bridge, []))
        rows = [
            {"name": one.name, "fits": conditions(one), "then": changes(one, names)}
            for one in drafts
        ]
        self.out.table(rows, COLUMNS, "There is no rule.")
        self.out.document([one.model_dump(mode="json") for one in drafts])


def _sides(title: str) -> tuple[Column, ...]:
    return (
        Column("name", title),
        Column("before", "Today", is_number=True),
        Column("after", "Then", is_number=True),
    )


def _sums(row: MoneyRow) -> tuple[str, str, str]:
    return (row.name, *money_words(row))


def _lists(bridge: Bridge) -> RuleLists:
    """Return what is known by name; accounts by their ids where nobody answers."""
    try:
        with links.calling():
            accounts = account_choices(links.open_books(bridge.books, None))
    except SyncError:
        accounts = []
    return rule_lists(bridge, accounts)


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
