"""Books whose sale is an open order: what hands the goods over bills it.

Before that nothing is owed, so nothing is paid or given back in the books either.
"""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from stockbridge.domain.accounting import (
    BooksRef,
    CancellationDocument,
    CustomerRecord,
    FulfillmentDocument,
    PaymentDocument,
    RefundDocument,
    SaleForm,
    adds_up,
    total_of_document,
)
from stockbridge.domain.commerce import Order, OrderStatus
from stockbridge.domain.delivery import State
from stockbridge.domain.order_plan import plan_order
from stockbridge.domain.planning import Booked, OrderPlan, Outcome
from stockbridge.domain.policy import Billing, Ground
from stockbridge.domain.references import resolved
from stockbridge.domain.tests import plans
from stockbridge.domain.tests.builders import (
    NOW,
    a_ground,
    a_line,
    a_policy,
    a_refund,
    a_request,
    an_order,
    booked_from,
)
from stockbridge.domain.tests.plans import REFUND, SHIPPED, STATUS, codes, effects

ALL_BACK = a_refund(amount="16.50")


def open_orders(*, payments: bool = True, can_amend: bool = True) -> Ground:
    """Return the ground of books like Desktop, or (without payments) Point of Sale."""
    return a_ground(
        policy=a_policy(
            form=SaleForm.SALES_ORDER,
            books_payments=payments,
            can_amend=can_amend,
            fulfillment_bills=True,
        )
    )


GROUND = open_orders()


def plan(order: Order, booked: list[Booked] | None = None) -> OrderPlan:
    return plans.plan(order, booked or [], GROUND)


def posted(order: Order, booked: list[Booked] | None = None) -> list[Booked]:
    return plans.posted(order, booked or [], GROUND)


def test_a_paid_order_is_open_and_its_payment_waits_for_the_bill() -> None:
    assert effects(plan(an_order())) == ["sale"]


def test_a_shipped_order_is_billed_then_paid() -> None:
    made = plan(an_order(**SHIPPED), posted(an_order()))

    bill, payment = made.planned
    assert isinstance(bill.document, FulfillmentDocument)
    assert isinstance(payment.document, PaymentDocument)
    assert total_of_document(bill.document) == an_order().total
    assert adds_up(bill.document)
    assert payment.document.sale == BooksRef(key=bill.key)
    assert payment.requires == (bill.key,)


def test_a_payment_is_not_dated_before_the_bill_that_it_pays() -> None:
    later = NOW + timedelta(days=9)
    order = an_order(status=STATUS.COMPLETED, completed_at=later, paid_at=NOW)

    (payment,) = [p for p in plan(order).planned if p.effect == "payment"]

    assert isinstance(payment.document, PaymentDocument)
    assert payment.document.business_date == later.date()


def test_an_order_that_comes_shipped_is_opened_and_billed_in_one_go() -> None:
    made = plan(an_order(**SHIPPED))

    assert effects(made) == ["sale", "fulfillment", "payment"]
    assert made.planned[0].key in made.planned[1].requires


def test_a_bill_waits_for_the_records_that_its_sale_only_names_by_key() -> None:
    new = Billing(BooksRef(key="inst/books/customer/ada/1"), CustomerRecord("Ada"))
    made = plan_order(a_request(an_order(**SHIPPED), billing=new, ground=GROUND))

    (bill,) = [p for p in made.planned if p.effect == "fulfillment"]
    ids = {key: f"B:{key}" for key in bill.requires}
    known = resolved(bill.document, ids)

    assert isinstance(known, FulfillmentDocument)
    assert known.billed is not None
    assert new.ref is not None
    assert known.billed.customer == BooksRef("B:" + new.ref.key, new.ref.key)


def test_a_refund_before_the_goods_went_out_waits_and_is_booked_with_the_bill() -> None:
    refunded = an_order(refunds=(a_refund(),))
    have = posted(refunded)

    assert [booked.effect for booked in have] == ["sale"]
    assert plans.outcome(plan(refunded, have), REFUND) is Outcome.WAITING

    made = plan(an_order(**SHIPPED, refunds=(a_refund(),)), have)

    bill, _payment, refund = made.planned
    assert isinstance(refund.document, RefundDocument)
    assert refund.document.sale == BooksRef(key=bill.key)
    assert bill.key in refund.requires


def test_a_refund_after_the_goods_went_out_is_of_the_bill_not_of_the_order() -> None:
    have = posted(an_order(**SHIPPED))
    made = plan(an_order(**SHIPPED, refunds=(a_refund(),)), have)

    (bill,) = [booked for booked in have if booked.effect == "fulfillment"]
    (refund,) = made.planned
    assert isinstance(refund.document, RefundDocument)
    assert refund.document.sale == bill.ref


