"""An order that leaves in parts: each part once, the rest with what completes it."""

from dataclasses import replace
from decimal import Decimal

from stockbridge.domain.accounting import (
    BooksRef,
    CancellationDocument,
    FulfillmentDocument,
    PaymentDocument,
    RefundDocument,
    SaleForm,
)
from stockbridge.domain.commerce import OrderStatus
from stockbridge.domain.delivery import State
from stockbridge.domain.money import total_of
from stockbridge.domain.planning import Outcome
from stockbridge.domain.policy import PartShipments
from stockbridge.domain.tests.builders import (
    a_ground,
    a_policy,
    a_refund,
    a_refund_line,
    a_shipping_line,
    an_order,
    booked_from,
    usd,
)
from stockbridge.domain.tests.parted_orders import (
    FIRST,
    GROUND,
    MUGS,
    PLATES,
    SECOND,
    SPLIT,
    a_shipment,
    completed,
    documents,
    journey,
    names,
    order_with,
    plan,
)
from stockbridge.domain.tests.plans import after, codes


def test_each_part_is_a_bill_with_its_payment() -> None:
    booked = journey(order_with())

    made = plan(order_with(FIRST), booked)

    assert names(made) == [("fulfillment", "F1"), ("payment", "F1")]
    (part,), (payment,) = (
        documents(made, FulfillmentDocument),
        documents(made, PaymentDocument),
    )
    assert part.lines == (("11", Decimal(3)),)
    assert part.billed.total == usd("12.09")  # 5.99 + 5.00 + 0.60 + 0.50
    assert payment.amount == part.billed.total
    assert made.planned[0].key in made.planned[1].requires


def test_a_part_is_billed_on_no_day_that_is_still_to_come() -> None:
    late = a_shipment("F1", ("11", 3), hours=-24 * 400)

    made = plan(order_with(late), journey(order_with()))

    (part,) = documents(made, FulfillmentDocument)
    assert part.business_date == GROUND.today


def test_what_completes_the_order_takes_the_rest_to_the_cent() -> None:
    booked = journey(order_with(), order_with(FIRST))

    made = plan(completed(FIRST, SECOND), booked)

    assert names(made) == [("fulfillment", "727"), ("payment", "727")]
    (rest,) = documents(made, FulfillmentDocument)
    assert rest.lines == (("11", Decimal(2)), ("14", Decimal(3)))
    assert rest.billed.total == usd("38.49") - usd("12.09")


def test_parts_that_take_all_leave_nothing_to_what_completes_the_order() -> None:
    booked = journey(order_with(), order_with(FIRST, SECOND))

    made = plan(completed(FIRST, SECOND), booked)

    assert not made.planned
    assert not made.holds
    assert made.verdicts[0].outcome is Outcome.POSTED


def test_two_parts_at_once_bill_in_turn() -> None:
    made = plan(order_with(FIRST, SECOND), journey(order_with()))

    first, second = (p for p in made.planned if p.effect == "fulfillment")
    assert first.key in second.requires
    bills = [p.billed for p in documents(made, FulfillmentDocument)]
    assert total_of([bill.total for bill in bills], "USD") == usd("38.49")


def test_parts_told_again_do_nothing() -> None:
    booked = journey(order_with(), order_with(FIRST))

    made = plan(order_with(FIRST), booked)

    assert not made.planned
    assert not made.superseded


def test_an_order_seen_complete_at_first_is_one_bill() -> None:
    booked = journey(order_with())

    made = plan(completed(FIRST, SECOND), booked)

    (whole,) = documents(made, FulfillmentDocument)
    assert whole.lines == ()
    assert whole.billed.total == usd("38.49")


