"""Sending documents: lost answers, refusals, busy books, evidence, generations."""

from collections.abc import Sequence
from decimal import Decimal

import pytest

from stockbridge.domain.accounting import DocumentKind
from stockbridge.domain.errors import ActionNeededError, RetryableError
from stockbridge.domain.identity import digest_of
from stockbridge.domain.tests.builders import usd
from stockbridge.engine.actions.deliveries import (
    cancel_deliveries,
    clear_pending,
    retry_deliveries,
)
from stockbridge.engine.actions.orders import import_again
from stockbridge.engine.deliver import deliver
from stockbridge.engine.models import (
    Batch,
    Delivery,
    DeliveryEvent,
    DeliverySource,
)
from stockbridge.engine.settle import settle
from stockbridge.engine.tests.ledger_books import LedgerBooks
from stockbridge.engine.tests.worlds import World, a_world, an_order
from stockbridge.ports import PostOutcome, PostRequest, PostResult

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_lost_answer_is_looked_up_and_never_sent_again() -> None:
    world = a_world()
    world.ledger.lose_answers = 1

    world.shop.place(an_order())
    world.rest()

    assert world.ledger.sale_totals() == ["16.50 USD"]
    assert world.outcome("727") == "posted"
    assert len(world.ledger.customers) == 1
    assert _times_sent(world, "customer") == 1


def test_a_lost_answer_of_the_sale_itself_books_it_once() -> None:
    world = a_world()
    world.shop.place(an_order())
    world.clock.advance(minutes=6)
    world.store_job()
    world.ledger.lose_answers = 2  # the customer's, then the sale's

    world.rest()

    assert world.ledger.sale_totals() == ["16.50 USD"]
    assert _times_sent(world, "sale") == 1


def test_what_never_arrived_is_sent_again() -> None:
    world = a_world()
    world.ledger.cut_line = 2

    world.shop.place(an_order())
    world.rest(rounds=6)

    assert world.outcome("727") == "posted"
    assert world.ledger.sale_totals() == ["16.50 USD"]


def test_a_document_in_doubt_waits_until_the_books_can_tell() -> None:
    world = a_world()
    world.ledger.lose_answers = 1
    world.ledger.is_unclear = True
    world.shop.place(an_order())

    world.rest()

    assert "customer in_doubt" in world.states()
    assert world.ledger.sale_totals() == []
    world.ledger.is_unclear = False
    world.rest()
    assert world.outcome("727") == "posted"


def test_a_worker_that_died_after_sending_leaves_doubt_and_no_double() -> None:
    world = a_world()
    world.shop.place(an_order())
    world.clock.advance(minutes=6)
    world.store_job()
    _die_after_posting(world)

    world.rest()

    assert len(world.ledger.customers) == 1
    assert world.outcome("727") == "posted"


def test_busy_books_are_asked_again_later_each_time_later() -> None:
    world = a_world()
    world.ledger.busy.add(DocumentKind.SALE)
    world.shop.place(an_order())

    world.rest(rounds=2)

    sale = world.deliveries(kind="sale")[0]
    assert sale.state == "ready"
    assert sale.attempts >= 2
    assert sale.not_before is not None
    world.ledger.busy.clear()
    world.rest()
    assert world.outcome("727") == "posted"


def test_books_that_stay_busy_are_given_up_and_can_be_resumed() -> None:
    world = a_world()
    world.ledger.busy.add(DocumentKind.SALE)
    world.shop.place(an_order())
    world.rest(rounds=40)
    sale = world.deliveries(kind="sale")[0]
    assert sale.state == "failed"
    assert world.outcome("727") == "held"

    world.ledger.busy.clear()
    acted = retry_deliveries(world.company, [sale.pk], world.act)
    world.rest()

    assert acted.count == 1
    assert world.outcome("727") == "posted"


def test_a_refused_sale_is_planned_anew_as_the_next_generation() -> None:
    world = a_world()
    world.ledger.refused[DocumentKind.SALE] = ActionNeededError("No such tax.")
    world.shop.place(an_order())
    world.rest()
    assert world.outcome("727") == "held"
    assert world.issue_codes() == ["refused_ActionNeededError"]

    world.ledger.refused.clear()
    refused = world.deliveries(kind="sale", state="held")
    retry_deliveries(world.company, [row.pk for row in refused], world.act)
    world.rest()

    sales = world.deliveries(kind="sale")
    assert [row.generation for row in sales] == [1, 2]
    assert [row.state for row in sales] == ["superseded", "posted"]
    assert world.outcome("727") == "posted"
    assert world.issue_codes() == []


