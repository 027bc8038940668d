"""A trial: past orders under two ways of booking, side by side."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockbridge.domain.accounting import SaleForm
from stockbridge.domain.billing import BillingPolicy, KnownCustomers
from stockbridge.domain.commerce import Order, OrderStatus
from stockbridge.domain.money import total_of
from stockbridge.domain.planning import Outcome
from stockbridge.domain.policy import CustomerChoice, MissingItem, When
from stockbridge.domain.posting_rules import Act, PostingRule
from stockbridge.domain.tests.builders import (
    a_books_customer,
    a_customer,
    a_ground,
    a_guest,
    a_line,
    a_policy,
    a_refund,
    an_order,
    minutes,
    usd,
)
from stockbridge.domain.trial import (
    NEW_CUSTOMER,
    Buyer,
    Tried,
    Way,
    as_if_new,
    by_account,
    by_document,
    fate_of,
    rule_tallies,
)

KNOWN = Buyer(KnownCustomers(candidates=(a_books_customer(),)))
RECEIPTS = {"form": SaleForm.SALES_RECEIPT}


def a_way(*rules: PostingRule, **policy: Any) -> Way:
    """Return a way of booking: sales receipts, as these rules say."""
    ground = a_ground(policy=a_policy(**{**RECEIPTS, **policy}), accounts={"card": "1"})
    return Way(as_if_new(ground), BillingPolicy(), rules)


def tried(order: Order, before: Way, after: Way, buyer: Buyer = KNOWN) -> Tried:
    """Return one order under both ways."""
    return Tried(
        order.external_id,
        order.number,
        order.placed_at,
        fate_of(order, before, buyer),
        fate_of(order, after, buyer),
    )


def test_the_same_way_twice_changes_nothing() -> None:
    rule = PostingRule("all", prefix="W-", class_id="4")

    assert tried(an_order(), a_way(rule), a_way(rule)).changes == ()


@pytest.mark.parametrize(
    ("rule", "name", "value"),
    [
        (PostingRule("r", form=SaleForm.INVOICE), "document", "invoice"),
        (PostingRule("r", prefix="W-"), "number", "W-1042"),
        (PostingRule("r", account_id="7"), "account_id", "7"),
        (PostingRule("r", class_id="7"), "class_id", "7"),
        (PostingRule("r", tax_code="7"), "tax_code", "7"),
        (PostingRule("r", department_id="7"), "department_id", "7"),
        (PostingRule("r", terms_id="7"), "terms_id", "7"),
        (
            PostingRule(
                "r", customers=CustomerChoice.ONE_FOR_ALL, shared_customer="C9"
            ),
            "customer",
            "C9",
        ),
    ],
)
def test_what_a_rule_changes_is_named_and_nothing_else(
    rule: PostingRule, name: str, value: str
) -> None:
    one = tried(an_order(), a_way(), a_way(rule))

    assert one.changes == (name,)
    assert getattr(one.after.booking, name) == value
    assert one.after.rule == "r"


@pytest.mark.parametrize(
    ("act", "outcome"), [(Act.HOLD, Outcome.HELD), (Act.LEAVE_OUT, Outcome.EXCLUDED)]
)
def test_an_order_that_would_wait_or_be_left_out_says_why(
    act: Act, outcome: Outcome
) -> None:
    one = tried(an_order(), a_way(), a_way(PostingRule("Abroad", act=act)))

    assert one.before.booking.outcome is Outcome.PLANNED
    assert one.after.booking.outcome is outcome
    assert "Abroad" in one.after.booking.reason
    assert one.after.documents == ()


def test_when_an_order_is_booked_is_compared_too() -> None:
    unpaid = an_order(paid_at=None)

    one = tried(unpaid, a_way(), a_way(PostingRule("terms", when=When.PLACED)))

    outcomes = (one.before.booking.outcome, one.after.booking.outcome)
    assert outcomes == (Outcome.WAITING, Outcome.PLANNED)


def test_what_becomes_of_a_missing_item_is_compared() -> None:
    order = an_order(lines=[a_line(item_id="95")])
    rule = PostingRule("r", missing_item=MissingItem.FALLBACK, fallback_item="F1")

    one = tried(order, a_way(), a_way(rule))
    known = tried(an_order(), a_way(), a_way(rule))

    assert one.before.booking.missing_item == "hold"
    assert one.before.booking.outcome is Outcome.HELD
    assert one.after.booking.missing_item == "fallback"
    assert one.after.booking.fallback_item == "F1"
    assert known.changes == ()


def test_who_would_be_created_is_a_new_customer() -> None:
    stranger = Buyer(KnownCustomers())

    fate = fate_of(an_order(customer=a_guest()), a_way(), stranger)

    assert fate.booking.customer == NEW_CUSTOMER


def test_past_orders_are_planned_whatever_start_date_and_closed_period_say() -> None:
    policy = a_policy(**RECEIPTS, is_automatic=False, starts_at=minutes(60))
    ground = a_ground(policy=policy, closed_until=date(2026, 12, 31))

    fate = fate_of(an_order(), Way(as_if_new(ground), BillingPolicy()), KNOWN)

    assert fate.booking.outcome is Outcome.PLANNED


def test_each_rule_says_how_many_orders_it_takes_also_none_also_a_rule_that_goes() -> (
    None
):
    had = (PostingRule("old", roles=("guest",)), PostingRule("stays"))
    has = (PostingRule("none", countries=("AT",)), PostingRule("stays"))
    orders = [
        an_order(external_id="1", customer=a_guest()),
        an_order(external_id="2", customer=a_customer(role="retail")),
    ]
    rows = [tried(order, a_way(*had), a_way(*has)) for order in orders]

    found = rule_tallies(rows, had, has)

    assert [(one.name, one.before, one.after) for one in found] == [
        ("none", None, 0),
        ("stays", 1, 2),
        ("old", 1, None),
    ]


# ── money ────────────────────────────────────────────────────────────────────


def test_money_is_added_up_by_account_and_by_kind_of_document() -> None:
    rule = PostingRule("r", form=SaleForm.INVOICE, account_id="7")
    refunded = an_order(refunds=(a_refund(),))  # 16.50, of which 5.50 went back

    one = tried(refunded, a_way(), a_way(rule))

    accounts = {o.name: (o.before, o.after) for o in by_account([one])}
    documents = {
        o.name: (o.before, o.count_before, o.after, o.count_after)
        for o in by_document([one])
    }
    assert accounts == {"1": (usd("11.00"), usd(0)), "7": (usd(0), usd("11.00"))}
    assert documents == {
        "sales_receipt": (usd("16.50"), 1, usd(0), 0),
        "invoice": (usd(0), 0, usd("16.50"), 1),
        "payment": (usd(0), 0, usd("16.50"), 1),
        "refund": (usd("5.50"), 1, usd("5.50"), 1),
    }


def test_two_currencies_are_never_added_up() -> None:
    rows = [
        tried(an_order(), a_way(), a_way()),
        tried(an_order(currency="EUR"), a_way(), a_way()),
    ]

    assert [(o.currency, str(o.before)) for o in by_document(rows)] == [
        ("EUR", "16.50 EUR"),
        ("USD", "16.50 USD"),
    ]


ORDERS = st.lists(
    st.builds(
        lambda cents, is_paid, is_guest, status: an_order(
            lines=[a_line(total=f"{cents / 100:.2f}")],
            paid_at=minutes(-60) if is_paid else None,
            customer=a_guest() if is_guest else a_customer(),
            status=status,
        ),
        st.integers(1, 100_000),
        st.booleans(),
        st.booleans(),
        st.sampled_from([OrderStatus.PROCESSING, OrderStatus.CANCELLED]),
    ),
    max_size=8,
)
RULES = st.lists(
    st.builds(
        lambda name, roles, act, form, account: PostingRule(
            name, roles=roles, act=act, form=form, account_id=account
        ),
        st.sampled_from(["A", "B", "C"]),
        st.sampled_from([(), ("guest",)]),
        st.sampled_from(list(Act)),
        st.sampled_from([None, SaleForm.INVOICE]),
        st.sampled_from(["", "7", "8"]),
    ),
    max_size=3,
    unique_by=lambda rule: rule.name,
)


@given(orders=ORDERS, before=RULES, after=RULES)
def test_every_cent_that_is_booked_is_in_both_tables(
    orders: list[Order], before: list[PostingRule], after: list[PostingRule]
) -> None:
    rows = [tried(order, a_way(*before), a_way(*after)) for order in orders]

    sales = [one for one in by_document(rows) if one.name != "payment"]
    landed = total_of([one.after for one in by_account(rows)], "USD")
    billed = [
        order.total
        for order, row in zip(orders, rows, strict=True)
        if row.after.booking.outcome is Outcome.PLANNED
    ]
    # All that is paid is booked on an account, whichever rule takes it.
    assert total_of([one.after for one in sales], "USD") == total_of(billed, "USD")
    assert landed == total_of(billed, "USD")


@given(orders=ORDERS, before=RULES, after=RULES)
def test_each_order_is_taken_by_at_most_one_rule_of_each_side(
    orders: list[Order], before: list[PostingRule], after: list[PostingRule]
) -> None:
    rows = [tried(order, a_way(*before), a_way(*after)) for order in orders]

    found = rule_tallies(rows, before, after)

    assert sum(one.before or 0 for one in found) <= len(orders)
    assert sum(one.after or 0 for one in found) <= len(orders)
    ruled = [row for row in rows if row.after.rule]
    assert sum(one.after or 0 for one in found) == len(ruled)
