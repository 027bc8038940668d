"""Who is billed, by the bridge's choice."""

from dataclasses import replace

import pytest

from stockbridge.domain.accounting import BooksRef
from stockbridge.domain.billing import (
    BillingPolicy,
    KnownCustomers,
    billing_for,
)
from stockbridge.domain.customer_matching import CustomerMatching
from stockbridge.domain.planning import Hold
from stockbridge.domain.policy import Billing, CustomerChoice
from stockbridge.domain.tests.builders import (
    SCOPE,
    a_books_customer,
    a_customer,
    a_guest,
    an_order,
)

POLICY, NOBODY, ADA = BillingPolicy(), KnownCustomers(), a_books_customer()
BY_NAME = BillingPolicy(matching=CustomerMatching.EMAIL_THEN_NAME)
CHOICE = CustomerChoice


def billed(
    customer_guest: bool = False,  # noqa: FBT001, FBT002 – the two kinds of buyers
    known: KnownCustomers = NOBODY,
    policy: BillingPolicy = POLICY,
) -> Billing | Hold:
    customer = a_guest() if customer_guest else a_customer()
    return billing_for(an_order(customer=customer), known, policy, SCOPE)


def code(found: Billing | Hold) -> str:
    assert isinstance(found, Hold)
    assert "1042" in found.title
    return found.code


def test_a_linked_customer_is_billed() -> None:
    found = billed(known=KnownCustomers(linked_id="C7", candidates=(ADA,)))

    assert found == Billing(BooksRef(books_id="C7"))


def test_a_customer_with_the_same_address_is_billed() -> None:
    found = billed(known=KnownCustomers(candidates=(ADA,)))

    assert found == Billing(BooksRef(books_id="C1"))


def test_an_unknown_customer_is_created() -> None:
    found = billed()

    assert isinstance(found, Billing)
    assert found.create is not None
    assert found.create.name == "Ada Byron"
    assert found.ref is not None
    assert found.ref.key.startswith("inst/books/customer/")


def test_two_customers_with_the_same_address_hold_the_order() -> None:
    twins = KnownCustomers(candidates=(ADA, a_books_customer(external_id="C2")))

    assert code(billed(known=twins)) == "customer_ambiguous"


def test_name_and_phone_count_where_they_are_chosen_and_no_address_fits() -> None:
    moved = KnownCustomers(candidates=(a_books_customer(email="old@example.com"),))

    by_address, by_name = billed(known=moved), billed(known=moved, policy=BY_NAME)

    assert isinstance(by_address, Billing)
    assert by_address.create is not None
    assert by_name == Billing(BooksRef(books_id="C1"))


def test_two_of_one_name_and_phone_hold_the_order_and_a_guest_is_told_how() -> None:
    twins = KnownCustomers(
        candidates=(
            a_books_customer(email=""),
            a_books_customer(external_id="C2", email=""),
        )
    )

    member = billed(known=twins, policy=BY_NAME)
    guest = billed(customer_guest=True, known=twins, policy=BY_NAME)

    assert code(member) == code(guest) == "customer_ambiguous"
    assert isinstance(member, Hold)
    assert isinstance(guest, Hold)
    assert "2 customers have its name and telephone number" in member.title
    assert "Customers screen" in member.remedy
    assert "A guest cannot be linked" in guest.remedy


@pytest.mark.parametrize(
    "policy",
    [
        BillingPolicy(CHOICE.MATCH_OR_HOLD),
        BillingPolicy(CHOICE.MATCH_OR_CREATE, may_create=False),
    ],
)
def test_an_unknown_customer_holds_where_none_may_be_created(
    policy: BillingPolicy,
) -> None:
    assert code(billed(policy=policy)) == "customer_missing"


def test_all_guests_share_one_customer_where_that_is_chosen() -> None:
    policy = BillingPolicy(CHOICE.GUESTS_AS_ONE, shared_customer="C0")
    guest = billed(customer_guest=True, policy=policy)
    member = billed(policy=policy)

    assert guest == Billing(BooksRef(books_id="C0"), is_shared=True)
    assert isinstance(member, Billing)
    assert member.create is not None


def test_one_for_all_bills_linked_customers_too() -> None:
    policy = BillingPolicy(CHOICE.ONE_FOR_ALL, shared_customer="C0")

    found = billed(known=KnownCustomers(linked_id="C7"), policy=policy)

    assert found == Billing(BooksRef(books_id="C0"), is_shared=True)


def test_a_shared_customer_that_was_not_chosen_holds_the_order() -> None:
    assert (
        code(billed(policy=BillingPolicy(CHOICE.ONE_FOR_ALL))) == "no_shared_customer"
    )


def key_of(order_id: str, email: str, account: str = "") -> str:
    customer = replace(a_guest(), email=email, external_id=account)
    order = an_order(external_id=order_id, customer=customer)
    found = billing_for(order, NOBODY, POLICY, SCOPE)
    assert isinstance(found, Billing)
    assert found.ref is not None
    return found.ref.key


def test_guests_with_one_address_are_one_person() -> None:
    assert key_of("1", "ada@example.com") == key_of("2", " Ada@Example.com ")


def test_guests_without_an_address_are_never_one_person() -> None:
    assert key_of("1", "") != key_of("2", "")


def test_an_account_without_an_address_is_one_person() -> None:
    assert key_of("1", "", "5") == key_of("2", "", "5")