def test_a_refused_customer_leaves_again_as_it_is() -> None:
    world = a_world()
    world.ledger.refused[DocumentKind.CUSTOMER] = ActionNeededError("No name.")
    world.shop.place(an_order())
    world.shop.place(an_order(external_id="728", number="1043"))
    world.rest()
    issue = world.issue("refused_ActionNeededError")
    assert issue.waiting_count == 3

    world.ledger.refused.clear()
    customer = world.deliveries(kind="customer")
    retry_deliveries(world.company, [row.pk for row in customer], world.act)
    world.rest()

    assert len(customer) == 1
    assert world.outcome("727") == "posted"
    assert world.outcome("728") == "posted"
    assert len(world.ledger.customers) == 1


def test_cancelling_one_order_never_cancels_what_another_needs() -> None:
    world = a_world()
    world.ledger.cut_line = 99
    world.shop.place(an_order())
    world.shop.place(an_order(external_id="728", number="1043"))
    world.rest(rounds=1)
    customer = world.deliveries(kind="customer")[0]
    sale = _sale_of(world, "727")

    refused = cancel_deliveries(world.company, [customer.pk], world.act)
    acted = cancel_deliveries(world.company, [sale.pk], world.act)
    world.ledger.cut_line = 0
    world.rest(rounds=8)

    assert refused.count == 0
    assert len(refused.refused) == 1
    assert acted.count == 1
    assert world.disposition("727").code == "cancelled_by_hand"
    assert world.outcome("728") == "posted"
    assert len(world.ledger.sale_totals()) == 1


def test_a_cancelled_order_stays_away_until_a_person_imports_it_again() -> None:
    world = a_world()
    world.ledger.cut_line = 99
    world.shop.place(an_order())
    world.rest(rounds=1)
    cancel_deliveries(world.company, [_sale_of(world, "727").pk], world.act)
    world.ledger.cut_line = 0
    world.shop.change("727", note="changed in the store")
    world.rest()
    assert world.ledger.sale_totals() == []

    import_again(world.bridge, ["727"], world.act)
    world.rest()

    assert world.outcome("727") == "posted"
    assert world.ledger.sale_totals() == ["16.50 USD"]


def test_a_cancelled_payment_stays_away_and_the_order_is_settled() -> None:
    world = a_world()
    world.ledger.busy.add(DocumentKind.PAYMENT)
    world.shop.place(an_order())
    world.rest(rounds=2)
    payment = world.deliveries(kind="payment")[0]

    cancel_deliveries(world.company, [payment.pk], world.act)
    world.ledger.busy.clear()
    world.shop.change("727", note="changed in the store")
    world.rest()

    assert world.ledger.live(DocumentKind.PAYMENT) == []
    assert world.outcome("727") == "posted"


def test_what_was_sent_cannot_be_cancelled() -> None:
    world = a_world()
    world.ledger.lose_answers = 1
    world.ledger.is_unclear = True
    world.shop.place(an_order())
    world.rest(rounds=1)
    customer = world.deliveries(kind="customer")[0]
    assert customer.state == "in_doubt"

    acted = cancel_deliveries(world.company, [customer.pk], world.act)

    assert acted.count == 0
    assert world.deliveries(kind="customer")[0].state == "in_doubt"


def test_clearing_drops_all_that_waits() -> None:
    world = a_world()
    world.ledger.cut_line = 99
    world.shop.place(an_order())
    world.shop.place(an_order(external_id="728", number="1043"))
    world.rest(rounds=1)

    acted = clear_pending(world.company, world.act)

    assert acted.count == 5  # two sales, two payments, one customer
    assert world.states() == []


def test_evidence_is_taken_however_late_it_comes() -> None:
    world = a_world()
    world.ledger.lose_answers = 1
    world.ledger.is_unclear = True
    world.shop.place(an_order())
    world.rest(rounds=1)
    customer = world.deliveries(kind="customer")[0]

    with world.session(world.books_connection) as session:
        late = PostResult("send-1", PostOutcome.POSTED, books_id="C101")
        settle(session, [(customer, late)])

    assert world.deliveries(kind="customer")[0].state == "posted"


