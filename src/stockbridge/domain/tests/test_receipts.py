"""Books whose sale is a receipt: it took goods and money, and promises nothing.

Calling it off takes back all of it, so nothing else may take back a part.
"""

from dataclasses import replace

import pytest

from stockbridge.domain.accounting import ReversalDocument, SaleForm
from stockbridge.domain.commerce import Order, OrderStatus
from stockbridge.domain.planning import Booked, OrderPlan, Outcome
from stockbridge.domain.policy import Ground
from stockbridge.domain.tests import plans
from stockbridge.domain.tests.builders import (
    NOW,
    a_ground,
    a_policy,
    a_refund,
    an_order,
)
from stockbridge.domain.tests.plans import REFUND, STATUS, codes, effects, outcome

ALL_BACK = a_refund(amount="16.50")


def receipts(*, cancellations: bool = False) -> Ground:
    """Return the ground of books like Point of Sale, or like Desktop."""
    return a_ground(
        policy=a_policy(
            form=SaleForm.SALES_RECEIPT,
            books_payments=False,
            books_fulfillments=False,
            books_cancellations=cancellations,
            can_amend=False,
            sale_moves_stock=True,
        )
    )


def plan(order: Order, booked: list[Booked] | None = None) -> OrderPlan:
    return plans.plan(order, booked or [], receipts())


def posted(order: Order, booked: list[Booked] | None = None) -> list[Booked]:
    return plans.posted(order, booked or [], receipts())


def test_a_receipt_is_all_there_is_to_a_paid_and_shipped_order() -> None:
    made = plan(an_order(status=STATUS.COMPLETED, completed_at=NOW))

    assert effects(made) == ["sale"]


def test_an_order_that_is_called_off_has_its_receipt_taken_back() -> None:
    made = plan(an_order(status=STATUS.CANCELLED), posted(an_order()))

    (document,) = [planned.document for planned in made.planned]
    assert isinstance(document, ReversalDocument)


def test_an_order_refunded_in_full_is_not_taken_back_as_well() -> None:
    order = an_order(status=STATUS.REFUNDED, refunds=(ALL_BACK,))

    have = posted(order, posted(an_order()))

    assert sorted(booked.effect for booked in have) == ["refund", "sale"]


@pytest.mark.parametrize("status", [STATUS.CANCELLED, STATUS.REFUNDED])
def test_a_refund_after_the_receipt_was_taken_back_is_not_booked(
    status: OrderStatus,
) -> None:
    cancelled = an_order(status=STATUS.CANCELLED)
    have = posted(cancelled, posted(an_order()))

    made = plan(replace(cancelled, status=status, refunds=(ALL_BACK,)), have)

    assert not made.planned
    assert not made.holds
    assert outcome(made, REFUND) is Outcome.IGNORED
    assert outcome(made) is Outcome.POSTED


def test_a_refund_that_comes_with_the_cancellation_is_part_of_it() -> None:
    order = an_order(status=STATUS.CANCELLED, refunds=(a_refund(),))

    made = plan(order, posted(an_order()))

    assert effects(made) == ["cancellation"]
    assert outcome(made, REFUND) is Outcome.IGNORED


def test_a_receipt_of_which_a_part_is_back_already_is_a_persons_choice() -> None:
    refunded = an_order(refunds=(a_refund(),))

    made = plan(
        replace(refunded, status=STATUS.CANCELLED),
        posted(refunded, posted(an_order())),
    )

    assert codes(made) == ["cancelled_after_refund"]
    assert not made.planned
    assert outcome(made, REFUND) is Outcome.POSTED


def test_what_was_shipped_and_then_called_off_is_a_persons_choice() -> None:
    order = an_order(status=STATUS.CANCELLED, completed_at=NOW)

    made = plan(order, posted(an_order()))

    assert codes(made) == ["cancelled_after_shipping"]
    assert not made.planned


def test_its_refund_is_booked_all_the_same() -> None:
    order = an_order(status=STATUS.CANCELLED, completed_at=NOW, refunds=(a_refund(),))

    assert effects(plan(order, posted(an_order()))) == ["refund"]


def test_books_that_know_cancellations_void_the_receipt_once() -> None:
    ground = receipts(cancellations=True)
    order = an_order(status=STATUS.REFUNDED, refunds=(ALL_BACK,))

    have = plans.posted(order, plans.posted(an_order(), [], ground), ground)

    assert sorted(booked.effect for booked in have) == ["refund", "sale"]
