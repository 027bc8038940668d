"""A price that somebody changes in the books reaches the shop by itself."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from stockbridge.connectors.books.quickbooks_desktop.simulator.lists import touch
from stockbridge.domain.tests.builders import usd
from stockbridge.engine.models import LogEntry
from tests.quickbooks.desktop import Desktop
from tests.quickbooks.point_of_sale import PointOfSale
from tests.quickbooks.world import QuickBooksWorld, a_clock, a_world

pytestmark = pytest.mark.django_db(transaction=True)
ON = {"allow_export": True, "price_owner": "books", "send_prices": True}
Reprice = Callable[[QuickBooksWorld, str], None]
Priced = tuple[QuickBooksWorld, Reprice]


def at_the_till(world: QuickBooksWorld, price: str) -> None:
    """Let somebody change Price1 of the mug in Point of Sale."""
    office = world.office
    assert isinstance(office, PointOfSale)
    item = office.item("MUG")
    item["Price1"] = price
    item["TimeModified"] = office.company.now()


def in_the_company_file(world: QuickBooksWorld, price: str) -> None:
    """Let somebody change the sales price of the mug in Desktop."""
    office = world.office
    assert isinstance(office, Desktop)
    state = office.company.state
    found = office.company.id_of("ItemInventory", "MUG")
    record = next(one for one in state.of("ItemInventory") if one.id == found)
    told = record.ret.find("SalesPrice")
    assert told is not None
    told.text = price
    touch(state, record)


@pytest.fixture(params=["pos", "desktop"])
def priced(request: pytest.FixtureRequest) -> Iterator[Priced]:
    """Give a shop whose prices are those of QuickBooks, and who changes them."""
    is_pos = request.param == "pos"
    office = PointOfSale(a_clock()) if is_pos else Desktop(a_clock())
    change = at_the_till if is_pos else in_the_company_file
    with a_world(office, **ON) as world:
        change(world, "5.00")
        world.shop.add_item(replace(world.shop.items["93"], price=usd("5.00")))
        world.rest()
        world.shop.item_calls.clear()
        yield world, change


def costs(world: QuickBooksWorld) -> str:
    return str(world.shop.items["93"].price)


def test_a_price_of_quickbooks_is_in_the_shop_after_one_visit(priced: Priced) -> None:
    world, change = priced

    change(world, "5.50")
    world.visit()
    world._try(world.books_job)
    world.store_job()

    assert costs(world) == "5.50 USD"
    assert len(world.shop.item_calls) == 1
    told = LogEntry.objects.filter(channel="prices").order_by("-id")
    assert told[0].message == "MUG: 5.00 USD → 5.50 USD"


def test_visits_without_a_change_write_nothing(priced: Priced) -> None:
    world, _change = priced

    world.rest(rounds=3)

    assert world.shop.item_calls == []


def test_a_slip_of_the_hand_in_quickbooks_waits_for_a_person(priced: Priced) -> None:
    world, change = priced

    change(world, "0.55")
    world.rest()
    held = costs(world)
    change(world, "5.55")
    world.rest()

    assert held == "5.00 USD"
    assert costs(world) == "5.55 USD"
    assert world.issue_codes() == []


def test_a_price_typed_in_the_shop_gives_way_to_that_of_quickbooks(
    priced: Priced,
) -> None:
    world, _change = priced

    world.shop.add_item(replace(world.shop.items["93"], price=usd("4.75")))
    world.rest()

    assert costs(world) == "5.00 USD"
    told = LogEntry.objects.filter(channel="prices", level="warning").order_by("-id")
    assert "somebody changed the price in the store to 4.75 USD" in told[0].message


def test_a_sale_level_of_the_till_begins_and_ends_a_sale() -> None:
    office = PointOfSale(a_clock())
    with a_world(office, **{**ON, "sale_price_from": "2"}) as world:
        at_the_till(world, "5.00")
        world.shop.add_item(replace(world.shop.items["93"], price=usd("5.00")))
        world.rest()
        item = office.item("MUG")

        item |= {"Price2": "4.20", "TimeModified": office.company.now()}
        world.rest()
        on_sale = str(world.shop.items["93"].sale_price)
        item |= {"Price2": "0.00", "TimeModified": office.company.now()}
        world.rest()

        assert on_sale == "4.20 USD"
        assert world.shop.items["93"].sale_price is None
        assert costs(world) == "5.00 USD"
