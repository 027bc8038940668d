"""A refund gives back what the store gave back, to the cent, or is held."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockbridge.domain.accounting import BooksRef, RefundDocument, SaleDocument
from stockbridge.domain.commerce import LineKind, Order, Refund, RefundLine
from stockbridge.domain.money import Money, total_of
from stockbridge.domain.planning import Hold, Skip
from stockbridge.domain.policy import Ground, ItemMatch
from stockbridge.domain.posting import sale_of
from stockbridge.domain.refunding import refund_of
from stockbridge.domain.tests.builders import (
    a_ground,
    a_policy,
    a_refund,
    a_refund_line,
    an_order,
    minutes,
    usd,
)

SALE = BooksRef(books_id="S1")
Made = RefundDocument | Hold | Skip


def planned(
    *refunds: Refund,
    which: int = -1,
    order: Order | None = None,
    ground: Ground | None = None,
) -> Made:
    order = replace(order or an_order(), refunds=refunds)
    ground = ground or a_ground()
    sale = sale_of(order, ground, None)
    assert isinstance(sale, SaleDocument)
    return refund_of(refunds[which], order, sale, ground, SALE)


def booked(*refunds: Refund, ground: Ground | None = None) -> RefundDocument:
    made = planned(*refunds, ground=ground)
    assert isinstance(made, RefundDocument), made
    assert adds_up(made)
    return made


def code_of(made: Made) -> str:
    assert isinstance(made, Hold | Skip), made
    return made.code


def adds_up(refund: RefundDocument) -> bool:
    currency = refund.total.currency
    lines = total_of([li.total + li.tax for li in refund.lines], currency)
    rates = total_of([tax.total for tax in refund.taxes], currency)
    exact = all(li.total.is_exact and li.tax.is_exact for li in refund.lines)
    return lines == refund.total and rates == refund.total_tax and exact


def shipping_back(total: str = "5.00", tax: str = "0.50") -> RefundLine:
    return a_refund_line(
        total=total,
        tax=tax,
        external_id="32",
        order_line_id="12",
        kind=LineKind.SHIPPING,
    )


def test_a_refund_by_line_gives_back_its_net_and_its_tax() -> None:
    refund = booked(a_refund())

    assert refund.total == usd("5.50")
    assert refund.total_tax == usd("0.50")
    assert refund.lines[0].item == BooksRef(books_id="I1")
    assert refund.taxes[0].label == "Tax 1"


def test_shipping_comes_back_with_its_tax() -> None:
    refund = booked(a_refund(lines=[a_refund_line(), shipping_back()]))

    assert refund.total == usd("11.00")
    assert [line.kind for line in refund.lines] == [LineKind.ITEM, LineKind.SHIPPING]


def test_an_amount_without_lines_becomes_a_line_without_tax() -> None:
    refund = booked(a_refund(amount="3.00"))

    assert [line.name for line in refund.lines] == ["Amount refunded"]
    assert refund.total_tax == usd(0)
    assert refund.restocked == ()


def test_with_the_last_of_the_money_the_last_of_the_tax_is_back() -> None:
    first = a_refund()
    rest = a_refund(amount="11.00", external_id="802", refunded_at=minutes(0))

    refund = booked(first, rest)

    assert refund.total_tax == usd("1.00")
    assert refund.taxes[0].rate_id == "1"


def test_where_more_tax_is_back_than_was_billed_the_rest_has_none() -> None:
    first = a_refund(lines=[a_refund_line(total="4.00", tax="2.00")])
    rest = a_refund(amount="10.50", external_id="802", refunded_at=minutes(0))

    assert booked(first, rest).total_tax == usd("0.00")


def test_an_order_refunded_whole_by_its_status_gives_all_tax_back() -> None:
    assert booked(a_refund(amount="16.50")).total_tax == usd("1.50")


def test_less_than_the_lines_means_that_something_was_kept_back() -> None:
    refund = booked(a_refund(amount="4.50", lines=[a_refund_line()]))

    assert refund.lines[-1].name == "Amount kept back"
    assert refund.lines[-1].total == usd("-1.00")
    assert refund.total_tax == usd("0.50")


def test_lines_finer_than_a_coin_need_no_line_for_the_rest() -> None:
    lines = [
        a_refund_line(external_id=str(n), total="1.6667", tax="0.1667", quantity="0")
        for n in range(3)
    ]

    refund = booked(a_refund(amount="5.50", lines=lines))

    assert len(refund.lines) == 3


def test_more_than_was_billed_is_held() -> None:
    assert code_of(planned(a_refund(amount="16.51"))) == "refund_too_large"


def test_only_the_refund_that_goes_too_far_is_held() -> None:
    first = a_refund(amount="10.00")
    second = a_refund(amount="10.00", external_id="802", refunded_at=minutes(0))

    assert isinstance(planned(first, second, which=0), RefundDocument)
    assert code_of(planned(first, second, which=1)) == "refund_too_large"


def test_a_refund_of_a_refund_is_refused() -> None:
    assert code_of(planned(a_refund(order_id="801"))) == "refund_of_other"


def test_a_negative_refund_is_held() -> None:
    assert code_of(planned(a_refund(amount="-1.00"))) == "negative_refund"


def test_a_refund_of_nothing_is_nothing() -> None:
    made = planned(a_refund(amount="0.00"))

    assert isinstance(made, Skip)


def test_goods_that_come_back_without_money_are_booked() -> None:
    refund = booked(a_refund(lines=[a_refund_line(total="0.00", tax="0.00")]))

    assert refund.total == usd(0)
    assert refund.restocked == (("11", Decimal(1)),)


@pytest.mark.parametrize(
    ("said", "policy", "back"),
    [
        (None, True, (("11", Decimal(1)),)),
        (None, False, ()),
        ((), True, ()),
        ((("11", Decimal(1)),), False, (("11", Decimal(1)),)),
    ],
)
def test_goods_go_back_as_the_store_says_else_as_the_policy_does(
    said: tuple[tuple[str, Decimal], ...] | None,
    policy: bool,  # noqa: FBT001 – a table of cases
    back: tuple[tuple[str, Decimal], ...],
) -> None:
    ground = a_ground(policy=a_policy(restocks_when_unsaid=policy))

    refund = booked(a_refund(restocked_units=said), ground=ground)

    assert refund.restocked == back


def test_all_parts_of_a_bundle_go_back() -> None:
    parts = (
        ItemMatch(BooksRef(books_id="I1")),
        ItemMatch(BooksRef(books_id="I2"), Decimal(3)),
    )

    refund = booked(a_refund(), ground=a_ground(items={"93": parts}))

    assert refund.restocked == (("11", Decimal(1)), ("11~1", Decimal(3)))


def test_more_goods_than_were_sold_are_held() -> None:
    refund = a_refund(restocked_units=(("11", Decimal(3)),))

    assert code_of(planned(refund)) == "restock_too_large"


def test_more_goods_than_are_left_are_held() -> None:
    first = a_refund(restocked_units=(("11", Decimal(1)),))
    second = a_refund(
        amount="1.00",
        restocked_units=(("11", Decimal(2)),),
        external_id="802",
        refunded_at=minutes(0),
    )

    assert isinstance(planned(first, second, which=0), RefundDocument)
    assert code_of(planned(first, second)) == "restock_too_large"


def test_tax_whose_rate_is_not_named_goes_to_the_only_one() -> None:
    refund = booked(a_refund(lines=[a_refund_line(taxes=())]))

    assert [tax.rate_id for tax in refund.taxes] == ["1"]


def test_a_refund_is_never_dated_before_its_sale() -> None:
    order = an_order()
    early = a_refund(refunded_at=datetime(2026, 3, 1, tzinfo=UTC))

    made = planned(early, order=order)

    assert isinstance(made, RefundDocument)
    assert made.business_date == date(2026, 3, 10)


def test_a_refund_into_a_closed_period_is_held() -> None:
    order = replace(an_order(), refunds=(a_refund(),))
    sale = sale_of(order, a_ground(), None)
    assert isinstance(sale, SaleDocument)

    made = refund_of(
        a_refund(), order, sale, a_ground(closed_until=date(2026, 3, 31)), SALE
    )

    assert code_of(made) == "closed_period"


CENTS = st.integers(0, 1100).map(lambda n: usd(Decimal(n).scaleb(-2)))
FINE = st.integers(0, 110_000).map(lambda n: usd(Decimal(n).scaleb(-4)))


@given(amount=CENTS, lines=st.lists(st.tuples(FINE, FINE), max_size=4))
def test_whatever_the_lines_say_the_refund_is_what_was_given_back(
    amount: Money, lines: Sequence[tuple[Money, Money]]
) -> None:
    given_back = [
        replace(
            a_refund_line(external_id=str(n), quantity="0"),
            total=net,
            tax=tax,
            taxes=(),
        )
        for n, (net, tax) in enumerate(lines)
    ]
    refund = a_refund(amount=str(amount.amount), lines=given_back)

    made = planned(refund)

    if isinstance(made, Skip):
        assert not amount
        return
    assert isinstance(made, RefundDocument)
    assert made.total == amount
    assert adds_up(made)
