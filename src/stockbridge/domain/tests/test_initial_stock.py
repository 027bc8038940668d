"""What the books begin with, so that booking waiting orders ends where it should."""

from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from stockbridge.domain.initial_stock import (
    InitialStock,
    OpenUnits,
    initial_stock,
    open_units,
)
from stockbridge.domain.planning import Outcome
from stockbridge.domain.stock import claims_of
from stockbridge.domain.tests.builders import TODAY, an_order, minutes

UTC_ZONE = ZoneInfo("UTC")
DAY = 24 * 60


def begins(shown: int | None, *taken: OpenUnits) -> InitialStock | None:
    quantity = None if shown is None else Decimal(shown)
    return initial_stock(quantity, taken, today=TODAY, zone=UTC_ZONE)


def units(count: int, *, days_ago: int = 0, posted: bool = True) -> OpenUnits:
    return OpenUnits(Decimal(count), minutes(-DAY * days_ago), posted)


def test_an_item_that_the_store_does_not_count_has_no_first_quantity() -> None:
    assert begins(None, units(2)) is None


def test_units_of_orders_that_will_be_posted_are_added() -> None:
    assert begins(10, units(2), units(1)) == InitialStock(Decimal(13), TODAY)


def test_units_of_orders_that_never_will_be_posted_are_not() -> None:
    assert begins(10, units(2, posted=False)) == InitialStock(Decimal(10), TODAY)


def test_the_day_is_not_after_the_oldest_of_those_orders() -> None:
    found = begins(10, units(1, days_ago=9), units(1, days_ago=30, posted=False))

    assert found is not None
    assert found.since == date(2026, 3, 1)


def test_an_order_holds_what_its_claims_say() -> None:
    order = an_order()

    held = open_units(order, claims_of(order, Outcome.PLANNED), "93", Outcome.HELD)
    posted = open_units(order, claims_of(order, Outcome.PLANNED), "93", Outcome.POSTED)

    assert [(one.units, one.will_be_posted) for one in held] == [(Decimal(2), True)]
    assert not posted[0].will_be_posted
    assert (
        open_units(order, claims_of(order, Outcome.PLANNED), "94", Outcome.HELD) == ()
    )


@given(
    start=st.integers(0, 50),
    orders=st.lists(st.tuples(st.integers(1, 5), st.booleans()), max_size=6),
)
def test_once_all_is_posted_the_books_hold_what_the_store_shows(
    start: int, orders: list[tuple[int, bool]]
) -> None:
    shown = start - sum(count for count, _ in orders)

    found = begins(shown, *(units(count, posted=posted) for count, posted in orders))

    assert found is not None
    taken = sum(count for count, posted in orders if posted)
    assert found.quantity - taken == shown
