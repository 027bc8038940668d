"""Answers that the books keep: which one stops us, and when they may be forgotten."""

import json
from dataclasses import replace

import pytest

from stockbridge.engine.desk.envelopes import facts_of
from stockbridge.engine.desk.tests.caller import Caller
from stockbridge.engine.desk.tests.till import CAPABILITIES, Till
from stockbridge.engine.desk.tests.visiting import a_visit_to_come, die_at
from stockbridge.engine.desk.visits import Visit, open_visit
from stockbridge.engine.models import Delivery
from stockbridge.ports import CompanyNotice, Recover, Release

pytestmark = pytest.mark.django_db(transaction=True)


def a_till_that_keeps_answers() -> Caller[Till]:
    capabilities = replace(CAPABILITIES, keeps_answers=True)
    _, caller = a_visit_to_come(capabilities=capabilities)
    caller.till.keeps_answers = True
    return caller


def test_a_batch_known_with_other_content_stops_everything() -> None:
    caller = a_till_that_keeps_answers()
    die_at(caller, "answered", time=2)  # the customer is there, the answer is lost
    caller.at_step = lambda _: None
    caller.till.knows_other = True
    before = len(caller.till.envelopes)

    caller.rest(visits=3)

    asked = [one for envelope in caller.till.envelopes[before:] for one in envelope]
    assert any(isinstance(one, Recover) for one in asked)
    assert isinstance(asked[-1], Recover)
    assert {type(one).__name__ for one in asked} == {"CheckCompany", "Recover"}
    assert Delivery.objects.filter(state="in_doubt").count() == 1
    assert len(caller.till.written) == 1


def test_the_books_may_forget_an_answer_only_once_it_is_settled_here() -> None:
    caller = a_till_that_keeps_answers()
    caller.sign_in()
    while not is_write(envelope := ask(caller)):
        bring(caller, envelope)

    out = facts_of(visit_of(caller)).to_release
    bring(caller, envelope)
    settled = facts_of(visit_of(caller)).to_release

    assert (out, settled) == (0, 1)


def test_in_the_end_the_books_keep_nothing_of_ours() -> None:
    caller = a_till_that_keeps_answers()

    caller.rest()
    caller.visit()

    assert any(isinstance(one[0], Release) for one in caller.till.envelopes)
    assert caller.till.answers == {}


def ask(caller: Caller[Till]) -> bytes:
    return caller.desk().next_envelope(caller.ticket, CompanyNotice())


def bring(caller: Caller[Till], envelope: bytes) -> None:
    caller.desk().take_answer(caller.ticket, caller.till.process(envelope))


def is_write(envelope: bytes) -> bool:
    return '"basis"' in json.dumps(json.loads(envelope)["requests"])


def visit_of(caller: Caller[Till]) -> Visit:
    row = open_visit(caller.connection)
    assert row is not None
    return Visit(row, caller.connection, caller.translator, caller.now)
