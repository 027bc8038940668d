"""An open sale that only promises goods follows its order, until they leave."""

from dataclasses import replace

from stockbridge.domain.accounting import (
    AmendmentDocument,
    BooksRef,
    CustomerRecord,
    SaleForm,
    adds_up,
    total_of_document,
)
from stockbridge.domain.commerce import Address, Order
from stockbridge.domain.order_plan import plan_order
from stockbridge.domain.planning import Booked, OrderPlan
from stockbridge.domain.policy import Billing
from stockbridge.domain.references import resolved
from stockbridge.domain.tests import plans
from stockbridge.domain.tests.builders import (
    a_ground,
    a_line,
    a_policy,
    a_request,
    an_order,
    booked_from,
)
from stockbridge.domain.tests.plans import SHIPPED, codes, effects

GROUND = a_ground(policy=a_policy(form=SaleForm.SALES_ORDER, fulfillment_bills=True))
HIGH_STREET = Address(line1="1 High Street", city="Leeds", country="GB")
LOW_LANE = Address(line1="9 Low Lane", city="York", country="GB")


def plan(order: Order, booked: list[Booked] | None = None) -> OrderPlan:
    return plans.plan(order, booked or [], GROUND)


def posted(order: Order, booked: list[Booked] | None = None) -> list[Booked]:
    return plans.posted(order, booked or [], GROUND)


def test_an_amendment_says_what_the_books_were_last_told() -> None:
    first, three = an_order(), an_order(lines=(a_line(quantity="3", total="15.00"),))
    four = an_order(lines=(a_line(quantity="4", total="20.00"),))

    (amendment,) = plan(four, posted(three, posted(first))).planned

    assert isinstance(amendment.document, AmendmentDocument)
    assert amendment.document.before is not None
    assert amendment.document.before.total == three.total
    assert amendment.amount == four.total.amount
    assert total_of_document(amendment.document) == four.total
    assert adds_up(amendment.document)


def test_goods_that_did_not_leave_yet_go_to_the_new_address() -> None:
    have = posted(an_order(shipping_address=HIGH_STREET))
    moved = an_order(shipping_address=LOW_LANE)

    made = plan(moved, have)

    (amendment,) = made.planned
    assert isinstance(amendment.document, AmendmentDocument)
    assert amendment.document.document.shipping_address == LOW_LANE
    assert not plan(moved, posted(moved, have)).planned
    assert effects(plan(replace(moved, shipping_address=HIGH_STREET), have)) == []


def test_no_address_follows_goods_that_left() -> None:
    have = posted(an_order(**SHIPPED, shipping_address=HIGH_STREET))

    made = plan(an_order(**SHIPPED, shipping_address=LOW_LANE), have)

    assert not made.planned
    assert not made.holds


def test_an_address_that_was_forgotten_here_is_not_taken_from_the_books() -> None:
    have = posted(an_order(shipping_address=HIGH_STREET))

    made = plan(an_order(shipping_address=Address(country="GB")), have)

    assert not made.planned


def test_a_receipt_of_before_is_not_amended_whatever_is_chosen_now() -> None:
    policy = replace(
        GROUND.policy, form=SaleForm.SALES_RECEIPT, fulfillment_bills=False
    )
    have = plans.posted(an_order(), [], replace(GROUND, policy=policy))

    made = plan(an_order(lines=(a_line(quantity="3", total="15.00"),)), have)

    assert codes(made) == ["changed_after_booking"]
    assert "amendment" not in effects(made)


def test_an_amendment_waits_for_the_records_that_its_forms_only_name_by_key() -> None:
    key = "inst/books/customer/ada/1"
    new = Billing(BooksRef(key=key), CustomerRecord("Ada"))
    first = plan_order(a_request(an_order(), billing=new, ground=GROUND))
    have = [booked_from(planned) for planned in first.planned]
    three = an_order(lines=(a_line(quantity="3", total="15.00"),))

    made = plan_order(a_request(three, booked=have, billing=new, ground=GROUND))

    (amendment,) = [p for p in made.planned if p.effect.startswith("amendment")]
    ids = {key: f"B:{key}" for key in amendment.requires}
    known = resolved(amendment.document, ids)
    assert isinstance(known, AmendmentDocument)
    assert known.before is not None
    assert known.before.customer == known.document.customer
    assert known.document.customer == BooksRef(f"B:{key}", key)
