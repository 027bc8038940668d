"""An order that leaves in parts, in books that bill by themselves."""

from datetime import timedelta
from decimal import Decimal

import pytest

from stockbridge.domain.accounting import DocumentKind
from stockbridge.domain.commerce import Shipment
from stockbridge.domain.tests.builders import a_line, a_refund, a_refund_line
from stockbridge.engine.models import StockClaim
from stockbridge.engine.tests.worlds import World, a_world, an_order

pytestmark = pytest.mark.django_db(transaction=True)


def _with_order(**options: object) -> World:
    world = a_world(parts="split", **options)
    line = a_line(quantity="5", total="25.00")
    world.shop.place(an_order(lines=(line,), shipments=()))
    world.rest()
    return world


def _stock(world: World) -> list[Decimal]:
    """Return how many mugs the books have, and how many of them they promise."""
    return [world.ledger.on_hand["I1"], world.ledger.committed("I1")]


def _ship(world: World, *units: int) -> None:
    shipments = tuple(
        Shipment(f"F{i}", world.clock() - timedelta(minutes=9), (("11", Decimal(n)),))
        for i, n in enumerate(units)
    )
    world.shop.change("727", shipments=shipments)
    world.rest()


@pytest.mark.parametrize("quantity", ["on_hand", "available"])
def test_each_part_moves_its_units_and_nothing_is_counted_twice(quantity: str) -> None:
    world = _with_order(quantity=quantity)

    _ship(world, 3)
    assert _stock(world) == [17, 2]
    assert world.shown("93") == 15
    _ship(world, 3, 2)

    assert _stock(world) == [15, 0]
    assert world.shown("93") == 15
    assert world.outcome("727") == "posted"


def test_a_part_is_in_the_claim_of_its_line_until_a_reading_knows_it() -> None:
    world = _with_order()

    _ship(world, 3)

    claim = StockClaim.objects.get(order_id="727", line_id="11")
    assert [claim.units, claim.parted] == [5, 3]
    assert claim.parted_at is not None
    assert claim.moved_at is None


@pytest.mark.parametrize("quantity", ["on_hand", "available"])
def test_goods_that_never_left_come_back_to_no_shelf_whatever_else_has_shipped(
    quantity: str,
) -> None:
    world = a_world(parts="split", quantity=quantity)
    pens = a_line(external_id="12", item_id="94", sku="PEN", quantity="2")
    lines = (a_line(quantity="5", total="25.00"), pens)
    world.shop.place(an_order(lines=lines, shipments=()))
    world.rest()
    before = world.shown("94")
    _ship(world, 5)

    back = a_refund_line(order_line_id="12", total="5.00", tax="0.50", quantity="1")
    refund = a_refund(lines=[back], restocked_units=(("12", Decimal(1)),))
    world.shop.refund("727", refund)
    world.rest()

    assert world.outcome("801", "refund") == "posted"
    assert world.shown("94") == before + 1


def test_an_order_that_is_completed_after_a_part_moves_only_the_rest() -> None:
    world = _with_order()
    _ship(world, 3)

    world.shop.ship("727")
    world.rest()

    assert world.ledger.on_hand["I1"] == 15
    assert world.shown("93") == 15
    assert len(world.ledger.live(DocumentKind.FULFILLMENT)) == 2
    assert world.issue_codes() == []


def test_an_order_cancelled_after_a_part_sets_the_rest_free_and_asks_a_person() -> None:
    world = _with_order()
    _ship(world, 3)

    world.shop.cancel("727")
    world.rest()

    assert _stock(world) == [17, 0]
    assert world.issue("cancelled_after_shipping").remedy
