"""CSV in and out, whatever it holds: looked at first, then done whole or not at all."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import transaction

from stockbridge.backoffice import (
    csv_items,
    csv_journal,
    csv_orders,
    csv_partners,
    csv_stock,
)
from stockbridge.backoffice.csv_cells import Cells, Report
from stockbridge.backoffice.csv_text import Cell, Sheet, read_sheet, write_rows
from stockbridge.companies.models import Company
from stockbridge.domain.errors import InvalidInputError


class Content(StrEnum):
    """What a file holds."""

    ITEMS = "items"
    PARTNERS = "partners"
    STOCK = "stock"
    ORDERS = "orders"
    JOURNAL = "journal"


@dataclass(frozen=True, slots=True)
class _Kind:
    columns: tuple[str, ...]
    required: tuple[str, ...]
    load: Callable[[Company, Iterable[Cells], Report, datetime, str], None]
    export: Callable[[Company], Iterator[tuple[Cell, ...]]]


_Loader = Callable[[Company, Iterable[Cells], Report, datetime], None]


def _keyless(
    load: _Loader,
) -> Callable[[Company, Iterable[Cells], Report, datetime, str], None]:
    def loader(
        company: Company, rows: Iterable[Cells], report: Report, at: datetime, _: str
    ) -> None:
        load(company, rows, report, at)

    return loader


_KINDS = {
    Content.ITEMS: _Kind(
        csv_items.COLUMNS,
        csv_items.REQUIRED,
        _keyless(csv_items.load),
        csv_items.export,
    ),
    Content.PARTNERS: _Kind(
        csv_partners.COLUMNS,
        csv_partners.REQUIRED,
        _keyless(csv_partners.load),
        csv_partners.export,
    ),
    Content.STOCK: _Kind(
        csv_stock.COLUMNS, csv_stock.REQUIRED, csv_stock.load, csv_stock.export
    ),
    Content.ORDERS: _Kind(
        csv_orders.COLUMNS,
        csv_orders.REQUIRED,
        _keyless(csv_orders.load),
        csv_orders.export,
    ),
    Content.JOURNAL: _Kind(
        csv_journal.COLUMNS,
        csv_journal.REQUIRED,
        _keyless(csv_journal.load),
        csv_journal.export,
    ),
}


def columns(content: Content) -> tuple[str, ...]:
    """Return the columns that a file may have."""
    return _KINDS[content].columns


def required(content: Content) -> tuple[str, ...]:
    """Return the columns that a file must have."""
    return _KINDS[content].required


def preview(company: Company, content: Content, data: bytes, *, at: datetime) -> Report:
    """Return what the file would do, to the last detail; nothing stays."""
    with transaction.atomic():
        report = _load(company, content, data, at)
        transaction.set_rollback(True)
    return report


def load(company: Company, content: Content, data: bytes, *, at: datetime) -> Report:
    """Do what the file says, all of it; with a single error, nothing of it."""
    with transaction.atomic():
        report = _load(company, content, data, at)
        if not report.is_good:
            transaction.set_rollback(True)
    return report


def export(company: Company, content: Content) -> Iterator[str]:
    """Yield the lines of a file with all that the company has of it."""
    return write_rows(_KINDS[content].export(company))


def _load(company: Company, content: Content, data: bytes, at: datetime) -> Report:
    kind, report = _KINDS[content], Report()
    try:
        sheet = read_sheet(data)
        _check_columns(sheet, kind, report)
        rows = (
            Cells(row, values, sheet.has_decimal_comma) for row, values in sheet.rows
        )
        key = f"csv:{content}:{hashlib.sha256(data).hexdigest()[:32]}:{at.isoformat()}"
        kind.load(company, rows, report, at, key)
    except InvalidInputError as error:
        report.refuse(1, error)
    if not report.rows and report.is_good:
        report.refuse(1, InvalidInputError("The file has no rows.", field="file"))
    return report


def _check_columns(sheet: Sheet, kind: _Kind, report: Report) -> None:
    missing = [name for name in kind.required if name not in sheet.columns]
    if missing:
        raise InvalidInputError(
            f"Missing columns: {', '.join(missing)}.",
            field="file",
            remedy=f"The file may have these: {', '.join(kind.columns)}.",
        )
    unknown = [name for name in sheet.columns if name and name not in kind.columns]
    if unknown:
        report.notes.append(f"Not read: {', '.join(unknown)}.")
