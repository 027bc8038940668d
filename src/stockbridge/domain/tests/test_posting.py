"""An order becomes a sale that adds up to the cent, or is held."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockbridge.domain.accounting import BooksRef, SaleDocument
from stockbridge.domain.commerce import (
    LineKind,
    Order,
    OrderLine,
    TaxLine,
    TaxShare,
)
from stockbridge.domain.money import Money, total_of
from stockbridge.domain.planning import Hold
from stockbridge.domain.policy import (
    CentDifference,
    ItemMatch,
    MissingItem,
)
from stockbridge.domain.posting import sale_of
from stockbridge.domain.tests.booking import CUSTOMER, adds_up, booked, held
from stockbridge.domain.tests.builders import (
    a_fee,
    a_ground,
    a_line,
    a_policy,
    a_shipping_line,
    an_order,
    tax_lines_of,
    usd,
)

# ── to the cent ──────────────────────────────────────────────────────────────


def test_a_sale_has_the_total_and_the_tax_that_were_billed() -> None:
    sale = booked(an_order())

    assert sale.total == usd("16.50")
    assert sale.total_tax == usd("1.50")
    assert [line.kind for line in sale.lines] == [LineKind.ITEM, LineKind.SHIPPING]


@pytest.mark.parametrize("total", ["16.49", "16.51", "12.01"])
def test_an_order_that_is_a_cent_off_is_held_not_posted(total: str) -> None:
    assert held(an_order(total=total)).code == "amounts_differ"


def test_a_cent_goes_to_the_rounding_account_where_one_is_chosen() -> None:
    policy = a_policy(
        cent_difference=CentDifference.ROUNDING_ACCOUNT, rounding_account="A9"
    )

    sale = booked(an_order(total="16.51"), a_ground(policy=policy))

    assert sale.lines[-1].total == usd("0.01")
    assert sale.lines[-1].account_id == "A9"


def test_more_than_the_chosen_limit_is_never_called_rounding() -> None:
    policy = a_policy(
        cent_difference=CentDifference.ROUNDING_ACCOUNT, rounding_account="A9"
    )

    assert held(an_order(total="16.56"), a_ground(policy=policy))


def test_a_rounding_account_that_was_not_chosen_takes_nothing() -> None:
    policy = a_policy(cent_difference=CentDifference.ROUNDING_ACCOUNT)

    assert held(an_order(total="16.51"), a_ground(policy=policy))


def test_lines_finer_than_a_coin_are_rounded_once_to_the_billed_total() -> None:
    thirds = [
        a_line(external_id=str(n), total="3.3333", tax="0.3333") for n in range(3)
    ]

    sale = booked(an_order(lines=thirds, total="11.00", total_tax="1.00"))

    assert sorted(line.total.amount for line in sale.lines) == [
        Decimal("3.33"),
        Decimal("3.33"),
        Decimal("3.34"),
    ]


def test_a_coin_lost_between_line_taxes_goes_to_a_taxed_line() -> None:
    lines = [
        a_line(external_id="1", total="3.40", tax="0.34"),
        a_line(external_id="2", total="3.40", tax="0.34"),
        a_line(external_id="3", total="900.00", tax="0.00"),
    ]
    order = an_order(lines=lines, total_tax="0.67")
    order = replace(order, tax_lines=(TaxLine("1", "Tax", None, usd("0.67"), usd(0)),))

    sale = booked(order)

    assert sale.lines[2].tax == usd("0.00")
    assert sale.lines[0].taxes[0].amount == sale.lines[0].tax


def test_a_coin_lost_between_two_rates_moves_no_total() -> None:
    order = an_order()
    rates = (
        TaxLine("1", "State", Decimal(6), usd("0.91"), usd(0)),
        TaxLine("2", "City", Decimal(4), usd("0.60"), usd(0)),
    )

    sale = booked(replace(order, tax_lines=rates))

    assert {tax.total.amount for tax in sale.taxes} == {
        Decimal("0.90"),
        Decimal("0.60"),
    }


def test_rates_that_miss_the_billed_tax_by_more_are_held() -> None:
    rates = (TaxLine("1", "State", Decimal(6), usd("0.90"), usd(0)),)

    assert held(replace(an_order(), tax_lines=rates)).code == "amounts_differ"


def test_a_total_finer_than_a_coin_is_rounded_and_the_memo_says_so() -> None:
    lines = [a_line(total="112.8045", tax="11.2804")]

    sale = booked(an_order(lines=lines))

    assert sale.total == usd("124.08")
    assert "124.0849 USD" in sale.memo


def test_tax_without_tax_lines_is_taken_from_the_lines() -> None:
    sale = booked(replace(an_order(), tax_lines=()))

    assert [tax.rate_id for tax in sale.taxes] == ["1"]


def test_tax_that_nobody_explains_is_held() -> None:
    line = a_line(tax="1.00", taxes=())

    assert held(replace(an_order(lines=[line]), tax_lines=())).code == "amounts_differ"


def test_a_negative_fee_is_an_amount_off() -> None:
    lines = [a_line(), a_fee(total="-3.00", tax="-0.30")]

    sale = booked(an_order(lines=lines))

    assert sale.total == usd("7.70")
    assert sale.lines[1].total == usd("-3.00")


def test_an_order_for_nothing_is_booked_so_that_its_goods_leave() -> None:
    sale = booked(an_order(lines=[a_line(total="0.00")]))

    assert sale.total == usd(0)
    assert sale.lines[0].units == 2


def test_a_currency_without_cents_is_booked_in_whole_coins() -> None:
    lines = [a_line(total="1000", tax="100", currency="JPY")]

    sale = booked(an_order(lines=lines, currency="JPY"))

    assert sale.total == Money(Decimal(1100), "JPY")


def test_an_order_in_a_currency_that_the_books_do_not_keep_is_held() -> None:
    assert held(an_order(), a_ground(currency="EUR")).code == "other_currency"
    assert booked(an_order(), a_ground(currency="USD"))


def test_a_negative_total_is_held() -> None:
    lines = [a_line(), a_fee(total="-30.00", tax="0.00")]

    assert held(an_order(lines=lines)).code == "negative_total"


FINE = st.integers(0, 10**7).map(lambda n: Decimal(n).scaleb(-4))


@st.composite
def orders(draw: st.DrawFn) -> Order:
    """Orders as stores make them: fine lines, totals rounded from their sums."""
    currency = draw(st.sampled_from(["USD", "JPY", "KWD"]))
    lines = []
    for number in range(draw(st.integers(1, 8))):
        net, taxes = draw(FINE), draw(st.lists(FINE, max_size=3))
        sign = -1 if number and draw(st.booleans()) and draw(st.booleans()) else 1
        make = a_line if sign == 1 else a_fee
        shares = tuple(
            TaxShare(str(rate), Money(amount * sign, currency))
            for rate, amount in enumerate(taxes)
        )
        tax = total_of([share.amount for share in shares], currency)
        line = make(external_id=str(number), total=str(net * sign), currency=currency)
        lines.append(replace(line, tax=tax, taxes=shares))
    return order_of(lines, currency)


def order_of(lines: list[OrderLine], currency: str) -> Order:
    tax = total_of([line.tax for line in lines], currency).rounded()
    net = total_of([line.total for line in lines], currency).rounded()
    order = an_order(lines=lines, currency=currency)
    rates = tuple(
        replace(rate, total=rate.total.rounded())
        for rate in tax_lines_of(lines, currency)
    )
    return replace(order, total=net + tax, total_tax=tax, tax_lines=rates)


@given(order=orders())
def test_whatever_a_store_rounds_the_sale_adds_up_or_is_held(order: Order) -> None:
    made = sale_of(order, a_ground(), CUSTOMER)

    if isinstance(made, Hold):
        assert order.total.amount < 0
        return
    assert adds_up(made)
    assert made.total == order.total
    assert made.total_tax == order.total_tax


@given(order=orders(), off=st.integers(-300, 300).filter(bool))
def test_no_order_is_booked_with_another_total_than_billed(
    order: Order, off: int
) -> None:
    wrong = replace(
        order, total=order.total + Money(order.total.unit * off, order.currency)
    )

    made = sale_of(wrong, a_ground(), CUSTOMER)

    if isinstance(made, SaleDocument):  # within what rounding explains
        assert adds_up(made)
        assert made.total == wrong.total
        assert abs(off) <= len(order.lines)


# ── items ────────────────────────────────────────────────────────────────────


def test_an_item_without_a_match_holds_the_order_and_is_named() -> None:
    order = an_order(lines=[a_line(), a_line(external_id="9", item_id="7", sku="CUP")])

    hold = held(order)

    assert hold.code == "missing_items"
    assert "CUP" in hold.message
    assert "MUG" not in hold.message


def test_a_line_of_a_product_that_is_gone_is_missing() -> None:
    assert held(an_order(lines=[a_line(item_id="", sku="")])).code == "missing_items"


def test_an_unknown_item_is_booked_on_the_fallback_and_moves_no_stock() -> None:
    policy = a_policy(missing_item=MissingItem.FALLBACK, fallback_item="I0")

    sale = booked(an_order(), a_ground(items={}, policy=policy))

    assert sale.lines[0].item == BooksRef(books_id="I0")
    assert sale.lines[0].units == 0


def test_a_fallback_that_was_not_chosen_holds_the_order() -> None:
    policy = a_policy(missing_item=MissingItem.FALLBACK)

    assert (
        held(an_order(), a_ground(items={}, policy=policy)).code == "no_fallback_item"
    )


def test_a_pack_takes_its_factor_in_units() -> None:
    match = ItemMatch(BooksRef(books_id="I1"), Decimal(6))

    sale = booked(an_order(), a_ground(items={"93": (match,)}))

    assert sale.lines[0].units == 12
    assert sale.lines[0].quantity == 2


def test_a_bundle_has_a_line_for_each_part_and_its_money_once() -> None:
    parts = (
        ItemMatch(BooksRef(books_id="I1")),
        ItemMatch(BooksRef(books_id="I2"), Decimal(3)),
    )

    sale = booked(an_order(), a_ground(items={"93": parts}))

    assert [line.units for line in sale.lines] == [2, 6, 0]
    assert sale.lines[1].total == usd(0)
    assert len({line.source_id for line in sale.lines}) == 3


def test_a_line_that_sells_none_for_nothing_is_left_out() -> None:
    order = an_order(lines=[a_line(), a_line(external_id="9", quantity="0", total="0")])

    assert [line.source_id for line in booked(order).lines] == ["11"]


@pytest.mark.parametrize(("quantity", "total"), [("-1", "-5.00"), ("0", "5.00")])
def test_a_quantity_that_cannot_be_sold_is_held(quantity: str, total: str) -> None:
    lines = [a_line(), a_line(external_id="9", quantity=quantity, total=total)]

    assert held(an_order(lines=lines)).code == "odd_quantity"


def test_a_number_that_would_be_cut_is_held() -> None:
    ground = a_ground(policy=a_policy(prefix="WEBSHOP-", reference_chars_max=11))

    assert held(an_order(), ground).code == "reference_too_long"


def test_an_order_without_a_number_is_known_by_its_id() -> None:
    assert booked(an_order(number="")).reference == "727"


def test_shipping_is_no_item_and_takes_no_stock() -> None:
    sale = booked(an_order(lines=[a_shipping_line()]))

    assert sale.lines[0].item is None
    assert sale.lines[0].units == 0
