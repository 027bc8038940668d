"""Quiet hours and pauses: nothing leaves, not even in a visit that is open by then."""

from collections.abc import Callable
from datetime import time, timedelta

import pytest

from stockbridge.engine.desk.counter import SILENT
from stockbridge.engine.desk.tests.caller import NOW, Caller
from stockbridge.engine.desk.tests.test_ahead import the_first_sale_is_out
from stockbridge.engine.desk.tests.till import Till
from stockbridge.engine.desk.tests.visiting import a_visit_to_come
from stockbridge.engine.models import Batch, Connection, DeskAccess, Installation
from stockbridge.ports import CompanyNotice, Verdict

pytestmark = pytest.mark.django_db(transaction=True)
#: NOW is 15:00 UTC: ten in the morning in Chicago, while there is summer time.
HERE = "America/Chicago"


def keep_quiet(caller: Caller[Till], begins: time, ends: time) -> None:
    """Set the quiet hours of a shop in Chicago."""
    company = caller.connection.company
    company.time_zone = HERE
    company.save()
    rows = DeskAccess.objects.filter(connection=caller.connection)
    rows.update(quiet_from=begins, quiet_until=ends)


def quiet(caller: Caller[Till]) -> None:
    keep_quiet(caller, time(9), time(12))


def pause(caller: Caller[Till]) -> None:
    Connection.objects.filter(pk=caller.connection.pk).update(status="paused")


def pause_all(_: Caller[Till]) -> None:
    Installation.current()
    Installation.objects.update(paused_reason="Restored from a backup.")


@pytest.mark.parametrize(
    ("begins", "ends", "verdict", "left"),
    [
        (time(9), time(10, 20), Verdict.NOTHING, timedelta(minutes=20)),
        (time(22), time(10, 5), Verdict.NOTHING, timedelta(minutes=5)),
        (time(10), time(9), Verdict.NOTHING, timedelta(minutes=30)),
        (time(10, 1), time(12), Verdict.OPEN, None),
        (time(15), time(16), Verdict.OPEN, None),
    ],
)
def test_in_the_quiet_hours_of_the_shop_nobody_is_let_in_and_told_how_long(
    begins: time, ends: time, verdict: Verdict, left: timedelta | None
) -> None:
    _, caller = a_visit_to_come()
    keep_quiet(caller, begins, ends)

    told = caller.desk().sign_in(caller.user, caller.password)

    assert told.verdict is verdict
    assert told.postpone_s == (left.total_seconds() if left else None)


@pytest.mark.parametrize("rest", [quiet, pause, pause_all])
def test_what_begins_to_rest_ends_an_open_visit_before_more_is_written(
    rest: Callable[[Caller[Till]], None],
) -> None:
    _, caller, out = the_first_sale_is_out()
    answer = caller.till.process(out)
    rest(caller)

    told = caller.desk().take_answer(caller.ticket, answer)

    assert told == 100
    assert Batch.objects.filter(kind="write", answered_at=None).count() == 0


@pytest.mark.parametrize("rest", [quiet, pause, pause_all])
def test_who_asks_for_more_while_it_rests_is_asked_for_the_company_alone(
    rest: Callable[[Caller[Till]], None],
) -> None:
    _, caller = a_visit_to_come()
    caller.sign_in()
    rest(caller)

    envelope = caller.desk().next_envelope(caller.ticket, CompanyNotice())

    told = caller.desk().take_answer(caller.ticket, caller.till.process(envelope))
    assert caller.till.kinds() == ["CheckCompany"]
    assert told == 100


def test_a_second_visitor_is_told_when_the_first_would_be_given_up() -> None:
    _, caller = a_visit_to_come()
    caller.sign_in()
    caller.now = NOW + timedelta(seconds=30)

    told = caller.desk().sign_in(caller.user, caller.password)

    assert told.verdict is Verdict.BUSY
    assert told.postpone_s == SILENT.total_seconds() - 30
