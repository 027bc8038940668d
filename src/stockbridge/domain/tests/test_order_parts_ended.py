"""An order that ends, or gives money back, when only a part of it has left."""

from dataclasses import replace
from datetime import timedelta

import pytest

from stockbridge.domain.accounting import (
    CancellationDocument,
    FulfillmentDocument,
    RefundDocument,
)
from stockbridge.domain.commerce import OrderStatus, Refund
from stockbridge.domain.planning import Outcome
from stockbridge.domain.policy import PartShipments
from stockbridge.domain.tests.builders import (
    NOW,
    a_ground,
    a_policy,
    a_refund,
    a_refund_line,
)
from stockbridge.domain.tests.parted_orders import (
    FIRST,
    SECOND,
    a_shipment,
    completed,
    documents,
    journey,
    order_with,
    plan,
)
from stockbridge.domain.tests.plans import after, codes

_MUGS = a_refund_line(total="9.99", tax="1.00", quantity="5")
_PLATES = a_refund_line(order_line_id="14", total="20.00", tax="2.00", quantity="3")
#: All that was paid, goods and shipping; what remains is of no line.
_ALL = a_refund(lines=[_MUGS, _PLATES], amount="38.49")


def _two_mugs(name: str, minutes: int) -> Refund:
    line = a_refund_line(total="3.90", tax="0.39", quantity="2")
    moment = NOW - timedelta(minutes=minutes)
    return a_refund(lines=[line], external_id=name, refunded_at=moment)


def test_all_money_back_after_a_part_is_a_persons_and_waits_for_no_bill() -> None:
    booked = journey(order_with(), order_with(FIRST))
    order = order_with(FIRST, status=OrderStatus.REFUNDED, refunds=(_ALL,))

    made = plan(order, booked)
    again = plan(order, after(made, booked))

    assert len(documents(made, CancellationDocument)) == 1
    assert codes(made) == codes(again) == ["refund_of_several_bills"]


@pytest.mark.parametrize("status", [OrderStatus.REFUNDED, OrderStatus.CANCELLED])
def test_money_back_for_what_never_shipped_is_in_no_bill(status: OrderStatus) -> None:
    booked = journey(order_with(), order_with(FIRST))
    two = a_refund_line(total="3.99", tax="0.40", quantity="2")
    refund = a_refund(lines=[two, _PLATES])

    made = plan(order_with(FIRST, status=status, refunds=(refund,)), booked)

    assert "refund_of_several_bills" not in codes(made)
    verdict = made.verdicts[1]
    assert (verdict.outcome, verdict.code) == (Outcome.IGNORED, "never_billed")


def test_money_back_without_saying_for_what_is_asked_about() -> None:
    booked = journey(order_with(), order_with(FIRST))
    more = replace(_PLATES, quantity=_PLATES.quantity * 0)
    refund = a_refund(lines=[more])

    made = plan(
        order_with(FIRST, status=OrderStatus.REFUNDED, refunds=(refund,)), booked
    )

    assert codes(made) == ["refund_of_several_bills"]


def test_what_is_set_free_waits_for_a_part_that_is_still_to_be_billed() -> None:
    order = order_with(FIRST, status=OrderStatus.REFUNDED, refunds=(_ALL,))

    made = plan(order, journey(order_with()))

    (part,) = (one for one in made.planned if one.effect == "fulfillment")
    (ending,) = (one for one in made.planned if one.effect == "cancellation")
    assert part.key in ending.requires
    assert isinstance(ending.document, CancellationDocument)
    assert ending.document.is_rest


def test_parts_that_take_all_leave_nothing_to_set_free() -> None:
    order = order_with(FIRST, SECOND, status=OrderStatus.REFUNDED, refunds=(_ALL,))

    made = plan(order, journey(order_with()))

    assert len(documents(made, FulfillmentDocument)) == 2
    assert not documents(made, CancellationDocument)


def test_an_order_completed_and_refunded_since_a_part_hands_over_its_rest() -> None:
    ground = a_ground(policy=a_policy(parts=PartShipments.SPLIT))
    booked = journey(order_with(), order_with(FIRST), ground=ground)
    order = completed(FIRST, SECOND, refunds=(_ALL,))

    made = plan(replace(order, status=OrderStatus.REFUNDED), booked, ground)

    assert len(documents(made, FulfillmentDocument)) == 1
    assert not documents(made, CancellationDocument)


def test_a_bill_gives_back_no_more_than_it_has_whatever_its_shipment_is_called() -> (
    None
):
    ninth = a_shipment("F9", ("11", 2), hours=3)
    tenth = a_shipment("F10", ("11", 2), hours=2)
    one, two = _two_mugs("1", minutes=30), _two_mugs("2", minutes=20)
    booked = journey(order_with(), order_with(ninth, tenth, refunds=(one,)))

    made = plan(order_with(ninth, tenth, refunds=(one, two)), booked)

    (refund,) = documents(made, RefundDocument)
    assert refund.sale.key.endswith("F10/1")


def test_a_refund_stays_with_its_bill_when_an_earlier_one_is_deleted() -> None:
    one, two, three = (_two_mugs(f"80{n}", 9 - n) for n in (1, 2, 3))
    both = completed(FIRST, SECOND, refunds=(one, two))
    booked = journey(order_with(), order_with(FIRST), completed(FIRST, SECOND), both)
    first = next(b for b in booked if b.source.kind == "fulfillment")

    made = plan(completed(FIRST, SECOND, refunds=(two, three)), booked)

    (document,) = documents(made, RefundDocument)
    assert document.sale == first.ref  # the other bill has given its two mugs back


def test_a_shipment_of_an_earlier_day_that_is_told_late_is_the_later_bill() -> None:
    late = a_shipment("F7", ("11", 2), hours=60)
    early = a_shipment("F8", ("11", 2), hours=1)
    one, two = _two_mugs("1", minutes=30), _two_mugs("2", minutes=20)
    placed = NOW - timedelta(days=9)
    orders = [
        order_with(placed_at=placed, paid_at=placed),
        order_with(early, placed_at=placed, paid_at=placed, refunds=(one,)),
        order_with(late, early, placed_at=placed, paid_at=placed, refunds=(one,)),
    ]
    booked = journey(*orders)

    made = plan(replace(orders[-1], refunds=(one, two)), booked)

    (refund,) = documents(made, RefundDocument)
    assert refund.sale.key.endswith("F7/1")
