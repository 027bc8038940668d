"""What stops its envelope at an error holds nobody up, and costs nobody an attempt."""

import json
from datetime import timedelta

import pytest

from stockbridge.domain.accounting import CustomerRecord
from stockbridge.domain.pacing import UNKNOWN
from stockbridge.domain.tests.builders import a_customer
from stockbridge.engine.desk.tests.caller import Caller, a_caller
from stockbridge.engine.desk.tests.till import Till
from stockbridge.engine.desk.tests.visiting import ask_and_answer, marker_of
from stockbridge.engine.models import Delivery, DeskAccess
from stockbridge.engine.settle import ATTEMPTS_MAX
from stockbridge.engine.tests.worlds import World, a_world, an_order
from stockbridge.ports import CompanyNotice, Write

pytestmark = pytest.mark.django_db(transaction=True)


def place(world: World, number: str, email: str) -> None:
    """Let somebody buy, and plan it."""
    buyer = a_customer(external_id=email, email=email)
    world.shop.place(an_order(external_id=number, number=number, customer=buyer))
    world.clock.advance(minutes=6)
    world.store_job()


def a_first_order(number: str, email: str) -> tuple[World, Caller[Till]]:
    """Return an order to come, and books that stop at an error beside a customer."""
    world = a_world()
    place(world, number, email)
    till = Till(stopping=frozenset({CustomerRecord}))
    return world, a_caller(world.books_connection, till)


def the_first_is_refused() -> tuple[Caller[Till], Delivery]:
    """Return a visit that brings two customers, and the second of them."""
    world, caller = a_first_order("727", "ada@example.com")
    place(world, "728", "ben@example.com")
    first, second = Delivery.objects.filter(kind="customer").order_by("id")
    caller.till.refused.add(marker_of(first))
    caller.sign_in()
    ask_and_answer(caller)  # which company is open
    return caller, second


def written_together(till: Till) -> list[set[str]]:
    """Return which kinds of documents shared an envelope."""
    return [
        {type(one.post.document).__name__ for one in envelope if isinstance(one, Write)}
        for envelope in till.envelopes
        if isinstance(envelope[0], Write)
    ]


def test_what_stops_others_leaves_without_them() -> None:
    world, caller = a_first_order("727", "ada@example.com")
    caller.visit()
    caller.till.envelopes.clear()
    place(world, "728", "ada@example.com")  # known by now: the sale may leave
    place(world, "729", "ben@example.com")

    caller.now += timedelta(minutes=30)
    caller.visit()

    first, second, *_ = written_together(caller.till)
    assert first == {"CustomerRecord"}
    assert "SaleDocument" in second
    assert world.outcome("728") == "posted"
    assert world.outcome("729") == "posted"


def test_what_was_not_tried_leaves_again_at_once_and_tires_nobody() -> None:
    caller, second = the_first_is_refused()
    Delivery.objects.filter(pk=second.pk).update(attempts=ATTEMPTS_MAX - 1)

    ask_and_answer(caller)
    second.refresh_from_db()
    stopped = (second.state, second.attempts - second.untried)
    ask_and_answer(caller)

    second.refresh_from_db()
    assert stopped == ("ready", ATTEMPTS_MAX - 1)
    assert second.state == "posted"


def test_a_late_answer_to_what_was_not_tried_is_none_to_the_next_attempt() -> None:
    caller, second = the_first_is_refused()
    desk = caller.desk()
    late = caller.till.process(desk.next_envelope(caller.ticket, CompanyNotice()))
    desk.take_answer(caller.ticket, late)
    desk.next_envelope(caller.ticket, CompanyNotice())

    caller.desk().take_answer(caller.ticket, late)

    second.refresh_from_db()
    assert second.state == "in_doubt"


def test_where_nothing_was_tried_it_counts_or_it_would_leave_for_ever() -> None:
    caller, second = the_first_is_refused()
    envelope = caller.desk().next_envelope(caller.ticket, CompanyNotice())
    told = [
        {"id": row["attempt"], "late": "Not processed."}
        for row in json.loads(envelope)["requests"]
    ]

    caller.desk().take_answer(caller.ticket, json.dumps(told).encode())

    second.refresh_from_db()
    assert (second.attempts, second.untried) == (1, 0)


def test_an_envelope_that_was_stopped_does_not_say_how_fast_the_books_write() -> None:
    caller, _ = the_first_is_refused()

    def pace() -> float:
        return DeskAccess.objects.get(pk=caller.connection.pk).pace

    ask_and_answer(caller)
    stopped = pace()
    ask_and_answer(caller)

    assert stopped == UNKNOWN
    assert pace() != UNKNOWN
