"""Safety limits on what is booked, created and re-priced, over 24 hours.

`domain/breakers.py` decides; here effects are counted, held and let go. What passes a
limit is held, and one issue lists it; allowing covers what is listed, and nothing
else (CORRECTNESS 6). Effects are rows, so a limit survives a restart. `effects.py`
has the limit on stock that goes to zero.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal

from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import Abs

from stockbridge.companies.prepared import prepared
from stockbridge.companies.row_writes import insert_rows
from stockbridge.domain.accounting import DocumentKind, ItemChange
from stockbridge.domain.breakers import (
    CountedEffect,
    EffectKind,
    Limits,
    Trip,
    tripped,
)
from stockbridge.domain.delivery import Event, State
from stockbridge.domain.item_changes import price_effect
from stockbridge.engine.codec import document_of
from stockbridge.engine.effects import ROLLING
from stockbridge.engine.ground import options_of
from stockbridge.engine.issues import IssueDraft, open_issue
from stockbridge.engine.models import Bridge, Delivery, Effect, Issue
from stockbridge.engine.moves import Move, Mover
from stockbridge.engine.session import Session

#: Documents that no limit holds: they lessen what was done.
_LESSENING = frozenset({"reversal", "cancellation"})
_ITEM_CHANGE = DocumentKind.ITEM_CHANGE.value
_SHARED = frozenset({"customer", "item"})
#: Documents whose totals are the value booked: a payment is its sale's once more.
VALUED = frozenset({"sale", "refund"})
_COUNTED = (EffectKind.CREATED, EffectKind.POSTED)


def limits_of(bridge: Bridge) -> Limits:
    """Return the limits that the bridge's options set."""
    options = options_of(bridge)
    return Limits(
        zeroed_max=None,
        zeroed_share_max=None,
        repriced_percent_max=Decimal(options.repriced_percent_max),
        created_max=options.created_max,
        posted_max=options.posted_max,
        posted_value_max=options.posted_value_max or None,
    )


def trips(
    bridge: Bridge, planned: Sequence[CountedEffect], now: datetime
) -> tuple[Trip, ...]:
    """Return the limits that doing all of this now would pass."""
    if not planned:
        return ()
    limits = limits_of(bridge)
    if not _may_trip(bridge, planned, limits, now):
        return ()
    return tripped(planned, _recent(bridge, planned, now), limits)


def effect_of(delivery: Delivery) -> CountedEffect | None:
    """Return what a new delivery counts as; None: no limit holds it."""
    if delivery.kind in _LESSENING:
        return None
    if delivery.kind == _ITEM_CHANGE:
        change = document_of(delivery)
        assert isinstance(change, ItemChange)
        moved = price_effect(change, f"books:{change.item.books_id}"[:80])
        if moved is not None:
            return moved
    kind = EffectKind.CREATED if delivery.kind in _SHARED else EffectKind.POSTED
    total = delivery.total if delivery.kind in VALUED else None
    return CountedEffect(kind, str(delivery.pk), total or Decimal(0))


def note_effects(
    bridge: Bridge,
    effects: Iterable[CountedEffect],
    *,
    now: datetime,
    was_allowed: bool = False,
) -> None:
    """Count effects before they leave."""
    insert_rows(
        [
            Effect(
                bridge=bridge,
                kind=one.kind.value,
                subject_id=one.subject[:80],
                amount=one.amount,
                at=now,
                was_acknowledged=was_allowed,
            )
            for one in effects
        ]
    )


def guard(
    session: Session,
    bridge: Bridge,
    deliveries: Sequence[Delivery],
    *,
    was_allowed: bool = False,
) -> list[Delivery]:
    """Hold new deliveries that pass a limit, count the others; return those held.

    Part of the transaction that made them.
    """
    counted = {row.pk: effect_of(row) for row in deliveries}
    effects = [one for one in counted.values() if one is not None]
    found = () if was_allowed else trips(bridge, effects, session.now())
    over = {(trip.kind, subject) for trip in found for subject in trip.rows}
    going = [one for one in effects if (one.kind, one.subject) not in over]
    note_effects(bridge, going, now=session.now(), was_allowed=was_allowed)
    held: list[Delivery] = []
    for trip in found:
        named = set(trip.rows)
        subjects = {pk: one.subject for pk, one in counted.items() if one}
        rows = [row for row in deliveries if subjects.get(row.pk) in named]
        held += _hold(session, bridge, trip, rows)
    return held


