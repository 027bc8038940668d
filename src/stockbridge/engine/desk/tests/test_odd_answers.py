"""An answer that we fail on: a defect of ours, which must not keep everybody out."""

import json

import pytest

from stockbridge.engine.desk.tests.caller import Caller
from stockbridge.engine.desk.tests.test_ahead import (
    ask,
    bring,
    states,
    the_first_sale_is_out,
)
from stockbridge.engine.desk.tests.till import Till
from stockbridge.engine.models import Batch, Issue

pytestmark = pytest.mark.django_db(transaction=True)


def odd(envelope: bytes, caller: Caller[Till]) -> bytes:
    """Let the till do it, and answer in a way that our translator fails on."""
    rows = json.loads(caller.till.process(envelope))
    return json.dumps([{"id": row["id"]} for row in rows]).encode()


def an_odd_answer_was_kept() -> Caller[Till]:
    """Return a visit whose answer was kept, and that we fail on."""
    _, caller, out = the_first_sale_is_out()
    answer = odd(out, caller)
    caller.desk().take_answer(caller.ticket, answer)
    return caller


def test_an_answer_that_we_fail_on_puts_in_doubt_what_it_was_about() -> None:
    caller = an_odd_answer_was_kept()

    ask(caller)
    caller.desk().close(caller.ticket)

    assert "in_doubt" in states()
    assert len(caller.till.sales()) == 1


def test_an_answer_that_nobody_can_read_is_an_error_of_the_visit_at_once() -> None:
    _, caller, out = the_first_sale_is_out()
    caller.till.process(out)

    told = caller.desk().take_answer(caller.ticket, b"no JSON")

    assert told < 0
    assert states() == ["in_doubt", "ready"]


def test_after_an_answer_that_we_fail_on_the_next_visits_bring_all_there_once() -> None:
    caller = an_odd_answer_was_kept()

    caller.rest()

    assert states() == ["posted", "posted"]
    assert len(caller.till.sales()) == 2
    assert not Batch.objects.filter(kind="write", settled_at=None).exists()


def test_an_answer_that_we_fail_on_is_told_to_the_people_and_kept_as_evidence() -> None:
    caller = an_odd_answer_was_kept()

    caller.desk().close(caller.ticket)

    issue = Issue.objects.get(code="answer_defect")
    assert "looked up" in issue.remedy
    assert Batch.objects.exclude(answer="").filter(answer__contains="id").exists()


def test_a_kept_answer_that_a_later_version_cannot_read_ends_in_a_look_up() -> None:
    _, caller, out = the_first_sale_is_out()
    bring(caller, out)
    Batch.objects.filter(kind="write", settled_at=None).exclude(answer="").update(
        requests=[{"of": "another version"}]
    )

    ask(caller)
    caller.rest()

    assert states() == ["posted", "posted"]
    assert len(caller.till.sales()) == 2
