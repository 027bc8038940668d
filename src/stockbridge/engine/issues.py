"""Opening and closing what needs a person: once each, never twice."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypedDict

from stockbridge.companies.models import Company
from stockbridge.domain.identity import digest_of
from stockbridge.engine.models import Bridge, Connection, Delivery, Issue


@dataclass(frozen=True, slots=True)
class IssueDraft:
    """A trouble, before it is known whether it is open already."""

    company: Company
    code: str
    title: str
    message: str = ""
    remedy: str = ""
    bridge: Bridge | None = None
    connection: Connection | None = None
    subject_kind: str = ""
    subject_id: str = ""
    severity: str = "error"
    details: Mapping[str, object] = field(default_factory=dict)
    waiting_count: int = 1

    @property
    def fingerprint(self) -> str:
        """What makes two troubles one and the same."""
        return digest_of(
            [
                self.code,
                self.bridge.pk if self.bridge else None,
                self.connection.pk if self.connection else None,
                self.subject_kind,
                self.subject_id,
            ]
        )


class AboutDocument(TypedDict):
    """The part of a draft that says which document it is about."""

    company: Company
    bridge: Bridge | None
    connection: Connection
    subject_kind: str
    subject_id: str


def about_document(connection: Connection, row: Delivery) -> AboutDocument:
    """Return that a draft is about this document, on its way to these books."""
    return AboutDocument(
        company=row.company,
        bridge=row.bridge,
        connection=connection,
        subject_kind="document",
        subject_id=str(row.pk),
    )


def open_issue(draft: IssueDraft, *, now: datetime) -> Issue:
    """Return the open issue of this trouble, new or brought up to date."""
    issue, made = Issue.objects.get_or_create(
        company=draft.company,
        fingerprint=draft.fingerprint,
        resolved_at=None,
        defaults={**_fields(draft), "opened_at": now, "seen_at": now},
    )
    if not made:
        Issue.objects.filter(pk=issue.pk).update(
            title=draft.title[:300],
            message=draft.message,
            remedy=draft.remedy,
            details=dict(draft.details),
            waiting_count=draft.waiting_count,
            seen_at=now,
        )
    return issue


def resolve_issues(  # noqa: PLR0913 – each narrows the search
    company: Company,
    *,
    now: datetime,
    code: str = "",
    bridge: Bridge | None = None,
    connection: Connection | None = None,
    subject_kind: str = "",
    subject_id: str = "",
    by: str = "",
) -> int:
    """Close all open issues that fit; return how many."""
    found = Issue.objects.filter(company=company, resolved_at=None)
    given = {
        "code": code,
        "bridge": bridge,
        "connection": connection,
        "subject_kind": subject_kind,
        "subject_id": subject_id,
    }
    found = found.filter(**{name: value for name, value in given.items() if value})
    return found.update(resolved_at=now, resolved_by=by)


def _fields(draft: IssueDraft) -> dict[str, object]:
    return {
        "bridge": draft.bridge,
        "connection": draft.connection,
        "code": draft.code,
        "severity": draft.severity,
        "subject_kind": draft.subject_kind,
        "subject_id": draft.subject_id,
        "title": draft.title[:300],
        "message": draft.message,
        "remedy": draft.remedy,
        "details": dict(draft.details),
        "waiting_count": draft.waiting_count,
    }
