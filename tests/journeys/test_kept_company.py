"""A simulated company that is written down and read again is the same to everybody."""

import json

import pytest

from stockbridge.connectors.books.quickbooks_desktop.simulator import (
    keeping as desktop_keeping,
)
from stockbridge.connectors.books.quickbooks_pos.simulator import (
    keeping as pos_keeping,
)
from stockbridge.connectors.simulation import SettableClock
from stockbridge.domain.tests.builders import a_refund
from stockbridge.engine.tests.worlds import an_order
from tests.quickbooks.desktop import Desktop
from tests.quickbooks.losing import lose_answer
from tests.quickbooks.point_of_sale import PointOfSale
from tests.quickbooks.world import a_clock, a_world

pytestmark = pytest.mark.django_db(transaction=True)
OFFICES = pytest.mark.parametrize("make", [PointOfSale, Desktop])


def restart(office: PointOfSale | Desktop) -> None:
    """Let the company's process end and another one begin, from its file."""
    clock: SettableClock = office.clock
    if isinstance(office, PointOfSale):
        told = json.dumps(pos_keeping.dumped(office.company))
        office.company = pos_keeping.restored(json.loads(told), clock)
        assert json.dumps(pos_keeping.dumped(office.company)) == told
        return
    told = json.dumps(desktop_keeping.dumped(office.company))
    office.company = desktop_keeping.restored(json.loads(told), clock)
    office.program.files[office.path] = office.company
    assert json.dumps(desktop_keeping.dumped(office.company)) == told


@OFFICES
def test_it_has_its_documents_goes_on_and_is_no_other_company(
    make: type[PointOfSale | Desktop],
) -> None:
    office = make(a_clock())
    with a_world(office) as world:
        world.shop.place(an_order())
        world.rest()
        before = office.entries()

        restart(office)
        world.shop.refund("727", a_refund())
        world.shop.place(an_order(external_id="728", number="1043"))
        world.rest(rounds=3)

        assert set(before) <= set(office.entries())
        assert world.outcome("801", "refund") == "posted"
        assert world.outcome("728") == "posted"
        assert world.issues() == []


@OFFICES
def test_what_it_did_and_could_not_say_is_found_after_it_began_again(
    make: type[PointOfSale | Desktop],
) -> None:
    office = make(a_clock())
    with a_world(office) as world:
        line = lose_answer(world, b"SalesReceiptAddRq")
        line.afterwards = lambda: restart(office)
        world.shop.place(an_order())
        world.rest(rounds=4)

        assert line.lost == 1
        assert [entry.kind for entry in office.entries()] == ["sale"]
        assert world.outcome("727") == "posted"
