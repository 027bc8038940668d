"""A category of the store becomes the department that a person chose in the till."""

import pytest

from stockbridge.connectors.books.quickbooks_pos.simulator.seeding import DEPARTMENT
from stockbridge.domain.tests.builders import a_line, a_store_item
from stockbridge.engine.actions.mappings import MappingDraft, set_mapping
from stockbridge.engine.tests.worlds import an_order
from tests.quickbooks.point_of_sale import PointOfSale
from tests.quickbooks.world import a_clock, a_world

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_item_that_an_order_needs_is_created_in_the_mapped_department() -> None:
    office = PointOfSale(a_clock())
    cup = a_store_item(
        external_id="95",
        product_id="95",
        sku="CUP",
        name="Cup",
        categories=("Tableware",),
    )
    with a_world(office, missing_item="create") as world:
        draft = MappingDraft("category", "Tableware", {"department_id": DEPARTMENT})
        set_mapping(world.bridge, draft, world.act)
        world.shop.add_item(cup)
        line = a_line(item_id="95", product_id="95", sku="CUP", name="Cup")
        world.shop.place(an_order(lines=(line,)))
        world.clock.advance(hours=2)
        world.rest(rounds=3)

        assert world.outcome("727") == "posted"
        assert office.item("CUP")["DepartmentListID"] == DEPARTMENT
