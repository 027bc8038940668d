"""Store = books: to the cent, or the difference has a name; and nothing is left out."""

from datetime import date
from decimal import Decimal

import pytest

from stockbridge.domain.errors import InvalidInputError
from stockbridge.domain.money import Money
from stockbridge.domain.planning import Outcome
from stockbridge.domain.reconciliation import Drift
from stockbridge.domain.tests.builders import a_line, a_refund, usd
from stockbridge.engine.models import Disposition
from stockbridge.engine.statement import BridgeStatement, Span, statement_of
from stockbridge.engine.tests.worlds import World, a_world, an_order

pytestmark = pytest.mark.django_db(transaction=True)
MARCH = Span(date(2026, 3, 1), date(2026, 3, 31))


def test_booked_orders_and_refunds_are_even_to_the_cent() -> None:
    world = a_world()
    world.shop.place(an_order())
    world.shop.place(an_order(external_id="728", number="1043"))
    world.rest()
    world.shop.refund("727", a_refund(restocked_units=()))
    world.rest()

    found = _of(world)

    store, books = found.statement.totals["USD"]
    assert found.is_even
    assert store == books
    assert str(store.orders) == "33.00 USD"
    assert str(store.tax) == "3.00 USD"
    assert str(store.shipping) == "10.00 USD"
    assert str(store.refunds) == "5.50 USD"
    assert (found.completeness.orders, found.completeness.refunds) == (2, 1)


def test_a_held_order_is_a_difference_with_a_name() -> None:
    world = a_world()
    stranger = a_line(item_id="777", sku="CUP", name="Cup")
    world.shop.place(an_order(lines=(stranger,)))
    world.rest()

    found = _of(world)

    row = found.statement.named[0]
    assert not found.is_even
    assert found.statement.drift == ()
    assert row.outcome is Outcome.HELD
    assert row.code == "missing_items"
    assert str(row.difference.orders) == "11.00 USD"


def test_what_the_books_stored_otherwise_is_drift() -> None:
    world = a_world()
    world.shop.place(an_order())
    world.rest()
    world.ledger.cents_off = Decimal("0.01")

    found = _of(world)

    assert [row.drift for row in found.statement.drift] == [Drift.AMOUNTS_DIFFER]
    difference = found.statement.drift[0].difference.orders
    assert difference == Money(Decimal("-0.01"), "USD")


def test_a_sale_that_vanished_from_the_books_is_drift() -> None:
    world = a_world()
    world.shop.place(an_order())
    world.rest()
    for entry in world.ledger.entries.values():
        entry.is_live = False

    found = _of(world)

    assert [row.drift for row in found.statement.drift] == [Drift.MISSING_IN_BOOKS]


def test_an_order_that_nothing_was_decided_about_is_named() -> None:
    world = a_world()
    world.shop.place(an_order())
    world.rest()
    Disposition.objects.all().delete()

    found = _of(world)

    assert found.completeness.undecided == ("1042",)
    assert not found.is_even


def test_an_unreadable_order_is_named() -> None:
    world = a_world()
    world.shop.place(an_order())
    world.rest()
    world.shop.unreadable["727"] = "Its total is no number."
    world.shop.place(an_order(note="again"))
    world.rest()

    found = _of(world)

    assert found.completeness.unreadable != ()


def test_days_outside_of_the_span_are_left_out() -> None:
    world = a_world()
    world.shop.place(an_order())
    world.rest()

    found = _of(world, Span(date(2026, 4, 1), date(2026, 4, 30)))

    assert found.statement.rows == ()
    assert found.completeness.orders == 0


def test_a_span_that_ends_before_it_begins_is_refused() -> None:
    world = a_world()

    with pytest.raises(InvalidInputError) as caught:
        _of(world, Span(date(2026, 4, 1), date(2026, 3, 1)))

    assert caught.value.field == "last"


def test_an_erased_order_still_counts_with_its_amount() -> None:
    world = a_world()
    world.shop.place(an_order())
    world.rest()
    snapshot = world.snapshot("727")
    snapshot.data, snapshot.name = None, ""
    snapshot.save()

    found = _of(world)

    assert found.statement.drift == ()
    assert str(found.statement.rows[0].store.orders) == str(usd("16.50"))


def _of(world: World, span: Span = MARCH) -> BridgeStatement:
    return statement_of(world.bridge, span, now=world.clock(), find=world.find)