def test_a_shipped_order_refunded_in_full_keeps_its_bill_and_gets_a_refund() -> None:
    have = posted(an_order(**SHIPPED))
    order = an_order(status=STATUS.REFUNDED, completed_at=NOW, refunds=(ALL_BACK,))

    made = plan(order, have)

    assert effects(made) == ["refund"]
    assert not made.holds


@pytest.mark.parametrize("status", [STATUS.REFUNDED, STATUS.CANCELLED])
def test_an_order_that_ends_unshipped_is_closed_and_its_refund_never_was(
    status: OrderStatus,
) -> None:
    made = plan(an_order(status=status, refunds=(ALL_BACK,)), posted(an_order()))

    (ending,) = made.planned
    assert isinstance(ending.document, CancellationDocument)
    assert plans.outcome(made, REFUND) is Outcome.IGNORED


def test_an_order_called_off_after_it_was_billed_is_a_persons_choice() -> None:
    order = an_order(status=STATUS.CANCELLED, completed_at=NOW)

    made = plan(order, posted(an_order(**SHIPPED)))

    assert codes(made) == ["cancelled_after_shipping"]
    assert not made.planned


def test_a_changed_order_is_amended_before_it_is_billed() -> None:
    have = posted(an_order())
    three = an_order(**SHIPPED, lines=(a_line(quantity="3", total="15.00"),))

    made = plan(three, have)

    assert effects(made) == ["amendment", "fulfillment", "payment"]
    amendment, bill, payment = made.planned
    assert amendment.key in bill.requires
    assert total_of_document(bill.document) == three.total
    assert isinstance(payment.document, PaymentDocument)
    assert payment.document.amount == three.total


def test_a_bill_that_has_not_left_follows_its_order() -> None:
    shipped = an_order(**SHIPPED)
    have = posted(an_order())
    waiting = [booked_from(p, state=State.READY) for p in plan(shipped, have).planned]
    three = an_order(**SHIPPED, lines=(a_line(quantity="3", total="15.00"),))

    made = plan(three, [*have, *waiting])

    (bill,) = [p for p in made.planned if p.effect == "fulfillment"]
    assert total_of_document(bill.document) == three.total
    assert bill.key in made.superseded


def test_a_closed_day_holds_the_bill_and_its_payment_waits() -> None:
    closed = replace(GROUND, closed_until=date(2026, 12, 31))

    made = plans.plan(an_order(**SHIPPED), posted(an_order()), closed)

    assert not made.planned
    assert made.holds


def test_a_receipt_of_before_is_neither_billed_nor_paid_again() -> None:
    receipts = replace(
        GROUND,
        policy=replace(
            GROUND.policy,
            form=SaleForm.SALES_RECEIPT,
            fulfillment_bills=False,
            books_fulfillments=False,
            books_payments=False,
        ),
    )
    shipped = an_order(**SHIPPED, refunds=(a_refund(),))
    have = plans.posted(an_order(), [], receipts)

    made = plan(shipped, have)

    (refund,) = made.planned
    assert isinstance(refund.document, RefundDocument)
    assert refund.document.sale == have[0].ref


def test_a_bill_of_before_is_what_a_refund_is_of_whatever_is_chosen_now() -> None:
    by_hand = replace(GROUND, policy=replace(GROUND.policy, fulfillment_bills=False))
    have = posted(an_order(**SHIPPED))
    order = an_order(**SHIPPED, refunds=(a_refund(),))

    made = plans.plan(order, have, by_hand)

    (refund,) = [p for p in made.planned if p.effect == "refund"]
    (bill,) = [booked for booked in have if booked.effect == "fulfillment"]
    assert isinstance(refund.document, RefundDocument)
    assert refund.document.sale == bill.ref


def test_a_refund_that_was_booked_of_the_order_itself_stays_booked() -> None:
    by_hand = replace(
        GROUND,
        policy=replace(
            GROUND.policy,
            fulfillment_bills=False,
            books_fulfillments=False,
            books_payments=False,
        ),
    )
    refunded = an_order(refunds=(a_refund(),))
    have = plans.posted(refunded, [], by_hand)
    assert [booked.effect for booked in have] == ["sale", "refund"]

    made = plan(refunded, have)

    assert plans.outcome(made, REFUND) is Outcome.POSTED
    assert not made.planned
    assert not made.superseded


def test_goods_handed_over_for_what_was_billed_before_have_no_total() -> None:
    bill = FulfillmentDocument(BooksRef("S1"), date(2026, 3, 1))

    assert total_of_document(bill) is None
