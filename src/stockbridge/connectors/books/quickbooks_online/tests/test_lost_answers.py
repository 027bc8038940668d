"""Whatever happens on the line, a document is booked once and never lost."""

import pytest

from stockbridge.connectors.books.quickbooks_online.basis import Basis
from stockbridge.connectors.books.quickbooks_online.client import (
    BATCH_COST,
    BURST,
    CALL_COST,
    PER_MINUTE,
)
from stockbridge.connectors.books.quickbooks_online.company import company_of
from stockbridge.connectors.books.quickbooks_online.encode import write_of
from stockbridge.connectors.books.quickbooks_online.json_text import dumped, loaded
from stockbridge.connectors.books.quickbooks_online.tests.builders import (
    DAY,
    a_line,
    a_mug,
    a_payment,
    a_post,
    a_sale,
    look_up,
    post,
    posted,
)
from stockbridge.connectors.books.quickbooks_online.tests.signed_in import SignedIn
from stockbridge.connectors.simulation import Fault, FaultKind, SettableClock
from stockbridge.domain.accounting import (
    BooksRef,
    DocumentKind,
    ReversalDocument,
    SaleForm,
)
from stockbridge.domain.errors import AnswerLostError, RetryableError, SignInError
from stockbridge.ports import (
    LookUpOutcome,
    PostOutcome,
)

WRITTEN = (
    FaultKind.ANSWER_LOST,
    FaultKind.ERROR_AFTER_WRITE,
    FaultKind.TRUNCATED,
    FaultKind.NOISE,
)
NOT_WRITTEN = (
    FaultKind.CONNECTION_CUT,
    FaultKind.SERVER_ERROR,
    FaultKind.BAD_GATEWAY,
    FaultKind.MAINTENANCE,
    FaultKind.HTML,
)


def break_line(connected: SignedIn, kind: FaultKind, *, times: int | None) -> None:
    fault = Fault(kind, "POST", "requestid", times=times)
    connected.simulator.faults.add(fault)


def later(connected: SignedIn, seconds: float) -> None:
    clock = connected.simulator.options.clock
    assert isinstance(clock, SettableClock)
    clock.advance(seconds)


@pytest.mark.parametrize("kind", [*WRITTEN, *NOT_WRITTEN])
@pytest.mark.parametrize("count", [1, 3])
def test_an_answer_that_got_lost_once_comes_with_the_same_request_id(
    connected: SignedIn, kind: FaultKind, count: int
) -> None:
    books = connected.books()
    item = a_mug(books)
    sales = [a_sale(a_line(item=item), reference=str(n)) for n in range(count)]
    break_line(connected, kind, times=1)

    results = books.post([a_post(s, f"sale/{s.reference}/1") for s in sales])

    assert [one.outcome for one in results] == [PostOutcome.POSTED] * count
    assert len(connected.records("SalesReceipt")) == count


@pytest.mark.parametrize("kind", WRITTEN)
def test_an_answer_that_stays_away_is_doubt_and_is_found(
    connected: SignedIn, kind: FaultKind
) -> None:
    books = connected.books()
    sale = a_sale(a_line(item=a_mug(books)))
    break_line(connected, kind, times=None)

    with pytest.raises(AnswerLostError):
        post(books, sale)
    connected.simulator.faults.clear()
    found = look_up(connected.books(), sale)

    (stored,) = connected.records("SalesReceipt")
    assert found.outcome is LookUpOutcome.FOUND
    assert found.result is not None
    assert found.result.books_id == f"SalesReceipt:{stored['Id']}"
    assert found.result.total == sale.total


def test_a_miss_counts_only_once_nothing_of_ours_can_still_arrive(
    connected: SignedIn,
) -> None:
    """QuickBooks works on a request for two minutes, whether we listen or not."""
    books = connected.books()
    sale = a_sale(a_line(item=a_mug(books)))
    break_line(connected, FaultKind.CONNECTION_CUT, times=None)
    with pytest.raises(AnswerLostError):
        post(books, sale)
    connected.simulator.faults.clear()

    soon = look_up(connected.books(), sale)
    later(connected, 131)
    late = look_up(connected.books(), sale)

    assert soon.outcome is LookUpOutcome.UNCLEAR
    assert late.outcome is LookUpOutcome.MISSING


