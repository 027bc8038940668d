"""What a person says about orders: booked elsewhere, or import it after all."""

from collections.abc import Iterable

from django.db import transaction

from stockbridge.domain.delivery import State
from stockbridge.domain.errors import ActionNeededError
from stockbridge.domain.planning import SALE, Outcome
from stockbridge.engine.actions.connections import Act
from stockbridge.engine.actions.deliveries import WAITING_VALUES, cancel_deliveries
from stockbridge.engine.actions.hand import Acted, Refused, plan_again
from stockbridge.engine.decisions import FINAL_CODES, Choices, anew
from stockbridge.engine.ground import options_of
from stockbridge.engine.issues import resolve_issues
from stockbridge.engine.models import Bridge, DeliverySource, Disposition

_DECIDED = (Outcome.BOOKED_ELSEWHERE.value, Outcome.UNDONE.value)
_THERE = (State.POSTED.value, State.SENT.value, State.IN_DOUBT.value)


def mark_booked_elsewhere(bridge: Bridge, order_ids: Iterable[str], act: Act) -> Acted:
    """Leave these orders to whoever booked them; what waits of them is dropped.

    Their goods no longer count as taken: the books know them already.
    """
    with transaction.atomic():
        rows = _current(bridge, order_ids)
        there = _in_books(bridge, [row.source_id for row in rows])
        chosen = [row for row in rows if row.source_id not in there]
        ids = [row.source_id for row in chosen]
        pending = DeliverySource.objects.filter(
            bridge=bridge,
            order_id__in=ids,
            is_live=True,
            delivery__state__in=WAITING_VALUES,
        ).values_list("delivery_id", flat=True)
        cancel_deliveries(bridge.company, set(pending), act)
        for row in chosen:
            row.refresh_from_db()
            row.outcome, row.code = Outcome.BOOKED_ELSEWHERE.value, "by_hand"
            row.reason = f"Marked by {act.by or 'a person'}."
            row.at = act.now
        Disposition.objects.bulk_update(chosen, ["outcome", "code", "reason", "at"])
        _close_issues(bridge, ids, act)
        plan_again(bridge, ids)
    reason = "It is in the books, or on its way there: undo it first."
    return Acted(len(chosen), tuple(Refused(one, reason) for one in sorted(there)))


def import_again(bridge: Bridge, order_ids: Iterable[str], act: Act) -> Acted:
    """Plan orders again that were undone, cancelled or marked as booked elsewhere.

    What the books hold of them by then is a new generation. Raises ActionNeededError
    where the bridge does not allow importing orders.
    """
    if not options_of(bridge).allow_orders:
        raise ActionNeededError(
            "Importing orders is switched off.",
            remedy="Switch it on in the connection's options, under Permissions.",
        )
    with transaction.atomic():
        rows = _current(bridge, order_ids)
        chosen = [r for r in rows if r.outcome in _DECIDED or r.code in FINAL_CODES]
        for row in chosen:
            row.outcome, row.code = Outcome.WAITING.value, "import_again"
            row.reason = f"To be imported again, says {act.by or 'a person'}."
            row.is_by_hand, row.at = True, act.now
            row.settled = list(anew(row.settled, Choices()))
        Disposition.objects.bulk_update(
            chosen, ["outcome", "code", "reason", "is_by_hand", "at", "settled"]
        )
        ids = [row.source_id for row in chosen]
        _close_issues(bridge, ids, act)
        plan_again(bridge, ids)
    left = {row.source_id for row in rows} - set(ids)
    reason = "Nobody put it aside: it goes its way by itself."
    return Acted(len(ids), tuple(Refused(one, reason) for one in sorted(left)))


def _current(bridge: Bridge, order_ids: Iterable[str]) -> list[Disposition]:
    rows = Disposition.objects.select_for_update().filter(
        bridge=bridge,
        source_kind="order",
        source_id__in=list(order_ids),
        is_current=True,
    )
    return list(rows.order_by("id"))


def _in_books(bridge: Bridge, order_ids: list[str]) -> set[str]:
    sources = DeliverySource.objects.filter(
        bridge=bridge,
        order_id__in=order_ids,
        effect=SALE,
        is_live=True,
        delivery__state__in=_THERE,
    )
    return set(sources.values_list("order_id", flat=True))


def _close_issues(bridge: Bridge, order_ids: list[str], act: Act) -> None:
    for order_id in order_ids:
        resolve_issues(
            bridge.company,
            now=act.now,
            bridge=bridge,
            subject_kind="order",
            subject_id=order_id,
            by=act.by,
        )
