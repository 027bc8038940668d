"""Writing plans into the outbox, in the transaction that made them."""

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from django.db.models import QuerySet

from stockbridge.companies.prepared import Change, prepared, prepared_change
from stockbridge.companies.row_writes import add_rows, insert_rows, put_rows
from stockbridge.domain.accounting import (
    AdjustmentDocument,
    CustomerRecord,
    ItemRecord,
    SaleDocument,
    total_of_document,
)
from stockbridge.domain.delivery import Event, State
from stockbridge.domain.planning import Planned
from stockbridge.engine.codec import dump_document
from stockbridge.engine.fetch import ORDERS
from stockbridge.engine.limits import guard
from stockbridge.engine.models import Delivery, DeliveryNeed, DeliverySource, Snapshot
from stockbridge.engine.models.deliveries import LIVE_VALUES
from stockbridge.engine.moves import Move, Mover
from stockbridge.engine.restore_guard import first_state
from stockbridge.engine.settle import close_refusal

if TYPE_CHECKING:
    from stockbridge.engine.plan import Planner, Planning

SHARED = ("customer", "item")


def save_plans(planner: "Planner", plannings: Sequence["Planning"]) -> int:
    """Save the documents of many plans; return how many are new.

    Superseded ones end in the same transaction, so a key is never live twice.
    Documents kept as they are take on the order's new revision.
    """
    _supersede(planner, plannings)
    _confirm(planner, plannings)
    wanted = [(p, planned) for p in plannings for planned in p.plan.planned]
    if not wanted:
        return 0
    live = _live_keys(wanted)
    made: dict[str, Delivery] = {}
    state = first_state(planner.session.now())
    for planning, planned in wanted:
        if planned.key not in live and planned.key not in made:
            made[planned.key] = _delivery(planner, planning, planned, state)
    add_rows(made.values())
    _save_sources(planner, wanted, made)
    _save_needs(wanted, made, live)
    Mover(planner.session).born(made.values())
    new = list(made.values())
    planner.held += guard(
        planner.session, planner.bridge, new, was_allowed=planner.is_allowed
    )
    return len(made)


def _supersede(planner: "Planner", plannings: Sequence["Planning"]) -> None:
    keys = [key for planning in plannings for key in planning.plan.superseded]
    if not keys:
        return
    rows = Delivery.objects.filter(key__in=keys, state__in=LIVE_VALUES)
    moves = [Move(row, Event.SUPERSEDE, "Its order changed.") for row in rows]
    Mover(planner.session).move(moves)
    for move in moves:
        if move.delivery.was_refused:
            close_refusal(planner.session, move.delivery, by=planner.session.by)
    gone = DeliverySource.objects.filter(delivery__in=[m.delivery for m in moves])
    gone.update(is_live=False)
    own = {(key, p.order.external_id) for p in plannings for key in p.plan.superseded}
    rest = gone.exclude(order_id="").select_related("delivery", "bridge")
    for one in rest:
        if (one.delivery.key, one.order_id) not in own:
            _plan_again(one)


def _plan_again(source: DeliverySource) -> None:
    """Let an order be planned anew whose document went with another's change."""
    Snapshot.objects.filter(
        connection=source.bridge.store_id, feed=ORDERS, external_id=source.order_id
    ).update(is_plan_due=True)


def _confirm(planner: "Planner", plannings: Sequence["Planning"]) -> None:
    """Let unchanged documents follow their order's newest revision."""
    for planning in plannings:
        if planning.plan.kept and not planning.plan.must_wait:
            _follow(
                planner.bridge.pk,
                planning.order.external_id,
                planning.plan.kept,
                planning.snapshot.digest,
            )


@prepared_change
def _follow(
    bridge_id: int, order_id: str, keys: Collection[str], revision: str
) -> Change:
    rows = DeliverySource.objects.filter(
        bridge=bridge_id, order_id=order_id, delivery__key__in=keys, is_live=True
    )
    return Change(rows.exclude(revision=revision), {"revision": revision})


def _live_keys(wanted: Sequence[tuple["Planning", Planned]]) -> dict[str, Delivery]:
    keys = {planned.key for _, planned in wanted}
    keys |= {need for _, planned in wanted for need in planned.requires}
    return {row.key: row for row in _live(keys)}


@prepared
def _live(keys: Collection[str]) -> QuerySet[Delivery]:
    rows = Delivery.objects.filter(key__in=keys, state__in=LIVE_VALUES)
    return rows.only("id", "key", "state", "books_id")


def _delivery(
    planner: "Planner", planning: "Planning", planned: Planned, state: State
) -> Delivery:
    document, now = planned.document, planner.session.now()
    is_shared = planned.effect in SHARED
    total = total_of_document(document)
    generation = int(planned.key.rsplit("/", 1)[1])
    return Delivery(
        company=planner.bridge.company,
        connection=planner.bridge.books,
        bridge=None if is_shared else planner.bridge,
        kind=planned.kind.value,
        key=planned.key,
        generation=generation,
        state=state.value,
        document=dump_document(planned.kind, document),
        digest=planned.digest,
        reference=planning.order.number if not is_shared else "",
        title=_title(planning, planned)[:300],
        business_date=getattr(document, "business_date", None),
        total=total.amount if total else None,
        currency=total.currency if total else "",
        run=planner.ensure_run(),
        created_at=now,
        changed_at=now,
    )


def _title(planning: "Planning", planned: Planned) -> str:
    document = planned.document
    if isinstance(document, CustomerRecord | ItemRecord):
        return document.name
    if isinstance(document, SaleDocument):
        person = planning.order.customer
        return f"{person.first_name} {person.last_name}".strip() or person.email
    if isinstance(document, AdjustmentDocument):
        return document.reason
    return planning.order.number


def _save_sources(
    planner: "Planner",
    wanted: Sequence[tuple["Planning", Planned]],
    made: dict[str, Delivery],
) -> None:
    insert_rows(
        [
            DeliverySource(
                delivery=made[planned.key],
                bridge=planner.bridge,
                kind=planned.source.kind,
                source_id=planned.source.external_id,
                order_id=planning.order.external_id,
                effect=planned.effect,
                revision=planning.snapshot.digest,
                amount=planned.amount,
            )
            for planning, planned in wanted
            if planned.key in made and planned.effect not in SHARED
        ]
    )


def _save_needs(
    wanted: Sequence[tuple["Planning", Planned]],
    made: dict[str, Delivery],
    live: dict[str, Delivery],
) -> None:
    rows = []
    for _, planned in wanted:
        delivery = made.get(planned.key)
        if delivery is None:
            continue
        for key in dict.fromkeys(planned.requires):
            rows.append(
                DeliveryNeed(delivery=delivery, needed=made.get(key) or live[key])
            )
    put_rows(rows)