def test_a_write_that_arrives_after_we_gave_up_is_found_not_sent_again(
    connected: SignedIn,
) -> None:
    """The line breaks at once, yet QuickBooks works on and books it."""
    books = connected.books()
    sale = a_sale(a_line(item=a_mug(books)))
    break_line(connected, FaultKind.CONNECTION_CUT, times=None)
    with pytest.raises(AnswerLostError):
        post(books, sale)
    connected.simulator.faults.clear()
    early = look_up(connected.books(), sale)

    late_body = write_of(
        a_post(sale),
        Basis(connected.api().settings, company_of(connected.api())),
        today=DAY,
    ).body
    connected.simulator.write("SalesReceipt", loaded(dumped(late_body)))

    assert early.outcome is LookUpOutcome.UNCLEAR
    assert look_up(connected.books(), sale).outcome is LookUpOutcome.FOUND


def test_a_worker_that_died_while_it_sent_leaves_a_doubt_not_a_miss(
    connected: SignedIn,
) -> None:
    api = connected.api()
    api.facts.begin_write(connected.wire.now())  # and then nothing more of it

    found = look_up(connected.books(), a_sale())

    assert found.outcome is LookUpOutcome.UNCLEAR


def test_a_later_write_that_was_answered_ends_no_earlier_doubt(
    connected: SignedIn,
) -> None:
    books = connected.books()
    item = a_mug(books)
    sale = a_sale(a_line(item=item))
    break_line(connected, FaultKind.CONNECTION_CUT, times=2)
    with pytest.raises(AnswerLostError):
        post(books, sale)

    posted(connected.books(), a_sale(a_line(item=item), reference="2"), "sale/2/1")

    assert look_up(connected.books(), sale).outcome is LookUpOutcome.UNCLEAR


def test_a_dead_workers_write_is_not_forgotten_by_the_next_write(
    connected: SignedIn,
) -> None:
    item = a_mug(connected.books())
    connected.api().facts.begin_write(connected.wire.now())

    posted(connected.books(), a_sale(a_line(item=item), reference="2"), "sale/2/1")

    assert look_up(connected.books(), a_sale()).outcome is LookUpOutcome.UNCLEAR


def test_the_second_try_may_arrive_as_late_as_it_left(connected: SignedIn) -> None:
    books = connected.books()
    sale = a_sale(a_line(item=a_mug(books)))
    connected.simulator.faults.interrupt(
        lambda: later(connected, 125), path="requestid"
    )
    break_line(connected, FaultKind.CONNECTION_CUT, times=None)
    with pytest.raises(AnswerLostError):
        post(books, sale)
    connected.simulator.faults.clear()
    later(connected, 60)

    assert look_up(connected.books(), sale).outcome is LookUpOutcome.UNCLEAR


def test_what_was_answered_leaves_no_doubt_behind(connected: SignedIn) -> None:
    books = connected.books()
    posted(books, a_sale(a_line(item=a_mug(books))))

    other = look_up(connected.books(), a_sale(reference="77"), "sale/77/1")

    assert other.outcome is LookUpOutcome.MISSING


def test_a_question_whose_answer_got_lost_puts_nothing_in_doubt(
    connected: SignedIn,
) -> None:
    books = connected.books(document="invoice")
    line = a_line(item=a_mug(books))
    invoice = posted(books, a_sale(line, form=SaleForm.INVOICE)).books_id
    connected.simulator.faults.add(
        Fault(FaultKind.ANSWER_LOST, "POST", "/batch", times=None)
    )

    with pytest.raises(RetryableError) as caught:  # opened anew, it has to ask
        post(connected.books(), a_payment(invoice), "payment/1/1")

    assert not isinstance(caught.value, AnswerLostError)
    assert connected.records("Payment") == []


