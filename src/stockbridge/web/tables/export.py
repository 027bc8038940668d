"""Tables as CSV files, sent while they are read: memory stays flat."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import chain, islice
from typing import Any

from django.http import StreamingHttpResponse
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.safestring import SafeString

from stockbridge.domain.money import Money, minor_digits
from stockbridge.web.tables.filters import Rows
from stockbridge.web.tables.table import Table
from stockbridge.web.text import Text

#: A spreadsheet takes a text that begins so for a formula, and would run it.
FORMULA_STARTS = (
    *("=", "+", "-", "@", "\t", "\r", "\n"),
    *("\uff1d", "\uff0b", "\uff0d", "\uff20"),  # their full-width forms
)
ROWS_PER_READ = 2_000
BYTE_ORDER_MARK = "\ufeff"  # without it Excel takes UTF-8 for something else


def csv_response(table: Table, rows: Rows) -> StreamingHttpResponse:
    """Return all rows as a file to keep; the rows come filtered and ordered."""
    columns = [column for column in table.columns if column.is_exported]
    cells = (
        [column.plain(row) for column in columns] for row in _prepared(table, rows)
    )
    return csv_file(table.key, csv_rows([column.label for column in columns], cells))


def csv_file(name: str, lines: Iterable[str]) -> StreamingHttpResponse:
    """Return lines as a CSV file to keep; the name comes without its ending."""
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def csv_rows(heads: Iterable[Text], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """Yield the lines of a file that spreadsheets open: its heads, then its rows."""
    yield BYTE_ORDER_MARK
    yield from csv_lines(chain([[str(head) for head in heads]], rows))


def csv_lines(rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """Yield the lines of a CSV file; texts unable to act as formulas."""
    writer = csv.writer(_Echo())
    for row in rows:
        yield writer.writerow([csv_text(cell) for cell in row])


def csv_text(value: object) -> str:
    """Return a value for a CSV file: numbers bare, texts unable to act as formulas."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | Decimal):
        return str(value)
    if isinstance(value, datetime):
        local = timezone.localtime(value) if timezone.is_aware(value) else value
        return local.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    text = strip_tags(value) if isinstance(value, SafeString) else str(value)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def coins(money: Money | None) -> Decimal | None:
    """Return the amount with the decimals of its currency; None where there is none."""
    if money is None:
        return None
    return round(money.amount, minor_digits(money.currency))


def _prepared(table: Table, rows: Rows) -> Iterator[Any]:
    reading = rows.iterator(chunk_size=ROWS_PER_READ)
    while chunk := tuple(islice(reading, ROWS_PER_READ)):
        yield from table.prepare(chunk)


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text
