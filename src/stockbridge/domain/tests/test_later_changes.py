"""What is planned when an order changes, on its way or in the books."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from stockbridge.domain.accounting import (
    AmendmentDocument,
    BooksRef,
    CustomerRecord,
    PaymentDocument,
    SaleDocument,
)
from stockbridge.domain.delivery import State
from stockbridge.domain.order_plan import plan_order
from stockbridge.domain.planning import Outcome
from stockbridge.domain.policy import (
    Billing,
    CentDifference,
    ClosedPeriod,
    DateChoice,
    ItemMatch,
)
from stockbridge.domain.tests.builders import (
    NOW,
    a_ground,
    a_line,
    a_policy,
    a_refund,
    a_request,
    a_shipping_line,
    an_order,
    booked_from,
    usd,
)
from stockbridge.domain.tests.plans import (
    SHIPPED,
    STATUS,
    by_hand,
    codes,
    effects,
    outcome,
    plan,
    posted,
)

# ── while something is under way ─────────────────────────────────────────────


@pytest.mark.parametrize("state", [State.SENT, State.IN_DOUBT])
def test_nothing_is_planned_while_something_is_unsettled(state: State) -> None:
    sale = booked_from(plan(an_order()).planned[0], state=state)

    made = plan(an_order(total="12.01"), [sale])

    assert made.must_wait
    assert not made.planned
    assert made.kept == (sale.key,)


@pytest.mark.parametrize("state", [State.READY, State.HELD, State.FAILED])
def test_a_change_before_it_left_replaces_the_sale_and_all_that_follows(
    state: State,
) -> None:
    first = plan(an_order())
    ready = [booked_from(p, state=state) for p in first.planned]
    renamed = an_order(lines=[a_line(name="Cup"), a_shipping_line()])

    made = plan(renamed, ready)

    assert set(made.superseded) == {p.key for p in first.planned}
    assert effects(made) == ["sale", "payment"]


def test_a_change_that_must_be_held_stops_what_was_about_to_leave() -> None:
    ready = [booked_from(p, state=State.READY) for p in plan(an_order()).planned]

    made = plan(an_order(total="12.01"), ready)

    assert set(made.superseded) == {b.key for b in ready}
    assert codes(made) == ["amounts_differ"]


def test_an_order_cancelled_before_it_left_is_not_booked() -> None:
    ready = [booked_from(p, state=State.READY) for p in plan(an_order()).planned]

    made = plan(an_order(status=STATUS.CANCELLED), ready)

    assert set(made.superseded) == {b.key for b in ready}
    assert outcome(made) is Outcome.IGNORED


def test_a_shared_record_outlives_the_order_that_asked_for_it() -> None:
    billing = Billing(BooksRef(key="inst/books/customer/x/1"), CustomerRecord("Ada"))
    request = a_request(billing=billing)
    ready = [booked_from(p, state=State.READY) for p in plan_order(request).planned]
    order = an_order(status=STATUS.CANCELLED)

    made = plan_order(replace(request, order=order, booked=ready))

    assert "inst/books/customer/x/1" not in made.superseded


def test_a_shared_record_outlives_a_change_that_holds_the_order() -> None:
    billing = Billing(BooksRef(key="inst/books/customer/x/1"), CustomerRecord("Ada"))
    request = a_request(billing=billing)
    ready = [booked_from(p, state=State.READY) for p in plan_order(request).planned]

    made = plan_order(replace(request, order=an_order(total="12.01"), booked=ready))

    assert made.kept == ("inst/books/customer/x/1",)


def test_what_the_books_refused_waits_for_a_person() -> None:
    first = plan(an_order())
    refused = booked_from(first.planned[0], state=State.HELD)

    made = plan(an_order(), [refused, booked_from(first.planned[1], state=State.READY)])

    assert outcome(made) is Outcome.HELD
    assert not made.planned


def test_a_day_that_was_closed_meanwhile_is_planned_anew() -> None:
    first = plan(an_order())
    ready = [
        replace(booked_from(p, state=State.READY), business_date=date(2026, 3, 10))
        for p in first.planned
    ]
    policy = a_policy(closed_period=ClosedPeriod.FIRST_OPEN_DAY)
    closed = a_ground(closed_until=date(2026, 3, 31), policy=policy)

    made = plan(an_order(), ready, closed)

    assert effects(made) == ["sale", "payment"]
    for planned in made.planned:
        assert isinstance(planned.document, SaleDocument | PaymentDocument)
        assert planned.document.business_date == date(2026, 4, 1)


# ── after it was booked ──────────────────────────────────────────────────────


def test_planning_again_gives_nothing_new() -> None:
    order = an_order(**SHIPPED, refunds=(a_refund(),))

    made = plan(order, posted(order))

    assert not made.planned
    assert not made.superseded
    assert {v.outcome for v in made.verdicts} == {Outcome.POSTED}


def test_an_order_that_is_shipped_later_wants_only_its_fulfillment() -> None:
    made = plan(an_order(**SHIPPED), posted(an_order()))

    assert effects(made) == ["fulfillment"]


def test_the_sale_keeps_the_day_on_which_it_was_booked() -> None:
    have = posted(an_order())
    moved = an_order(
        placed_at=datetime(2026, 3, 12, tzinfo=UTC), lines=[a_line(total="20.00")]
    )

    amendment = plan(moved, have).planned[0].document

    assert isinstance(amendment, AmendmentDocument)
    assert amendment.document.business_date == date(2026, 3, 10)


def test_a_period_closed_later_changes_nothing_that_is_booked() -> None:
    order = an_order(**SHIPPED, refunds=(a_refund(),))

    made = plan(order, posted(order), a_ground(closed_until=date(2026, 12, 31)))

    assert not made.holds
    assert not made.planned


@pytest.mark.parametrize("follower", [SHIPPED, {"refunds": (a_refund(),)}])
def test_what_comes_later_is_not_booked_into_a_closed_period(
    follower: dict[str, Any],
) -> None:
    closed = a_ground(closed_until=date(2026, 3, 31))

    made = plan(an_order(**follower), posted(an_order()), closed)

    assert codes(made) == ["closed_period"]
    assert not made.planned


def test_an_open_sale_follows_its_order() -> None:
    changed = an_order(lines=[a_line(total="20.00"), a_shipping_line()], paid_at=None)
    have = posted(an_order(paid_at=None), ground=by_hand())

    made = plan(changed, have, by_hand())

    document = made.planned[0].document
    assert isinstance(document, AmendmentDocument)
    assert document.document.total == usd("27.50")


def test_a_payment_after_an_amendment_is_of_the_amended_total() -> None:
    unpaid = an_order(paid_at=None)
    dearer = [a_line(total="20.00"), a_shipping_line()]
    have = posted(
        an_order(lines=dearer, paid_at=None), posted(unpaid, (), by_hand()), by_hand()
    )

    made = plan(an_order(lines=dearer), have, by_hand())

    payment = made.planned[0].document
    assert isinstance(payment, PaymentDocument)
    assert payment.amount == usd("27.50")


def test_a_change_back_to_the_first_form_is_amended_back() -> None:
    first, other = (
        an_order(paid_at=None),
        an_order(lines=[a_line(total="20.00")], paid_at=None),
    )
    have = posted(other, posted(first, (), by_hand()), by_hand())

    made = plan(first, have, by_hand())

    assert effects(made) == ["amendment"]
    assert not plan(first, posted(first, have, by_hand()), by_hand()).planned


def test_an_order_that_changes_to_and_fro_is_followed_each_time() -> None:
    one = an_order(paid_at=None)
    other = an_order(lines=[a_line(total="20.00")], paid_at=None)
    have = posted(one, (), by_hand())

    for order in (other, one, other):
        assert effects(plan(order, have, by_hand())) == ["amendment"]
        have = posted(order, have, by_hand())


def test_what_follows_a_changed_sale_waits_for_the_change() -> None:
    changed = an_order(lines=[a_line(total="20.00")], **SHIPPED)

    made = plan(changed, posted(an_order(paid_at=None), (), by_hand()))
    amendment, *followers = made.planned

    assert effects(made) == ["amendment", "payment", "fulfillment"]
    assert all(amendment.key in follower.requires for follower in followers)


def test_what_follows_a_changed_sale_follows_its_last_form() -> None:
    dearer = an_order(lines=[a_line(total="20.00")], paid_at=None)
    have = posted(dearer, posted(an_order(paid_at=None), (), by_hand()), by_hand())
    shipped = replace(dearer, status=STATUS.COMPLETED, completed_at=NOW)
    unpaid = a_ground(is_by_hand=True, policy=a_policy(books_payments=False))
    have = posted(shipped, have, unpaid)
    edited = an_order(lines=[a_line(total="30.00")], **SHIPPED)

    made = plan(edited, have)

    assert codes(made) == ["changed_after_booking"]
    payment = made.planned[0].document
    assert isinstance(payment, PaymentDocument)
    assert payment.amount == usd("22.00")


def test_a_payment_is_never_dated_before_its_sale() -> None:
    policy = a_policy(date_choice=DateChoice.SHIPPED)
    order = an_order(**SHIPPED, paid_at=datetime(2026, 3, 1, tzinfo=UTC))

    payment = plan(order, ground=a_ground(policy=policy)).planned[1].document

    assert isinstance(payment, PaymentDocument)
    assert payment.business_date == date(2026, 3, 10)


def test_a_cent_that_went_to_the_rounding_account_stays_there() -> None:
    order = an_order(total="16.51")
    policy = a_policy(
        cent_difference=CentDifference.ROUNDING_ACCOUNT, rounding_account="A9"
    )
    have = posted(order, (), a_ground(policy=policy))

    made = plan(order, have)

    assert not made.holds
    assert not made.planned


def test_a_change_after_shipping_is_a_persons_choice() -> None:
    have = posted(an_order(**SHIPPED))
    changed = an_order(**SHIPPED, lines=[a_line(total="20.00")])

    made = plan(changed, have)

    assert codes(made) == ["changed_after_booking"]


def test_a_second_change_is_another_choice_than_the_first() -> None:
    have = posted(an_order(**SHIPPED))
    totals = ("20.00", "30.00")

    holds = [
        plan(an_order(**SHIPPED, lines=[a_line(total=total)]), have).holds[0][1]
        for total in totals
    ]

    assert holds[0].details != holds[1].details


def test_a_change_that_is_held_does_not_hold_back_a_refund() -> None:
    have = posted(an_order(**SHIPPED))
    changed = an_order(**SHIPPED, lines=[a_line(total="20.00")], refunds=(a_refund(),))

    assert effects(plan(changed, have)) == ["refund"]


def test_a_link_that_was_changed_later_changes_no_booked_line() -> None:
    order = an_order()
    relinked = a_ground(items={"93": (ItemMatch(BooksRef(books_id="I9"), Decimal(6)),)})

    made = plan(order, posted(order), relinked)

    assert not made.planned
    assert not made.holds


def test_an_item_that_vanished_later_holds_no_booked_order() -> None:
    gone = an_order(lines=[a_line(item_id="", sku=""), a_shipping_line()], **SHIPPED)

    made = plan(gone, posted(an_order()), a_ground(items={}))

    assert effects(made) == ["fulfillment"]
    assert not made.holds


def test_options_that_were_changed_later_change_nothing_booked() -> None:
    order = an_order()
    policy = a_policy(
        prefix="ANOTHER-VERY-LONG-ONE-", reference_chars_max=8, location_id="L9"
    )

    made = plan(order, posted(order), a_ground(policy=policy))

    assert not made.planned
    assert not made.holds
