"""Reading the books' stock: what did not come again did not move."""

from dataclasses import dataclass, field
from decimal import Decimal

import pytest

from stockbridge.domain.catalog import Location, StockLevel
from stockbridge.engine import readings
from stockbridge.engine.deliver import deliver
from stockbridge.engine.models import StockReading
from stockbridge.engine.readings import read_stock, watch_locations
from stockbridge.engine.targets import compute_stale
from stockbridge.engine.tests.ledger import Ledger
from stockbridge.engine.tests.ledger_books import LedgerBooks
from stockbridge.engine.tests.worlds import World, a_world, an_order
from stockbridge.ports import Page

pytestmark = pytest.mark.django_db(transaction=True)


@dataclass
class Cellar:
    """A second place, in which nothing ever moves again."""

    ledger: Ledger
    is_open: bool = True
    on_hand: dict[str, Decimal] = field(default_factory=dict)

    def level(self, item_id: str) -> StockLevel:
        none, now = Decimal(0), self.ledger.now()
        return StockLevel(item_id, "L2", self.on_hand[item_id], none, now)


class TwoPlaces(LedgerBooks):
    """Books with a cellar: its levels come once, the shelf's whenever they move.

    They answer with as few rows a page as they like, whatever was asked for.
    """

    rows_max = 1000

    def __init__(self, ledger: Ledger, cellar: Cellar) -> None:
        super().__init__(ledger)
        self._cellar = cellar

    def changed_stock(self, cursor: str, *, limit: int) -> Page[StockLevel]:
        page = super().changed_stock(cursor, limit=min(limit, self.rows_max))
        first = () if cursor else map(self._cellar.level, self._cellar.on_hand)
        return Page((*page.records, *first), page.cursor, page.is_last)

    def locations(self) -> tuple[Location, ...]:
        cellar = Location("L2", "Cellar", is_active=self._cellar.is_open)
        return (*super().locations(), cellar)


@pytest.mark.parametrize("quantity", ["on_hand", "available"])
@pytest.mark.parametrize("page", [1, 1000])
def test_goods_that_left_one_of_two_places_are_taken_off_once(
    quantity: str, page: int
) -> None:
    world, books = _two_places(quantity=quantity)
    books.rows_max = page

    world.shop.place(an_order())
    world.shop.ship("727")
    world.ledger.count_stock("I2", 20)
    world.rest()

    assert world.target("93").desired == 23
    assert world.shown("93") == 23


def test_a_reading_that_is_cut_off_is_made_up_for_when_it_ends() -> None:
    world, books = _two_places()
    world.shop.place(an_order())
    world.shop.ship("727")
    world.clock.advance(minutes=6)
    world.store_job()
    with world.session(world.books_connection) as session:
        deliver(session, books)
    world.ledger.count_stock("I2", 19)
    books.rows_max = 1

    desired = []
    for steps in (0, 9):
        world.clock.advance(minutes=1)
        world.steps_max = steps
        with world.session(world.books_connection) as session:
            read_stock(session, books)
        world.steps_max = None
        with world.session(world.store_connection) as session:
            compute_stale(session, world.bridge)
        desired.append(world.target("93").desired)

    assert desired == [21, 23]  # less while it is not known, never more


def test_a_location_that_vanished_writes_nothing_and_asks() -> None:
    world, books = _two_places()
    books._cellar.is_open = False
    writes = len(world.shop.stock_calls)

    with world.session(world.books_connection) as session:
        watch_locations(session, books)
    world.rest()

    assert world.issue_codes() == ["location_gone"]
    assert StockReading.objects.filter(location_id="L2").count() == 1
    assert len(world.shop.stock_calls) == writes
    assert world.shown("93") == 25


def _two_places(**options: object) -> tuple[World, TwoPlaces]:
    """Return a world with 20 mugs on the shelf and 5 in the cellar."""
    world = a_world(**options)
    books = TwoPlaces(world.ledger, Cellar(world.ledger, on_hand={"I1": Decimal(5)}))
    world.open_books = lambda: books
    with world.session(world.books_connection) as session:
        readings.keep_levels(session, [books._cellar.level("I1")])
    world.rest()
    assert world.shown("93") == 25
    return world, books
