"""Keeping what orders hold of the store's stock, and which targets that moves."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db.models import QuerySet

from stockbridge.companies.prepared import Change, prepared, prepared_change
from stockbridge.companies.row_writes import insert_rows, update_rows
from stockbridge.domain.commerce import Order
from stockbridge.domain.order_holds import TAKEN_BACK
from stockbridge.domain.planning import Outcome
from stockbridge.domain.stock import Owner, WantedClaim, claims_of
from stockbridge.engine.decisions import choices_of
from stockbridge.engine.models import (
    Binding,
    Bridge,
    Disposition,
    StockClaim,
    StockTarget,
)
from stockbridge.engine.options import BridgeOptions
from stockbridge.engine.session import Session
from stockbridge.engine.shelf_moves import ShelfMoves, is_off_shelf

if TYPE_CHECKING:
    from stockbridge.engine.plan import Planning


def take_claims(session: Session, orders: Sequence[Order]) -> None:
    """Count what orders took as soon as they are read; planning refines it.

    Part of keeping a page of orders, in the same transaction.
    """
    ids = [order.external_id for order in orders]
    if not orders:
        return
    for bridge in _bridges_of(session.connection.pk):
        known = {
            source_id: _counted(outcome, settled)
            for source_id, outcome, settled in _decided(bridge.pk, ids)
        }
        save_claims(
            bridge,
            [
                (order, Outcome(known.get(order.external_id, Outcome.PLANNED.value)))
                for order in orders
                if known.get(order.external_id) != "unreadable"
            ],
        )


@prepared
def _bridges_of(store_id: int) -> QuerySet[Bridge]:
    return Bridge.objects.filter(store=store_id)


@prepared
def _decided(
    bridge_id: int, order_ids: Sequence[str]
) -> QuerySet[Disposition, tuple[str, str, list[str]]]:
    return Disposition.objects.filter(
        bridge=bridge_id, source_kind="order", source_id__in=order_ids, is_current=True
    ).values_list("source_id", "outcome", "settled")


def plan_claims(bridge: Bridge, plannings: Sequence["Planning"]) -> None:
    """Bring claims up to date with what became of their orders."""
    save_claims(bridge, [(p.order, _outcome(p)) for p in plannings])


def end_claims_taken_back(
    bridge: Bridge, plannings: Sequence["Planning"], *, now: datetime
) -> None:
    """Let refunds put nothing back whose whole sale was taken back, its goods too."""
    for planning in plannings:
        for verdict in planning.plan.verdicts:
            if verdict.code != TAKEN_BACK:
                continue
            name = f"refund:{verdict.source.external_id}:"
            StockClaim.objects.filter(
                bridge=bridge,
                order_id=planning.order.external_id,
                line_id__startswith=name,
                moved_at=None,
            ).update(committed_at=now, moved_at=now)


def save_claims(bridge: Bridge, orders: Sequence[tuple[Order, Outcome]]) -> None:
    """Bring the claims of these orders up to date; mark what they touch as stale."""
    ids = [order.external_id for order, _ in orders]
    known: dict[tuple[str, str], StockClaim] = {
        (row.order_id, row.line_id): row for row in _known_claims(bridge.pk, ids)
    }
    options = BridgeOptions.model_validate(bridge.options)
    unsaid = options.restocks_when_unsaid
    tracks = options.owner is not Owner.BOOKS
    moves = ShelfMoves(bridge)
    new, moved, touched = [], [], set[str]()
    for order, outcome in orders:
        for wanted in claims_of(order, outcome, restocks_when_unsaid=unsaid):
            row = known.pop((order.external_id, wanted.line_id), None)
            held = wanted.units if is_off_shelf(order) else Decimal(0)
            moves.note(order, wanted.item_id, held - (row.held if row else 0))
            if row is None:
                if wanted.is_open or (tracks and held):
                    new.append(_claim(bridge, order.external_id, wanted, held))
                    touched.add(wanted.item_id)
            elif _differs(row, wanted) or row.held != held:
                moved.append(_changed(row, wanted, held))
                touched.add(wanted.item_id)
    by_id = {order.external_id: order for order, _ in orders}
    gone = [row for row in known.values() if row.is_open or row.held]
    for row in gone:
        moves.note(by_id[row.order_id], row.item_id, -row.held)
        row.is_open, row.held = False, Decimal(0)
    if tracks:
        moves.save()
    touched |= {row.item_id for row in gone}
    insert_rows(new)
    update_rows([*moved, *gone], _FIELDS)
    if touched:
        mark_stale_by_store(bridge, touched)


@prepared
def _known_claims(bridge_id: int, order_ids: Sequence[str]) -> QuerySet[StockClaim]:
    return StockClaim.objects.filter(bridge=bridge_id, order_id__in=order_ids)


_FIELDS = ["item_id", "units", "is_open", "held", "committed_at", "moved_at"]


def mark_stale_by_store(bridge: Bridge, store_ids: Iterable[str]) -> None:
    """Let all targets that share a books item with these be computed again."""
    wanted = list(set(store_ids))
    for start in range(0, len(wanted), 500):
        chunk = wanted[start : start + 500]
        pairs = _bound_beside(bridge.store_id, bridge.books_id, chunk)
        _mark_pairs(bridge.books_id, pairs)


@prepared
def _bound_beside(
    store_id: int, books_id: int, store_ids: Sequence[str]
) -> QuerySet[Binding, tuple[int, str]]:
    """Return the store items that share a books item with these, these included."""
    bound = Binding.objects.filter(books_connection=books_id, kind="item")
    shared = bound.filter(store_connection=store_id, store_id__in=store_ids)
    found = bound.filter(books_id__in=shared.values("books_id"))
    return found.values_list("store_connection_id", "store_id")


def mark_stale_by_books(connection_id: int, books_ids: Iterable[str]) -> int:
    """Let all targets of these books items be computed again; return how many."""
    ids = list(books_ids)
    count = 0
    for start in range(0, len(ids), 500):
        chunk = ids[start : start + 500]
        count += _mark_pairs(connection_id, _bound_in(connection_id, chunk))
    return count


def _mark_pairs(books_id: int, pairs: Iterable[tuple[int, str]]) -> int:
    by_store: dict[int, list[str]] = {}
    for store, store_id in pairs:
        by_store.setdefault(store, []).append(store_id)
    marked = [_mark_stale(one, books_id, ids) for one, ids in by_store.items()]
    return sum(marked)


@prepared
def _bound_in(
    connection_id: int, books_ids: Sequence[str]
) -> QuerySet[Binding, tuple[int, str]]:
    return Binding.objects.filter(
        books_connection=connection_id, kind="item", books_id__in=books_ids
    ).values_list("store_connection_id", "store_id")


@prepared_change
def _mark_stale(store_id: int, books_id: int, item_ids: Sequence[str]) -> Change:
    rows = StockTarget.objects.filter(
        bridge__store=store_id,
        bridge__books=books_id,
        item_id__in=item_ids,
        is_stale=False,
    )
    return Change(rows, {"is_stale": True})


def _outcome(planning: "Planning") -> Outcome:
    order_id = planning.order.external_id
    for verdict in planning.plan.verdicts:
        if verdict.source.kind == "order" and verdict.source.external_id == order_id:
            return Outcome(_counted(verdict.outcome.value, planning.standing.settled))
    return Outcome.PLANNED


def _counted(outcome: str, settled: Iterable[str]) -> str:
    """Return the outcome, as far as stock goes.

    An order that was shipped before the shelf was counted, and is booked without
    moving stock, holds nothing: just as if it were booked elsewhere.
    """
    if choices_of(settled).moves_stock:
        return outcome
    return Outcome.BOOKED_ELSEWHERE.value


def _claim(
    bridge: Bridge, order_id: str, wanted: WantedClaim, held: Decimal
) -> StockClaim:
    return StockClaim(
        bridge=bridge,
        order_id=order_id,
        line_id=wanted.line_id,
        item_id=wanted.item_id,
        units=wanted.units,
        is_open=wanted.is_open,
        held=held,
    )


def _differs(row: StockClaim, wanted: WantedClaim) -> bool:
    return (row.item_id, row.units, row.is_open) != (
        wanted.item_id,
        wanted.units,
        wanted.is_open,
    )


def _changed(row: StockClaim, wanted: WantedClaim, held: Decimal) -> StockClaim:
    if (row.item_id, row.units) != (wanted.item_id, wanted.units):
        # What the books took was another quantity: count it all until they follow.
        row.committed_at = row.moved_at = None
    row.item_id, row.units, row.is_open = wanted.item_id, wanted.units, wanted.is_open
    row.held = held
    return row