def test_a_part_that_did_not_leave_goes_with_the_rest() -> None:
    booked = journey(order_with())
    waiting = [
        booked_from(one, state=State.READY)
        for one in plan(order_with(FIRST), booked).planned
    ]

    made = plan(completed(FIRST), [*booked, *waiting])

    assert set(made.superseded) == {one.key for one in waiting}
    (whole,) = documents(made, FulfillmentDocument)
    assert whole.billed.total == usd("38.49")


def test_waiting_books_nothing_before_the_order_is_complete() -> None:
    policy = replace(SPLIT, parts=PartShipments.WAIT)
    waits = replace(GROUND, policy=policy)

    made = plan(order_with(FIRST), journey(order_with(), ground=waits), waits)

    assert not made.planned


def test_going_back_to_waiting_books_only_the_rest_in_the_end() -> None:
    booked = journey(order_with(), order_with(FIRST))
    waits = replace(GROUND, policy=replace(SPLIT, parts=PartShipments.WAIT))

    assert not plan(order_with(FIRST, SECOND), booked, waits).planned
    made = plan(completed(FIRST, SECOND), booked, waits)

    (rest,) = documents(made, FulfillmentDocument)
    assert rest.billed.total == usd("26.40")


def test_another_source_of_shipments_books_no_part_again() -> None:
    booked = journey(order_with(), order_with(FIRST))
    elsewhere = replace(FIRST, external_id="T727:abc")

    made = plan(order_with(elsewhere), booked)
    ended = plan(completed(elsewhere, SECOND), booked)

    assert not made.planned
    assert codes(made) == ["shipment_gone"]
    (rest,) = documents(ended, FulfillmentDocument)
    assert rest.billed.total == usd("26.40")


def test_a_source_that_is_switched_off_holds_nothing() -> None:
    booked = journey(order_with(), order_with(FIRST))

    made = plan(replace(order_with(), shipments=None), booked)

    assert not made.planned
    assert not made.holds


def test_a_shipment_that_changed_after_it_was_booked_is_held() -> None:
    booked = journey(order_with(), order_with(FIRST))

    made = plan(order_with(a_shipment("F1", ("11", 4), hours=2)), booked)

    assert not made.planned
    assert codes(made) == ["shipment_changed"]


def test_more_than_was_ordered_is_held() -> None:
    made = plan(order_with(a_shipment("F1", ("11", 6))), journey(order_with()))

    assert not documents(made, FulfillmentDocument)
    assert codes(made) == ["shipped_too_much"]


def test_an_order_of_which_a_part_went_out_is_changed_no_more() -> None:
    booked = journey(order_with(), order_with(FIRST))
    dearer = replace(PLATES, total=usd("30.00"), subtotal=usd("30.00"))
    changed = an_order(lines=[MUGS, dearer, a_shipping_line()], shipments=(FIRST,))

    made = plan(changed, booked)

    assert not made.planned
    assert codes(made) == ["changed_after_booking"]


def test_a_bill_that_would_be_less_than_nothing_waits_for_the_rest() -> None:
    off = replace(a_shipping_line(), total=usd("-9.00"), tax=usd("0"), taxes=())
    lines = [MUGS, PLATES, replace(off, subtotal=usd("-9.00"))]
    open_ = an_order(lines=lines, shipments=())
    booked = journey(open_)

    made = plan(replace(open_, shipments=(FIRST,)), booked)

    assert not made.planned
    assert not made.holds


def test_parts_of_an_order_that_is_not_paid_are_billed_without_a_payment() -> None:
    unpaid = order_with(paid_at=None, status=OrderStatus.PROCESSING)
    booked = journey(unpaid)

    booked = after(plan(replace(unpaid, shipments=(FIRST,)), booked), booked)
    assert not [one for one in booked if one.effect == "payment"]
    ended = plan(completed(FIRST, SECOND, paid_at=None), booked)

    paid = [one.amount for one in documents(ended, PaymentDocument)]
    assert sorted(paid) == [usd("12.09"), usd("26.40")]


