"""Runs: imports, exports, pushes; their previews and what came of them."""

from datetime import datetime
from typing import Any

from ninja import Schema
from pydantic import Field

from stockbridge.engine.models import Run, RunRow
from stockbridge.engine.runs.parameters import own
from stockbridge.web.api.calls import In, ListedId


class RunOut(Schema):
    """One act: an import, an export, a push, an undo."""

    id: int
    kind: str
    state: str
    bridge: str | None
    parameters: dict[str, Any]
    done: int
    total: int | None
    summary: dict[str, Any]
    message: str
    undoes: int | None
    started_by: str
    created_at: datetime
    expires_at: datetime | None
    finished_at: datetime | None


class RowOut(Schema):
    """One line of a preview, and what became of it."""

    id: int
    subject_kind: str
    subject_id: str
    label: str
    action: str
    reason: str
    details: dict[str, Any]
    is_approved: bool
    outcome: str
    message: str


class RunIn(In):
    """What is wanted. With `at_once` nobody is asked before it is done."""

    kind: str = Field(max_length=20)
    parameters: dict[str, Any] = {}
    at_once: bool = False


class ApproveIn(In):
    """Which rows of the preview; null: all that can be done."""

    rows: list[ListedId] | None = Field(None, max_length=20_000)


class ApprovedOut(Schema):
    """How many rows go now, those that the chosen ones require included."""

    count: int
    run: RunOut


class AnswerIn(In):
    """What the run was asked, answered otherwise: the preview is made anew."""

    parameters: dict[str, Any]


def run_out(row: Run) -> RunOut:
    """Return a run; its bridge and starter must have been loaded."""
    return RunOut(
        id=row.pk,
        kind=row.kind,
        state=row.state,
        bridge=row.bridge.uid if row.bridge else None,
        parameters=own(row.parameters),
        done=row.done,
        total=row.total,
        summary=row.summary,
        message=row.message,
        undoes=row.undoes_id,
        started_by=str(row.started_by) if row.started_by else "",
        created_at=row.created_at,
        expires_at=row.expires_at,
        finished_at=row.finished_at,
    )


def row_out(row: RunRow) -> RowOut:
    """Return a line of a preview."""
    return RowOut(
        id=row.pk,
        subject_kind=row.subject_kind,
        subject_id=row.subject_id,
        label=row.label,
        action=row.action,
        reason=row.reason,
        details=row.details,
        is_approved=row.is_approved,
        outcome=row.outcome,
        message=row.message,
    )
