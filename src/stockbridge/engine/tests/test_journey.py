"""One order's way, from the shop into the books and back as stock."""

from decimal import Decimal

import pytest

from stockbridge.engine.tests.worlds import a_world, an_order

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_order_reaches_the_books_and_the_shop_shows_what_is_left() -> None:
    world = a_world()

    world.shop.place(an_order())
    world.rest()

    assert world.ledger.sale_totals() == ["16.50 USD"]
    assert world.outcome("727") == "posted"
    assert set(world.states()) == {"customer posted", "sale posted", "payment posted"}
    assert world.ledger.committed("I1") == 2
    assert world.shown("93") == Decimal(18)
    assert world.target("93").desired == Decimal(18)
    assert world.issue_codes() == []