def test_a_refund_is_of_the_bill_that_has_its_goods() -> None:
    booked = journey(order_with(), order_with(FIRST), completed(FIRST, SECOND))
    plate = a_refund_line(order_line_id="14", total="6.67", tax="0.67")
    refund = a_refund(lines=[plate], restocked_units=(("14", Decimal(1)),))

    made = plan(completed(FIRST, SECOND, refunds=(refund,)), booked)

    (document,) = documents(made, RefundDocument)
    rest = next(
        b for b in booked if b.effect == "fulfillment" and b.key[-5:] == "727/1"
    )
    assert document.sale == BooksRef(rest.books_id, rest.key)
    assert document.total == usd("7.34")
    assert document.restocked == (("14", Decimal(1)),)


def test_a_refund_of_what_has_not_shipped_waits() -> None:
    booked = journey(order_with(), order_with(FIRST))
    plate = a_refund_line(order_line_id="14", total="6.67", tax="0.67")
    refund = a_refund(lines=[plate])

    made = plan(order_with(FIRST, refunds=(refund,)), booked)

    assert not documents(made, RefundDocument)
    assert made.verdicts[1].outcome is Outcome.WAITING
    ended = plan(completed(FIRST, refunds=(refund,)), booked)
    assert documents(ended, RefundDocument)[0].total == usd("7.34")


def test_a_refund_of_the_goods_of_two_bills_is_held() -> None:
    booked = journey(order_with(), order_with(FIRST), completed(FIRST, SECOND))
    mugs = a_refund_line(total="9.99", tax="1.00", quantity="5")
    refund = a_refund(lines=[mugs])

    made = plan(completed(FIRST, SECOND, refunds=(refund,)), booked)

    assert not documents(made, RefundDocument)
    assert codes(made) == ["refund_of_several_bills"]


def test_a_refund_stays_with_its_bill_when_further_parts_come() -> None:
    refund = a_refund(amount="2.00")
    one = order_with(FIRST, refunds=(refund,))
    booked = journey(order_with(), order_with(FIRST), one)

    made = plan(completed(FIRST, SECOND, refunds=(refund,)), booked)

    assert not documents(made, RefundDocument)
    assert not made.holds


def test_calling_off_the_rest_ends_only_what_is_still_open() -> None:
    booked = journey(order_with(), order_with(FIRST))

    made = plan(order_with(FIRST, status=OrderStatus.CANCELLED), booked)

    (ending,) = made.planned
    assert isinstance(ending.document, CancellationDocument)
    assert codes(made) == ["cancelled_after_shipping"]


def test_a_part_whose_content_was_forgotten_is_not_guessed() -> None:
    booked = journey(order_with(), order_with(FIRST))
    erased = [replace(one, filled=None) for one in booked]

    made = plan(completed(FIRST, SECOND), erased)

    assert not documents(made, FulfillmentDocument)
    assert codes(made) == ["part_forgotten"]


def test_books_that_bill_by_themselves_are_told_the_units_of_a_part() -> None:
    ground = a_ground(policy=a_policy(parts=PartShipments.SPLIT))
    booked = journey(order_with(), ground=ground)

    made = plan(order_with(FIRST), booked, ground)
    ended = plan(completed(FIRST, SECOND), after(made, booked), ground)

    (part,), (rest,) = (
        documents(made, FulfillmentDocument),
        documents(ended, FulfillmentDocument),
    )
    assert (part.lines, part.billed) == ((("11", Decimal(3)),), None)
    assert (rest.lines, rest.billed) == ((), None)


def test_forms_that_take_the_goods_at_once_know_no_parts() -> None:
    receipts = replace(
        SPLIT,
        form=SaleForm.SALES_RECEIPT,
        sale_moves_stock=True,
        fulfillment_bills=False,
        books_fulfillments=False,
    )
    ground = replace(GROUND, policy=receipts)

    made = plan(order_with(FIRST), journey(order_with(), ground=ground), ground)

    assert not made.planned
