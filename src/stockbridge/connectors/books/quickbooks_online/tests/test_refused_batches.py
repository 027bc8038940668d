"""What QuickBooks does not say of a batch is in doubt: not refused, not sent anew."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from stockbridge.connectors.books.quickbooks_online.answers import Refusal, rows_of
from stockbridge.connectors.books.quickbooks_online.changes import changes_in
from stockbridge.connectors.books.quickbooks_online.errors import Effect, effect_of
from stockbridge.connectors.books.quickbooks_online.tests.builders import (
    a_line,
    a_mug,
    a_payment,
    a_post,
    a_sale,
    posted,
)
from stockbridge.connectors.books.quickbooks_online.tests.signed_in import SignedIn
from stockbridge.connectors.simulation import Fault, FaultKind, SettableClock
from stockbridge.domain.accounting import SaleForm
from stockbridge.domain.errors import AnswerLostError, RetryableError
from stockbridge.ports import Books, LookUpOutcome, PostOutcome, PostRequest

#: How QuickBooks answers a batch badly, and with which code.
BADLY = [
    ("short", ""),
    ("empty", ""),
    ("refused", "10000"),
    ("refused", "0"),
    ("refused", "99999"),
    ("refused", "SYSTEM"),
    ("refused", "600"),
    ("refused", "5010"),
    ("refused", "6000"),
    ("refused", "6140"),
    ("refused", "2010"),
]

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)


def later(connected: SignedIn, seconds: float) -> None:
    clock = connected.simulator.options.clock
    assert isinstance(clock, SettableClock)
    clock.advance(seconds)


def answer_badly(connected: SignedIn, way: str, code: str = "") -> None:
    habits = connected.simulator.company.habits
    habits.batch_answers, habits.batch_code = way, code


def two_sales(books: Books) -> list[PostRequest]:
    line = a_line(item=a_mug(books))
    return [a_post(a_sale(line, reference=str(n)), f"sale/{n}/1") for n in (1, 2)]


def outcomes(books: Books, posts: Sequence[PostRequest]) -> list[PostOutcome]:
    """Return what is certain of these documents; what is left out is in doubt."""
    try:
        return [result.outcome for result in books.post(posts)]
    except AnswerLostError:
        return []


def looked_up(books: Books, posts: Sequence[PostRequest]) -> set[LookUpOutcome]:
    return {answer.outcome for answer in books.look_up(posts)}


@pytest.mark.parametrize(("way", "code"), BADLY)
def test_a_batch_that_was_done_and_badly_answered_is_in_doubt_and_found(
    connected: SignedIn, way: str, code: str
) -> None:
    posts = two_sales(connected.books())
    answer_badly(connected, way, code)

    certain = outcomes(connected.books(), posts)
    answer_badly(connected, "whole")

    assert set(certain) <= {PostOutcome.POSTED}
    assert looked_up(connected.books(), posts) == {LookUpOutcome.FOUND}
    assert len(connected.records("SalesReceipt")) == 2


@pytest.mark.parametrize("code", ["10000", "0", "6000"])
def test_a_batch_of_which_nothing_was_done_is_no_miss_before_its_time(
    connected: SignedIn, code: str
) -> None:
    posts = two_sales(connected.books())
    answer_badly(connected, "barred", code)

    certain = outcomes(connected.books(), posts)
    answer_badly(connected, "whole")
    soon = looked_up(connected.books(), posts)
    later(connected, 131)

    assert certain == []
    assert soon == {LookUpOutcome.UNCLEAR}
    assert looked_up(connected.books(), posts) == {LookUpOutcome.MISSING}


def test_items_without_a_result_are_no_miss_before_their_time(
    connected: SignedIn,
) -> None:
    posts = two_sales(connected.books())
    connected.simulator.refuse("SalesReceipt", code="6000", times=4)
    answer_badly(connected, "empty")

    certain = outcomes(connected.books(), posts)
    answer_badly(connected, "whole")

    assert certain == []
    assert looked_up(connected.books(), posts) == {LookUpOutcome.UNCLEAR}


def test_a_subscription_that_ended_is_said_of_each_document_of_a_batch(
    connected: SignedIn,
) -> None:
    posts = two_sales(connected.books())
    answer_badly(connected, "barred", "6190")

    results = connected.books().post(posts)

    assert [one.outcome for one in results] == [PostOutcome.REFUSED] * 2
    assert all(
        "Renew it there" in str(one.error and one.error.remedy) for one in results
    )


@pytest.mark.parametrize("code", ["150", "3001"])
def test_a_company_under_maintenance_takes_the_batch_later(
    connected: SignedIn, code: str
) -> None:
    posts = two_sales(connected.books())
    answer_badly(connected, "barred", code)

    with pytest.raises(RetryableError) as caught:
        connected.books().post(posts)
    answer_badly(connected, "whole")

    assert not isinstance(caught.value, AnswerLostError)
    assert outcomes(connected.books(), posts) == [PostOutcome.POSTED] * 2


def test_a_question_that_got_no_answer_is_no_miss(connected: SignedIn) -> None:
    """Else the sale that is there would be sent again."""
    books = connected.books()
    sale = a_post(a_sale(a_line(item=a_mug(books))))
    books.post([sale])
    answer_badly(connected, "empty")

    with pytest.raises(RetryableError):
        connected.books().look_up([sale])


@pytest.mark.parametrize(
    "data", [{}, {"time": "now"}, {"QueryResponse": None}, {"QueryResponse": []}]
)
def test_only_a_query_response_says_that_nothing_was_found(
    data: dict[str, object],
) -> None:
    assert rows_of({"QueryResponse": {}}, "Item") == ()
    with pytest.raises(RetryableError):
        rows_of(data, "Item")


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"CDCResponse": []},
        {"CDCResponse": [{}]},
        {"CDCResponse": [{"QueryResponse": None}], "time": "2026-01-05T12:00:00Z"},
    ],
)
def test_an_answer_that_tells_of_no_entity_is_not_nothing_changed(
    data: dict[str, object],
) -> None:
    """Else the next look would begin after changes that nobody told."""
    nothing: list[list[object]] = [[{}], []]
    for told in nothing:
        said = {"CDCResponse": [{"QueryResponse": told}]}
        assert changes_in(said, ["Item"], NOW).records == {"Item": ()}
    with pytest.raises(RetryableError):
        changes_in(data, ["Item"], NOW)


@pytest.mark.parametrize("code", ["0", "-1", "ABC", "10000", "10100", "20000", "600"])
def test_a_code_of_none_of_the_tables_refusals_does_not_say_no(code: str) -> None:
    assert effect_of(Refusal(code)) is Effect.UNKNOWN


def test_a_no_to_the_second_try_may_be_what_the_first_one_caused(
    connected: SignedIn,
) -> None:
    """Where a request id is not kept, a payment that is booked cannot be booked."""
    books = connected.books(document="invoice")
    line = a_line(item=a_mug(books))
    invoice = posted(books, a_sale(line, form=SaleForm.INVOICE)).books_id
    payment = a_post(a_payment(invoice), "payment/1/1")
    connected.simulator.faults.add(Fault(FaultKind.ANSWER_LOST, path="/payment"))
    repeats = connected.simulator.gateway.services[connected.simulator.realm_id].repeats
    connected.simulator.faults.interrupt(repeats.kept.clear, path="/payment", times=2)

    results = books.post([payment])

    assert [one.outcome for one in results] == [PostOutcome.POSTED]
    assert len(connected.records("Payment")) == 1
