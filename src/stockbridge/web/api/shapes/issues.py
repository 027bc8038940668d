"""What needs a person."""

from datetime import datetime
from typing import Any

from ninja import Schema
from pydantic import Field

from stockbridge.engine.actions.issues import listed
from stockbridge.engine.models import Issue
from stockbridge.web.api.calls import In


class IssueOut(Schema):
    """Something that needs a person; `listed` is what a safety limit holds."""

    id: int
    code: str
    severity: str
    title: str
    message: str
    remedy: str
    subject_kind: str
    subject_id: str
    bridge: str | None
    connection: str | None
    waiting: int
    listed: list[str]
    details: dict[str, Any]
    opened_at: datetime
    resolved_at: datetime | None
    resolved_by: str


class AllowIn(In):
    """What to allow of that which a safety limit lists; null: all of it."""

    rows: list[str] | None = Field(None, max_length=20_000)


def issue_out(row: Issue) -> IssueOut:
    """Return an issue; its bridge and connection must have been loaded."""
    return IssueOut(
        id=row.pk,
        code=row.code,
        severity=row.severity,
        title=row.title,
        message=row.message,
        remedy=row.remedy,
        subject_kind=row.subject_kind,
        subject_id=row.subject_id,
        bridge=row.bridge.uid if row.bridge else None,
        connection=row.connection.uid if row.connection else None,
        waiting=row.waiting_count,
        listed=listed(row) if row.code.startswith("limit_") else [],
        details=row.details,
        opened_at=row.opened_at,
        resolved_at=row.resolved_at,
        resolved_by=row.resolved_by,
    )
