"""Answers that come after a document was dropped or replaced: facts all the same.

The books have one effect per key. Where a newer delivery carries the same key, the
answer is about that one; where none does, the dropped document is what the books
have, and its order follows it again.
"""

from collections.abc import Mapping, Sequence

from stockbridge.domain.delivery import State
from stockbridge.domain.identity import Source
from stockbridge.domain.planning import SALE, Outcome
from stockbridge.engine.carried import BY_DOCUMENT
from stockbridge.engine.decisions import dropped
from stockbridge.engine.issues import IssueDraft, about_document, open_issue
from stockbridge.engine.models import (
    Delivery,
    DeliverySource,
    Disposition,
    Snapshot,
)
from stockbridge.engine.models.deliveries import LIVE_VALUES
from stockbridge.engine.session import Session

DROPPED = (State.CANCELLED.value, State.SUPERSEDED.value)


def heirs(rows: Mapping[int, Delivery]) -> dict[int, Delivery]:
    """Return, for dropped deliveries, the live one that has their key; locked."""
    gone = {row.key: pk for pk, row in rows.items() if row.state in DROPPED}
    if not gone:
        return {}
    live = Delivery.objects.select_for_update(of=("self",)).filter(
        key__in=gone, state__in=LIVE_VALUES
    )
    found = live.select_related("company", "run__bridge")
    return {gone[row.key]: row for row in found}


def revive(session: Session, rows: Sequence[Delivery]) -> None:
    """Tie dropped documents that the books have after all to their orders again."""
    for row in rows:
        if row.kind in BY_DOCUMENT:
            _say_changed(session, row)  # no order follows it: nothing is tied again
            continue
        sources = list(row.sources.filter(is_live=False).select_related("bridge"))
        twice = [source for source in sources if _has_another(source)]
        for source in sources:
            if source not in twice:
                _follow_again(session, source)
        _say(session, row, is_twice=bool(twice))


def _has_another(source: DeliverySource) -> bool:
    return DeliverySource.objects.filter(
        bridge=source.bridge,
        kind=source.kind,
        source_id=source.source_id,
        effect=source.effect,
        is_live=True,
    ).exists()


def _follow_again(session: Session, source: DeliverySource) -> None:
    DeliverySource.objects.filter(pk=source.pk).update(is_live=True)
    row = Disposition.objects.filter(
        bridge=source.bridge,
        source_kind="order",
        source_id=source.order_id,
        is_current=True,
    ).first()
    if row is not None:
        mark = dropped(source.effect, Source(source.kind, source.source_id))
        row.settled = [one for one in row.settled if one != mark]
        if source.effect == SALE:
            row.outcome, row.code = Outcome.POSTED.value, ""
            row.reason, row.at = "It is in the books after all.", session.now()
        row.save(update_fields=["settled", "outcome", "code", "reason", "at"])
    Snapshot.objects.filter(
        connection=source.bridge.store_id, feed="orders", external_id=source.order_id
    ).update(is_plan_due=True)


def _say(session: Session, row: Delivery, *, is_twice: bool) -> None:
    twice = "Another one took its place, which may be in the books, too."
    once = "It was dropped here; now its order follows it again."
    _open(
        session,
        row,
        twice if is_twice else once,
        "Look at it in the books. Should it not be there, undo the order.",
    )


def _say_changed(session: Session, row: Delivery) -> None:
    _open(
        session,
        row,
        "The change was dropped here, and the books carried it out all the same.",
        f"Look at the {BY_DOCUMENT[row.kind].noun} in the books, and type in there "
        "what it should say.",
    )


def _open(session: Session, row: Delivery, message: str, remedy: str) -> None:
    label = f"{row.kind} {row.reference or row.title}"
    open_issue(
        IssueDraft(
            **about_document(session.connection, row),
            code="booked_after_all",
            title=f"The books have {label} after all"[:300],
            message=message,
            remedy=remedy,
            details={"key": row.key},
        ),
        now=session.now(),
    )
