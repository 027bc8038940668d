"""What follows from posted documents: dispositions, stock claims, later plans."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime

from django.db.models import Q, QuerySet

from stockbridge.companies.prepared import Change, prepared, prepared_change
from stockbridge.companies.row_writes import update_rows
from stockbridge.domain.accounting import DocumentKind
from stockbridge.domain.delivery import State
from stockbridge.domain.planning import (
    AMENDMENT,
    FULFILLMENT,
    PART,
    REVERSAL,
    SALE,
    Outcome,
)
from stockbridge.engine.abilities import capabilities_of
from stockbridge.engine.claims import mark_stale_by_store
from stockbridge.engine.models import (
    Bridge,
    Connection,
    Delivery,
    DeliverySource,
    Disposition,
    Issue,
    Snapshot,
    StockClaim,
)
from stockbridge.engine.part_claims import note_parts, note_returned
from stockbridge.engine.session import Session
from stockbridge.engine.settings_needed import recount_settings

_STUCK = "One of its documents waits for you."
#: Issues of a document that its being posted does not mend.
_STAY = ("stored_differs", "booked_after_all", "remarked")


def order_progress(session: Session, deliveries: Sequence[Delivery]) -> None:
    """Bring dispositions up to date; let waiting changes be planned now."""
    by_bridge: dict[int, set[str]] = defaultdict(set)
    for bridge_id, order_id in _orders_of([row.pk for row in deliveries]):
        by_bridge[bridge_id].add(order_id)
    for bridge_id, order_ids in by_bridge.items():
        _settle_orders(session, bridge_id, order_ids)
    _close_issues(session, deliveries)


@prepared
def _orders_of(
    delivery_ids: Sequence[int],
) -> QuerySet[DeliverySource, tuple[int, str]]:
    live = DeliverySource.objects.filter(delivery__in=delivery_ids, is_live=True)
    found = live.exclude(order_id="").values_list("bridge_id", "order_id")
    return found.distinct()


def stock_progress(session: Session, posted: Sequence[Delivery]) -> None:
    """Note which claims the books now promise or have moved."""
    now = session.now()
    kinds = {DocumentKind.SALE, DocumentKind.FULFILLMENT, DocumentKind.REFUND}
    kinds |= {DocumentKind.CANCELLATION, DocumentKind.AMENDMENT}
    ids = [row.pk for row in posted if DocumentKind(row.kind) in kinds]
    touched: dict[int, set[str]] = defaultdict(set)
    by_effect: dict[tuple[int, str], set[str]] = defaultdict(set)
    refunds: dict[int, set[tuple[str, str]]] = defaultdict(set)
    parted: dict[int, set[str]] = defaultdict(set)
    for row in _sources_of(ids):
        touched[row.bridge_id].add(row.order_id)
        if row.kind == "refund":
            refunds[row.bridge_id].add((row.order_id, row.source_id))
        elif row.kind == PART:
            parted[row.bridge_id].add(row.order_id)
        else:
            effect = row.effect.split(":", 1)[0]
            by_effect[row.bridge_id, effect].add(row.order_id)
    bridges = {bridge.pk: bridge for bridge in _bridges(list(touched))}
    for bridge_id, order_ids in touched.items():
        bridge = bridges[bridge_id]
        by_sale = capabilities_of(bridge.books).sale_moves_stock
        moved = by_effect[bridge_id, FULFILLMENT]
        moved |= by_effect[bridge_id, SALE] if by_sale else set()
        committed = by_effect[bridge_id, SALE] | by_effect[bridge_id, AMENDMENT]
        _promise(bridge_id, committed, now)
        if parted[bridge_id]:
            note_parts(bridge_id, parted[bridge_id], now)
        # What went out is what was sold less what came back before: all of it ends.
        _move(bridge_id, moved, now)
        _move_returned(bridge_id, moved, now)
        for order_id, refund_id in refunds[bridge_id]:
            _returned(session, bridge, order_id, refund_id)
        mark_stale_by_store(bridge, set(_items_of(bridge_id, order_ids)))


@prepared
def _sources_of(delivery_ids: Sequence[int]) -> QuerySet[DeliverySource]:
    return DeliverySource.objects.filter(delivery__in=delivery_ids)


@prepared
def _bridges(ids: Sequence[int]) -> QuerySet[Bridge]:
    found = Bridge.objects.filter(pk__in=ids)
    return found.select_related("books").defer("books__secrets")


def _claims_of(bridge_id: int, order_ids: Collection[str]) -> QuerySet[StockClaim]:
    return StockClaim.objects.filter(bridge=bridge_id, order_id__in=order_ids)


_OWN = ~Q(line_id__startswith="refund:")


@prepared
def _items_of(bridge_id: int, order_ids: Collection[str]) -> QuerySet[StockClaim, str]:
    return _claims_of(bridge_id, order_ids).values_list("item_id", flat=True)


@prepared_change
def _promise(bridge_id: int, order_ids: Collection[str], now: datetime) -> Change:
    rows = _claims_of(bridge_id, order_ids).filter(_OWN)
    return Change(rows, {"committed_at": now})


@prepared_change
def _move(bridge_id: int, order_ids: Collection[str], now: datetime) -> Change:
    return Change(_claims_of(bridge_id, order_ids).filter(_OWN), {"moved_at": now})


@prepared_change
def _move_returned(bridge_id: int, order_ids: Collection[str], now: datetime) -> Change:
    rows = _claims_of(bridge_id, order_ids).filter(~_OWN, committed_at__isnull=False)
    return Change(rows, {"moved_at": now})


def _returned(session: Session, bridge: Bridge, order_id: str, refund_id: str) -> None:
    """Goods that come back before they went out only lessen the promise."""
    now = session.now()
    claims = StockClaim.objects.filter(
        bridge=bridge,
        order_id=order_id,
        line_id__startswith=f"refund:{refund_id}:",
    )
    claims.update(committed_at=now)
    able = capabilities_of(bridge.books)
    went_out = DeliverySource.objects.filter(
        bridge=bridge,
        order_id=order_id,
        effect=SALE if able.sale_moves_stock else FULFILLMENT,
        delivery__state=State.POSTED.value,
        is_live=True,
    )
    if not able.fulfillment_bills:  # what they give back is of the whole order
        went_out = went_out.exclude(kind=PART)
    if went_out.exists():
        claims.update(moved_at=now)
    else:
        note_returned(bridge.pk, order_id, refund_id, now)


def _settle_orders(session: Session, bridge_id: int, order_ids: set[str]) -> None:
    states: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    taken_back = set[tuple[str, str, str]]()
    live = _live_states(bridge_id, order_ids)
    for order_id, kind, source_id, effect, state in map(_by_order, live):
        states[order_id, kind, source_id].add(state)
        if effect == REVERSAL and state == State.POSTED.value:
            taken_back.add((order_id, kind, source_id))
    now = session.now()
    changed, replan = [], set()
    for row in _open(bridge_id, order_ids):
        source = (row.order_id, row.source_kind, row.source_id)
        found = states.get(source, set())
        if row.code == "unsettled":
            replan.add(row.order_id)
        outcome = Outcome.UNDONE if source in taken_back else _outcome(found)
        if outcome is None or (
            row.outcome == Outcome.HELD.value and row.code != "refused"
        ):
            continue
        if outcome.value != row.outcome:
            row.outcome, row.at = outcome.value, now
            row.code = "refused" if outcome is Outcome.HELD else ""
            row.reason = _STUCK if outcome is Outcome.HELD else ""
            changed.append(row)
    update_rows(changed, ["outcome", "code", "reason", "at"])
    if replan:
        _plan_again(bridge_id, replan)


def _by_order(row: tuple[str, str, str, str, str]) -> tuple[str, str, str, str, str]:
    """Return a live effect under its order, where it is of a part that shipped."""
    order_id, kind, _, effect, state = row
    return (order_id, "order", order_id, effect, state) if kind == PART else row


@prepared
def _live_states(
    bridge_id: int, order_ids: Collection[str]
) -> QuerySet[DeliverySource, tuple[str, str, str, str, str]]:
    found = DeliverySource.objects.filter(
        bridge=bridge_id, order_id__in=order_ids, is_live=True
    )
    return found.values_list(
        "order_id", "kind", "source_id", "effect", "delivery__state"
    )


@prepared
def _open(bridge_id: int, order_ids: Collection[str]) -> QuerySet[Disposition]:
    return Disposition.objects.filter(
        bridge=bridge_id,
        order_id__in=order_ids,
        is_current=True,
        outcome__in=[Outcome.PLANNED.value, Outcome.HELD.value],
    )


def _outcome(states: set[str]) -> Outcome | None:
    if not states:
        return None
    if states == {State.POSTED.value}:
        return Outcome.POSTED
    if states & {State.HELD.value, State.FAILED.value}:
        return Outcome.HELD
    return Outcome.PLANNED


def _plan_again(bridge_id: int, order_ids: set[str]) -> None:
    store = Bridge.objects.values_list("store_id", flat=True).get(pk=bridge_id)
    Snapshot.objects.filter(
        connection_id=store, feed="orders", external_id__in=order_ids
    ).update(is_plan_due=True)
    Connection.objects.filter(pk=store).update(woken=True)


def _close_issues(session: Session, deliveries: Sequence[Delivery]) -> None:
    arrived = [r for r in deliveries if r.state == State.POSTED.value]
    posted = [str(row.pk) for row in arrived]
    if any(row.waits_for for row in arrived):  # proven late, while it was held
        recount_settings(session.connection, now=session.now(), by="")
    if posted:
        _resolve(deliveries[0].company_id, posted, session.now())


@prepared_change
def _resolve(company_id: int, document_ids: Sequence[str], now: datetime) -> Change:
    rows = Issue.objects.filter(
        company=company_id,
        subject_kind="document",
        subject_id__in=document_ids,
        resolved_at=None,
    )
    return Change(rows.exclude(code__in=_STAY), {"resolved_at": now})