def test_a_late_no_to_an_earlier_envelope_says_nothing_about_a_later_one() -> None:
    """It was looked up, sent again, and is on its way when the old answer comes."""
    world = a_world()
    world.ledger.cut_line = 1
    world.shop.place(an_order())
    world.rest(rounds=1)
    customer = world.deliveries(kind="customer")[0]
    connection = world.books_connection
    first = Batch.objects.create(
        connection=connection, fence=1, body=b"[]", sent_at=world.clock()
    )
    second = Batch.objects.create(
        connection=connection, fence=2, body=b"[]", sent_at=world.clock()
    )
    Delivery.objects.filter(pk=customer.pk).update(state="sent", batch=second)

    states = []
    with world.session(connection) as session:
        for outcome in (PostOutcome.REFUSED, PostOutcome.RETRY):
            late = PostResult("send-1", outcome, error=RetryableError("Not now."))
            settle(session, [(customer, late)], batch=first)
            states.append(Delivery.objects.get(pk=customer.pk).state)
        settle(session, [(customer, late)], batch=second)

    assert states == ["sent", "sent"]
    assert Delivery.objects.get(pk=customer.pk).state == "ready"
    assert not Delivery.objects.get(pk=customer.pk).was_refused


def test_evidence_of_what_was_dropped_ties_it_to_its_order_again() -> None:
    world = a_world()
    world.ledger.cut_line = 99
    world.shop.place(an_order())
    world.rest(rounds=1)
    sale = _sale_of(world, "727")
    cancel_deliveries(world.company, [sale.pk], world.act)

    with world.session(world.books_connection) as session:
        late = PostResult(
            "send-9", PostOutcome.POSTED, books_id="D9", total=usd("16.50")
        )
        settle(session, [(Delivery.objects.get(pk=sale.pk), late)])

    assert DeliverySource.objects.get(delivery=sale).is_live
    assert world.issue_codes() == ["booked_after_all"]


def test_a_stored_total_that_differs_is_said() -> None:
    world = a_world()
    world.ledger.cents_off = Decimal("0.01")

    world.shop.place(an_order())
    world.rest()

    assert "stored_differs" in world.issue_codes()


def test_many_orders_go_in_few_envelopes() -> None:
    world = a_world()
    for number in range(20):
        world.shop.place(an_order(external_id=f"8{number:02d}", number=f"1{number}"))

    world.rest()

    assert len(world.ledger.sale_totals()) == 20
    assert len(world.ledger.envelopes) <= 3  # customer, sales, payments


def test_outdated_documents_do_not_keep_others_waiting() -> None:
    world = a_world()
    world.ledger.per_call_max = 1
    world.shop.place(an_order())
    world.clock.advance(minutes=6)
    world.store_job()
    world.books_job()
    for row in DeliverySource.objects.filter(order_id="727"):
        row.revision = digest_of("older")
        row.save()
    DeliverySource.objects.filter(order_id="727").update(revision="older")
    world.shop.place(an_order(external_id="728", number="1043"))
    snapshot = world.snapshot("727")
    snapshot.digest = "newer, and cannot be planned"
    snapshot.save()

    world.rest()

    assert world.outcome("728") == "posted"


def _times_sent(world: World, kind: str) -> int:
    return DeliveryEvent.objects.filter(delivery__kind=kind, event="send").count()


def _sale_of(world: World, order_id: str) -> Delivery:
    return Delivery.objects.get(
        kind="sale", sources__order_id=order_id, sources__is_live=True
    )


def _die_after_posting(world: World) -> None:
    """Let the books take an envelope whose sender dies before it hears the answer."""

    class KilledError(Exception):
        pass

    class Deadly(LedgerBooks):
        def post(self, requests: Sequence[PostRequest]) -> tuple[PostResult, ...]:
            super().post(requests)
            raise KilledError

    with world.session(world.books_connection) as session, pytest.raises(KilledError):
        deliver(session, Deadly(world.ledger))
    assert "customer sent" in world.states()
