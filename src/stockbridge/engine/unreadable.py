"""Orders that cannot be read: each blocks itself, says why, and nothing else waits."""

from collections.abc import Sequence

from django.db.models import QuerySet

from stockbridge.companies.prepared import prepared
from stockbridge.engine.issues import IssueDraft, open_issue, resolve_issues
from stockbridge.engine.models import Bridge, Disposition, Snapshot
from stockbridge.engine.session import Session

CODE = "unreadable"


def report_unreadable(
    session: Session, bridge: Bridge, rows: Sequence[Snapshot]
) -> None:
    """Give each unreadable order its disposition and its issue."""
    now = session.now()
    for row in rows:
        Disposition.objects.filter(
            bridge=bridge,
            source_kind="order",
            source_id=row.external_id,
            is_current=True,
        ).update(is_current=False)
        Disposition.objects.update_or_create(
            bridge=bridge,
            source_kind="order",
            source_id=row.external_id,
            revision=row.digest,
            defaults={
                "order_id": row.external_id,
                "outcome": Disposition.Outcome.UNREADABLE,
                "code": CODE,
                "reason": row.problem,
                "at": now,
                "is_current": True,
            },
        )
        message, _, remedy = row.problem.partition("\n")
        open_issue(
            IssueDraft(
                company=bridge.company,
                bridge=bridge,
                connection=bridge.store,
                code=CODE,
                subject_kind="order",
                subject_id=row.external_id,
                title=f"Order {row.key or row.external_id} cannot be read",
                message=message,
                remedy=remedy or "Correct the order in the store.",
            ),
            now=now,
        )


def close_readable(session: Session, bridge: Bridge, rows: Sequence[Snapshot]) -> None:
    """Close the issues of orders that could not be read before and now can."""
    for order_id in _unreadable(bridge.pk, [row.external_id for row in rows]):
        resolve_issues(
            bridge.company,
            now=session.now(),
            code=CODE,
            bridge=bridge,
            subject_kind="order",
            subject_id=order_id,
        )


@prepared
def _unreadable(bridge_id: int, order_ids: Sequence[str]) -> QuerySet[Disposition, str]:
    return Disposition.objects.filter(
        bridge=bridge_id,
        source_kind="order",
        source_id__in=order_ids,
        outcome=Disposition.Outcome.UNREADABLE.value,
        is_current=True,
    ).values_list("source_id", flat=True)
