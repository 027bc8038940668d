"""The change feed (`cdc`): at most 30 days back and 1000 objects, nobody says if more.

Where it may have been cut, or does not reach, the caller walks the list instead.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from stockbridge.connectors.books.quickbooks_online.answers import refusal_in
from stockbridge.connectors.books.quickbooks_online.client import CompanyApi
from stockbridge.connectors.books.quickbooks_online.cursors import told_at
from stockbridge.connectors.books.quickbooks_online.errors import error_of
from stockbridge.connectors.books.quickbooks_online.json_text import Record
from stockbridge.domain.errors import RetryableError

OBJECTS_MAX = 1000


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed since a moment."""

    records: Mapping[str, tuple[Record, ...]]  # by entity, those deleted left out
    deleted: tuple[str, ...]  # as SalesReceipt:12
    is_whole: bool  # False: there may be more than came
    told_at: datetime  # where the next look begins


def changes_since(api: CompanyApi, entities: Sequence[str], since: datetime) -> Changes:
    """Return what changed; one call.

    Raises RetryableError for an answer that says nothing, not even "nothing".
    """
    return changes_in(api.changes(entities, since), entities, api.wire.now())


def changes_in(answer: Record, entities: Sequence[str], now: datetime) -> Changes:
    """Return what an answer tells of these entities; raises as `changes_since`."""
    found: dict[str, list[Record]] = {entity: [] for entity in entities}
    count, deleted = 0, list[str]()
    for part in _parts(answer):
        for entity in entities:
            for record in _list(part.get(entity)):
                count += 1
                if record.get("status") == "Deleted":
                    deleted.append(f"{entity}:{record.get('Id')}")
                else:
                    found[entity].append(record)
    return Changes(
        {entity: tuple(rows) for entity, rows in found.items()},
        tuple(deleted),
        is_whole=count < OBJECTS_MAX,
        told_at=told_at(answer, now),
    )


def _parts(answer: Record) -> list[Record]:
    """Return what is told, by entity: {}, or nothing at all, where nothing changed."""
    responses = _list(answer.get("CDCResponse"))
    parts = [part for one in responses for part in _list(one.get("QueryResponse"))]
    for one in [*responses, *parts]:
        if (refusal := refusal_in(one)) is not None:
            raise error_of(refusal)
    told = [isinstance(one.get("QueryResponse"), list) for one in responses]
    if not told or not all(told):
        raise RetryableError(
            "QuickBooks did not say what has changed.", code="unreadable"
        )
    return parts


def _list(value: object) -> list[Record]:
    rows = value if isinstance(value, list) else []
    return [row for row in rows if isinstance(row, Mapping)]
