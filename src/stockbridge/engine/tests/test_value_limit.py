"""The limit on the value that is booked within 24 hours."""

import pytest

from stockbridge.engine.actions.issues import allow_limit
from stockbridge.engine.models import Run
from stockbridge.engine.tests.worlds import a_world, an_order

pytestmark = pytest.mark.django_db(transaction=True)


def test_value_beyond_the_limit_is_held_and_goes_once_a_person_allows_it() -> None:
    world = a_world(posted_value_max=20)
    world.shop.place(an_order(total="16.50"))
    world.rest()

    world.shop.place(an_order(external_id="728", number="1043"))
    world.rest()
    held = world.ledger.sale_totals()
    allow_limit(world.issue("limit_posted"), world.act)
    world.rest()

    assert held == ["16.50 USD"]
    assert world.ledger.sale_totals() == ["16.50 USD"] * 2


def test_a_payment_is_not_counted_beside_its_sale() -> None:
    world = a_world(posted_value_max=40)

    for number in ("727", "728"):
        world.shop.place(an_order(external_id=number, number=number))
        world.rest()

    assert len(world.ledger.sale_totals()) == 2
    assert world.issue_codes() == []


def test_without_a_limit_any_value_is_booked() -> None:
    world = a_world(posted_value_max=0)

    world.shop.place(an_order())
    world.rest()

    assert world.ledger.sale_totals() == ["16.50 USD"]


def test_a_run_of_more_value_than_allowed_stops_before_its_first_row() -> None:
    world = a_world(orders_enabled=False, posted_value_max=20)
    for number in ("727", "728"):
        world.shop.place(an_order(external_id=number, number=number))
    world.rest(rounds=1)

    run = world.approve(world.start(Run.Kind.IMPORT_ORDERS, all=True))

    assert run.state == "halted"
    assert world.ledger.sale_totals() == []
    assert world.issue_codes() == ["limit_posted"]
