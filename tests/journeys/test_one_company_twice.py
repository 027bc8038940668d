"""Point of Sale and the QuickBooks that gets its sales: one order is one sale."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from stockbridge.connectors import registry
from stockbridge.domain.errors import RetryableError
from stockbridge.engine.actions.bridges import disable, join
from stockbridge.engine.actions.connections import delete_connection
from stockbridge.engine.actions.sales import Takes, choose_sales
from stockbridge.engine.actions.separating import SameCompanyError
from stockbridge.engine.models import Bridge, Delivery, Issue
from stockbridge.engine.tests.rows import a_connection
from stockbridge.engine.tests.worlds import an_order
from tests.quickbooks.desktop import Desktop
from tests.quickbooks.journeys import sales
from tests.quickbooks.point_of_sale import PointOfSale
from tests.quickbooks.world import (
    QuickBooksWorld,
    a_clock,
    a_world,
    with_other_books,
)

pytestmark = pytest.mark.django_db(transaction=True)
FILE = "\\\\OFFICE\\Books\\Mug Shop.qbw"  # on the other computer C:\Books\Mug Shop.qbw


@contextmanager
def both(
    quickbooks_file: str = FILE,
) -> Iterator[tuple[QuickBooksWorld, QuickBooksWorld]]:
    """Give a shop that is joined to Point of Sale and, later, to Desktop."""
    clock = a_clock()
    with (
        a_world(PointOfSale(clock, quickbooks_file=quickbooks_file)) as till,
        with_other_books(till, Desktop(clock)) as office,
    ):
        office.rest()
        till.rest()
        yield till, office


def rest(*worlds: QuickBooksWorld) -> None:
    """Let all come to rest, whoever calls first."""
    for world in (*worlds, *worlds):
        world.rest(rounds=1)


def order(world: QuickBooksWorld, number: str) -> None:
    """Let somebody order."""
    world.shop.place(an_order(external_id=number, number=number))


def numbers(world: QuickBooksWorld) -> list[str]:
    """Return the orders that are sales in the books."""
    return [entry.number for entry in sales(world)]


def test_an_order_is_one_sale_and_the_books_joined_later_wait_for_a_choice() -> None:
    with both() as (till, office):
        order(till, "1042")
        rest(office, till)

        assert numbers(till) == ["1042"]
        assert numbers(office) == []
        issue = till.issue("sales_twice")
        assert FILE in issue.message
        assert issue.bridge == office.bridge


def test_who_moves_to_desktop_goes_on_there_once_point_of_sale_is_switched_off() -> (
    None
):
    clock = a_clock()
    with a_world(PointOfSale(clock, quickbooks_file=FILE)) as till:
        order(till, "1042")
        till.rest(rounds=1)
        disable(till.bridge, till.act)
        with with_other_books(till, Desktop(clock)) as office:
            order(till, "1043")
            rest(office, office)

            assert numbers(till) == ["1042"]
            assert numbers(office) == ["1043"]


def test_books_that_were_left_hand_their_store_to_those_of_the_same_company() -> None:
    with both() as (till, office):
        order(till, "1042")
        till.rest(rounds=1)
        disable(till.bridge, till.act)
        office.bridge.delete()

        made = join(till.bridge.store, office.books_connection, till.act)

        till.bridge.refresh_from_db()
        assert till.bridge.sales == "elsewhere"
        assert made.sales == "here"


def test_what_point_of_sale_takes_is_booked_nowhere_else() -> None:
    with both() as (till, office):
        order(till, "1042")
        rest(office, till)
        choose_sales(office.bridge, Takes.ELSEWHERE, till.act)
        order(till, "1043")
        rest(office, till)

        assert numbers(till) == ["1042", "1043"]
        assert numbers(office) == []
        assert office.disposition("1042").code == "other_books"
        assert till.issues() == []


def test_where_desktop_takes_over_it_books_what_comes_and_nothing_again() -> None:
    with both() as (till, office):
        order(till, "1042")
        rest(office, till)
        choose_sales(office.bridge, Takes.HERE, till.act)
        order(till, "1043")
        rest(office, till)

        assert numbers(till) == ["1042"]
        assert numbers(office) == ["1043"]
        reason = office.disposition("1042").reason
        assert reason.startswith(till.books_connection.name)


def test_what_waited_for_the_choice_is_booked_by_those_who_are_chosen() -> None:
    with both() as (till, office):
        order(till, "1042")
        till.clock.advance(minutes=6)
        till.store_job()
        office.visit()  # nothing leaves while a person is asked
        assert numbers(office) == []

        choose_sales(office.bridge, Takes.HERE, till.act)
        rest(office, till)

        assert numbers(office) == ["1042"]
        assert numbers(till) == []


def test_separate_companies_both_take_the_sales() -> None:
    with both() as (till, office):
        order(till, "1042")
        rest(office, till)
        choose_sales(office.bridge, Takes.BOTH, till.act)
        rest(office, till)

        assert numbers(till) == numbers(office) == ["1042"]
        assert till.issues() == []


def test_a_refund_of_a_sale_goes_where_the_sale_is() -> None:
    with both() as (till, office):
        order(till, "1042")
        rest(office, till)
        choose_sales(office.bridge, Takes.HERE, till.act)
        till.shop.cancel("1042")
        rest(office, till)

        assert [entry.state for entry in sales(till)] == ["taken back"]
        assert office.office.entries() == []


def test_a_choice_waits_for_a_sale_that_is_on_its_way() -> None:
    with both() as (till, office):
        order(till, "1042")
        rest(office, till)
        Delivery.objects.filter(bridge=till.bridge, kind="sale").update(state="sent")

        with pytest.raises(RetryableError):
            choose_sales(office.bridge, Takes.HERE, till.act)

        office.bridge.refresh_from_db()
        assert office.bridge.sales == "asked"


def test_another_company_file_is_no_reason_to_stop() -> None:
    with both("C:\\Books\\Bowls.qbw") as (till, office):
        order(till, "1042")
        rest(office, till)

        assert numbers(till) == numbers(office) == ["1042"]


def test_a_store_is_not_joined_to_both_where_one_hands_its_sales_to_the_other() -> None:
    with both() as (till, office):
        other = a_connection(till.company, name="Second shop")
        join(other, till.books_connection, till.act)

        with pytest.raises(SameCompanyError) as refusal:
            join(other, office.books_connection, till.act, are_separate=True)

        assert not refusal.value.is_asked
        assert FILE in refusal.value.message
        assert not Bridge.objects.filter(
            store=other, books=office.books_connection
        ).exists()


@pytest.mark.parametrize("order_of_joining", [1, -1])
def test_where_nothing_is_known_the_person_is_asked(order_of_joining: int) -> None:
    with both("") as (till, office):
        other = a_connection(till.company, name="Second shop")
        sides = [till.books_connection, office.books_connection]
        first, second = sides[::order_of_joining]
        join(other, first, till.act)

        with pytest.raises(SameCompanyError) as question:
            join(other, second, till.act)
        assert question.value.is_asked
        assert till.books_connection.name in question.value.message

        join(other, second, till.act, are_separate=True)
        assert Bridge.objects.filter(store=other).count() == 2
        third = a_connection(till.company, name="Third shop")
        join(third, first, till.act)
        join(third, second, till.act)  # it was said already


def test_what_was_said_before_anything_was_known_is_asked_again() -> None:
    with both("") as (till, office):
        other = a_connection(till.company, name="Second shop")
        join(other, till.books_connection, till.act)
        join(other, office.books_connection, till.act, are_separate=True)
        assert isinstance(till.office, PointOfSale)
        till.office.company.company["QuickBooksCompanyFile"] = FILE

        till.visit()

        asked = Issue.objects.filter(code="sales_twice", resolved_at=None)
        assert {one.bridge.store.name for one in asked if one.bridge} == {
            other.name,
            till.store_connection.name,
        }


def test_books_that_are_left_alone_take_the_sales_again() -> None:
    with both() as (till, office):
        choose_sales(office.bridge, Takes.ELSEWHERE, till.act)
        Bridge.objects.filter(pk=till.bridge.pk).delete()
        gone = a_connection(
            till.company, name="Gone", kind="books", connector="embedded"
        )
        order(till, "1042")

        delete_connection(gone, replace(till.act, find=registry.get))
        rest(office)

        assert numbers(office) == ["1042"]


def test_a_company_file_that_was_signed_anew_is_not_booked_into_twice() -> None:
    clock = a_clock()
    file = Desktop(clock)
    with a_world(file) as first:
        order(first, "1042")
        first.rest()
        with with_other_books(first, file) as second:  # its sign replaces the first
            rest(second, first)

            assert numbers(first) == ["1042"]
            issue = second.issue("same_company")
            assert issue.connection == second.books_connection
            assert first.books_connection.name in issue.message
            assert issue.details["may_differ"]
