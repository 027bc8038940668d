"""What reports about store and books have in common: the head, the rows' names."""

from datetime import date, datetime
from typing import Any

from ninja import Schema

from stockbridge.domain.reconciliation import Row
from stockbridge.engine.statement import BridgeStatement


class ReportHead(Schema):
    """Whose report it is, of which business dates, and whether all was decided."""

    bridge: str
    title: str
    first: date
    last: date
    made_at: datetime
    is_complete: bool


class ReportRow(Schema):
    """The order or refund that a row is about."""

    kind: str
    id: str
    order: str
    number: str
    date: date
    currency: str
    reason: str


def head_of(bridge_uid: str, made: BridgeStatement) -> dict[str, Any]:
    """Return the fields of a report's head."""
    return {
        "bridge": bridge_uid,
        "title": made.title,
        "first": made.span.first,
        "last": made.span.last,
        "made_at": made.made_at,
        "is_complete": made.completeness.is_complete,
    }


def names_of(row: Row, currency: str) -> dict[str, Any]:
    """Return the fields that say what a row is about."""
    return {
        "kind": row.source.kind if row.source else "",
        "id": row.source.external_id if row.source else "",
        "order": row.order_id,
        "number": row.number,
        "date": row.day,
        "currency": currency,
        "reason": row.reason,
    }
