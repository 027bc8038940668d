"""Answers that come late, twice or never, and what has to be looked up then."""

from dataclasses import replace
from datetime import timedelta

import pytest

from stockbridge.domain.accounting import DocumentKind
from stockbridge.engine.actions.deliveries import cancel_deliveries
from stockbridge.engine.desk.tests.caller import (
    Caller,
    DiedError,
)
from stockbridge.engine.desk.tests.till import (
    CAPABILITIES,
    Till,
)
from stockbridge.engine.desk.tests.visiting import (
    a_visit_to_come,
    ask_and_answer,
    die_at,
    marker_of,
)
from stockbridge.engine.models import Batch, Delivery
from stockbridge.ports import CompanyNotice

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_same_answer_once_more_changes_nothing() -> None:
    _, caller = a_visit_to_come()
    caller.sign_in()
    caller.desk().next_envelope(caller.ticket, CompanyNotice())
    answer = caller.till.process(bytes(Batch.objects.get().body))
    first = caller.desk().take_answer(caller.ticket, answer)

    second = caller.desk().take_answer(caller.ticket, answer)

    assert first == second


def test_an_answer_that_comes_after_the_visit_is_over_is_evidence() -> None:
    world, caller = a_visit_to_come()
    die_at(caller, "answered", time=2)
    late, ticket = caller.answer, caller.ticket
    caller.now += timedelta(minutes=20)
    caller.at_step = lambda _: None
    caller.sign_in()
    assert Delivery.objects.get(kind="customer").state == "in_doubt"

    caller.desk().take_answer(ticket, late)

    assert Delivery.objects.get(kind="customer").state == "posted"
    caller.rest()
    assert len(caller.till.written) == 3
    assert world.outcome("727") == "posted"


def test_an_answer_that_comes_after_it_was_given_up_is_evidence() -> None:
    _, caller = a_visit_to_come()
    answer = answer_kept_back(caller)
    caller.lose("time-out")
    assert Delivery.objects.get(kind="customer").state == "in_doubt"

    caller.desk().take_answer(caller.ticket, answer)

    assert Delivery.objects.get(kind="customer").state == "posted"
    caller.rest()
    assert len(caller.till.written) == 3


def test_an_answer_that_comes_in_place_of_another_is_evidence_all_the_same() -> None:
    _, caller = a_visit_to_come()
    answer = answer_kept_back(caller)
    caller.desk().next_envelope(
        caller.ticket, CompanyNotice()
    )  # asks, and never brings

    caller.desk().take_answer(caller.ticket, answer)

    assert Delivery.objects.get(kind="customer").state == "posted"
    caller.rest()
    assert len(caller.till.written) == 3


def answer_kept_back(caller: Caller[Till]) -> bytes:
    """Visit until the first write was done; return the answer that was not brought."""
    caller.sign_in()
    while envelope := caller.desk().next_envelope(caller.ticket, CompanyNotice()):
        answer = caller.till.process(envelope)
        if b'"Write"' in envelope:
            return answer
        caller.desk().take_answer(caller.ticket, answer)
    raise AssertionError("Nothing was written.")


def test_what_was_read_for_a_write_is_read_again_by_each_visit() -> None:
    prepares = frozenset({DocumentKind.SALE})
    _, caller = a_visit_to_come(prepares=prepares)
    died_after_preparing(caller)
    prepared = [kind for kind in caller.till.kinds() if kind == "Prepare"]

    caller.rest()

    again = [kind for kind in caller.till.kinds() if kind == "Prepare"]
    assert (len(prepared), len(again)) == (1, 2)
    assert len(caller.till.sales()) == 1


def test_what_was_read_for_a_write_does_not_outlive_its_leaving() -> None:
    prepares = frozenset({DocumentKind.SALE})
    _, caller = a_visit_to_come(prepares=prepares)
    caller.till.refused = {marker_of(Delivery.objects.get(kind="sale"))}

    caller.visit()

    sale = Delivery.objects.get(kind="sale")
    assert (sale.state, sale.basis) == ("held", "")


def test_what_was_read_for_a_write_that_was_dropped_meanwhile_is_not_kept() -> None:
    world, caller = a_visit_to_come(prepares=frozenset({DocumentKind.SALE}))

    def drop(step: str) -> None:
        if step == "ask" and Batch.objects.latest("id").kind == "prepare":
            sales = Delivery.objects.filter(kind="sale")
            cancel_deliveries(world.company, [sale.pk for sale in sales], world.act)

    caller.at_step = drop
    caller.visit()

    sale = Delivery.objects.get(kind="sale")
    assert (sale.state, sale.basis) == ("cancelled", "")


def died_after_preparing(caller: Caller[Till]) -> None:
    def die(step: str) -> None:
        if step == "bring" and Delivery.objects.exclude(basis="").exists():
            raise DiedError

    caller.at_step = die
    with pytest.raises(DiedError):
        caller.visit()
    caller.at_step = lambda _: None


def test_only_enough_misses_in_different_visits_let_a_document_leave_again() -> None:
    capabilities = replace(CAPABILITIES, misses_needed=2)
    _, caller = a_visit_to_come(capabilities=capabilities)
    die_at(caller, "ask", time=2)  # the customer left, and never arrived
    caller.at_step = lambda _: None

    caller.now += timedelta(minutes=20)
    caller.visit()
    after_one = Delivery.objects.get(kind="customer").state
    caller.rest()

    assert after_one == "in_doubt"
    assert len(caller.till.written) == 3


def test_misses_of_an_earlier_attempt_prove_nothing_of_a_later_one() -> None:
    capabilities = replace(CAPABILITIES, misses_needed=2)
    _, caller = a_visit_to_come(capabilities=capabilities)
    die_at(caller, "ask", time=2)
    caller.at_step = lambda _: None
    caller.now += timedelta(minutes=20)
    caller.visit()
    caller.now += timedelta(minutes=20)
    die_at(caller, "ask", time=caller.steps.count("ask") + 3)  # sent again, and lost
    caller.at_step = lambda _: None

    caller.now += timedelta(minutes=20)
    caller.visit()

    assert Delivery.objects.get(kind="customer").state == "in_doubt"
    caller.rest()
    assert len(caller.till.written) == 3


def test_a_miss_in_the_visit_that_sent_it_counts_for_nothing() -> None:
    capabilities = replace(CAPABILITIES, misses_needed=2)
    _, caller = a_visit_to_come(capabilities=capabilities)
    caller.sign_in()
    ask_and_answer(caller)
    caller.desk().next_envelope(caller.ticket, CompanyNotice())  # never arrived

    ask_and_answer(caller)

    assert caller.till.kinds()[-1] == "LookUp"
    assert Delivery.objects.get(kind="customer").misses == 0


def test_a_kept_answer_is_asked_for_before_anything_is_looked_up() -> None:
    capabilities = replace(CAPABILITIES, keeps_answers=True)
    _, caller = a_visit_to_come(capabilities=capabilities)
    caller.till.keeps_answers = True
    die_at(caller, "answered", time=2)
    caller.at_step = lambda _: None

    caller.rest()

    assert len(caller.till.written) == 3
    assert "Recover" in caller.till.kinds()
    assert "LookUp" not in caller.till.kinds()
    assert caller.till.answers == {}  # all released once ours were kept
