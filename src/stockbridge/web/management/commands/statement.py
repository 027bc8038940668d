"""`stockbridge statement`: the store equals the books, or each difference is named."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.core.management.base import CommandParser

from stockbridge.domain.errors import ActionNeededError
from stockbridge.engine.account_movements import BridgeAccounts
from stockbridge.engine.clock import utc_now
from stockbridge.engine.statement import BridgeStatement, statement_of
from stockbridge.web.account_rows import account_name, why
from stockbridge.web.api.shapes.amounts import of_money
from stockbridge.web.api.shapes.statement import StatementOut, statement_out
from stockbridge.web.command_line.days import days_of, declare_days
from stockbridge.web.command_line.files import written
from stockbridge.web.command_line.output import Column
from stockbridge.web.command_line.shell import OneAct, Options
from stockbridge.web.tables.export import csv_lines

AMOUNTS = ("orders", "tax", "shipping", "refunds", "net")
TOTALS = (
    Column("what", ""),
    Column("store", "Store", is_number=True),
    Column("books", "Books", is_number=True),
    Column("difference", "Difference", is_number=True),
)
OPEN = (
    Column("number", "Order"),
    Column("date", "Day"),
    Column("difference", "Difference", is_number=True),
    Column("outcome", "What became of it"),
    Column("reason", "Why"),
    Column("drift", ""),
)
ACCOUNTS = (
    Column("name", "Account"),
    Column("came_in", "Came in", is_number=True),
    Column("went_out", "Went out", is_number=True),
    Column("net", "Net", is_number=True),
    Column("planned", "Planned", is_number=True),
    Column("difference", "Difference", is_number=True),
    Column("others", "Other movements", is_number=True),
)
NAMED = (
    Column("name", "Account"),
    Column("number", "Order"),
    Column("date", "Day"),
    Column("difference", "Difference", is_number=True),
    Column("why", "Why"),
)
CSV = ("date", "number", "kind", "id", "currency", "outcome", "reason", "drift")


class Command(OneAct):
    """The statement."""

    help = "Compare the store with the books, to the cent, and name each difference."

    def declare(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        declare_days(parser)
        parser.add_argument("--csv", metavar="FILE", help="every order; - prints it")

    def act(self, options: Options) -> None:
        """Print the statement; exit code 1 where a difference has no explanation."""
        bridge, span = days_of(options)
        found = statement_of(bridge, span, now=utc_now())
        made = statement_out(bridge.uid, found)
        if options["csv"]:
            written(self.out, options["csv"], csv_lines(_csv(made)))
        if options["csv"] != "-":
            self._print(made, found)
        if found.statement.drift or not made.is_complete:
            count = len(found.statement.drift)
            raise ActionNeededError(
                f"{count} differences have no explanation."
                if count
                else "The statement is not complete.",
                remedy="See the orders above.",
                code="not_even",
            )

    def _print_accounts(self, found: BridgeStatement) -> None:
        told = found.accounts
        self.out.say("")
        if told is None:
            self.out.say("These books do not tell us which account money lies on.")
            return
        rows = _accounts(told)
        self.out.table(rows, ACCOUNTS, "No money moved in these days.")
        if named := _named(told):
            self.out.say("")
            self.out.table(named, NAMED)
        if told.unread:
            self.out.warn(f"Other movements could not be read: {told.unread}")

    def _print(self, made: StatementOut, found: BridgeStatement) -> None:
        self.out.document(made.model_dump(mode="json"))
        self.out.say(f"{made.title}, {made.first} to {made.last}")
        self.out.table(_totals(made), TOTALS, "Nothing was sold in these days.")
        self._print_accounts(found)
        open_rows = _open(made)
        if open_rows:
            self.out.say("")
            self.out.table(open_rows, OPEN)
        for number in (*made.undecided, *made.unreadable):
            self.out.warn(f"Nothing was decided about order {number}.")
        if made.is_even:
            self.out.say("Store and books agree to the cent.")


def _totals(made: StatementOut) -> list[dict[str, Any]]:
    return [
        {
            "what": f"{name}, {one.currency}",
            "store": getattr(one.store, name),
            "books": getattr(one.books, name),
            "difference": getattr(one.difference, name),
        }
        for one in made.totals
        for name in AMOUNTS
    ]


def _accounts(told: BridgeAccounts) -> list[dict[str, Any]]:
    return [
        {
            "name": f"{account_name(told, one.account_id)}, {one.currency}",
            "came_in": "not read yet" if one.unread else of_money(one.booked.came_in),
            "went_out": "" if one.unread else of_money(one.booked.went_out),
            "net": "" if one.unread else of_money(one.booked.net),
            "planned": of_money(one.planned.net),
            "difference": "" if one.unread else of_money(one.difference),
            "others": of_money(one.besides.net) if one.others else "",
        }
        for one in told.movements.movements
    ]


def _named(told: BridgeAccounts) -> list[dict[str, Any]]:
    return [
        {
            "name": f"{account_name(told, line.account_id)}, {one.currency}",
            "number": line.number,
            "date": line.day.isoformat(),
            "difference": of_money(line.difference),
            "why": why(told, line),
        }
        for one in told.movements.movements
        for line in one.named
    ]


def _open(made: StatementOut) -> list[dict[str, Any]]:
    rows = []
    for row in made.rows:
        nothing = all(_is_zero(getattr(row.difference, name)) for name in AMOUNTS)
        if nothing and not row.drift:
            continue
        shown = row.model_dump(mode="json")
        rows.append({**shown, "difference": f"{row.difference.net} {row.currency}"})
    return rows


def _is_zero(text: str) -> bool:
    return not text.strip("-0.")


def _csv(made: StatementOut) -> Iterator[list[object]]:
    sides = ("store", "books", "difference")
    yield [*CSV, *(f"{side}_{name}" for side in sides for name in AMOUNTS)]
    for row in made.rows:
        data = row.model_dump(mode="json")
        amounts = [Decimal(data[side][name]) for side in sides for name in AMOUNTS]
        yield [*(data[name] for name in CSV), *amounts]
