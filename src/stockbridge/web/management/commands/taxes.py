"""`stockbridge taxes`: online tax by rate and by who charges it, for tax returns."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.core.management.base import CommandParser

from stockbridge.domain.errors import ActionNeededError
from stockbridge.engine.clock import utc_now
from stockbridge.engine.tax_report import BridgeTaxes, taxes_of
from stockbridge.web.api.shapes.taxes import TaxesOut, taxes_out
from stockbridge.web.command_line.days import days_of, declare_days
from stockbridge.web.command_line.files import csv_lines, written
from stockbridge.web.command_line.output import Column
from stockbridge.web.command_line.shell import OneAct, Options
from stockbridge.web.tax_rows import place_of, rate_of, word_of

AMOUNTS = (
    *("taxable", "tax", "taxable_refunds", "tax_refunds"),
    *("net", "booked", "difference"),
)
RATES = (
    Column("place", "Who charges it"),
    Column("rate", "Rate"),
    Column("taxable", "Taxable", is_number=True),
    Column("tax", "Tax", is_number=True),
    Column("tax_refunds", "Refunded", is_number=True),
    Column("net", "Owed", is_number=True),
    Column("booked", "In the books", is_number=True),
    Column("difference", "Difference", is_number=True),
)
OPEN = (
    Column("number", "Order"),
    Column("date", "Day"),
    Column("difference", "Difference", is_number=True),
    Column("name", "What became of it"),
    Column("reason", "Why"),
)
CSV = ("currency", "kind", "country", "state", "label", "percent")


class Command(OneAct):
    """The tax report."""

    help = "Add up the tax that the store charged, by rate and by who charges it."

    def declare(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        declare_days(parser)
        parser.add_argument("--csv", metavar="FILE", help="every rate; - prints it")

    def act(self, options: Options) -> None:
        """Print the report; exit code 1 where orders are not accounted for."""
        bridge, span = days_of(options)
        found = taxes_of(bridge, span, now=utc_now())
        made = taxes_out(bridge.uid, found)
        if options["csv"]:
            written(self.out, options["csv"], csv_lines(_csv(made)))
        if options["csv"] != "-":
            shown = [
                {**one.model_dump(mode="json"), "place": place, "rate": rate}
                for one, place, rate in zip(made.rates, *_names(found), strict=True)
            ]
            self._print(made, shown)
        if not made.is_complete:
            raise ActionNeededError(
                "Not every order of these days is accounted for.",
                remedy="See `stockbridge statement` for the same days.",
                code="not_complete",
            )

    def _print(self, made: TaxesOut, rates: list[dict[str, Any]]) -> None:
        self.out.document(made.model_dump(mode="json"))
        self.out.say(f"{made.title}, {made.first} to {made.last}")
        currencies = [one.currency for one in made.totals]
        if not currencies:
            self.out.say("Nothing was sold in these days.")
        for total in made.totals:
            if len(currencies) > 1:
                self.out.say(total.currency)
            rows = [one for one in rates if one["currency"] == total.currency]
            last = {
                **total.model_dump(),
                "taxable": "",
                "place": "Total",
                "rate": total.currency,
            }
            self.out.table([*rows, last], RATES)
        if made.open:
            self.out.say("")
            shown = [
                {
                    **one.model_dump(mode="json"),
                    "difference": f"{one.difference} {one.currency}",
                    "name": word_of(one.name),
                }
                for one in made.open
            ]
            self.out.table(shown, OPEN)
        elif currencies:
            self.out.say("All of it is in the books, to the cent.")


def _names(found: BridgeTaxes) -> tuple[list[str], list[str]]:
    rates = [one.rate for one in found.report.rates]
    return [place_of(one) for one in rates], [rate_of(one) for one in rates]


def _csv(made: TaxesOut) -> Iterator[list[object]]:
    yield [*CSV, *AMOUNTS, "named"]
    for rate in made.rates:
        amounts = [Decimal(getattr(rate, name)) for name in AMOUNTS]
        named = ", ".join(f"{one.name} {one.amount}" for one in rate.named)
        yield [*(getattr(rate, name) for name in CSV), *amounts, named]
