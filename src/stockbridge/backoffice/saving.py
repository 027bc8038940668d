"""Writes at once all that a batch decided, in the order that the links demand."""

from collections.abc import Sequence

from django.db import models

from stockbridge.backoffice.batch import Batch
from stockbridge.backoffice.models import (
    CustomerOrder,
    Item,
    OrderLine,
    StockLevel,
)
from stockbridge.companies.row_writes import add_rows, insert_rows, update_rows

#: The columns that later documents may change.
_CHANGING: dict[type[models.Model], tuple[str, ...]] = {
    CustomerOrder: (
        "status",
        "total",
        "paid",
        "billed",
        "ship_to",
        "seq",
        "changed_at",
    ),
    OrderLine: (
        "is_replaced",
        "fulfilled",
        "cancelled",
        "returned",
        "restocked",
        "billed",
        "dropped",
        "cost",
    ),
    StockLevel: ("on_hand", "committed", "value", "seq", "changed_at"),
    Item: ("cost", "seq", "changed_at"),
}


def save(batch: Batch) -> None:
    """Write everything; the caller's transaction makes it one effect."""
    news = batch.news
    for changing, columns in _CHANGING.items():
        rows = [row for row in batch.changed.values() if type(row) is changing]
        _save_changed(changing, rows, columns)
    add_rows(news.orders)
    add_rows(news.order_lines)
    add_rows(document for document in news.documents if document.part_of is None)
    add_rows(document for document in news.documents if document.part_of is not None)
    insert_rows(news.document_lines)
    insert_rows(news.payments)
    insert_rows(news.movements)
    add_rows(news.entries)
    insert_rows(news.journal_lines)
    update_rows([batch.ledger], ["change_seq", "numbers"])


def _save_changed(
    model: type[models.Model], rows: Sequence[models.Model], columns: Sequence[str]
) -> None:
    update_rows([row for row in rows if not row._state.adding], columns)
    if model is StockLevel:
        add_rows(row for row in rows if row._state.adding)
