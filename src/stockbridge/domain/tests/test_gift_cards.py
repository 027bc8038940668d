"""Gift cards are told from products and fees, and the order's sums stay."""

import pytest

from stockbridge.domain.commerce import LineKind
from stockbridge.domain.gift_cards import GiftCards, gift_cards, with_gift_cards
from stockbridge.domain.money import total_of
from stockbridge.domain.tests.builders import (
    a_fee,
    a_line,
    a_refund,
    a_refund_line,
    an_order,
)

CARDS = gift_cards(["Card-25", " "], ["Gift card"])


def test_a_product_that_is_a_gift_card_is_no_item_any_more() -> None:
    card = a_line(external_id="21", sku="CARD-25", name="Gift card of 25")
    order = with_gift_cards(an_order(lines=(a_line(), card)), CARDS)

    assert [line.kind for line in order.lines] == [LineKind.ITEM, LineKind.GIFT_CARD]
    assert [line.sku for line in order.item_lines] == ["MUG"]


@pytest.mark.parametrize(
    ("name", "total", "kind"),
    [
        ("Gift Card ABC-1", "-5.00", LineKind.GIFT_CARD),
        ("Gift card wrapping", "5.00", LineKind.FEE),
        ("Loyalty", "-5.00", LineKind.FEE),
    ],
)
def test_a_negative_fee_of_that_name_is_a_gift_card_used(
    name: str, total: str, kind: LineKind
) -> None:
    order = an_order(lines=(a_line(), a_fee(name=name, total=total, tax="0")))

    found = with_gift_cards(order, CARDS)

    assert found.lines[1].kind is kind


def test_sums_and_everything_else_stay() -> None:
    lines = (a_line(sku="card-25"), a_fee(name="Gift card", total="-1.00"))
    order = an_order(lines=lines)

    found = with_gift_cards(order, CARDS)

    assert found.total == order.total
    before = total_of([line.total for line in order.lines], "USD")
    assert total_of([line.total for line in found.lines], "USD") == before
    assert with_gift_cards(order, GiftCards()) is order


def test_a_refund_of_a_gift_card_is_one_of_a_gift_card() -> None:
    back = a_refund(lines=[a_refund_line()])
    order = an_order(lines=(a_line(sku="CARD-25"),), refunds=(back,))

    (refund,) = with_gift_cards(order, CARDS).refunds

    assert [line.kind for line in refund.lines] == [LineKind.GIFT_CARD]
