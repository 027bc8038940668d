"""QuickBooks that cannot be opened: a dialog, a closed file, another file.

The whole way: the simulated Web Connector is refused by a simulated QuickBooks, tells
the engine's desk by `connectionError`, and shows its user what the desk answers.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import pytest

from stockbridge.connectors.webconnector.simulator import Ending, Outcome
from stockbridge.engine.models import Batch, Conversation, DeskAccess, LogEntry
from stockbridge.engine.tests.worlds import an_order
from tests.quickbooks.desktop import Desktop
from tests.quickbooks.office import CallingOffice
from tests.quickbooks.point_of_sale import PointOfSale
from tests.quickbooks.world import QuickBooksWorld, a_clock, a_world

pytestmark = pytest.mark.django_db(transaction=True)
OFFICES = pytest.mark.parametrize("make", [PointOfSale, Desktop])
DIALOG = (
    "The company could not be opened. A window in QuickBooks waits for an answer and "
    "blocks everything else."
)
CODES = {PointOfSale: "0x80040408", Desktop: "0x80040416"}
CLOSED = {
    PointOfSale: "QuickBooks could not be started.",
    Desktop: "QuickBooks is closed, and nobody said which company to open.",
}


@contextmanager
def an_order_to_come(office: CallingOffice) -> Iterator[QuickBooksWorld]:
    """Give a world at rest in which an order has just been paid."""
    with a_world(office) as world:
        world.shop.place(an_order())
        world.clock.advance(minutes=6)
        world.store_job()
        yield world


def assert_turned_away(world: QuickBooksWorld, outcome: Outcome, said: str) -> None:
    """See that nothing left; log, page and Needs you say what the user was shown."""
    assert (outcome.ending, outcome.code) == (Ending.CANNOT_OPEN, "QBWC1013")
    assert outcome.envelopes == 0
    assert world.office.entries() == []
    assert not Batch.objects.filter(answered_at=None).exists()
    row = Conversation.objects.latest("pk")
    assert row.ended_at is not None
    issue = world.issue("company_unopened")
    assert said in issue.message
    assert issue.remedy
    assert row.error == f"{issue.message} {issue.remedy}"
    assert LogEntry.objects.filter(
        level="warning", message__contains=row.error
    ).exists()


def last_seen(world: QuickBooksWorld) -> datetime | None:
    return DeskAccess.objects.get(pk=world.bridge.books_id).last_call_at


@OFFICES
def test_a_dialog_keeps_the_visit_out_until_somebody_answers_it(
    make: type[PointOfSale | Desktop],
) -> None:
    office = make(a_clock())
    with an_order_to_come(office) as world:
        office.show_dialog()

        outcome = world.visit()

        assert_turned_away(world, outcome, DIALOG)
        assert last_seen(world) == world.clock()
        office.dismiss_dialog()
        assert_goes_on(world)


@OFFICES
def test_a_closed_quickbooks_is_said_and_the_next_visit_goes_on(
    make: type[PointOfSale | Desktop],
) -> None:
    office = make(a_clock())
    with an_order_to_come(office) as world:
        office.close_quickbooks()

        outcome = world.visit()

        assert_turned_away(world, outcome, CLOSED[make])
        assert CODES[make] in world.issue("company_unopened").message
        office.open_ours()
        assert_goes_on(world)


def test_another_file_is_refused_by_quickbooks_where_ours_was_named() -> None:
    office = Desktop(a_clock())
    with an_order_to_come(office) as world:
        DeskAccess.objects.update(company_path=office.path)
        office.open_another()

        outcome = world.visit()

        assert_turned_away(world, outcome, "QuickBooks has another company open.")
        office.open_ours()
        assert_goes_on(world)


@OFFICES
def test_another_company_that_can_be_opened_is_known_by_what_it_says(
    make: type[PointOfSale | Desktop],
) -> None:
    office = make(a_clock())
    with an_order_to_come(office) as world:
        office.open_another()

        outcome = world.visit()

        assert outcome.ending is Ending.EXPLAINED
        assert outcome.envelopes == 1  # the question which company it is
        assert world.office.entries() == []
        assert world.issue("other_company").remedy
        office.open_ours()
        assert_goes_on(world)


@OFFICES
def test_quickbooks_that_is_closed_in_the_middle_leaves_nothing_behind(
    make: type[PointOfSale | Desktop],
) -> None:
    office = make(a_clock())
    with an_order_to_come(office) as world:
        world.clock.advance(minutes=20)
        session = world.connector.session()
        session.until("receiveResponseXML")
        session.step()
        session.until("process")
        office.close_quickbooks()

        outcome = session.run()

        assert outcome.ending is Ending.EXPLAINED
        assert "The Web Connector could not reach QuickBooks." in outcome.shown
        assert world.office.entries() == []
        office.open_ours()
        assert_goes_on(world)


def assert_goes_on(world: QuickBooksWorld) -> None:
    """Let the next visits book the order, once; nobody is asked any more."""
    world.rest(rounds=3)
    assert [entry.kind for entry in world.office.entries()] == ["sale"]
    assert world.outcome("727") == "posted"
    assert world.issues() == []
