"""A small world for planning: an order that changes, an outbox, and books.

It stands for store, engine and books while `plan_order` is tested as a whole; it
knows nothing of why something is planned. Answers get lost on both ways.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from stockbridge.domain.accounting import (
    AmendmentDocument,
    Document,
    FulfillmentDocument,
    PaymentDocument,
    RefundDocument,
    ReversalDocument,
    SaleDocument,
)
from stockbridge.domain.commerce import Order
from stockbridge.domain.delivery import LIVE, Event, State, moved
from stockbridge.domain.money import Money, total_of
from stockbridge.domain.order_plan import plan_order
from stockbridge.domain.planning import Booked, OrderPlan, Planned
from stockbridge.domain.policy import Ground
from stockbridge.domain.references import resolved
from stockbridge.domain.tests.builders import a_ground, a_request, an_order

Kind = TypeVar("Kind")


@dataclass(slots=True)
class Row:
    """One delivery of the outbox."""

    planned: Planned
    state: State = State.READY

    def move(self, event: Event) -> None:
        self.state = moved(self.state, event)

    @property
    def books_id(self) -> str:
        return f"B:{self.planned.key}"

    def booked(self) -> Booked:
        document = self.planned.document
        form = document if isinstance(document, SaleDocument) else None
        if isinstance(document, AmendmentDocument):
            form = document.document
        return Booked(
            effect=self.planned.effect,
            source=self.planned.source,
            key=self.planned.key,
            state=self.state,
            digest=self.planned.digest,
            books_id=self.books_id if self.state is State.POSTED else "",
            document=form,
            business_date=getattr(document, "business_date", None),
            filled=document if isinstance(document, FulfillmentDocument) else None,
        )


@dataclass(slots=True)
class Journey:
    """The order as the store has it, what is under way, and what the books hold."""

    order: Order = field(default_factory=an_order)
    ground: Ground = field(default_factory=a_ground)
    rows: list[Row] = field(default_factory=list)
    books: dict[str, Document] = field(default_factory=dict)  # by key
    seen: OrderPlan | None = None

    def live(self) -> list[Row]:
        return [row for row in self.rows if row.state in LIVE]

    def plan(self) -> OrderPlan:
        booked = [row.booked() for row in self.live()]
        return plan_order(a_request(self.order, booked=booked, ground=self.ground))

    def save(self, plan: OrderPlan) -> None:
        """Do what the plan says; a key that is live already is refused."""
        self.seen = plan
        for row in self.live():
            if row.planned.key in plan.superseded:
                row.move(Event.SUPERSEDE)
        for planned in plan.planned:
            keys = {row.planned.key for row in self.live()}
            assert planned.key not in keys, f"{planned.key} would be live twice"
            assert set(planned.requires) <= keys, f"{planned.key} waits for nothing"
            self.rows.append(Row(planned))

    def ready(self) -> list[Row]:
        """Return what may leave: all that it needs is posted."""
        posted = {r.planned.key for r in self.rows if r.state is State.POSTED}
        return [
            row
            for row in self.rows
            if row.state is State.READY and set(row.planned.requires) <= posted
        ]

    def post(self, row: Row) -> None:
        """Write the document into the books, under its key."""
        key = row.planned.key
        posted = {
            r.planned.key: r.books_id for r in self.rows if r.planned.key in self.books
        }
        assert key not in self.books, f"{key} booked twice"
        self.books[key] = resolved(row.planned.document, posted)

    def rest(self) -> None:
        """Let everything come to rest, without further trouble."""
        for _ in range(60):
            for row in self.rows:
                if row.state is State.SENT:
                    row.move(Event.LOSE_ANSWER)
                if row.state is State.IN_DOUBT:
                    is_there = row.planned.key in self.books
                    row.move(Event.FIND if is_there else Event.MISS)
                if row.state is State.HELD:
                    row.move(Event.RELEASE)
            self.save(self.plan())
            ready = self.ready()
            if not ready:
                return
            for row in ready:
                row.move(Event.SEND)
                self.post(row)
                row.move(Event.ACCEPT)
        raise AssertionError("It never comes to rest.")

    # ── what the books say, in the end ───────────────────────────────────────

    def sold(self) -> Money | None:
        """Return the total of the sale in its last form; None: not booked."""
        forms = [
            document.document if isinstance(document, AmendmentDocument) else document
            for document in self.books.values()
            if isinstance(document, SaleDocument | AmendmentDocument)
        ]
        return forms[-1].total if forms else None

    def is_billed(self) -> bool:
        """Whether the books say that something is owed for the sale."""
        if not self.ground.policy.fulfillment_bills:
            return True
        return any(d.billed for d in self._all(FulfillmentDocument))

    def paid(self) -> list[Money]:
        return [d.amount for d in self._all(PaymentDocument)]

    def refunded(self) -> Money:
        """Return what was given back, less what was taken back again."""
        undone = {d.target.books_id for d in self._all(ReversalDocument)}
        kept = [
            document.total
            for key, document in self.books.items()
            if isinstance(document, RefundDocument) and f"B:{key}" not in undone
        ]
        return total_of(kept, self.order.currency)

    def _all(self, kind: type[Kind]) -> Iterable[Kind]:
        return [d for d in self.books.values() if isinstance(d, kind)]


def changed(order: Order, **fields: Any) -> Order:
    """Return the order with other fields."""
    return replace(order, **fields)
