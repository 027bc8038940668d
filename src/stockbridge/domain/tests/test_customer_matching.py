"""A buyer is one customer of the books, several who could be it, or nobody."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockbridge.domain.catalog import BooksCustomer
from stockbridge.domain.commerce import Address, Customer
from stockbridge.domain.customer_matching import (
    CustomerKey,
    CustomerMatch,
    CustomerMatching,
    SeveralFit,
    fits,
    match_customer,
    phone_digits,
)
from stockbridge.domain.tests.builders import a_books_customer, a_customer

KEYS = (CustomerKey.EMAIL, CustomerKey.NAME, CustomerKey.PHONE)
BOTH = (CustomerKey.NAME_AND_PHONE,)


@pytest.mark.parametrize(
    ("phone", "digits"),
    [
        ("+1 (555) 010-0100", "5550100100"),
        ("555-010-0100", "5550100100"),
        ("0049 30 1234567", "49301234567"),
        ("12", ""),
    ],
)
def test_a_telephone_number_is_its_digits(phone: str, digits: str) -> None:
    assert phone_digits(phone) == digits


@pytest.mark.parametrize(
    ("customer", "key"),
    [
        (a_customer(email=" ADA@example.com"), CustomerKey.EMAIL),
        (a_customer(email="new@example.com", phone=""), CustomerKey.NAME),
        (a_customer(email="", last_name="King"), CustomerKey.PHONE),
    ],
)
def test_a_buyer_is_recognised_by_the_first_key_that_fits(
    customer: Customer, key: CustomerKey
) -> None:
    bo = a_books_customer(
        external_id="C2", email="b@example.com", first_name="Bo", phone="5550199"
    )

    found = match_customer(customer, [a_books_customer(), bo], KEYS)

    assert found == CustomerMatch("C1", key)


def test_keys_are_tried_in_the_order_of_the_policy() -> None:
    people = [
        a_books_customer(external_id="C1", phone=""),
        a_books_customer(external_id="C2", email=""),
    ]

    assert [
        match_customer(a_customer(), people, policy.keys) for policy in CustomerMatching
    ] == [
        CustomerMatch("C1", CustomerKey.EMAIL),
        CustomerMatch("C1", CustomerKey.EMAIL),
        CustomerMatch("C2", CustomerKey.NAME_AND_PHONE),
        CustomerMatch("C2", CustomerKey.NAME_AND_PHONE),
    ]


def test_two_who_fit_are_a_persons_choice() -> None:
    people = [a_books_customer(), a_books_customer(external_id="C2")]

    found = match_customer(a_customer(), people)

    assert found == SeveralFit(CustomerKey.EMAIL, ("C1", "C2"))


def test_a_match_says_what_both_have_in_common() -> None:
    found = match_customer(a_customer(email=""), [a_books_customer()], BOTH)

    assert isinstance(found, CustomerMatch)
    assert "same name and telephone number" in found.reason


def test_a_guest_without_anything_is_nobody() -> None:
    nobody = a_customer(email="", phone="", first_name="", last_name="")
    blank = BooksCustomer("C1", "")

    assert match_customer(nobody, [blank], tuple(CustomerKey)) is None


def test_half_a_name_is_no_name() -> None:
    half = a_customer(email="", last_name="")

    assert match_customer(half, [a_books_customer(last_name="")], BOTH) is None


def test_a_name_alone_or_a_phone_alone_is_not_both() -> None:
    namesake = a_books_customer(phone="555 0199")
    housemate = a_books_customer(first_name="Bo")

    assert match_customer(a_customer(email=""), [namesake, housemate], BOTH) is None


def test_books_that_know_a_plain_name_only_are_found_by_it() -> None:
    plain = a_books_customer(name="Ada  BYRON", first_name="", last_name="")

    assert match_customer(a_customer(), [plain], BOTH) is not None


def test_two_people_of_one_company_are_not_one_customer() -> None:
    ada = a_customer(company="Acme", email="")
    bob = a_books_customer(company="ACME", name="ACME", first_name="Bob")
    acme = a_books_customer(
        external_id="C2", name="ACME", first_name="", last_name="", company=""
    )

    assert match_customer(ada, [bob], BOTH) is None
    found = match_customer(ada, [bob, acme], BOTH)
    assert found == CustomerMatch("C2", CustomerKey.NAME_AND_PHONE)


def test_who_buys_for_a_company_is_not_the_person_without_it() -> None:
    assert (
        match_customer(a_customer(company="Acme"), [a_books_customer()], BOTH) is None
    )


def test_the_phone_of_the_bill_counts_where_the_customer_has_none() -> None:
    shy = a_customer(phone="", billing=Address(phone="(1) 555 0100"))

    assert match_customer(shy, [a_books_customer()], BOTH) is not None


WORDS = st.sampled_from(
    ["", "Ada", "ada ", "Byron", "Bo", "Acme", "555 0100", "5550199"]
)
PEOPLE = st.builds(
    BooksCustomer,
    external_id=st.sampled_from(["C1", "C2", "C3"]),
    name=WORDS,
    email=WORDS,
    phone=WORDS,
    first_name=WORDS,
    last_name=WORDS,
    company=WORDS,
)
BUYERS = st.builds(
    lambda one: Customer(
        external_id="5",
        email=one.email,
        first_name=one.first_name,
        last_name=one.last_name,
        company=one.company,
        phone=one.phone,
    ),
    PEOPLE,
)


@given(BUYERS, st.lists(PEOPLE, max_size=4), st.sampled_from(CustomerMatching))
def test_whoever_is_billed_fits_and_nobody_else_fits_by_that_key(
    buyer: Customer, people: list[BooksCustomer], policy: CustomerMatching
) -> None:
    found = match_customer(buyer, people, policy.keys)

    if found is None:
        assert not any(fits(buyer, one, key) for one in people for key in policy.keys)
    else:
        ids = {one.external_id for one in people if fits(buyer, one, found.key)}
        expected = (
            {found.books_id}
            if isinstance(found, CustomerMatch)
            else set(found.books_ids)
        )
        assert ids == expected
        assert isinstance(found, CustomerMatch) == (len(ids) == 1)


@given(BUYERS, PEOPLE)
def test_case_blanks_and_signs_make_no_other_person(
    buyer: Customer, one: BooksCustomer
) -> None:
    louder = replace(
        one,
        name=f" {one.name.upper()} ",
        email=f" {one.email.upper()}",
        first_name=one.first_name.upper(),
        last_name=f"{one.last_name} ",
        company=one.company.upper(),
        phone=one.phone.replace(" ", "-"),
    )

    for key in CustomerKey:
        assert fits(buyer, one, key) == fits(buyer, louder, key)
