"""Two company files on one computer: one connection each, each with its own file."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from stockbridge.connectors.books.quickbooks_desktop.simulator import Program
from stockbridge.connectors.webconnector.simulator import Ending
from stockbridge.engine.actions.connections import Act
from stockbridge.engine.actions.desk import DeskHours, change_hours
from stockbridge.engine.tests.worlds import an_order
from tests.quickbooks.desktop import Desktop
from tests.quickbooks.world import QuickBooksWorld, a_clock, built, reachable

pytestmark = pytest.mark.django_db(transaction=True)
NORTH, SOUTH = "C:\\Books\\North.qbw", "C:\\Books\\South.qbw"


@dataclass
class Office:
    """One computer whose Web Connector has an entry for each of two companies."""

    program: Program
    north: QuickBooksWorld
    south: QuickBooksWorld

    def rest(self) -> None:
        """Let both entries run in turn, and both shops work."""
        for _ in range(3):
            self.north.rest(rounds=1)
            self.south.rest(rounds=1)


@contextmanager
def an_office(shown: str = "", *, named: bool = True) -> Iterator[Office]:
    """Give both at rest; `shown` is the file that somebody has open from then on."""
    clock = a_clock()
    program = Program({})
    worlds = []
    for path in (NORTH, SOUTH):
        world = built(Desktop(clock, program=program, path=path))
        hours = DeskHours(10, company_path=path)
        change_hours(world.books_connection, hours, Act(now=clock.now(), by="Ada"))
        worlds.append(world)
    with reachable(worlds[0]), reachable(worlds[1]):
        office = Office(program, *worlds)
        office.rest()
        program.shown = shown
        for world in worlds if not named else []:
            hours = DeskHours(10)
            change_hours(world.books_connection, hours, Act(now=clock.now(), by="Ada"))
        yield office


def orders_of_both(office: Office) -> None:
    """Let an order be paid in each shop, with numbers of their own."""
    office.north.shop.place(an_order())
    office.south.shop.place(an_order(external_id="900", number="2001"))


def numbers(world: QuickBooksWorld) -> list[str]:
    return [entry.number for entry in world.office.entries()]


def test_each_connection_opens_its_own_file_and_writes_nothing_into_the_other() -> None:
    with an_office() as office:
        orders_of_both(office)
        office.rest()

        assert numbers(office.north) == ["1042"]
        assert numbers(office.south) == ["2001"]
        assert office.north.office.on_hand("MUG") == 18
        assert office.south.office.on_hand("MUG") == 18
        assert office.north.issues() == office.south.issues() == []


def test_the_path_that_was_saved_is_the_one_that_is_opened() -> None:
    with an_office() as office:
        orders_of_both(office)
        for world, path in ((office.north, NORTH), (office.south, SOUTH)):
            world.clock.advance(minutes=6)
            world.store_job()
            world.clock.advance(minutes=20)
            session = world.connector.session()

            session.until("sendRequestXML")

            assert session.path == path
            session.run()


def test_while_somebody_has_one_file_open_the_other_waits_and_then_goes_on() -> None:
    with an_office(shown=NORTH) as office:
        orders_of_both(office)
        office.rest()

        assert numbers(office.north) == ["1042"]
        assert numbers(office.south) == []
        issue = office.south.issue("company_unopened")
        assert "QuickBooks has another company open." in issue.message
        assert office.south.visit().ending is Ending.CANNOT_OPEN
        office.program.close()
        office.rest()

        assert numbers(office.north) == ["1042"]
        assert numbers(office.south) == ["2001"]
        assert office.south.issues() == []


def test_without_paths_only_the_file_that_is_open_gets_its_own() -> None:
    with an_office(shown=NORTH, named=False) as office:
        orders_of_both(office)
        office.rest()

        assert numbers(office.north) == ["1042"]
        assert numbers(office.south) == []
        assert office.south.issue("other_company").remedy
        office.program.shown = SOUTH
        office.rest()

        assert numbers(office.north) == ["1042"]
        assert numbers(office.south) == ["2001"]
