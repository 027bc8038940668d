"""A customer of Point of Sale takes on what the store changed, and keeps the rest."""

from dataclasses import replace
from typing import Any

import pytest

from stockbridge.connectors.books.quickbooks_pos.tests.building import (
    NOON,
    Counter,
    a_request,
)
from stockbridge.connectors.tests.customers import ADA as BILLED_ADA
from stockbridge.connectors.tests.customers import HOME, SIDE_STREET
from stockbridge.domain.accounting import (
    BooksRef,
    CustomerChange,
    CustomerField,
    CustomerRecord,
)
from stockbridge.ports import LookUpOutcome, NotDone, PostOutcome, Prepare

ADA = replace(BILLED_ADA, shipping=HOME)
OFFICE = {"AddressName": "Office", "City": "Shelbyville", "Street": "9 Work Road"}


def with_ada() -> tuple[Counter, dict[str, Any]]:
    """Return a company, and what it holds of Ada."""
    counter = Counter()
    made = counter.write(ADA, "customer/ada/1")
    return counter, counter.company.records.customers.rows[made.books_id]


def a_change(
    row: dict[str, Any], after: CustomerRecord, *ruled: CustomerField
) -> CustomerChange:
    customer = BooksRef(row["ListID"])
    return CustomerChange(customer, ADA, after, tuple(CustomerField), ruled)


def test_only_what_changed_is_named() -> None:
    counter, row = with_ada()
    row["Phone2"] = "555-0777"
    after = replace(ADA, email="ada@mugs.example.com")

    result = counter.write(a_change(row, after), "change/ada/1")

    assert (result.outcome, result.error) == (PostOutcome.POSTED, None)
    assert result.books_id == row["ListID"]
    assert (row["EMail"], row["Phone2"]) == ("ada@mugs.example.com", "555-0777")
    assert b"<EMail>" in counter.last_request
    assert b"<Phone>" not in counter.last_request
    assert b"Address" not in counter.last_request


def test_a_shorter_address_leaves_no_line_of_the_old_one() -> None:
    counter, row = with_ada()
    counter.write(a_change(row, replace(ADA, billing=SIDE_STREET)), "change/ada/1")

    (address,) = row["BillAddress"]
    assert (address["Street"], address["Street2"]) == ("2 Side Street", "")
    assert row["ShipAddress"][0]["Street"] == "1 Main Street"


def test_other_shipping_addresses_stay() -> None:
    counter, row = with_ada()
    row["ShipAddress"].append(dict(OFFICE))
    counter.write(a_change(row, replace(ADA, shipping=SIDE_STREET)), "change/ada/1")

    streets = {one["AddressName"]: one["Street"] for one in row["ShipAddress"]}
    assert streets == {"Office": "9 Work Road", "Shipping": "2 Side Street"}


def test_what_somebody_typed_at_the_counter_stays_and_is_said() -> None:
    counter, row = with_ada()
    row["Phone"] = "555-0777"
    after = replace(ADA, phone="555-0199", company="Mugs Ltd")

    result = counter.write(a_change(row, after), "change/ada/1")

    assert result.outcome is PostOutcome.POSTED
    assert "the phone number" in str(result.error)
    assert (row["Phone"], row["CompanyName"]) == ("555-0777", "Mugs Ltd")


def test_where_the_store_rules_what_was_typed_is_overwritten() -> None:
    counter, row = with_ada()
    row["Phone"] = "555-0777"
    change = a_change(row, replace(ADA, phone="555-0199"), CustomerField.PHONE)

    result = counter.write(change, "change/ada/1")

    assert result.error is None
    assert row["Phone"] == "555-0199"


@pytest.mark.parametrize("first", ["", "Zoë-王"])
def test_a_lost_answer_is_found_by_what_the_customer_says_now(first: str) -> None:
    counter, row = with_ada()
    change = a_change(row, replace(ADA, first_name=first, last_name="Byron"))

    before = counter.look_up(change, "change/ada/1")
    counter.write(change, "change/ada/1")
    after = counter.look_up(change, "change/ada/1", since=NOON)

    assert before.outcome is LookUpOutcome.MISSING
    assert after.outcome is LookUpOutcome.FOUND
    assert after.result is not None
    assert after.result.books_id == row["ListID"]


def test_a_customer_who_was_deleted_is_said_and_not_made_anew() -> None:
    counter, row = with_ada()
    change = a_change(row, replace(ADA, phone="555-0199"))
    del counter.company.records.customers.rows[row["ListID"]]

    (told,) = counter.ask(Prepare("p", a_request(change, "change/ada/1")))

    assert isinstance(told, NotDone)
    assert not told.is_retryable
    assert "customer" in told.message
