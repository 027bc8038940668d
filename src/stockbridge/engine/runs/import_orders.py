"""Importing orders by hand: history, or what a person chose, dry first.

Orders that were shipped before the connection was switched on may be on the shelf
count already; so are those that were off the store's number when it became the
first quantity of their items. The run asks; the answer "no" books them without
moving stock (docs/decisions/0008-history-and-stock.md).
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, QuerySet

from stockbridge.domain.breakers import CountedEffect, EffectKind
from stockbridge.domain.commerce import Order
from stockbridge.domain.planning import SALE
from stockbridge.engine.decisions import Choices
from stockbridge.engine.fetch import ORDERS
from stockbridge.engine.limits import VALUED
from stockbridge.engine.models import (
    Bridge,
    DeliverySource,
    RunRow,
    Snapshot,
    StockClaim,
)
from stockbridge.engine.plan import BATCH, Planner, Planning
from stockbridge.engine.runs.halting import halts, is_allowed, waiting_rows
from stockbridge.engine.runs.order_rows import (
    order_row,
    plan_digest,
    shared_rows,
    unreadable_row,
)
from stockbridge.engine.runs.parameters import OrderSelection
from stockbridge.engine.runs.steps import (
    FAILED,
    QUEUED,
    RunWork,
    execute_each,
    preview_each,
    sent_back,
)


def preview(work: RunWork) -> bool:
    """Show, order by order, what importing would book."""
    return preview_each(
        work, _selected(work), lambda rows: _look(work, rows), size=BATCH
    )


def execute(work: RunWork) -> bool:
    """Plan the approved orders as they were shown, and put them into the queue."""
    if halts(work, _effects(work)):
        return True
    return execute_each(work, lambda rows: _act(work, rows), size=BATCH)


def _selected(work: RunWork) -> QuerySet[Snapshot]:
    chosen = work.chosen(OrderSelection)
    rows = Snapshot.objects.filter(connection=work.bridge.store, feed=ORDERS)
    if chosen.orders:
        return rows.filter(external_id__in=chosen.orders)
    zone = ZoneInfo(work.bridge.company.time_zone)
    if chosen.first:
        rows = rows.filter(at__gte=datetime.combine(chosen.first, time.min, zone))
    if chosen.last:
        after = chosen.last + timedelta(days=1)
        rows = rows.filter(at__lt=datetime.combine(after, time.min, zone))
    if chosen.status:
        rows = rows.filter(status=chosen.status)
    return rows.filter(deleted_at=None)


def _look(work: RunWork, snapshots: Sequence[Snapshot]) -> list[RunRow]:
    plannings = _plan(work, snapshots)
    doubts = _asked(work, plannings)
    rows = [
        order_row(work.run, one, doubt=doubts.get(one.order.external_id, ""))
        for one in plannings
    ]
    known = {one.order.external_id for one in plannings}
    rows += [
        unreadable_row(work.run, one)
        for one in snapshots
        if one.external_id not in known
    ]
    return [*rows, *shared_rows(work.run, plannings)]


def _plan(work: RunWork, snapshots: Sequence[Snapshot]) -> list[Planning]:
    planner = Planner(work.bridge, work.session, run=work.run)
    chosen = work.chosen(OrderSelection)
    by_hand = frozenset(one.external_id for one in snapshots)
    usual = Choices(location_id=chosen.location)
    plannings = planner.plan(snapshots, by_hand=by_hand, choices=usual)
    if chosen.moves_stock != "no":
        return plannings
    doubts = _doubts(work.bridge, plannings)
    old = [one for one in plannings if one.order.external_id in doubts]
    if not old:
        return plannings
    still = Choices(location_id=chosen.location, moves_stock=False)
    replaced = planner.plan(
        [one.snapshot for one in old], by_hand=by_hand, choices=still
    )
    by_id = {one.order.external_id: one for one in replaced}
    return [by_id.get(one.order.external_id, one) for one in plannings]


def _asked(work: RunWork, plannings: Sequence[Planning]) -> dict[str, str]:
    """Return the orders that wait for the answer, each with what makes us ask."""
    asks = work.chosen(OrderSelection).moves_stock == "ask"
    return _doubts(work.bridge, plannings) if asks else {}


def _doubts(bridge: Bridge, plannings: Sequence[Planning]) -> dict[str, str]:
    """Return the orders that may be off the shelf already, each with the reason."""
    counted = _counted_before(bridge, [one.order.external_id for one in plannings])
    found = dict.fromkeys(counted, _COUNTED)
    for one in plannings:
        if is_history(one.order, bridge):
            found[one.order.external_id] = _SHIPPED
    return found


_SHIPPED = "It was shipped before the connection was switched on."
_COUNTED = "Its goods are not in the quantity that the books took over from the store."


def _counted_before(bridge: Bridge, order_ids: Sequence[str]) -> set[str]:
    """Return which orders not in the books a first quantity had left out."""
    booked = DeliverySource.objects.filter(
        bridge=bridge, order_id=OuterRef("order_id"), effect=SALE, is_live=True
    )
    claims = StockClaim.objects.filter(
        ~Exists(booked),
        bridge=bridge,
        order_id__in=order_ids,
        is_open=True,
        moved_at__isnull=False,
    )
    return set(claims.values_list("order_id", flat=True))


def is_history(order: Order, bridge: Bridge) -> bool:
    """Return whether its goods went out before the connection was switched on."""
    since = bridge.activated_at
    return order.is_fulfilled and (since is None or order.left_at < since)


def _act(work: RunWork, rows: list[RunRow]) -> None:
    """Save the plans that are still the approved ones; part of one transaction."""
    orders = [row for row in rows if row.subject_kind == "order"]
    for row in rows:
        if row.subject_kind != "order":  # a shared record comes with its orders
            row.outcome, row.message = QUEUED, "Created with the orders that need it."
            row.details["keys"] = [row.subject_id]
    plannings = _plan_rows(work, orders)
    fitting = [row for row in orders if _is_as_approved(work, row, plannings)]
    for is_free in (False, True):
        chosen = [row for row in fitting if is_allowed(row) is is_free]
        _save(work, chosen, plannings, is_allowed=is_free)


def _effects(work: RunWork) -> Iterator[tuple[RunRow, CountedEffect]]:
    """Count what the approved rows would book and create, as they were shown."""
    for row in waiting_rows(work):
        if row.subject_kind != "order":
            yield row, CountedEffect(EffectKind.CREATED, row.subject_id)
            continue
        for place, document in enumerate(row.details.get("documents", [])):
            subject = f"{row.subject_id}/{place}"
            yield row, CountedEffect(EffectKind.POSTED, subject, _value(document))


def _value(document: Mapping[str, str]) -> Decimal:
    """Return what a document, as it was shown, counts as value booked."""
    amount, _, _ = document["total"].partition(" ")
    return Decimal(amount or 0) if document["kind"] in VALUED else Decimal(0)


def _plan_rows(work: RunWork, rows: Sequence[RunRow]) -> dict[str, Planning]:
    snapshots = list(
        Snapshot.objects.filter(
            connection=work.bridge.store,
            feed=ORDERS,
            external_id__in=[row.subject_id for row in rows],
        ).order_by("id")
    )
    found = _plan(work, snapshots)
    return {planning.order.external_id: planning for planning in found}


def _is_as_approved(work: RunWork, row: RunRow, plannings: dict[str, Planning]) -> bool:
    planning = plannings.get(row.subject_id)
    if planning is None:
        row.outcome, row.message = FAILED, "It can no longer be read."
        return False
    if plan_digest(planning) == row.digest:
        return True
    doubt = _asked(work, [planning]).get(row.subject_id, "")
    sent_back(row, order_row(work.run, planning, doubt=doubt))
    return False


def _save(
    work: RunWork,
    rows: Sequence[RunRow],
    plannings: dict[str, Planning],
    *,
    is_allowed: bool,
) -> None:
    if not rows:
        return
    planner = Planner(work.bridge, work.session, run=work.run, is_allowed=is_allowed)
    planner.save([plannings[row.subject_id] for row in rows])
    for row in rows:
        row.outcome, row.message = QUEUED, "Waits to be sent."