def release(session: Session, bridge: Bridge, ids: Iterable[int]) -> int:
    """Let these held deliveries go; return how many."""
    rows = list(
        Delivery.objects.select_for_update(of=("self",)).filter(
            company=bridge.company_id,
            pk__in=list(ids),
            state=State.HELD.value,
            was_refused=False,
        )
    )
    fields = {"error": "", "remedy": ""}
    note = "Allowed by hand."
    Mover(session).move([Move(row, Event.RELEASE, note, fields) for row in rows])
    effects = [one for row in rows if (one := effect_of(row)) is not None]
    note_effects(bridge, effects, now=session.now(), was_allowed=True)
    return len(rows)


def _may_trip(
    bridge: Bridge,
    planned: Sequence[CountedEffect],
    limits: Limits,
    now: datetime,
) -> bool:
    """Count in the database; only what may be too much is looked at one by one."""
    if any(one.kind is EffectKind.REPRICED for one in planned):
        return True
    most = {
        EffectKind.CREATED: limits.created_max,
        EffectKind.POSTED: limits.posted_max,
    }
    used = dict(_counts(bridge.pk, now - ROLLING))
    for kind in _COUNTED:
        new = sum(one.kind is kind for one in planned)
        limit = most[kind]
        if new and limit is not None and used.get(kind.value, 0) + new > limit:
            return True
    return _may_be_too_much(bridge, planned, limits.posted_value_max, now)


@prepared
def _counts(bridge_id: int, since: datetime) -> QuerySet[Effect, tuple[str, int]]:
    return (
        Effect.objects.filter(
            bridge=bridge_id,
            kind__in=[kind.value for kind in _COUNTED],
            at__gt=since,
            was_acknowledged=False,
        )
        .values("kind")
        .annotate(count=Count("pk"))
        .values_list("kind", "count")
    )


def _may_be_too_much(
    bridge: Bridge,
    planned: Sequence[CountedEffect],
    limit: Decimal | None,
    now: datetime,
) -> bool:
    if limit is None:
        return False
    values = [abs(e.amount) for e in planned if e.kind is EffectKind.POSTED]
    posted = Effect.objects.filter(
        bridge=bridge, kind=EffectKind.POSTED.value, at__gt=now - ROLLING
    )
    used = posted.aggregate(sum=Sum(Abs("amount")))["sum"] or Decimal(0)
    return bool(values) and sum(values, used) > limit


def _recent(
    bridge: Bridge, planned: Sequence[CountedEffect], now: datetime
) -> list[CountedEffect]:
    kinds = {one.kind.value for one in planned}
    rows = Effect.objects.filter(
        bridge=bridge, kind__in=kinds, at__gt=now - ROLLING
    ).order_by("at")
    if kinds == {EffectKind.REPRICED.value}:  # each item is counted by itself
        rows = rows.filter(subject_id__in={one.subject for one in planned})
    values = rows.values_list("kind", "subject_id", "amount", "was_acknowledged")
    return [
        CountedEffect(EffectKind(kind), subject, amount, was_allowed)
        for kind, subject, amount, was_allowed in values
    ]


def _hold(
    session: Session, bridge: Bridge, trip: Trip, rows: Sequence[Delivery]
) -> list[Delivery]:
    ready = [row for row in rows if row.state == State.READY.value]
    if not ready:
        return []  # in doubt after a restore: maybe there already, to be looked up
    fields = {"error": trip.message, "remedy": "Allow it among what needs you."}
    reason = "A safety limit holds it."
    Mover(session).move([Move(row, Event.HOLD, reason, fields) for row in ready])
    _ask(session, bridge, trip, [row.pk for row in ready])
    return ready


def _ask(session: Session, bridge: Bridge, trip: Trip, deliveries: list[int]) -> None:
    """Open the issue that lists what is held, or add to its list."""
    code = f"limit_{trip.kind.value}"
    known = Issue.objects.filter(
        company=bridge.company_id,
        bridge=bridge,
        code=code,
        subject_kind="",
        resolved_at=None,
    )
    listed = [one for issue in known for one in issue.details.get("deliveries", [])]
    ids = list(dict.fromkeys([*listed, *deliveries]))
    open_issue(
        IssueDraft(
            company=bridge.company,
            bridge=bridge,
            connection=bridge.books,
            code=code,
            title=f"A safety limit holds {len(ids)} documents",
            message=f"{trip.message} Nothing of this was sent.",
            remedy="Look at the list. If it is right, allow it; if not, cancel them "
            "in the queue and find the cause first.",
            details={"deliveries": ids},
            waiting_count=len(ids),
        ),
        now=session.now(),
    )
