"""The log says what became of each document, once, and never on the wire."""

from datetime import timedelta

import pytest

from stockbridge.engine.desk.answers import settle_kept_answers, take_evidence
from stockbridge.engine.desk.tests.test_ahead import bring, the_first_sale_is_out
from stockbridge.engine.desk.tests.visiting import a_visit_to_come, ask_and_answer
from stockbridge.engine.models import Delivery, LogEntry
from stockbridge.ports import CompanyNotice

pytestmark = pytest.mark.django_db(transaction=True)


def told() -> list[str]:
    """Return what the log says of documents, oldest first."""
    rows = LogEntry.objects.filter(channel="documents").order_by("id")
    return list(rows.values_list("message", flat=True))


def test_each_document_that_was_taken_has_a_line_with_its_number_and_id() -> None:
    _, caller = a_visit_to_come()

    caller.visit()

    sale = Delivery.objects.get(kind="sale")
    (line,) = [one for one in told() if one.startswith("Sale 1042")]
    assert f"id {sale.books_id})" in line
    assert "16.5" in line
    entry = LogEntry.objects.get(message=line)
    assert (entry.subject_kind, entry.subject_id) == ("document", str(sale.pk))
    assert len(told()) == Delivery.objects.filter(state="posted").count()


def test_nothing_is_written_before_the_next_envelope_has_left() -> None:
    _, caller, out = the_first_sale_is_out()
    before = told()

    bring(caller, out)
    brought = told()
    desk = caller.desk()
    desk.next_envelope(caller.ticket, CompanyNotice())
    left = told()
    desk.work_ahead()

    assert brought == left == before
    assert [one.split(":")[0] for one in told()[len(before) :]] == ["Sale 1042"]


def test_an_answer_that_comes_twice_is_told_once() -> None:
    _, caller = a_visit_to_come()
    caller.sign_in()
    while not Delivery.objects.filter(kind="sale", state="posted").exists():
        ask_and_answer(caller)
    before = told()
    batch = Delivery.objects.get(kind="sale").batch
    assert batch is not None

    visit = caller.desk()._enter(caller.ticket)
    assert visit is not None
    take_evidence(visit, batch.answer.encode())
    batch.settled_at = None
    batch.save(update_fields=["settled_at"])
    settle_kept_answers(visit)

    assert told() == before


def test_each_sign_in_is_told_also_one_with_nothing_to_do() -> None:
    _, caller = a_visit_to_come()

    caller.visit()
    caller.now += timedelta(seconds=20)
    caller.visit()

    rows = LogEntry.objects.filter(message__contains="signed in").order_by("id")
    assert [row.message.partition(": ")[2] for row in rows] == [
        "The Web Connector signed in.",
        "The Web Connector signed in; there was nothing to do.",
    ]