def test_too_many_requests_wait_for_a_minute_and_nothing_is_in_doubt(
    connected: SignedIn,
) -> None:
    books = connected.books()
    sale = a_sale(a_line(item=a_mug(books)))
    break_line(connected, FaultKind.TOO_MANY_REQUESTS, times=1)

    with pytest.raises(RetryableError) as caught:
        post(books, sale)

    assert not isinstance(caught.value, AnswerLostError)
    assert caught.value.retry_after_s == 60
    assert posted(books, sale).total == sale.total


def test_what_was_written_before_the_line_broke_is_told(connected: SignedIn) -> None:
    """A void goes by itself, after the batch: its doubt is its own."""
    books = connected.books()
    item = a_mug(books)
    old = posted(books, a_sale(a_line(item=item), reference="1"), "sale/1/1")
    undo = ReversalDocument(BooksRef(old.books_id), DocumentKind.SALE, DAY, "")
    new = [a_sale(a_line(item=item), reference=str(n)) for n in (2, 3)]
    connected.simulator.faults.add(
        Fault(FaultKind.ANSWER_LOST, "POST", "include=void", times=None)
    )

    results = books.post(
        [
            a_post(undo, "reversal/1/1"),
            *(a_post(one, f"sale/{one.reference}/1") for one in new),
        ]
    )

    assert [one.attempt_id for one in results] == ["sale/2/1-1", "sale/3/1-1"]
    connected.simulator.faults.clear()
    assert look_up(books, undo, "reversal/1/1").outcome is LookUpOutcome.FOUND


def test_a_limit_in_the_middle_of_an_envelope_returns_only_the_rest(
    connected: SignedIn,
) -> None:
    books = connected.books()
    item = a_mug(books)
    old = posted(books, a_sale(a_line(item=item), reference="1"), "sale/1/1")
    undo = ReversalDocument(BooksRef(old.books_id), DocumentKind.SALE, DAY, "")
    new = [a_sale(a_line(item=item), reference=str(n)) for n in (2, 3)]
    connected.simulator.faults.add(
        Fault(FaultKind.TOO_MANY_REQUESTS, "POST", "include=void")
    )

    results = books.post(
        [
            *(a_post(one, f"sale/{one.reference}/1") for one in new),
            a_post(undo, "reversal/1/1"),
        ]
    )

    assert [one.outcome for one in results] == [
        PostOutcome.POSTED,
        PostOutcome.POSTED,
        PostOutcome.RETRY,
    ]


def test_a_sign_in_that_ended_stops_before_anything_is_written(
    connected: SignedIn,
) -> None:
    books = connected.books()
    sale = a_sale(a_line(item=a_mug(books)))
    connected.simulator.authorizer.end_access(connected.simulator.realm_id)

    with pytest.raises(SignInError):
        post(books, sale)

    assert connected.records("SalesReceipt") == []


def test_an_error_in_a_batch_whose_effect_nobody_knows_is_looked_up_at_once(
    connected: SignedIn,
) -> None:
    books = connected.books()
    item = a_mug(books)
    sales = [a_sale(a_line(item=item), reference=str(n)) for n in (1, 2)]
    connected.simulator.refuse("SalesReceipt", code="10000")

    results = books.post([a_post(s, f"sale/{s.reference}/1") for s in sales])

    assert len(results) == 1  # the other one stays in doubt
    assert len(connected.records("SalesReceipt")) == 1


def test_a_full_purse_never_pays_for_more_than_ten_calls_in_a_second() -> None:
    in_a_second = BURST + PER_MINUTE / 60

    assert in_a_second / CALL_COST <= 10
    assert BATCH_COST <= BURST
    assert PER_MINUTE / BATCH_COST <= 40
    assert PER_MINUTE / CALL_COST <= 500


def test_a_batch_costs_what_six_calls_do(connected: SignedIn) -> None:
    books = connected.books()
    item = a_mug(books)
    sales = [a_sale(a_line(item=item), reference=str(n)) for n in (1, 2)]
    connected.wire.costs.clear()

    books.post([a_post(s, f"sale/{s.reference}/1") for s in sales])

    assert connected.wire.costs == [12]
