"""What a rule chooses besides document and number: items, customer, tax code, terms."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockbridge.domain.accounting import (
    AmendmentDocument,
    BooksRef,
    RefundDocument,
    SaleDocument,
)
from stockbridge.domain.billing import BillingPolicy, KnownCustomers, billing_for
from stockbridge.domain.commerce import Order
from stockbridge.domain.delivery import State
from stockbridge.domain.order_plan import plan_order
from stockbridge.domain.planning import Hold, OrderPlan, Outcome, Planned
from stockbridge.domain.policy import Billing, CustomerChoice, Ground, MissingItem
from stockbridge.domain.posting import substance_of
from stockbridge.domain.posting_rules import PostingRule, billed_under, under_rule
from stockbridge.domain.shared_records import item_record
from stockbridge.domain.tests.builders import (
    DIGEST_BEFORE,
    SCOPE,
    a_books_customer,
    a_customer,
    a_ground,
    a_guest,
    a_line,
    a_policy,
    a_refund,
    a_request,
    a_store_item,
    an_order,
    booked_from,
)

CARRIED: dict[str, Any] = {
    "class_id": "12",
    "tax_code": "20",
    "department_id": "3",
    "terms_id": "5",
}
UNKNOWN = {"93": a_store_item()}


def planned(order: Order, rule: PostingRule | None, **changes: Any) -> OrderPlan:
    """Return the plan of an order under a rule."""
    ground = replace(a_ground(), **changes)
    return plan_order(a_request(order, ground=under_rule(ground, order, rule)))


def sale_in(plan: OrderPlan) -> Planned:
    """Return the sale of a plan."""
    return next(one for one in plan.planned if one.effect == "sale")


def document_of(plan: OrderPlan) -> SaleDocument:
    """Return the sale as it is to be booked."""
    document = sale_in(plan).document
    assert isinstance(document, SaleDocument)
    return document


# ── missing items ────────────────────────────────────────────────────────────


def test_a_rule_holds_missing_items_that_the_options_would_create() -> None:
    policy = a_policy(missing_item=MissingItem.CREATE)
    new = {one: item_record(item) for one, item in UNKNOWN.items()}
    rule = PostingRule("by hand", missing_item=MissingItem.HOLD)

    created = planned(an_order(), None, policy=policy, items={}, new_items=new)
    held = planned(an_order(), rule, policy=policy, items={}, new_items=new)

    assert "item" in {one.effect for one in created.planned}
    assert held.verdicts[0].outcome is Outcome.HELD
    assert not held.planned


def test_a_rule_creates_missing_items_that_the_options_would_hold() -> None:
    new = {one: item_record(item) for one, item in UNKNOWN.items()}
    rule = PostingRule("create", missing_item=MissingItem.CREATE)

    plan = planned(an_order(), rule, items={}, new_items=new)

    assert [one.effect for one in plan.planned][:2] == ["item", "sale"]


@pytest.mark.parametrize(("own", "used"), [("F2", "F2"), ("", "F1")])
def test_a_rule_books_missing_items_on_its_fallback_or_else_on_the_options(
    own: str, used: str
) -> None:
    policy = a_policy(fallback_item="F1")
    rule = PostingRule("fallback", missing_item=MissingItem.FALLBACK, fallback_item=own)

    sale = document_of(planned(an_order(), rule, policy=policy, items={}))

    assert sale.lines[0].item == BooksRef(books_id=used)


# ── who is billed ────────────────────────────────────────────────────────────


def billed(
    order: Order, rule: PostingRule | None, policy: BillingPolicy | None = None
) -> Billing | Hold:
    """Return who is billed; the books know a customer of the same address."""
    chosen = billed_under(policy or BillingPolicy(), rule)
    known = KnownCustomers(candidates=(a_books_customer(),))
    return billing_for(order, known, chosen, SCOPE)


def test_a_rule_bills_all_its_orders_to_one_customer() -> None:
    rule = PostingRule(
        "market", customers=CustomerChoice.ONE_FOR_ALL, shared_customer="C9"
    )

    assert billed(an_order(), rule) == Billing(BooksRef(books_id="C9"), is_shared=True)
    assert billed(an_order(), None) == Billing(BooksRef(books_id="C1"))


def test_a_rule_bills_its_guests_to_the_options_customer_where_it_names_none() -> None:
    rule = PostingRule("guests", customers=CustomerChoice.GUESTS_AS_ONE)
    policy = BillingPolicy(shared_customer="C7")

    guest = billed(an_order(customer=a_guest()), rule, policy)
    known = billed(an_order(customer=a_customer()), rule, policy)

    assert guest == Billing(BooksRef(books_id="C7"), is_shared=True)
    assert known == Billing(BooksRef(books_id="C1"))


def test_a_rule_that_shares_a_customer_and_names_none_holds_its_orders() -> None:
    rule = PostingRule("market", customers=CustomerChoice.ONE_FOR_ALL)

    found = billed(an_order(), rule)

    assert isinstance(found, Hold)
    assert found.code == "no_shared_customer"


# ── what the document carries ────────────────────────────────────────────────


def test_a_rule_gives_the_sale_its_tax_code_location_and_terms() -> None:
    sale = document_of(planned(an_order(), PostingRule("all", **CARRIED)))

    assert {name: getattr(sale, name) for name in CARRIED} == CARRIED
    assert {tax.code for tax in sale.taxes} == {"20"}


def test_without_rule_and_field_a_sale_has_the_digest_that_it_always_had() -> None:
    plan = planned(an_order(), None)

    assert sale_in(plan).digest == DIGEST_BEFORE
    assert substance_of(document_of(plan)) == DIGEST_BEFORE


@given(
    chosen=st.fixed_dictionaries(
        {name: st.sampled_from(["", "1", "2"]) for name in CARRIED}
    )
)
def test_what_a_rule_gives_a_sale_is_in_no_digest(chosen: dict[str, Any]) -> None:
    plain = document_of(planned(an_order(), None))

    assert substance_of(replace(plain, **chosen)) == substance_of(plain)


def refunded(ground: Ground, then: Ground) -> RefundDocument:
    """Return the refund that is planned on `then` of a sale booked on `ground`."""
    order = an_order()
    sale = sale_in(plan_order(a_request(order, ground=ground)))
    later = a_request(
        replace(order, refunds=(a_refund(),)),
        booked=[booked_from(sale)],
        ground=then,
    )
    (refund,) = (one for one in plan_order(later).planned if one.effect == "refund")
    assert isinstance(refund.document, RefundDocument)
    return refund.document


def test_a_refund_carries_what_its_sale_was_booked_with_whatever_rules_say_now() -> (
    None
):
    order = an_order()
    ruled = under_rule(a_ground(), order, PostingRule("then", **CARRIED))
    other = under_rule(
        a_ground(), order, PostingRule("now", class_id="99", tax_code="99")
    )

    for now in (ruled, other, a_ground()):
        refund = refunded(ruled, now)

        assert (refund.class_id, refund.tax_code, refund.department_id) == (
            "12",
            "20",
            "3",
        )
        assert {tax.code for tax in refund.taxes} == {"20"}


def test_a_sale_that_is_in_the_books_follows_no_later_rule() -> None:
    order = an_order()
    sale = sale_in(planned(order, None))
    ground = under_rule(a_ground(), order, PostingRule("now", **CARRIED))

    plan = plan_order(a_request(order, booked=[booked_from(sale)], ground=ground))

    assert plan.holds == ()
    assert sale.key in plan.kept
    assert "sale" not in {one.effect for one in plan.planned}


def test_an_open_order_that_changes_keeps_what_a_rule_gave_it() -> None:
    order = an_order()
    ground = under_rule(a_ground(), order, PostingRule("then", **CARRIED))
    sale = sale_in(plan_order(a_request(order, ground=ground)))
    dearer = an_order(lines=[a_line(total="20.00", quantity="4")])

    plan = plan_order(a_request(dearer, booked=[booked_from(sale)], ground=a_ground()))

    (made,) = (one.document for one in plan.planned if "amendment" in one.effect)
    assert isinstance(made, AmendmentDocument)
    amended = made.document
    assert {name: getattr(amended, name) for name in CARRIED} == CARRIED
    assert {tax.code for tax in amended.taxes} == {"20"}


# ── what waits to leave ──────────────────────────────────────────────────────


def waiting(rule: PostingRule | None, **changes: Any) -> tuple[Planned, OrderPlan]:
    """Return a sale that waits, and the plan once `rule` counts."""
    order = an_order()
    before = sale_in(planned(order, None, **changes))
    ready = booked_from(before, state=State.READY, books_id="")
    ground = under_rule(replace(a_ground(), **changes), order, rule)
    return before, plan_order(a_request(order, booked=[ready], ground=ground))


@pytest.mark.parametrize(
    "rule",
    [
        *(PostingRule("one", **{name: value}) for name, value in CARRIED.items()),
        PostingRule("account", account_id="7"),
    ],
    ids=[*CARRIED, "account_id"],
)
def test_a_sale_that_waits_is_planned_anew_where_a_rule_gives_it_more(
    rule: PostingRule,
) -> None:
    before, plan = waiting(rule)

    assert before.key in plan.superseded
    assert sale_in(plan).document != before.document


def test_a_sale_that_waits_stays_where_nothing_is_chosen_otherwise() -> None:
    before, plan = waiting(PostingRule("same"))

    assert before.key in plan.kept
    assert plan.superseded == ()


def test_a_sale_that_waits_is_planned_anew_on_another_fallback_item() -> None:
    policy = a_policy(missing_item=MissingItem.FALLBACK, fallback_item="F1")

    _, same = waiting(None, policy=policy, items={})
    _, other = waiting(PostingRule("x", fallback_item="F2"), policy=policy, items={})

    assert same.superseded == ()
    assert document_of(other).lines[0].item == BooksRef(books_id="F2")


@pytest.mark.parametrize(
    ("before", "now", "is_kept"),
    [
        # Created meanwhile, and found by her address.
        (Billing(BooksRef(key="k")), Billing(BooksRef("C5")), True),
        # A rule lets one customer stand for all.
        (Billing(BooksRef(key="k")), Billing(BooksRef("C9"), is_shared=True), False),
        # No rule does any more: she is to be created.
        (Billing(BooksRef("C9"), is_shared=True), Billing(BooksRef(key="k")), False),
        (Billing(BooksRef("C9"), is_shared=True), Billing(BooksRef("C5")), False),
        (Billing(BooksRef("C5")), Billing(BooksRef("C5"), is_shared=True), True),
    ],
)
def test_a_sale_that_waits_is_planned_anew_only_for_another_customer(
    before: Billing, now: Billing, *, is_kept: bool
) -> None:
    order = an_order()
    sale = sale_in(plan_order(a_request(order, billing=before)))
    ready = booked_from(sale, state=State.READY, books_id="")

    found = plan_order(a_request(order, booked=[ready], billing=now))

    assert (sale.key in found.kept) is is_kept
