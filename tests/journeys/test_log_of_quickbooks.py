"""The log of a QuickBooks that is called for: each document, each refusal, each try."""

from collections.abc import Iterator

import pytest

from stockbridge.engine.models import Connection, Delivery, LogEntry
from stockbridge.engine.tests.worlds import an_order
from stockbridge.engine.tries import tries_of
from tests.quickbooks.desktop import Desktop
from tests.quickbooks.journeys import ADA
from tests.quickbooks.losing import lose_answer
from tests.quickbooks.point_of_sale import PointOfSale
from tests.quickbooks.world import QuickBooksWorld, a_clock, a_world

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(params=["pos", "desktop"])
def world(request: pytest.FixtureRequest) -> Iterator[QuickBooksWorld]:
    """Give a shop, and one of both QuickBooks."""
    is_pos = request.param == "pos"
    office = PointOfSale(a_clock()) if is_pos else Desktop(a_clock())
    with a_world(office) as found:
        yield found


def told(level: str = "info") -> list[str]:
    rows = LogEntry.objects.filter(channel="documents", level=level).order_by("id")
    return list(rows.values_list("message", flat=True))


def test_a_sale_and_its_customer_are_told_with_their_ids(
    world: QuickBooksWorld,
) -> None:
    world.shop.place(an_order())
    world.rest()

    sale = Delivery.objects.get(kind="sale")
    assert [one.split(":")[0] for one in told()] == [
        f"Customer {ADA}",
        "Sales receipt 1042",
    ]
    assert f"id {sale.books_id}" in told()[-1]
    assert told("error") == []
    assert tries_of([sale.pk]) == {sale.pk: 1}


def test_a_sale_whose_answer_got_lost_is_told_once_when_it_is_found(
    world: QuickBooksWorld,
) -> None:
    is_pos = isinstance(world.office, PointOfSale)
    line = lose_answer(world, b"SalesReceiptAddRq")
    world.shop.place(an_order())
    world.rest()
    assert line
    world.rest(rounds=3)

    found = [one for one in told() if one.startswith("Sales receipt 1042")]
    assert len(found) == 1, is_pos


def test_a_refusal_is_told_with_the_words_of_quickbooks_and_what_to_do() -> None:
    office = Desktop(a_clock())
    with a_world(office) as world:
        office.company.add("Vendor", ADA)
        world.shop.place(an_order())
        world.rest()

        (line,) = told("error")
        assert line.startswith(f"Customer {ADA}: refused. ")
        assert f'The name "{ADA}" of the list element' in line
        (issue,) = world.issues()
        assert issue.remedy in line


def test_what_cannot_be_sent_is_told_with_the_setting_that_it_waits_for() -> None:
    office = PointOfSale(a_clock())
    with a_world(office) as world:
        books = Connection.objects.get(pk=world.bridge.books_id)
        books.settings = {**books.settings, "tax_item": "", "tax_policy": "line"}
        books.save(update_fields=["settings"])
        world.shop.place(an_order())
        world.rest()

        (line,) = told("error")
        assert line.startswith("Sales receipt 1042: not sent. ")
        assert "Choose" in line
