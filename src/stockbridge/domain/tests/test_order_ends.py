"""What is planned when a booked order is called off, deleted or refunded."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from stockbridge.domain.accounting import (
    RefundDocument,
)
from stockbridge.domain.delivery import State
from stockbridge.domain.order_plan import plan_order
from stockbridge.domain.order_request import Request
from stockbridge.domain.planning import Outcome
from stockbridge.domain.tests.builders import (
    NOW,
    a_ground,
    a_policy,
    a_refund,
    a_refund_line,
    a_request,
    an_order,
    booked_from,
    minutes,
    usd,
)
from stockbridge.domain.tests.plans import (
    REFUND,
    SHIPPED,
    STATUS,
    codes,
    effects,
    outcome,
    plan,
    posted,
)

# ── called off, deleted, come back ───────────────────────────────────────────


def test_a_booked_order_that_is_called_off_is_cancelled_in_the_books() -> None:
    made = plan(an_order(status=STATUS.CANCELLED), posted(an_order()))

    assert effects(made) == ["cancellation"]


def test_refunds_are_booked_before_the_rest_is_called_off() -> None:
    order = an_order(status=STATUS.CANCELLED, refunds=(a_refund(),))

    made = plan(order, posted(an_order()))

    assert effects(made) == ["refund", "cancellation"]
    assert made.planned[0].key in made.planned[1].requires


def test_a_refund_after_the_cancellation_puts_nothing_back_again() -> None:
    cancelled = an_order(status=STATUS.CANCELLED)
    have = posted(cancelled, posted(an_order()))
    refunded = replace(cancelled, refunds=(a_refund(),))

    made = plan(refunded, have)

    document = made.planned[0].document
    assert isinstance(document, RefundDocument)
    assert document.restocked == ()
    assert not plan(refunded, posted(refunded, have)).holds


def test_a_shipped_order_that_is_called_off_is_a_persons_choice() -> None:
    order = an_order(status=STATUS.CANCELLED, completed_at=NOW)

    made = plan(order, posted(an_order(**SHIPPED)))

    assert codes(made) == ["cancelled_after_shipping"]
    assert not made.planned


def test_a_late_cancellation_still_books_the_refund_that_mends_it() -> None:
    order = an_order(status=STATUS.CANCELLED, completed_at=NOW, refunds=(a_refund(),))

    assert effects(plan(order, posted(an_order(**SHIPPED)))) == ["refund"]


def test_a_fulfillment_that_did_not_leave_is_dropped_when_the_order_is() -> None:
    have = posted(an_order())
    ready = booked_from(plan(an_order(**SHIPPED), have).planned[0], state=State.READY)

    made = plan(an_order(status=STATUS.CANCELLED, completed_at=NOW), [*have, ready])

    assert made.superseded == (ready.key,)
    assert effects(made) == ["cancellation"]


def test_a_booked_order_that_is_deleted_is_a_persons_choice() -> None:
    have = posted(an_order())
    bare = an_order(status=STATUS.DELETED, lines=(), total="0", paid_at=None)

    made = plan(bare, have)

    assert codes(made) == ["deleted_after_booking"]
    assert set(made.kept) == {b.key for b in have}


def test_what_is_under_way_for_a_deleted_order_goes_on() -> None:
    first = plan(an_order())
    sale = booked_from(first.planned[0])
    payment = booked_from(first.planned[1], state=State.READY)

    made = plan(an_order(status=STATUS.DELETED), [sale, payment])

    assert payment.key in made.kept


def test_a_cancelled_order_that_is_tidied_away_asks_nothing() -> None:
    cancelled = an_order(status=STATUS.CANCELLED)
    have = posted(cancelled, posted(an_order()))

    made = plan(replace(cancelled, status=STATUS.DELETED), have)

    assert not made.holds
    assert not made.planned


def test_a_cancelled_order_that_comes_back_is_a_persons_choice() -> None:
    have = posted(an_order(status=STATUS.CANCELLED), posted(an_order()))

    made = plan(an_order(refunds=(a_refund(),)), have)

    assert codes(made) == ["revived"]
    assert outcome(made, REFUND) is Outcome.SALE_NOT_IN_BOOKS


def test_a_cancellation_that_did_not_leave_is_dropped_when_the_order_comes_back() -> (
    None
):
    have = posted(an_order())
    ready = booked_from(
        plan(an_order(status=STATUS.CANCELLED), have).planned[0], state=State.READY
    )

    made = plan(an_order(), [*have, ready])

    assert made.superseded == (ready.key,)
    assert not made.holds


# ── refunds ──────────────────────────────────────────────────────────────────


def test_an_order_refunded_by_hand_gives_the_money_back_and_frees_its_goods() -> None:
    order = an_order(status=STATUS.REFUNDED, refunds=(a_refund(amount="16.50"),))

    made = plan(order, posted(an_order()))

    assert effects(made) == ["refund", "cancellation"]
    assert not plan(order, posted(order, posted(an_order()))).planned


def test_an_order_refunded_after_shipping_is_not_called_off() -> None:
    order = an_order(
        status=STATUS.REFUNDED, completed_at=NOW, refunds=(a_refund(amount="16.50"),)
    )

    assert effects(plan(order, posted(an_order(**SHIPPED)))) == ["refund"]


def test_a_refund_changed_after_it_was_booked_is_a_persons_choice() -> None:
    have = posted(an_order(refunds=(a_refund(),)))

    made = plan(an_order(refunds=(a_refund(amount="6.00"),)), have)

    assert codes(made) == ["refund_changed"]


def test_what_a_later_refund_blurs_of_an_earlier_one_is_no_change() -> None:
    told = a_refund(restocked_units=(("11", Decimal(1)),))
    have = posted(an_order(refunds=(told,)))
    blurred = replace(told, restocked_units=None)
    ground = a_ground(policy=a_policy(restocks_when_unsaid=False))

    assert not plan(an_order(refunds=(blurred,)), have, ground).holds


def test_a_refund_deleted_before_it_was_booked_is_not_booked() -> None:
    order = an_order(refunds=(a_refund(),))
    ready = [booked_from(p, state=State.READY) for p in plan(order).planned]

    made = plan(an_order(), ready)

    assert [key for key in made.superseded if "refund:801" in key]
    assert outcome(made, REFUND) is Outcome.IGNORED


def test_a_refund_deleted_after_it_was_booked_is_taken_back_once() -> None:
    have = posted(an_order(refunds=(a_refund(),)))

    made = plan(an_order(), have)
    ready = booked_from(made.planned[0], state=State.READY)
    again = plan(an_order(), [*have, ready])
    after = plan(an_order(), posted(an_order(), have))

    assert effects(made) == ["reversal"]
    assert not again.planned
    assert not again.superseded
    assert outcome(after, REFUND) is Outcome.UNDONE


@pytest.mark.parametrize(
    "blind", [{"is_refunds_complete": False}, {"refunds_total": usd("5.50")}]
)
def test_a_refund_that_was_only_not_read_is_neither_dropped_nor_taken_back(
    blind: dict[str, Any],
) -> None:
    have = posted(an_order(refunds=(a_refund(),)))

    made = plan(an_order(**blind), have)

    assert not made.planned
    assert not made.superseded


def test_a_refund_that_waits_stays_while_refunds_were_not_read() -> None:
    order = an_order(refunds=(a_refund(),))
    have = posted(an_order())
    ready = booked_from(plan(order, have).planned[0], state=State.READY)

    made = plan(an_order(is_refunds_complete=False), [*have, ready])

    assert ready.key in made.kept
    assert outcome(made, REFUND) is Outcome.PLANNED


def test_an_empty_refund_has_its_disposition_too() -> None:
    made = plan(an_order(refunds=(a_refund(amount="0"),)))

    assert outcome(made, REFUND) is Outcome.IGNORED


def test_a_refund_of_an_adopted_sale_is_a_persons_choice() -> None:
    sale = replace(posted(an_order())[0], document=None)

    made = plan(an_order(refunds=(a_refund(),)), [sale])

    assert codes(made) == ["refund_of_adopted"]
    assert outcome(made) is Outcome.POSTED


def test_the_second_half_of_the_goods_can_come_back_too() -> None:
    refunds = (
        a_refund(),
        a_refund(
            lines=[a_refund_line(external_id="33")],
            external_id="802",
            refunded_at=minutes(0),
        ),
    )

    made = plan(an_order(refunds=refunds), posted(an_order(refunds=refunds[:1])))

    assert effects(made) == ["refund"]


def test_every_source_has_exactly_one_verdict() -> None:
    refunds = (a_refund(), a_refund(amount="0", external_id="802"))
    request: Request = a_request(an_order(refunds=refunds))

    sources = [verdict.source for verdict in plan_order(request).verdicts]

    assert len(sources) == len(set(sources)) == 3
