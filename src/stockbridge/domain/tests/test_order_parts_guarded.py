"""What keeps the parts of an order from being booked twice, or of the wrong bill."""

from dataclasses import replace
from decimal import Decimal

import pytest

from stockbridge.domain.accounting import (
    BooksRef,
    FulfillmentDocument,
    RefundDocument,
)
from stockbridge.domain.commerce import Order, OrderStatus, Refund, Shipment
from stockbridge.domain.planning import Booked, Outcome
from stockbridge.domain.policy import Ground, ItemMatch, MissingItem, PartShipments
from stockbridge.domain.tests.builders import (
    TODAY,
    a_ground,
    a_policy,
    a_refund,
    a_refund_line,
)
from stockbridge.domain.tests.parted_orders import (
    FIRST,
    GROUND,
    LINES,
    SECOND,
    SPLIT,
    a_shipment,
    completed,
    documents,
    journey,
    order_with,
    plan,
)
from stockbridge.domain.tests.plans import codes

WAITING = replace(GROUND, policy=replace(SPLIT, parts=PartShipments.WAIT))
#: Books that bill by themselves: they are told units, and no money.
TOLD_UNITS = a_ground(policy=a_policy(parts=PartShipments.SPLIT))


# ── which bill a refund is of ────────────────────────────────────────────────


@pytest.mark.parametrize(
    "refund",
    [
        a_refund(amount="20.00"),  # the first bill has 12.09
        a_refund(amount="5.00", restocked_units=(("14", Decimal(1)),)),  # no plates
        a_refund(amount="5.00", restocked_units=(("11", Decimal(4)),)),  # three mugs
    ],
    ids=["money", "goods", "units"],
)
def test_a_refund_without_lines_is_of_no_bill_that_has_less(refund: Refund) -> None:
    mugs = a_shipment("F1", ("11", 1), hours=2)
    others = a_shipment("F2", ("11", 4), ("14", 3), hours=1)
    booked = journey(order_with(), order_with(mugs), completed(mugs, others))

    made = plan(completed(mugs, others, refunds=(refund,)), booked)

    (document,) = documents(made, RefundDocument)
    assert document.sale == rest_in(booked).ref


def rest_in(booked: list[Booked]) -> Booked:
    """Return the bill of what the parts left."""
    (rest,) = (
        b for b in booked if b.effect == "fulfillment" and b.source.kind == "order"
    )
    return rest


@pytest.mark.parametrize(
    ("amount", "outcome"), [("26.39", Outcome.IGNORED), ("27.39", Outcome.HELD)]
)
def test_money_back_beyond_what_never_shipped_is_asked_about(
    amount: str, outcome: Outcome
) -> None:
    booked = journey(order_with(), order_with(FIRST))
    mugs = a_refund_line(total="3.99", tax="0.40", quantity="2")
    plates = a_refund_line(order_line_id="14", total="20.00", tax="2.00", quantity="3")
    refund = a_refund(lines=[mugs, plates], amount=amount)

    made = plan(
        order_with(FIRST, status=OrderStatus.REFUNDED, refunds=(refund,)), booked
    )

    assert made.verdicts[1].outcome is outcome


# ── what is left ─────────────────────────────────────────────────────────────


def test_units_of_a_pack_are_counted_as_the_store_counts_them() -> None:
    six = (ItemMatch(BooksRef("I1"), Decimal(6)),)
    ground = replace(TOLD_UNITS, items={"93": six})
    booked = journey(order_with(), order_with(FIRST), ground=ground)

    made = plan(order_with(FIRST, SECOND), booked, ground)

    assert codes(made) == []
    (part,) = documents(made, FulfillmentDocument)
    assert part.lines == (("11", Decimal(12)), ("14", Decimal(18)))
    all_gone = journey(order_with(FIRST, SECOND), ground=ground)
    assert not plan(completed(FIRST, SECOND), all_gone, ground).planned


def test_books_that_handed_over_more_than_was_sold_are_not_told_a_rest() -> None:
    booked = journey(order_with(), order_with(FIRST), ground=TOLD_UNITS)
    too_much = [
        replace(one, filled=replace(one.filled, lines=(("11", Decimal(6)),)))
        if one.filled is not None
        else one
        for one in booked
    ]

    made = plan(replace(completed(), shipments=None), too_much, TOLD_UNITS)

    assert not documents(made, FulfillmentDocument)
    assert codes(made) == ["part_forgotten"]


def test_an_order_that_went_out_whole_has_no_parts_when_it_is_opened_again() -> None:
    booked = journey(order_with(), completed())

    made = plan(order_with(FIRST), booked)

    assert not made.planned
    assert codes(made) == []


# ── goods that the books do not count ────────────────────────────────────────


def with_unknown_plates() -> Order:
    """Return the order; no item of the books stands for its plates."""
    mugs, plates, shipping = LINES
    plates = replace(plates, item_id="94", product_id="94")
    return replace(order_with(), lines=(mugs, plates, shipping))


def uncounted(ground: Ground) -> Ground:
    """Let one item of the books stand for all that it does not know."""
    policy = replace(
        ground.policy, missing_item=MissingItem.FALLBACK, fallback_item="F1"
    )
    return replace(ground, policy=policy)


def test_what_the_books_do_not_count_makes_no_shipment_another() -> None:
    ground, order = uncounted(TOLD_UNITS), with_unknown_plates()
    both = a_shipment("F1", ("11", 3), ("14", 1), hours=2)
    sent = replace(order, shipments=(both,))
    booked = journey(order, sent, ground=ground)

    made = plan(sent, booked, ground)

    (part,) = (one.filled for one in booked if one.filled is not None)
    assert part.lines == (("11", Decimal(3)),)
    assert not made.planned
    assert codes(made) == []


def test_an_order_of_which_the_books_count_nothing_is_billed_at_once() -> None:
    ground = replace(uncounted(GROUND), items={})
    booked = journey(order_with(), ground=ground)

    made = plan(order_with(FIRST), booked, ground)
    ended = plan(completed(FIRST, SECOND), booked, ground)

    assert not made.planned
    (whole,) = documents(ended, FulfillmentDocument)
    assert (whole.lines, whole.billed.total) == ((), order_with().total)


# ── what is told later ───────────────────────────────────────────────────────


def test_a_part_that_is_booked_is_in_no_period_that_closes_later() -> None:
    booked = journey(order_with(), order_with(FIRST))
    closed = replace(GROUND, closed_until=TODAY)

    made = plan(order_with(FIRST), booked, closed)

    assert not made.planned
    assert codes(made) == []


@pytest.mark.parametrize(
    "told", [(), (a_shipment("F1", ("11", 4), hours=2),)], ids=["gone", "changed"]
)
def test_who_waits_for_all_is_not_asked_about_a_shipment_of_before(
    told: tuple[Shipment, ...],
) -> None:
    booked = journey(order_with(), order_with(FIRST))

    made = plan(order_with(*told), booked, WAITING)

    assert not made.planned
    assert codes(made) == []
