"""A company that QuickBooks cannot open: who hears of it, and how it goes on."""

import pytest

from stockbridge.engine.desk.counter import OVER
from stockbridge.engine.desk.tests.caller import Caller
from stockbridge.engine.desk.tests.till import Till
from stockbridge.engine.desk.tests.visiting import a_visit_to_come
from stockbridge.engine.models import Batch, Conversation, Issue, Lease, LogEntry
from stockbridge.ports import CompanyNotice, Fault, Verdict

pytestmark = pytest.mark.django_db(transaction=True)
DIALOG = Fault(
    "0x80040414",
    "A modal dialog box is showing.",
    "A window waits for an answer.",
    "Close the window.",
)
SAID = (
    "The company could not be opened. A window waits for an answer. "
    "A modal dialog box is showing. (0x80040414)"
)


def turned_away() -> tuple[Caller[Till], str]:
    """Return who came while a dialog was open, and what the desk answered."""
    _, caller = a_visit_to_come()
    assert caller.sign_in() is Verdict.OPEN
    return caller, caller.desk().cannot_open(caller.ticket, DIALOG)


def test_the_web_connector_is_told_to_stop_and_shows_why_and_what_to_do() -> None:
    caller, told = turned_away()

    assert told == "done"
    assert caller.desk().close(caller.ticket) == f"{SAID} Close the window."
    assert caller.desk().last_error(caller.ticket) == f"{SAID} Close the window."


def test_the_visit_and_its_lease_are_over_and_nothing_has_left() -> None:
    caller, _ = turned_away()

    row = Conversation.objects.get(ticket=caller.ticket)
    assert row.ended_at == caller.now
    assert not Lease.objects.get(pk=caller.connection.pk).holder
    assert not Batch.objects.exists()
    assert caller.desk().next_envelope(caller.ticket, CompanyNotice()) == b""


def test_the_log_has_one_line_with_the_reason() -> None:
    caller, _ = turned_away()

    (line,) = LogEntry.objects.filter(level="warning")
    assert line.message == f"{caller.connection.name}: {SAID} Close the window."


def test_the_bookkeeper_is_asked_once_however_often_it_fails() -> None:
    caller, _ = turned_away()
    caller.sign_in()
    caller.desk().cannot_open(caller.ticket, DIALOG)

    (issue,) = Issue.objects.filter(code="company_unopened")
    assert (
        issue.title
        == f"{caller.connection.name}: QuickBooks could not open the company"
    )
    assert issue.message == SAID
    assert issue.remedy == "Close the window."
    assert issue.resolved_at is None


def test_the_next_visit_goes_on_and_the_question_is_gone() -> None:
    caller, _ = turned_away()

    assert "3 sent" in caller.visit()

    assert Issue.objects.get(code="company_unopened").resolved_at is not None


def test_a_ticket_that_nobody_gave_ends_no_visit() -> None:
    _, caller = a_visit_to_come()
    caller.sign_in()

    desk = caller.desk()
    told = desk.cannot_open("made-up", DIALOG)

    assert told == "done"
    assert desk.is_refused
    assert Conversation.objects.get(ticket=caller.ticket).ended_at is None
    assert desk.last_error("made-up") == OVER
