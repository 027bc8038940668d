"""What follows from posted documents: dispositions, stock claims, later plans."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q, QuerySet

from stockbridge.companies.row_writes import update_rows
from stockbridge.domain.accounting import DocumentKind
from stockbridge.domain.delivery import State
from stockbridge.domain.planning import (
    AMENDMENT,
    FULFILLMENT,
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
from stockbridge.engine.session import Session
from stockbridge.engine.settings_needed import recount_settings

_STUCK = "One of its documents waits for you."
#: Issues of a document that its being posted does not mend.
_STAY = ("stored_differs", "booked_after_all", "remarked")


def order_progress(session: Session, deliveries: Sequence[Delivery]) -> None:
    """Bring dispositions up to date; let waiting changes be planned now."""
    sources = list(
        DeliverySource.objects.filter(delivery__in=deliveries, is_live=True)
        .exclude(order_id="")
        .values_list("bridge_id", "order_id")
        .distinct()
    )
    by_bridge: dict[int, set[str]] = defaultdict(set)
    for bridge_id, order_id in sources:
        by_bridge[bridge_id].add(order_id)
    for bridge_id, order_ids in by_bridge.items():
        _settle_orders(session, bridge_id, order_ids)
    _close_issues(session, deliveries)


def stock_progress(session: Session, posted: Sequence[Delivery]) -> None:
    """Note which claims the books now promise or have moved."""
    now = session.now()
    kinds = {DocumentKind.SALE, DocumentKind.FULFILLMENT, DocumentKind.REFUND}
    kinds |= {DocumentKind.CANCELLATION, DocumentKind.AMENDMENT}
    ids = [row.pk for row in posted if DocumentKind(row.kind) in kinds]
    sources = DeliverySource.objects.filter(delivery__in=ids).select_related(
        "bridge__books"
    )
    touched: dict[int, tuple[Bridge, set[str]]] = {}
    by_effect: dict[tuple[int, str], set[str]] = defaultdict(set)
    refunds: dict[int, set[tuple[str, str]]] = defaultdict(set)
    for row in sources:
        touched.setdefault(row.bridge_id, (row.bridge, set()))[1].add(row.order_id)
        if row.kind == "refund":
            refunds[row.bridge_id].add((row.order_id, row.source_id))
        else:
            effect = row.effect.split(":", 1)[0]
            by_effect[row.bridge_id, effect].add(row.order_id)
    for bridge_id, (bridge, order_ids) in touched.items():
        claims = StockClaim.objects.filter(bridge_id=bridge_id)
        by_sale = capabilities_of(bridge.books).sale_moves_stock
        moved = by_effect[bridge_id, FULFILLMENT]
        moved |= by_effect[bridge_id, SALE] if by_sale else set()
        committed = by_effect[bridge_id, SALE] | by_effect[bridge_id, AMENDMENT]
        _sold(claims, committed=committed, moved=moved, now=now)
        for order_id, refund_id in refunds[bridge_id]:
            _returned(session, bridge, order_id, refund_id)
        items = claims.filter(order_id__in=order_ids).values_list("item_id", flat=True)
        mark_stale_by_store(bridge, set(items))


def _sold(
    claims: QuerySet[StockClaim], *, committed: set[str], moved: set[str], now: datetime
) -> None:
    own = ~Q(line_id__startswith="refund:")
    claims.filter(own, order_id__in=committed).update(committed_at=now)
    # What went out is what was sold less what came back before: all of it ends.
    claims.filter(own, order_id__in=moved).update(moved_at=now)
    claims.filter(~own, order_id__in=moved, committed_at__isnull=False).update(
        moved_at=now
    )


def _returned(session: Session, bridge: Bridge, order_id: str, refund_id: str) -> None:
    """Goods that come back before they went out only lessen the promise."""
    now = session.now()
    claims = StockClaim.objects.filter(
        bridge=bridge,
        order_id=order_id,
        line_id__startswith=f"refund:{refund_id}:",
    )
    claims.update(committed_at=now)
    by_sale = capabilities_of(bridge.books).sale_moves_stock
    went_out = DeliverySource.objects.filter(
        bridge=bridge,
        order_id=order_id,
        effect=SALE if by_sale else FULFILLMENT,
        delivery__state=State.POSTED.value,
        is_live=True,
    ).exists()
    if went_out:
        claims.update(moved_at=now)


def _settle_orders(session: Session, bridge_id: int, order_ids: set[str]) -> None:
    states: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    taken_back = set[tuple[str, str, str]]()
    for order_id, kind, source_id, effect, state in DeliverySource.objects.filter(
        bridge_id=bridge_id, order_id__in=order_ids, is_live=True
    ).values_list("order_id", "kind", "source_id", "effect", "delivery__state"):
        states[order_id, kind, source_id].add(state)
        if effect == REVERSAL and state == State.POSTED.value:
            taken_back.add((order_id, kind, source_id))
    now = session.now()
    rows = Disposition.objects.filter(
        bridge_id=bridge_id,
        order_id__in=order_ids,
        is_current=True,
        outcome__in=[Outcome.PLANNED.value, Outcome.HELD.value],
    )
    changed, replan = [], set()
    for row in rows:
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
        Issue.objects.filter(
            company_id=deliveries[0].company_id,
            subject_kind="document",
            subject_id__in=posted,
            resolved_at=None,
        ).exclude(code__in=_STAY).update(resolved_at=session.now())
