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
    answer = api.changes(entities, since)
    found: dict[str, list[Record]] = {entity: [] for entity in entities}
    count, deleted = 0, list[str]()
    told = _list(answer.get("CDCResponse"))
    if not told:
        raise RetryableError(
            "QuickBooks did not say what has changed.", code="unreadable"
        )
    for response in told:
        for part in _list(response.get("QueryResponse")):
            if (refusal := refusal_in(part)) is not None:
                raise error_of(refusal)
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
        told_at=told_at(answer, api.wire.now()),
    )


def _list(value: object) -> list[Record]:
    rows = value if isinstance(value, list) else []
    return [row for row in rows if isinstance(row, Mapping)]
