"""Orders whose sale was in the books before: linked to it, and never booked again.

The link is a delivery like any other, posted without having left. Only the document is
not ours: what becomes of the order later is held for a person, and taking the link back
leaves the document as it is.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from stockbridge.companies.row_writes import add_rows, insert_rows
from stockbridge.domain.accounting import DocumentKind
from stockbridge.domain.adoption import Candidate
from stockbridge.domain.delivery import REPLACEABLE, Event, State
from stockbridge.domain.errors import DefectError
from stockbridge.domain.identity import Source, digest_of
from stockbridge.domain.planning import SALE, Outcome
from stockbridge.engine.decisions import Choices, anew
from stockbridge.engine.fetch import ORDERS
from stockbridge.engine.ground import load_outbox, scope_of
from stockbridge.engine.issues import resolve_issues
from stockbridge.engine.models import (
    Bridge,
    Connection,
    Delivery,
    DeliverySource,
    Disposition,
    Run,
    Snapshot,
)
from stockbridge.engine.moves import Move, Mover
from stockbridge.engine.plan import Planning
from stockbridge.engine.progress import stock_progress
from stockbridge.engine.session import Session
from stockbridge.engine.settle import close_refusal
from stockbridge.engine.undo import EFFECT
from stockbridge.engine.undone import count_again


def taken_ids(books: Connection, books_ids: Iterable[str]) -> set[str]:
    """Return which of these documents orders are booked by, or linked to, already."""
    rows = DeliverySource.objects.filter(
        delivery__connection=books,
        delivery__books_id__in=list(books_ids),
        delivery__state=State.POSTED.value,
        is_live=True,
    )
    return set(rows.values_list("delivery__books_id", flat=True))


@dataclass(frozen=True, slots=True)
class Linker:
    """Links orders to documents for one run; inside the caller's transaction."""

    session: Session
    bridge: Bridge
    run: Run

    def link(self, planning: Planning, document: Candidate) -> Delivery:
        """Link an order of which nothing is in the books, nor on its way there."""
        order_id = planning.order.external_id
        self._drop_waiting(order_id)
        delivery = self._delivery(planning, document)
        add_rows([delivery])
        insert_rows([_source(self.bridge, planning, delivery)])
        mover = Mover(self.session)
        mover.born([delivery])
        found = {
            "books_id": document.books_id,
            "books_number": document.number,
            "posted_at": self.session.now(),
        }
        mover.move([Move(delivery, Event.LINK, _name(document), found)])
        stock_progress(self.session, [delivery])
        self._decide(planning)
        return delivery

    def _drop_waiting(self, order_id: str) -> None:
        """Let what waits to be sent of the order never leave."""
        waiting = [state.value for state in REPLACEABLE]
        rows = list(
            Delivery.objects.filter(
                sources__bridge=self.bridge,
                sources__order_id=order_id,
                sources__is_live=True,
                state__in=waiting,
            )
            .exclude(sources__effect__startswith=EFFECT)
            .select_related("company", "connection")
            .distinct()
        )
        note = "Its order was linked to a document that was in the books."
        Mover(self.session).move([Move(row, Event.SUPERSEDE, note) for row in rows])
        sources = DeliverySource.objects.filter(delivery__in=rows)
        others = set(sources.values_list("order_id", flat=True)) - {order_id, ""}
        sources.update(is_live=False)
        for row in rows:
            close_refusal(self.session, row, by=self.session.by)
        _plan_again(self.bridge, [order_id, *others])

    def _delivery(self, planning: Planning, document: Candidate) -> Delivery:
        order, now = planning.order, self.session.now()
        source = Source("order", order.external_id)
        outbox = load_outbox(self.bridge, [order.external_id])[order.external_id]
        generation = outbox.generations.get((SALE, source), 1)
        scope = scope_of(self.bridge)
        return Delivery(
            company=self.bridge.company,
            connection=self.bridge.books,
            bridge=self.bridge,
            kind=DocumentKind.SALE.value,
            key=scope.document_key(SALE, source, generation=generation),
            generation=generation,
            state=State.READY.value,
            digest=digest_of(["linked", document.books_id]),
            reference=order.number,
            title=planning.snapshot.name[:300],
            business_date=document.day,
            total=document.total.amount,
            currency=document.total.currency,
            is_linked=True,
            run=self.run,
            created_at=now,
            changed_at=now,
        )

    def _decide(self, planning: Planning) -> None:
        order_id, now = planning.order.external_id, self.session.now()
        current = Disposition.objects.filter(
            bridge=self.bridge, source_kind="order", source_id=order_id, is_current=True
        )
        for row in current:
            row.outcome, row.code, row.reason = Outcome.POSTED.value, "", ""
            row.is_by_hand, row.at = True, now
            row.settled = list(anew(row.settled, Choices()))
            row.save()
        resolve_issues(
            self.bridge.company,
            now=now,
            bridge=self.bridge,
            subject_kind="order",
            subject_id=order_id,
        )


def unlink(session: Session, bridge: Bridge, rows: Sequence[Delivery]) -> None:
    """End these links; the documents stay, and no order is booked by them any more."""
    if not all(row.is_linked for row in rows):
        raise DefectError("A document of ours is reversed, not unlinked.")
    note = "The link was taken back."
    moves = [
        Move(row, Event.UNLINK, f"{note} It was {row.books_id}.", {"books_id": ""})
        for row in rows
    ]
    Mover(session).move(moves)
    sources = DeliverySource.objects.filter(
        delivery__in=[move.delivery for move in moves], is_live=True
    )
    order_ids = set(sources.values_list("order_id", flat=True))
    sources.update(is_live=False)
    if order_ids:
        count_again(DocumentKind.SALE, bridge, order_ids, session.now())


def _source(bridge: Bridge, planning: Planning, delivery: Delivery) -> DeliverySource:
    return DeliverySource(
        delivery=delivery,
        bridge=bridge,
        kind="order",
        source_id=planning.order.external_id,
        order_id=planning.order.external_id,
        effect=SALE,
        revision=planning.snapshot.digest,
        amount=delivery.total,
    )


def _plan_again(bridge: Bridge, order_ids: Sequence[str]) -> None:
    Snapshot.objects.filter(
        connection=bridge.store_id, feed=ORDERS, external_id__in=order_ids
    ).update(is_plan_due=True)


def _name(document: Candidate) -> str:
    return (
        f"Linked to {document.books_id}, number {document.number or 'none'} of "
        f"{document.day.isoformat()} over {document.total}."
    )
