"""An order that leaves in parts, with the real back office as books."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

import pytest

from stockbridge.backoffice.checks import differences
from stockbridge.backoffice.models import CustomerOrder, Item, OrderStatus
from stockbridge.domain.commerce import Shipment
from stockbridge.domain.tests.builders import a_line, a_refund, a_refund_line, usd
from stockbridge.engine.actions.orders import import_again
from stockbridge.engine.actions.runs import undo_orders
from stockbridge.engine.statement import Span, statement_of
from stockbridge.engine.tests import back_office_world
from stockbridge.engine.tests.back_office_world import (
    approve,
    in_the_back_office,
    mugs_on_hand,
)
from stockbridge.engine.tests.worlds import World, an_order

pytestmark = pytest.mark.django_db(transaction=True)
calling = back_office_world.calling


@pytest.fixture
def world() -> World:
    """Return an order of seven mugs for 9.99 that is paid, in books with twenty."""
    return _with_seven_mugs()


def _with_seven_mugs(**options: object) -> World:
    world = in_the_back_office(parts="split", **options)
    line = a_line(quantity="7", total="9.99", tax="1.00")
    world.shop.place(an_order(lines=(line,), shipments=()))
    world.rest()
    return world


def test_parts_take_their_goods_and_their_share_and_end_to_the_cent(
    world: World,
) -> None:
    for shipped in ((3,), (3, 2), (3, 2, 2)):
        _ship(world, shipped)
        order = CustomerOrder.objects.get()
        assert mugs_on_hand() == 20 - sum(shipped)
        assert differences(world.company) == []

    assert order.billed == order.paid == order.total == Decimal("10.99")
    assert order.status == OrderStatus.FULFILLED
    world.shop.ship("727")
    world.rest()
    assert world.outcome("727") == "posted"
    assert world.issue_codes() == []
    assert mugs_on_hand() == 13


def test_the_rest_goes_with_what_completes_the_order(world: World) -> None:
    _ship(world, (3,))

    world.shop.ship("727")
    world.rest()

    order = CustomerOrder.objects.get()
    assert order.billed == Decimal("10.99")
    assert mugs_on_hand() == 13
    assert world.shown("93") == 13
    assert differences(world.company) == []
    assert world.issue_codes() == []


def test_goods_of_a_part_come_back_while_the_rest_is_still_open(world: World) -> None:
    _ship(world, (3,))
    line = a_refund_line(total="1.43", tax="0.14", quantity="1")
    refund = a_refund(lines=[line], restocked_units=(("11", Decimal(1)),))

    world.shop.refund("727", refund)
    world.rest()

    assert world.outcome("801", "refund") == "posted"
    level = Item.objects.get(sku="MUG").levels.get()
    assert level.on_hand - level.committed == 14
    world.shop.ship("727")
    world.rest()
    assert mugs_on_hand() == 14
    assert world.shown("93") == 14
    assert differences(world.company) == []


@pytest.mark.parametrize("quantity", ["on_hand", "available"])
def test_of_what_comes_back_the_promised_goes_first_and_the_rest_is_shown_once(
    quantity: str,
) -> None:
    world = _with_seven_mugs(quantity=quantity)
    _ship(world, (3,))
    line = a_refund_line(total="7.14", tax="0.71", quantity="5")
    refund = a_refund(lines=[line], restocked_units=(("11", Decimal(5)),))

    world.shop.refund("727", refund)
    world.rest()

    level = Item.objects.get(sku="MUG").levels.get()
    assert [level.on_hand, level.committed] == [Decimal(18), Decimal(0)]
    assert world.shown("93") == 18
    assert differences(world.company) == []


def test_calling_off_the_rest_leaves_the_part(world: World) -> None:
    _ship(world, (3,))

    world.shop.cancel("727")
    world.rest()

    level = Item.objects.get(sku="MUG").levels.get()
    assert [level.on_hand, level.committed] == [Decimal(17), Decimal(0)]
    assert differences(world.company) == []


def test_parts_are_undone_and_come_again_with_the_order(world: World) -> None:
    _ship(world, (3, 2))

    approve(world, undo_orders(world.bridge, ["727"], world.act))

    assert world.outcome("727") == "undone"
    assert mugs_on_hand() == 20
    assert differences(world.company) == []
    import_again(world.bridge, ["727"], world.act)
    world.rest()
    world.rest()
    assert mugs_on_hand() == 15
    world.shop.ship("727")
    world.rest()

    assert mugs_on_hand() == 13
    assert world.shown("93") == 13
    assert differences(world.company) == []
    live = CustomerOrder.objects.exclude(status=OrderStatus.REVERSED).get()
    assert live.billed == live.total
    assert world.issue_codes() == []


def test_the_statement_has_no_difference_between_the_parts(world: World) -> None:
    _ship(world, (3,))

    march = Span(date(2026, 3, 1), date(2026, 3, 31))
    found = statement_of(world.bridge, march, now=world.clock(), find=world.find)

    (row,) = found.statement.rows
    assert row.drift is None
    assert row.store.orders == row.books.orders == usd("10.99")
    assert row.store.tax == row.books.tax == usd("1.00")


def _ship(world: World, units: Sequence[int]) -> None:
    shipments = tuple(
        Shipment(f"F{i}", world.clock() - timedelta(minutes=9), (("11", Decimal(n)),))
        for i, n in enumerate(units)
    )
    world.shop.change("727", shipments=shipments)
    world.rest()
