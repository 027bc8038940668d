"""Random journeys of one order: store changes and lost answers in any order.

However they mix: no effect is live twice, nothing is booked twice, every document
adds up, and once all has come to rest the books hold what the order says, unless a
person was asked.
"""

from collections import Counter
from dataclasses import replace
from datetime import date

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from stockbridge.domain.accounting import (
    AmendmentDocument,
    RefundDocument,
    SaleDocument,
    SaleForm,
)
from stockbridge.domain.commerce import OrderStatus
from stockbridge.domain.delivery import Event, State
from stockbridge.domain.money import total_of
from stockbridge.domain.planning import Outcome
from stockbridge.domain.policy import When
from stockbridge.domain.tests.builders import (
    NOW,
    a_ground,
    a_line,
    a_policy,
    a_refund,
    a_refund_line,
    a_shipping_line,
    an_order,
    minutes,
)
from stockbridge.domain.tests.journey import Journey, Row

OPEN = [OrderStatus.PENDING, OrderStatus.ON_HOLD, OrderStatus.PROCESSING]
ENDS = [
    OrderStatus.COMPLETED,
    OrderStatus.CANCELLED,
    OrderStatus.FAILED,
    OrderStatus.REFUNDED,
    OrderStatus.DELETED,
    OrderStatus.UNKNOWN,
]


class OrderJourneys(RuleBasedStateMachine):
    """Changes in the store, plans, and deliveries with every outcome."""

    def __init__(self) -> None:
        super().__init__()
        self.journey = Journey()
        self.refund_count = 0

    @initialize(
        when=st.sampled_from(list(When)), can_amend=st.booleans(), bills=st.booleans()
    )
    def choose_policy(self, when: When, *, can_amend: bool, bills: bool) -> None:
        policy = a_policy(
            when=when,
            can_amend=can_amend,
            statuses=frozenset({"processing"}),
            fulfillment_bills=bills,
            form=SaleForm.SALES_ORDER if bills else SaleForm.CUSTOMER_ORDER,
        )
        self.journey.ground = a_ground(policy=policy)

    # ── the store ────────────────────────────────────────────────────────────

    @rule(status=st.sampled_from(OPEN + ENDS), is_paid=st.booleans())
    def set_status(self, status: OrderStatus, *, is_paid: bool) -> None:
        order = self.journey.order
        done = NOW if status is OrderStatus.COMPLETED else order.completed_at
        paid = order.paid_at or (NOW if is_paid else None)
        self.journey.order = replace(
            order, status=status, completed_at=done, paid_at=paid
        )

    @rule(cents=st.integers(0, 3000), quantity=st.integers(1, 4))
    def edit(self, cents: int, quantity: int) -> None:
        lines = [
            a_line(total=f"{cents / 100:.2f}", quantity=str(quantity)),
            a_shipping_line(),
        ]
        new = an_order(lines=lines)
        self.journey.order = replace(
            self.journey.order,
            lines=new.lines,
            tax_lines=new.tax_lines,
            total=new.total,
            total_tax=new.total_tax,
        )

    @rule()
    def break_the_total(self) -> None:
        self.journey.order = replace(
            self.journey.order, total=an_order(total="99").total
        )

    @rule(cents=st.integers(0, 900), by_line=st.booleans())
    def refund(self, cents: int, *, by_line: bool) -> None:
        self.refund_count += 1
        number = str(800 + self.refund_count)
        lines = [a_refund_line(external_id=f"{number}1")] if by_line else []
        made = a_refund(
            amount=f"{cents / 100:.2f}",
            lines=lines,
            external_id=number,
            refunded_at=minutes(self.refund_count),
        )
        order = self.journey.order
        self.journey.order = replace(order, refunds=(*order.refunds, made))

    @rule()
    def delete_the_last_refund(self) -> None:
        order = self.journey.order
        self.journey.order = replace(order, refunds=order.refunds[:-1])

    @rule(is_closed=st.booleans())
    def close_or_open_the_period(self, *, is_closed: bool) -> None:
        until = date(2026, 3, 31) if is_closed else None
        self.journey.ground = replace(self.journey.ground, closed_until=until)

    # ── the engine ───────────────────────────────────────────────────────────

    @rule()
    def plan(self) -> None:
        self.journey.save(self.journey.plan())

    @precondition(lambda self: self.journey.ready())
    @rule(data=st.data())
    def send(self, data: st.DataObject) -> None:
        row = data.draw(st.sampled_from(self.journey.ready()))
        row.move(Event.SEND)
        ends = ["accept", "refuse", "return", "lost before", "lost after"]
        self._end(row, data.draw(st.sampled_from(ends)))

    def _end(self, row: Row, end: str) -> None:
        if end in ("accept", "lost after"):
            self.journey.post(row)
        events = {
            "accept": Event.ACCEPT,
            "refuse": Event.REFUSE,
            "return": Event.RETURN,
            "lost before": Event.LOSE_ANSWER,
            "lost after": Event.LOSE_ANSWER,
        }
        row.move(events[end])

    @rule()
    def look_up(self) -> None:
        for row in self.journey.rows:
            if row.state is State.IN_DOUBT:
                is_there = row.planned.key in self.journey.books
                row.move(Event.FIND if is_there else Event.MISS)

    # ── what must always hold ────────────────────────────────────────────────

    @invariant()
    def no_effect_is_live_twice(self) -> None:
        live = self.journey.live()
        keys = Counter(row.planned.key for row in live)
        effects = Counter((row.planned.effect, row.planned.source) for row in live)

        assert not [key for key, count in keys.items() if count > 1]
        assert not [effect for effect, count in effects.items() if count > 1]

    @invariant()
    def every_document_adds_up(self) -> None:
        for document in self.journey.books.values():
            if isinstance(document, AmendmentDocument):
                document = document.document
            if isinstance(document, SaleDocument | RefundDocument):
                said = [line.total + line.tax for line in document.lines]
                assert total_of(said, document.total.currency) == document.total

    @invariant()
    def what_the_books_have_is_never_dropped(self) -> None:
        live = {row.planned.key for row in self.journey.live()}

        assert set(self.journey.books) <= live

    def teardown(self) -> None:
        journey = self.journey
        journey.rest()
        again = journey.plan()

        assert not again.planned
        assert not again.superseded
        assert journey.seen is not None
        verdicts = {verdict.source: verdict for verdict in again.verdicts}
        order = verdicts[next(s for s in verdicts if s.kind == "order")]
        if order.outcome is Outcome.POSTED and not self._is_gone():
            assert journey.sold() == journey.order.total
            assert set(journey.paid()) <= {journey.order.total}
            assert len(journey.paid()) <= 1
        if not again.holds and journey.sold() is not None and not self._is_gone():
            given = [refund.amount for refund in journey.order.refunds]
            if not journey.is_billed():
                given = []
                assert not journey.paid()
            assert journey.refunded() == total_of(given, "USD")

    def _is_gone(self) -> bool:
        return self.journey.order.status in (
            OrderStatus.DELETED,
            OrderStatus.CANCELLED,
            OrderStatus.FAILED,
        )


TestOrderJourneys = OrderJourneys.TestCase
TestOrderJourneys.settings = settings(max_examples=120, stateful_step_count=30)
