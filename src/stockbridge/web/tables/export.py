"""A table as a CSV file, sent while it is read: memory stays flat."""

import csv
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from itertools import islice

from django.http import StreamingHttpResponse
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.safestring import SafeString

from stockbridge.web.tables.filters import Rows
from stockbridge.web.tables.table import Table

#: A spreadsheet takes a text that begins so for a formula, and would run it.
FORMULA_STARTS = (
    *("=", "+", "-", "@", "\t", "\r", "\n"),
    *("\uff1d", "\uff0b", "\uff0d", "\uff20"),  # their full-width forms
)
ROWS_PER_READ = 2_000
BYTE_ORDER_MARK = "\ufeff"  # without it Excel takes UTF-8 for something else


def csv_response(table: Table, rows: Rows) -> StreamingHttpResponse:
    """Return all rows as a file to keep; the rows come filtered and ordered."""
    response = StreamingHttpResponse(
        _lines(table, rows), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="{table.key}.csv"'
    return response


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


def _lines(table: Table, rows: Rows) -> Iterator[str]:
    columns = [column for column in table.columns if column.is_exported]
    writer = csv.writer(_Echo())
    yield BYTE_ORDER_MARK
    yield writer.writerow([csv_text(str(column.label)) for column in columns])
    reading = rows.iterator(chunk_size=ROWS_PER_READ)
    while chunk := tuple(islice(reading, ROWS_PER_READ)):
        for row in table.prepare(chunk):
            yield writer.writerow([csv_text(column.plain(row)) for column in columns])


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text
