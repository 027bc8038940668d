"""`stockbridge taxes`: online tax by rate and by who charges it, for tax returns."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.core.management.base import CommandParser

from stockbridge.domain.errors import ActionNeededError
from stockbridge.engine.clock import utc_now
from stockbridge.engine.tax_report import BridgeTaxes, taxes_of
from stockbridge.web.api.shapes.taxes import TaxesOut, TaxPlaceOut, taxes_out
from stockbridge.web.command_line.days import days_of, declare_days
from stockbridge.web.command_line.files import written
from stockbridge.web.command_line.output import Column
from stockbridge.web.command_line.shell import OneAct, Options
from stockbridge.web.tables.export import csv_lines
from stockbridge.web.tax_rows import place_of, rate_of, sent_to, word_of

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
SENT_TO = Column("to", "Sent to")
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
        words = "tell rates apart by the city and postcode that goods went to"
        parser.add_argument("--by-place", action="store_true", help=words)
        parser.add_argument("--csv", metavar="FILE", help="every rate; - prints it")

    def act(self, options: Options) -> None:
        """Print the report; exit code 1 where orders are not accounted for."""
        bridge, span = days_of(options)
        by_place = options["by_place"]
        found = taxes_of(bridge, span, now=utc_now(), by_place=by_place)
        made = taxes_out(bridge.uid, found, by_place=by_place)
        if options["csv"]:
            written(self.out, options["csv"], csv_lines(_csv(made)))
        if options["csv"] != "-":
            shown = [
                {**one.model_dump(mode="json"), **names}
                for one, names in zip(made.rates, _names(found), strict=True)
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
                "to": "",
                **total.model_dump(),
                "taxable": "",
                "place": "Total",
                "rate": total.currency,
            }
            is_placed = any(one.place is not None for one in made.rates)
            columns = (*RATES[:2], SENT_TO, *RATES[2:]) if is_placed else RATES
            self.out.table([*rows, last], columns)
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


def _names(found: BridgeTaxes) -> list[dict[str, str]]:
    return [
        {
            "place": place_of(one.rate),
            "rate": rate_of(one.rate),
            "to": sent_to(one.place),
        }
        for one in found.report.rates
    ]


def _csv(made: TaxesOut) -> Iterator[list[object]]:
    is_placed = any(rate.place is not None for rate in made.rates)
    to = [f"to_{name}" for name in TaxPlaceOut.model_fields] if is_placed else []
    yield [*CSV, *to, *AMOUNTS, "named"]
    for rate in made.rates:
        place = rate.place.model_dump().values() if rate.place else ()
        amounts = [Decimal(getattr(rate, name)) for name in AMOUNTS]
        named = ", ".join(f"{one.name} {one.amount}" for one in rate.named)
        head = (getattr(rate, name) for name in CSV)
        yield [*head, *place, *amounts, named]
