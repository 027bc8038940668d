"""Online tax of a bridge: read as the statement is, and equal to it to the cent."""

from datetime import date

import pytest

from stockbridge.domain.errors import InvalidInputError
from stockbridge.domain.tests.builders import a_line, a_refund, usd
from stockbridge.engine.statement import Span
from stockbridge.engine.tax_report import BridgeTaxes, taxes_of
from stockbridge.engine.tests.worlds import World, a_world, an_order

pytestmark = pytest.mark.django_db(transaction=True)
MARCH = Span(date(2026, 3, 1), date(2026, 3, 31))


def test_what_is_booked_is_owed_and_in_the_books_to_the_cent() -> None:
    world = a_world()
    world.shop.place(an_order())
    world.shop.place(an_order(external_id="728", number="1043"))
    world.rest()
    world.shop.refund("727", a_refund(restocked_units=()))
    world.rest()

    found = _of(world)

    total = found.report.totals["USD"]
    assert (total.tax, total.tax_back, total.net) == (
        usd("3.00"),
        usd("0.50"),
        usd("2.50"),
    )
    assert total.booked_net == usd("2.50")
    assert found.report.open == ()
    store, books = found.statement.statement.totals["USD"]
    assert (total.tax, total.booked) == (store.tax, books.tax)


def test_a_held_order_is_owed_and_named() -> None:
    world = a_world()
    stranger = a_line(item_id="777", sku="CUP", name="Cup")
    world.shop.place(an_order(lines=(stranger,)))
    world.rest()

    (rate,) = _of(world).report.rates

    assert rate.named == (("held", usd("1.00")),)


def test_an_erased_order_is_told_by_what_the_books_have() -> None:
    world = a_world()
    world.shop.place(an_order())
    world.rest()
    snapshot = world.snapshot("727")
    snapshot.data, snapshot.name = None, ""
    snapshot.save()

    report = _of(world).report

    assert [one.rate.kind.value for one in report.rates] == ["not_told"]
    assert report.totals["USD"].booked == usd("1.50")


def test_days_outside_of_the_span_are_left_out() -> None:
    world = a_world()
    world.shop.place(an_order())
    world.rest()

    april = Span(date(2026, 4, 1), date(2026, 4, 30))

    assert _of(world, april).report.totals == {}


def test_a_span_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(InvalidInputError):
        _of(a_world(), Span(date(2026, 4, 1), date(2026, 3, 1)))


def _of(world: World, span: Span = MARCH) -> BridgeTaxes:
    return taxes_of(world.bridge, span, now=world.clock(), find=world.find)
