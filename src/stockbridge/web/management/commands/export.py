"""`stockbridge export`: all that is here, as CSV or JSON."""

import json
from collections.abc import Iterator

from django.core.management.base import CommandParser

from stockbridge.web.command_line.choosing import bridge_of, company_of
from stockbridge.web.command_line.exporting import (
    OF_BRIDGE,
    SOURCES,
    Row,
    Wish,
    flat,
)
from stockbridge.web.command_line.files import written
from stockbridge.web.command_line.shell import OneAct, Options
from stockbridge.web.tables.export import csv_lines


class Command(OneAct):
    """Exporting."""

    help = "Export orders, items, customers, the queue or the journal."

    def declare(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        parser.add_argument("what", choices=sorted(SOURCES))
        parser.add_argument("--bridge", help="where there are several")
        parser.add_argument(
            "--format", choices=["csv", "json"], help="csv, unless --json is given"
        )
        parser.add_argument(
            "--to", default="-", metavar="FILE", help="standard output if left out"
        )

    def act(self, options: Options) -> None:
        """Write all rows, one after the other."""
        company = company_of(options)
        bridge = None
        if options["what"] in OF_BRIDGE:
            bridge = bridge_of(company, options["bridge"])
        rows = SOURCES[options["what"]](Wish(company, bridge))
        form = options["format"] or ("json" if options["is_json"] else "csv")
        lines = _json(rows) if form == "json" else csv_lines(_table(rows))
        written(self.out, options["to"], lines)


def _json(rows: Iterator[Row]) -> Iterator[str]:
    """Yield a JSON list, a row at a time."""
    before = "[\n"
    for row in rows:
        yield before + json.dumps(row, ensure_ascii=False)
        before = ",\n"
    yield "[]\n" if before == "[\n" else "\n]\n"


def _table(rows: Iterator[Row]) -> Iterator[list[object]]:
    for number, row in enumerate(rows):
        if number == 0:
            yield list(row)
        yield list(flat(row).values())
