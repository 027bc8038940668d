"""What somebody does to our documents in QuickBooks by hand is seen, and said."""

from collections.abc import Callable, Iterator

import pytest

from stockbridge.connectors.books.quickbooks_desktop.simulator import moneys
from stockbridge.domain.reconciliation import Drift
from stockbridge.engine.tests.worlds import an_order
from tests.quickbooks.desktop import Desktop
from tests.quickbooks.journeys import statement
from tests.quickbooks.point_of_sale import PointOfSale
from tests.quickbooks.world import QuickBooksWorld, a_clock, a_world

pytestmark = pytest.mark.django_db(transaction=True)
Hand = Callable[[QuickBooksWorld], None]


def reverse_the_receipt(world: QuickBooksWorld) -> None:
    office = world.office
    assert isinstance(office, PointOfSale)
    for row in office.company.records.receipts.all():
        row["HistoryDocStatus"] = "Reversed"
        row["TimeModified"] = office.company.now()


def void_the_sale(world: QuickBooksWorld) -> None:
    office = world.office
    assert isinstance(office, Desktop)
    for record in list(office.company.state.of("SalesReceipt")):
        moneys.void(office.company.state, record.kind, record.id)


@pytest.fixture(params=["pos", "desktop"])
def shop(request: pytest.FixtureRequest) -> Iterator[tuple[QuickBooksWorld, Hand]]:
    is_pos = request.param == "pos"
    office = PointOfSale(a_clock()) if is_pos else Desktop(a_clock())
    with a_world(office) as world:
        yield world, reverse_the_receipt if is_pos else void_the_sale


def test_a_sale_that_was_taken_back_in_quickbooks_is_a_difference(
    shop: tuple[QuickBooksWorld, Hand],
) -> None:
    world, take_back = shop
    world.shop.place(an_order())
    world.rest()
    assert statement(world).is_even

    take_back(world)
    world.clock.advance(hours=7)
    world.rest()

    found = statement(world)
    assert not found.is_even
    assert [row.drift for row in found.statement.drift] == [Drift.MISSING_IN_BOOKS]
