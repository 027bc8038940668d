"""Safety limits: counting what we do to the outside, and stopping in time.

Effects are rows, so a limit over 24 hours survives a restart.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from stockbridge.domain.breakers import CountedEffect, EffectKind, Limits, tripped
from stockbridge.engine.fetch import ITEMS
from stockbridge.engine.ground import options_of
from stockbridge.engine.issues import IssueDraft, open_issue
from stockbridge.engine.models import Bridge, Effect, Snapshot, StockTarget
from stockbridge.engine.session import Session

ZEROED = EffectKind.ZEROED.value
ROLLING = timedelta(hours=24)


def allow_zeroing(
    session: Session, bridge: Bridge, rows: list[StockTarget]
) -> list[StockTarget]:
    """Return the rows that may be written; hold those beyond the limit.

    Only rows that go from some to none count, each item once in 24 hours. One
    acknowledgement covers the listed rows only (CORRECTNESS 6).
    """
    if not zeroed_by(bridge, rows):
        return rows
    due = StockTarget.objects.filter(bridge=bridge, is_due=True, is_held=False)
    planned = [CountedEffect(EffectKind.ZEROED, one) for one in _zeroing(due)]
    limits = _limits(bridge)
    trips = tripped(planned, _recent(bridge, session.now()), limits)
    stopped = {one for trip in trips for one in trip.rows}
    if not stopped:
        return rows
    due.filter(item_id__in=stopped).update(is_held=True)
    _ask(session, bridge, items=sorted(stopped), limit=_smallest(limits))
    return [row for row in rows if row.item_id not in stopped]


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


def zeroed_by(bridge: Bridge, rows: Sequence[StockTarget]) -> list[str]:
    """Return the items that these writes bring from some to none."""
    none = [row.pk for row in rows if row.desired is not None and row.desired <= 0]
    if not none:
        return []
    return _zeroing(StockTarget.objects.filter(bridge=bridge, pk__in=none))


def count_effects(
    session: Session, bridge: Bridge, kind: str, subjects: Sequence[str]
) -> None:
    """Remember effects before they leave: a limit must survive a restart."""
    now = session.now()
    Effect.objects.bulk_create(
        [Effect(bridge=bridge, kind=kind, subject_id=one, at=now) for one in subjects]
    )


def _zeroing(targets: QuerySet[StockTarget]) -> list[str]:
    """Return the items that would go from some to none.

    Where a write is in flight, or its answer got lost, what the store shows is not
    known; then what it last reported counts.
    """
    reported = Snapshot.objects.filter(
        connection=OuterRef("bridge__store"),
        feed=ITEMS,
        external_id=OuterRef("item_id"),
    ).values("quantity")[:1]
    found = targets.filter(desired__lte=0).annotate(
        last=Coalesce("shown", Subquery(reported))
    )
    ids = found.filter(last__gt=0).order_by("id").values_list("item_id", flat=True)
    return list(dict.fromkeys(ids))


def _recent(bridge: Bridge, now: datetime) -> list[CountedEffect]:
    rows = Effect.objects.filter(bridge=bridge, kind=ZEROED, at__gt=now - ROLLING)
    return [
        CountedEffect(EffectKind.ZEROED, subject, was_acknowledged=was_allowed)
        for subject, was_allowed in rows.values_list("subject_id", "was_acknowledged")
    ]


def _limits(bridge: Bridge) -> Limits:
    options = options_of(bridge)
    return Limits(
        zeroed_max=options.zeroed_max,
        zeroed_share_max=options.zeroed_share_max,
        items_count=StockTarget.objects.filter(bridge=bridge).count(),
    )


def _smallest(limits: Limits) -> int:
    share = max(1, limits.items_count * (limits.zeroed_share_max or 0) // 100)
    return min(limits.zeroed_max or 0, share)


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
