"""Writes at once all that a batch decided, in the order that the links demand."""

from collections.abc import Sequence

from django.db import models

from stockbridge.backoffice.batch import Batch
from stockbridge.backoffice.models import (
    CustomerOrder,
    Item,
    JournalEntry,
    OrderLine,
    PostedDocument,
    StockLevel,
)
from stockbridge.companies.row_writes import insert_rows

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
    CustomerOrder.objects.bulk_create(news.orders)
    OrderLine.objects.bulk_create(news.order_lines)
    mains = [document for document in news.documents if document.part_of is None]
    PostedDocument.objects.bulk_create(mains)
    parts = [document for document in news.documents if document.part_of is not None]
    PostedDocument.objects.bulk_create(parts)
    insert_rows(news.document_lines)
    insert_rows(news.payments)
    insert_rows(news.movements)
    JournalEntry.objects.bulk_create(news.entries)
    insert_rows(news.journal_lines)
    batch.ledger.save(update_fields=["change_seq", "numbers"])


def _save_changed(
    model: type[models.Model], rows: Sequence[models.Model], columns: Sequence[str]
) -> None:
    """Write rows by one upsert on the id: faster than a CASE per column."""
    manager = model._default_manager
    old = [row for row in rows if not row._state.adding]
    manager.bulk_create(
        old, update_conflicts=True, unique_fields=["id"], update_fields=columns
    )
    if model is StockLevel:
        manager.bulk_create([row for row in rows if row._state.adding])
