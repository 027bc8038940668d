"""Rules of posting: the first that fits counts, and what it leaves empty stays."""

from dataclasses import replace
from typing import Any

import pytest

from stockbridge.domain.accounting import (
    DocumentKind,
    PaymentDocument,
    SaleDocument,
    SaleForm,
)
from stockbridge.domain.commerce import Address, Order
from stockbridge.domain.order_plan import plan_order
from stockbridge.domain.planning import OrderPlan, Outcome
from stockbridge.domain.policy import When
from stockbridge.domain.posting_rules import Act, PostingRule, rule_for, under_rule
from stockbridge.domain.tests.builders import (
    a_customer,
    a_ground,
    a_guest,
    a_policy,
    a_request,
    an_order,
)

GERMAN = Address(country="DE")
CALIFORNIAN = Address(country="US", state="CA")


def planned(order: Order, rule: PostingRule | None, **changes: Any) -> OrderPlan:
    """Return the plan of an order under a rule."""
    ground = replace(a_ground(), **changes)
    return plan_order(a_request(order, ground=under_rule(ground, order, rule)))


@pytest.mark.parametrize(
    ("rule", "fits"),
    [
        (PostingRule("any"), True),
        (PostingRule("country", countries=("at", "de")), True),
        (PostingRule("country", countries=("AT",)), False),
        (PostingRule("method", payment_methods=("COD", "bacs")), True),
        (PostingRule("method", payment_methods=("cod",)), False),
        (PostingRule("status", statuses=("processing",)), True),
        (PostingRule("status", statuses=("completed",)), False),
        (PostingRule("role", roles=("Wholesale",)), True),
        (PostingRule("role", roles=("guest",)), False),
        (PostingRule("both", countries=("DE",), roles=("guest",)), False),
    ],
)
def test_a_rule_fits_when_all_of_its_conditions_are_met(
    rule: PostingRule, *, fits: bool
) -> None:
    order = an_order(
        shipping_address=GERMAN, payment_method="bacs", store_status="processing"
    )

    found = rule_for(order, [rule], role="wholesale")

    assert (found is rule) is fits


@pytest.mark.parametrize(
    ("address", "places", "fits"),
    [
        (CALIFORNIAN, ("US-CA",), True),
        (CALIFORNIAN, ("US",), True),
        (CALIFORNIAN, ("US-NY",), False),
        (Address(country="US", state="US-CA"), ("US-CA",), True),
        (Address(country="IN", state="CA"), ("US-CA",), False),
        (Address(), ("US",), False),
    ],
)
def test_a_state_is_told_with_its_country(
    address: Address, places: tuple[str, ...], *, fits: bool
) -> None:
    order = an_order(shipping_address=address)
    order = replace(order, customer=replace(order.customer, billing=Address()))

    assert bool(rule_for(order, [PostingRule("place", countries=places)])) is fits


def test_without_a_shipping_address_the_bills_country_tells() -> None:
    order = an_order(shipping_address=Address())
    order = replace(order, customer=replace(order.customer, billing=GERMAN))

    assert rule_for(order, [PostingRule("place", countries=("DE",))])


def test_who_has_no_account_is_a_guest() -> None:
    for_guests = [PostingRule("guests", roles=("guest",))]

    assert rule_for(an_order(customer=a_guest()), for_guests)


def test_an_account_whose_role_nobody_told_is_no_guest() -> None:
    for_guests = [PostingRule("guests", roles=("guest",))]

    assert rule_for(an_order(customer=a_customer()), for_guests) is None


def test_the_first_rule_that_fits_counts_alone() -> None:
    order = an_order(shipping_address=GERMAN)
    rules = [
        PostingRule("others", countries=("AT",), prefix="A-"),
        PostingRule("first", countries=("DE",), prefix="D-"),
        PostingRule("second", prefix="X-", account_id="7"),
    ]

    found = rule_for(order, rules)

    assert found is rules[1]
    assert under_rule(a_ground(), order, found).accounts == a_ground().accounts


def test_a_rule_chooses_document_number_account_and_class() -> None:
    order = an_order(number="1001", payment_method="bacs")
    rule = PostingRule(
        "wholesale",
        form=SaleForm.INVOICE,
        prefix="W-",
        account_id="7",
        class_id="12",
    )

    plan = planned(order, rule)

    made = {one.effect: one.document for one in plan.planned}
    sale, payment = made["sale"], made["payment"]
    assert isinstance(sale, SaleDocument)
    assert isinstance(payment, PaymentDocument)
    assert (sale.form, sale.reference) == (SaleForm.INVOICE, "W-1001")
    assert (sale.account_id, sale.class_id) == ("7", "12")
    assert payment.account_id == "7"


def test_what_a_rule_leaves_empty_is_as_without_it() -> None:
    order = an_order()

    assert planned(order, PostingRule("empty")) == planned(order, None)


def test_an_order_that_a_rule_leaves_out_is_excluded_with_its_name() -> None:
    rule = PostingRule("Samples", act=Act.LEAVE_OUT)

    for by_hand in (False, True):
        plan = planned(an_order(), rule, is_by_hand=by_hand)

        assert not plan.planned
        assert plan.verdicts[0].outcome is Outcome.EXCLUDED
        assert "Samples" in plan.verdicts[0].reason


def test_an_order_that_a_rule_holds_waits_until_a_person_imports_it() -> None:
    rule = PostingRule("Abroad", act=Act.HOLD)

    held = planned(an_order(), rule)
    by_hand = planned(an_order(), rule, is_by_hand=True)

    assert held.verdicts[0].outcome is Outcome.HELD
    assert not held.planned
    assert DocumentKind.SALE in {one.kind for one in by_hand.planned}


def test_a_rule_says_when_its_orders_are_booked() -> None:
    order = an_order(paid_at=None)
    ground = a_policy(when=When.PAID)

    waits = planned(order, None, policy=ground)
    goes = planned(order, PostingRule("terms", when=When.PLACED), policy=ground)

    assert waits.verdicts[0].outcome is Outcome.WAITING
    assert goes.verdicts[0].outcome is Outcome.PLANNED


def test_the_statuses_of_a_rule_count_instead_of_those_of_the_options() -> None:
    order = an_order(store_status="ready")
    policy = a_policy(when=When.STATUS, statuses=frozenset({"completed"}))
    rule = PostingRule("ready", statuses=("ready",))

    assert planned(order, rule, policy=policy).planned
    assert not planned(order, None, policy=policy).planned
