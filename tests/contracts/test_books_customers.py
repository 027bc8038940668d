"""What every set of books that changes customers promises, tried on its simulator."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from stockbridge.connectors.tests.books_desk import DeskModule, books_that, desk_of
from stockbridge.domain.accounting import (
    BooksRef,
    CustomerChange,
    CustomerField,
    CustomerRecord,
    DocumentKind,
)
from stockbridge.domain.commerce import Customer
from stockbridge.domain.customer_matching import (
    CustomerKey,
    CustomerMatch,
    CustomerMatching,
    match_customer,
)
from stockbridge.domain.errors import ActionNeededError
from stockbridge.ports import Books, LookUpOutcome, PostOutcome
from tests.contracts.test_books_contract import post, request_of

ADA = CustomerRecord(
    "Ada Example",
    email="ada@example.com",
    phone="555-0100",
    first_name="Ada",
    last_name="Example",
    company="Mugs Ltd",
)
RENAMED = replace(ADA, email="ada@mugs.example.com")


def change_customers(made: DeskModule) -> bool:
    """Whether a customer whom they have can be changed."""
    return DocumentKind.CUSTOMER_CHANGE in made.capabilities.kinds


@pytest.fixture(params=books_that(change_customers))
def books(request: pytest.FixtureRequest) -> Iterator[Books]:
    with desk_of(request.param) as opened:
        yield opened.books()


def a_change(
    books_id: str, after: CustomerRecord, *ruled: CustomerField
) -> CustomerChange:
    fields = tuple(CustomerField)
    return CustomerChange(BooksRef(books_id), ADA, after, fields, ruled)


def addresses(books: Books) -> list[str]:
    found = books.changed_customers("", limit=100).records
    return [one.email for one in found if one.email]


def test_a_changed_field_is_written_and_the_others_stay(books: Books) -> None:
    ada = post(books, ADA, "customer/ada/1").books_id

    result = post(books, a_change(ada, RENAMED), "change/ada/1")

    assert (result.outcome, result.error) == (PostOutcome.POSTED, None)
    assert result.books_id == ada
    (found,) = (c for c in books.changed_customers("", limit=99).records if c.email)
    assert (found.external_id, found.email) == (ada, RENAMED.email)
    assert (found.phone, found.company) == (ADA.phone, ADA.company)


def test_a_customer_is_found_by_what_the_books_read_out(books: Books) -> None:
    ada = post(books, ADA, "customer/ada/1").books_id
    people = books.changed_customers("", limit=99).records
    buyer = Customer(
        "", first_name="ada", last_name="EXAMPLE", company="Mugs Ltd", phone="555 0100"
    )

    by_both = match_customer(buyer, people, CustomerMatching.NAME.keys)
    by_address = match_customer(replace(buyer, email=ADA.email), people)

    assert by_both == CustomerMatch(ada, CustomerKey.NAME_AND_PHONE)
    assert by_address == CustomerMatch(ada, CustomerKey.EMAIL)


def test_the_same_change_twice_is_one(books: Books) -> None:
    ada = post(books, ADA, "customer/ada/1").books_id
    post(books, a_change(ada, RENAMED), "change/ada/1")

    again = post(books, a_change(ada, RENAMED), "change/ada/1")

    assert again.outcome is PostOutcome.POSTED
    assert addresses(books) == [RENAMED.email]


def test_what_the_books_say_meanwhile_stays_and_is_said(books: Books) -> None:
    ada = post(books, ADA, "customer/ada/1").books_id
    post(books, a_change(ada, RENAMED), "change/ada/1")
    third = replace(ADA, email="third@example.com")

    result = post(books, a_change(ada, third), "change/ada/2")

    assert result.outcome is PostOutcome.POSTED
    assert isinstance(result.error, ActionNeededError)
    assert "the e-mail address" in result.error.message
    assert result.error.remedy
    assert addresses(books) == [RENAMED.email]


def test_where_the_store_rules_its_value_is_written_all_the_same(books: Books) -> None:
    ada = post(books, ADA, "customer/ada/1").books_id
    post(books, a_change(ada, RENAMED), "change/ada/1")
    third = replace(ADA, email="third@example.com")

    result = post(books, a_change(ada, third, CustomerField.EMAIL), "change/ada/2")

    assert (result.outcome, result.error) == (PostOutcome.POSTED, None)
    assert addresses(books) == ["third@example.com"]


def test_a_change_is_found_once_it_is_there_and_not_before(books: Books) -> None:
    ada = post(books, ADA, "customer/ada/1").books_id
    request = request_of(a_change(ada, RENAMED), "change/ada/1")
    (before,) = books.look_up([request])
    post(books, a_change(ada, RENAMED), "change/ada/1")

    (after,) = books.look_up([request])

    assert before.outcome is LookUpOutcome.MISSING
    assert after.outcome is LookUpOutcome.FOUND
    assert after.result is not None
    assert after.result.books_id == ada


def test_a_customer_who_is_gone_is_not_made_anew(books: Books) -> None:
    result = post(books, a_change("999999", RENAMED), "change/ada/1")

    assert result.outcome is not PostOutcome.POSTED
    assert addresses(books) == []
