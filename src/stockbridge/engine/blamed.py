"""Naming the record that a refusal is about, in words that a bookkeeper knows."""

from dataclasses import replace

from stockbridge.domain.blaming import NamedRecord, Noun
from stockbridge.domain.errors import SyncError
from stockbridge.engine.fetch import CUSTOMERS, ITEMS
from stockbridge.engine.models import Connection, Snapshot

_FEEDS = {Noun.ITEM: ITEMS, Noun.CUSTOMER: CUSTOMERS}


def named(connection: Connection, error: SyncError) -> NamedRecord | None:
    """Return the record, with the name that it had in the books when last read."""
    record = error.record
    if record is None or record.name or record.noun not in _FEEDS:
        return record
    rows = Snapshot.objects.filter(
        connection=connection,
        feed=_FEEDS[record.noun],
        external_id=record.books_id,
    )
    kept = rows.values_list("key", "name").first()
    if kept is None:
        return record
    key, name = kept
    return replace(record, sku=key if record.noun is Noun.ITEM else "", name=name)


def told(record: NamedRecord | None, error: SyncError) -> str:
    """Return the books' words, and what the id in them stands for."""
    if record is None:
        return str(error)
    field = f", sent as {error.field}" if error.field else ""
    return f"{error} That is the {record}{field}."


def details_of(record: NamedRecord | None) -> dict[str, object]:
    """Return the record as an issue keeps it."""
    if record is None:
        return {}
    parts = {"kind": record.noun.value, "id": record.books_id}
    return {"record": {**parts, "sku": record.sku, "name": record.name}}
