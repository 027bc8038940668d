"""Importing, undoing and importing again with the real back office as books."""

from datetime import date
from decimal import Decimal

import pytest

from stockbridge.backoffice.checks import differences
from stockbridge.backoffice.models import CustomerOrder, Item, OrderStatus, Partner
from stockbridge.domain.account_movements import Cause, Movement
from stockbridge.domain.tests.builders import a_line, a_refund, a_store_item, usd
from stockbridge.engine.actions.orders import import_again
from stockbridge.engine.actions.runs import undo_orders, undo_run
from stockbridge.engine.models import Run
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


def test_an_order_with_all_its_documents_is_undone_and_imported_again() -> None:
    world = in_the_back_office()
    world.shop.place(an_order())
    world.rest()
    world.shop.place(an_order(lines=(a_line(quantity="3", total="15.00"),)))
    world.rest()
    world.shop.ship("727")
    world.rest()
    world.shop.refund("727", a_refund(restocked_units=(("11", Decimal(1)),)))
    world.rest()
    assert world.outcome("801", "refund") == "posted"

    run = undo_orders(world.bridge, ["727"], world.act)
    approve(world, run)

    assert world.outcome("727") == "undone"
    assert CustomerOrder.objects.get().status == OrderStatus.REVERSED
    assert differences(world.company) == []
    assert mugs_on_hand() == 20

    (undone,) = _accounts(world)
    assert {line.cause for line in undone.lines} == {Cause.LEFT_OUT}
    assert undone.booked.ins == undone.booked.outs == 0
    assert undone.besides.came_in == undone.besides.went_out != usd(0)

    import_again(world.bridge, ["727"], world.act)
    world.rest()

    (again,) = _accounts(world)
    assert again.named == ()
    assert again.booked.ins == again.booked.outs == 1
    assert world.outcome("727") == "posted"
    assert CustomerOrder.objects.exclude(status=OrderStatus.REVERSED).count() == 1
    assert differences(world.company) == []
    assert mugs_on_hand() == 18


def test_an_undone_import_removes_the_customer_and_the_items_it_created() -> None:
    world = in_the_back_office()
    world.set_options(missing_item="create", orders_enabled=False)
    world.shop.add_item(
        a_store_item(
            external_id="777",
            product_id="777",
            name="Cup",
            sku="CUP",
            stock_quantity=Decimal(9),
        )
    )
    world.rest(rounds=1)
    world.shop.place(an_order(lines=(a_line(item_id="777", sku="CUP", name="Cup"),)))
    world.rest(rounds=2)
    done = world.approve(world.start(Run.Kind.IMPORT_ORDERS, orders=["727"]))
    world.rest()
    assert world.outcome("727") == "posted"
    assert Item.objects.get(sku="CUP").is_active

    approve(world, undo_run(done, world.act))

    done.refresh_from_db()
    assert done.state == "undone"
    assert not Item.objects.get(sku="CUP").is_active
    assert not Partner.objects.get().is_active
    assert differences(world.company) == []


def _accounts(world: World) -> tuple[Movement, ...]:
    """Return the accounts of March."""
    march = Span(date(2026, 3, 1), date(2026, 3, 31))
    found = statement_of(world.bridge, march, now=world.clock(), find=world.find)
    assert found.accounts is not None
    return found.accounts.movements.movements
