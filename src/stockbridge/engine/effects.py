"""Safety limits: counting what we do to the outside, and stopping in time.

Effects are rows, so a limit over 24 hours survives a restart.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from stockbridge.engine.ground import options_of
from stockbridge.engine.issues import IssueDraft, open_issue
from stockbridge.engine.models import Bridge, Effect, StockTarget
from stockbridge.engine.session import Session

ZEROED = "zeroed"
ROLLING = timedelta(hours=24)


def allow_zeroing(
    session: Session, bridge: Bridge, rows: list[StockTarget]
) -> list[StockTarget]:
    """Return the rows that may be written; hold those beyond the limit.

    Only rows that go from some to none count. One acknowledgement covers the
    listed rows only (CORRECTNESS 6).
    """
    options = options_of(bridge)
    zeroing = [row for row in rows if _zeroes(row)]
    if not zeroing:
        return rows
    since = session.now() - ROLLING
    used = Effect.objects.filter(
        bridge=bridge, kind=ZEROED, at__gt=since, was_acknowledged=False
    ).count()
    total = StockTarget.objects.filter(bridge=bridge).count()
    share = max(1, total * options.zeroed_share_max // 100)
    left = max(0, min(options.zeroed_max, share) - used)
    allowed = Effect.objects.filter(
        bridge=bridge, kind=ZEROED, at__gt=since, was_acknowledged=True
    ).values_list("subject_id", flat=True)
    due = StockTarget.objects.filter(
        bridge=bridge, is_due=True, is_held=False, desired__lte=0, shown__gt=0
    ).exclude(item_id__in=set(allowed))
    if due.count() <= left:
        return rows
    held = list(due.values_list("pk", "item_id"))
    StockTarget.objects.filter(pk__in=[pk for pk, _ in held]).update(is_held=True)
    _ask(session, bridge, items=[item for _, item in held], limit=left)
    stopped = {pk for pk, _ in held}
    return [row for row in rows if row.pk not in stopped]


def acknowledge_zeroing(
    bridge: Bridge, item_ids: Sequence[str], *, now: datetime
) -> int:
    """Let these held items go to zero, and these only; return how many."""
    Effect.objects.bulk_create(
        [
            Effect(
                bridge=bridge,
                kind=ZEROED,
                subject_id=item_id,
                at=now,
                was_acknowledged=True,
            )
            for item_id in item_ids
        ]
    )
    return StockTarget.objects.filter(
        bridge=bridge, item_id__in=item_ids, is_held=True
    ).update(is_held=False)


def zeroed_by(rows: Sequence[StockTarget]) -> list[str]:
    """Return the items that these writes bring from some to none."""
    return [row.item_id for row in rows if _zeroes(row)]


def count_effects(
    session: Session, bridge: Bridge, kind: str, subjects: Sequence[str]
) -> None:
    """Remember effects before they leave: a limit must survive a restart."""
    now = session.now()
    Effect.objects.bulk_create(
        [Effect(bridge=bridge, kind=kind, subject_id=one, at=now) for one in subjects]
    )


def _zeroes(row: StockTarget) -> bool:
    return (
        row.desired is not None
        and row.desired <= 0
        and row.shown is not None
        and row.shown > 0
    )


def _ask(session: Session, bridge: Bridge, *, items: list[str], limit: int) -> None:
    open_issue(
        IssueDraft(
            company=bridge.company,
            bridge=bridge,
            connection=bridge.store,
            code="limit_zeroed",
            title=f"{len(items)} items would go to zero; the limit is {limit}",
            message="Nothing of this was sent. Other items go on.",
            remedy="Look at the list. If it is right, allow it; if not, check the "
            "stock in the books first.",
            details={"items": items[:2000]},
            waiting_count=len(items),
        ),
        now=session.now(),
    )
