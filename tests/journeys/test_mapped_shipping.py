"""Ways to ship on items of their own, in every QuickBooks, and back again."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import pytest

from stockbridge.connectors.books.quickbooks_online.simulator.fitting import a_service
from stockbridge.connectors.books.quickbooks_pos.simulator.seeding import add_item
from stockbridge.domain.commerce import LineKind
from stockbridge.domain.tests.builders import a_refund, a_refund_line
from stockbridge.engine.actions.mappings import (
    MappingDraft,
    delete_mapping,
    set_mapping,
)
from stockbridge.engine.tests.worlds import an_order
from tests.quickbooks import online_world, world
from tests.quickbooks.desktop import Desktop
from tests.quickbooks.journeys import an_order_of_bob, is_even
from tests.quickbooks.online import Online
from tests.quickbooks.point_of_sale import PointOfSale
from tests.quickbooks.world import OfficeWorld, a_clock

pytestmark = pytest.mark.django_db(transaction=True)
Lines = list[str]


@dataclass(frozen=True, slots=True)
class Own:
    """A world whose company has an item for parcels, and how to read its documents."""

    world: OfficeWorld
    item: str
    sold: Callable[[str], Lines]  # the items of an order's sale


@contextmanager
def _point_of_sale() -> Iterator[Own]:
    office = PointOfSale(a_clock())
    item = add_item(office.company, "", Desc1="Parcel", ItemType="NonInventory")
    with world.a_world(office) as opened:
        yield Own(opened, item, office.lines)


@contextmanager
def _desktop() -> Iterator[Own]:
    office = Desktop(a_clock())
    item = office.company.add("ItemOtherCharge", "Parcel")
    with world.a_world(office) as opened:
        yield Own(opened, item, office.lines)


@contextmanager
def _online() -> Iterator[Own]:
    office = Online(a_clock())
    item = a_service(office.simulator, "Parcel", "Services")

    def lines(number: str) -> Lines:
        return [
            _online_line(office, line)
            for row in office.company.of("SalesReceipt")
            if row["DocNumber"] == number
            for line in row["Line"]
            if line["DetailType"] == "SalesItemLineDetail"
        ]

    with online_world.a_world(office) as opened:
        yield Own(opened, item, lines)


def _online_line(office: Online, line: dict[str, Any]) -> str:
    ref = line["SalesItemLineDetail"]["ItemRef"]["value"]
    return f"{office.company.get('Item', ref)['Name']} {Decimal(line['Amount']):.2f}"


@pytest.fixture(params=[_point_of_sale, _desktop, _online])
def own(request: pytest.FixtureRequest) -> Iterator[Own]:
    opened: AbstractContextManager[Own] = request.param()
    with opened as found:
        yield found


def _parcel(one: Own) -> MappingDraft:
    return MappingDraft("shipping_method", "flat", {"item_id": one.item}, "Flat rate")


def is_even_when_read_again(one: Own) -> bool:
    """Let the books read their documents out anew, and compare."""
    one.world.clock.advance(hours=7)
    one.world.rest()
    return is_even(one.world)


def test_a_way_to_ship_stands_on_its_own_item_and_is_told_as_shipping(own: Own) -> None:
    set_mapping(own.world.bridge, _parcel(own), own.world.act)

    own.world.shop.place(an_order())
    own.world.rest()

    assert any(li.startswith("Parcel") and "5.00" in li for li in own.sold("1042"))
    assert not any(li.startswith("Shipping") for li in own.sold("1042"))
    assert is_even_when_read_again(own)


def test_shipping_given_back_is_told_as_shipping_too(own: Own) -> None:
    set_mapping(own.world.bridge, _parcel(own), own.world.act)
    own.world.shop.place(an_order())
    own.world.rest()

    back = replace(
        a_refund_line(), order_line_id="12", kind=LineKind.SHIPPING, item_id=""
    )
    own.world.shop.refund("727", a_refund(amount="5.50", lines=(back,)))
    own.world.rest()

    assert [one.kind for one in own.world.office.entries() if one.kind == "refund"]
    assert is_even_when_read_again(own)


def test_what_was_booked_stays_shipping_when_the_choice_is_taken_back(own: Own) -> None:
    row = set_mapping(own.world.bridge, _parcel(own), own.world.act)
    own.world.shop.place(an_order())
    own.world.rest()

    delete_mapping(row, own.world.act)
    own.world.shop.place(an_order_of_bob())
    own.world.rest()

    assert any(li.startswith("Parcel") for li in own.sold("1042"))
    assert any(li.startswith("Shipping") for li in own.sold("1043"))
    assert is_even_when_read_again(own)
