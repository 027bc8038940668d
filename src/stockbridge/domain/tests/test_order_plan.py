"""What is planned for an order, and for each later change of it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from stockbridge.domain.accounting import (
    AmendmentDocument,
    BooksRef,
    CustomerRecord,
    ItemRecord,
    PaymentDocument,
    RefundDocument,
    SaleDocument,
)
from stockbridge.domain.commerce import Order, OrderStatus
from stockbridge.domain.delivery import State
from stockbridge.domain.identity import Source
from stockbridge.domain.order_plan import plan_order
from stockbridge.domain.order_request import Request
from stockbridge.domain.planning import Booked, Hold, OrderPlan, Outcome
from stockbridge.domain.policy import (
    Billing,
    CentDifference,
    ClosedPeriod,
    DateChoice,
    Ground,
    ItemMatch,
    MissingItem,
)
from stockbridge.domain.tests.builders import (
    NOW,
    SCOPE,
    a_ground,
    a_line,
    a_policy,
    a_refund,
    a_refund_line,
    a_request,
    a_shipping_line,
    an_order,
    booked_from,
    minutes,
    order_source,
    usd,
)

STATUS = OrderStatus
SHIPPED: dict[str, Any] = {"status": STATUS.COMPLETED, "completed_at": NOW}
REFUND = Source("refund", "801")


def plan(
    order: Order, booked: Sequence[Booked] = (), ground: Ground | None = None
) -> OrderPlan:
    return plan_order(a_request(order, booked=booked, ground=ground))


def posted(
    order: Order, booked: Sequence[Booked] = (), ground: Ground | None = None
) -> list[Booked]:
    """Plan the order and let all of it be posted, again and again until at rest."""
    known = {b.key: b for b in booked}
    while (made := plan(order, list(known.values()), ground)).planned:
        assert not made.holds, made.holds
        known.update({p.key: booked_from(p) for p in made.planned})
        for key in set(made.superseded) - {p.key for p in made.planned}:
            del known[key]
    return list(known.values())


def effects(made: OrderPlan) -> list[str]:
    return [p.effect.split(":")[0] for p in made.planned]


def codes(made: OrderPlan) -> list[str]:
    return [hold.code for _, hold in made.holds]


def outcome(made: OrderPlan, source: Source | None = None) -> Outcome:
    wanted = source or order_source()
    return next(v.outcome for v in made.verdicts if v.source == wanted)


# ── the first plan ───────────────────────────────────────────────────────────


def test_a_paid_order_wants_its_sale_and_its_payment() -> None:
    made = plan(an_order())

    assert effects(made) == ["sale", "payment"]
    assert made.planned[1].requires == (made.planned[0].key,)
    assert outcome(made) is Outcome.PLANNED


def test_a_shipped_order_wants_its_goods_handed_over_too() -> None:
    assert effects(plan(an_order(**SHIPPED))) == ["sale", "payment", "fulfillment"]


def test_a_completed_order_without_any_date_of_payment_was_paid() -> None:
    order = an_order(status=STATUS.COMPLETED, paid_at=None)

    assert effects(plan(order)) == ["sale", "payment", "fulfillment"]


def test_an_order_for_nothing_has_nothing_to_pay() -> None:
    assert effects(plan(an_order(lines=[a_line(total="0")]))) == ["sale"]


def test_an_unpaid_order_waits() -> None:
    made = plan(an_order(paid_at=None))

    assert not made.planned
    assert outcome(made) is Outcome.WAITING


def test_two_refunds_of_one_order_have_keys_of_their_own() -> None:
    refunds = (a_refund(), a_refund(external_id="802", refunded_at=minutes(0)))

    made = plan(an_order(refunds=refunds))
    keys = [p.key for p in made.planned]

    assert effects(made) == ["sale", "payment", "refund", "refund"]
    assert len(set(keys)) == len(keys)


def test_two_bridges_of_one_store_have_keys_of_their_own() -> None:
    other = a_ground(scope=replace(SCOPE, bridge="other"))

    ours, theirs = plan(an_order()), plan(an_order(), ground=other)

    assert not {p.key for p in ours.planned} & {p.key for p in theirs.planned}


def test_after_an_undo_the_key_is_of_the_next_generation() -> None:
    again = a_request(generations={("sale", order_source()): 2})

    first, second = plan_order(a_request()), plan_order(again)

    assert first.planned[0].key != second.planned[0].key


def test_goods_come_back_after_they_went_out() -> None:
    made = plan(an_order(**SHIPPED, refunds=(a_refund(),)))
    fulfillment, refund = made.planned[2], made.planned[3]

    assert fulfillment.key in refund.requires


def test_the_refund_of_a_held_order_is_not_booked() -> None:
    made = plan(an_order(total="12.01", refunds=(a_refund(),)))

    assert not made.planned
    assert outcome(made) is Outcome.HELD
    assert outcome(made, REFUND) is Outcome.SALE_NOT_IN_BOOKS


def test_billing_that_a_person_must_decide_holds_the_order() -> None:
    hold = Hold("customer_missing", "t", "m", "r")

    made = plan_order(a_request(billing=hold))

    assert codes(made) == ["customer_missing"]


def test_two_orders_of_one_new_customer_share_its_delivery() -> None:
    billing = Billing(BooksRef(key="inst/books/customer/x/1"), CustomerRecord("Ada"))

    plans = [
        plan_order(a_request(an_order(external_id=order_id), billing=billing))
        for order_id in ("1", "2")
    ]

    assert plans[0].planned[0].key == plans[1].planned[0].key
    assert plans[0].planned[0].key in plans[0].planned[1].requires
    assert plans[0].planned[1].key != plans[1].planned[1].key


# ── items that are created ───────────────────────────────────────────────────


def creating(**items: ItemRecord) -> Ground:
    policy = a_policy(missing_item=MissingItem.CREATE)
    return a_ground(items={}, new_items=items, policy=policy)


def test_a_missing_item_is_created_before_its_sale() -> None:
    record = ItemRecord("Mug", sku="MUG", initial_quantity=Decimal(5))

    made = plan(an_order(), ground=creating(**{"93": record}))
    item, sale = made.planned[0], made.planned[1]

    assert isinstance(item.document, ItemRecord)
    assert isinstance(sale.document, SaleDocument)
    assert item.document.initial_date == date(2026, 3, 10)
    assert sale.document.lines[0].item == BooksRef(key=item.key)
    assert item.key in sale.requires


def test_two_store_items_with_one_sku_are_created_once() -> None:
    lines = [a_line(), a_line(external_id="9", item_id="94")]
    ground = creating(
        **{"93": ItemRecord("A", sku="MUG"), "94": ItemRecord("B", sku="mug ")}
    )

    made = plan(an_order(lines=lines), ground=ground)

    assert effects(made) == ["item", "sale", "payment"]


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


def by_hand() -> Ground:
    return a_ground(is_by_hand=True)


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
