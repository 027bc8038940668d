"""What a way to ship charges, on an account of its own in the back office."""

from decimal import Decimal

import pytest

from stockbridge.backoffice.models import Account, JournalLine
from stockbridge.engine.actions.mappings import MappingDraft, set_mapping
from stockbridge.engine.tests import back_office_world
from stockbridge.engine.tests.back_office_world import in_the_back_office
from stockbridge.engine.tests.worlds import an_order

pytestmark = pytest.mark.django_db(transaction=True)
calling = back_office_world.calling


def test_a_way_to_ship_is_booked_to_the_account_that_was_chosen() -> None:
    world = in_the_back_office()
    world.clock.advance(minutes=1)
    account = Account.objects.get(company=world.company, number="4200")
    chosen = {"account_id": str(account.pk)}
    draft = MappingDraft("shipping_method", "flat", chosen, "Flat rate")

    set_mapping(world.bridge, draft, world.act)
    world.shop.place(an_order())
    world.shop.ship("727")
    world.rest()

    assert world.outcome("727") == "posted"
    (line,) = JournalLine.objects.filter(account=account)
    assert line.credit == Decimal(5)
