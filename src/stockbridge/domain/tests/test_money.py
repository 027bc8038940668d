"""Money is exact, and its shares add up."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockbridge.domain.errors import DefectError, InvalidInputError
from stockbridge.domain.money import Money, minor_digits, rounded_to, spread, total_of
from stockbridge.domain.tests.builders import usd

CURRENCIES = st.sampled_from(["USD", "JPY", "KWD"])
#: Up to a million, to the ten-thousandth of the major unit; both signs.
AMOUNTS = st.integers(-(10**10), 10**10).map(lambda n: Decimal(n).scaleb(-4))
WEIGHTS = st.lists(
    st.integers(0, 10**6).map(lambda n: Decimal(n).scaleb(-2)), min_size=1, max_size=30
)


def test_a_float_is_never_money() -> None:
    with pytest.raises(TypeError):
        Money(19.9, "USD")  # type: ignore[arg-type]


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "-Infinity"])
def test_what_is_no_number_is_no_money(amount: str) -> None:
    with pytest.raises(InvalidInputError):
        Money(Decimal(amount), "USD")


@pytest.mark.parametrize("code", ["usd", "US", "DOLLAR", "", "ÜSD"])
def test_a_currency_has_three_capital_letters(code: str) -> None:
    with pytest.raises(InvalidInputError):
        Money(Decimal(1), code)


def test_currencies_never_mix() -> None:
    dollars, euros = usd("1.00"), Money(Decimal("1.00"), "EUR")

    with pytest.raises(DefectError):
        dollars + euros
    with pytest.raises(DefectError):
        bool(dollars < euros)


def test_three_shares_of_ten_differ_by_a_cent_and_the_last_has_it() -> None:
    shares = usd("10.00").split([Decimal(1)] * 3)

    assert [str(share) for share in shares] == ["3.33 USD", "3.33 USD", "3.34 USD"]


def test_weights_of_nothing_mean_equal_shares() -> None:
    assert usd("1.00").split([Decimal(0)] * 2) == (usd("0.50"), usd("0.50"))


@pytest.mark.parametrize("weights", [[], [Decimal(1), Decimal(-1)]])
def test_a_split_needs_weights_and_none_negative(weights: list[Decimal]) -> None:
    with pytest.raises(DefectError):
        usd("1.00").split(weights)


@given(amount=AMOUNTS, currency=CURRENCIES, weights=WEIGHTS)
def test_shares_add_up_and_each_is_off_by_less_than_a_coin(
    amount: Decimal, currency: str, weights: list[Decimal]
) -> None:
    whole = Money(amount, currency)
    shares = whole.split(weights)
    total = sum(weights) or Decimal(len(weights))
    fair = [amount * (w if sum(weights) else 1) / total for w in weights]

    assert total_of(shares, currency) == whole
    for share, wanted in zip(shares, fair, strict=True):
        assert abs(share.amount - wanted) < whole.unit


@given(amount=AMOUNTS, currency=CURRENCIES, weights=WEIGHTS)
def test_a_refund_splits_like_its_sale(
    amount: Decimal, currency: str, weights: list[Decimal]
) -> None:
    sale = Money(amount, currency).split(weights)
    refund = Money(-amount, currency).split(weights)

    assert refund == tuple(-share for share in sale)


@given(amounts=st.lists(AMOUNTS, min_size=1, max_size=30), currency=CURRENCIES)
def test_rounding_to_the_rounded_sum_always_works(
    amounts: list[Decimal], currency: str
) -> None:
    fine = [Money(amount, currency) for amount in amounts]
    billed = total_of(fine, currency).rounded()

    exact = rounded_to(fine, billed)

    assert exact is not None
    assert total_of(exact, currency) == billed
    for new, old in zip(exact, fine, strict=True):
        assert new.is_exact
        assert abs((new - old).amount) < billed.unit


@given(amounts=st.lists(AMOUNTS, max_size=12), off=st.integers(-20, 20))
def test_rounding_finds_an_answer_whenever_there_is_one(
    amounts: list[Decimal], off: int
) -> None:
    fine = [usd(amount) for amount in amounts]
    billed = total_of(fine, "USD").rounded() + usd("0.01") * off
    coins = [amount.scaleb(2) for amount in amounts]
    low = sum(coin.__floor__() for coin in coins)
    high = sum(coin.__ceil__() for coin in coins)
    is_possible = low <= int(billed.amount.scaleb(2)) <= high

    exact = rounded_to(fine, billed)

    assert (exact is not None) == is_possible


def test_mixed_signs_round_where_it_distorts_least() -> None:
    exact = rounded_to([usd("-0.006"), usd("0.008"), usd("0.008")], usd("0.01"))

    assert exact == (usd("-0.01"), usd("0.01"), usd("0.01"))


def test_a_cent_that_rounding_does_not_explain_is_not_rounded_away() -> None:
    assert rounded_to([usd("10.00"), usd("5.00")], usd("15.01")) is None


def test_what_is_far_off_is_refused_without_counting_coins() -> None:
    assert rounded_to([usd("0.01")], usd("1000000000000.00")) is None


def test_nothing_cannot_become_something() -> None:
    assert rounded_to([], usd("0.01")) is None
    assert rounded_to([], usd("0.00")) == ()


@given(amounts=st.lists(AMOUNTS, min_size=1, max_size=20), billed=AMOUNTS)
def test_a_spread_always_adds_up_in_coins(
    amounts: list[Decimal], billed: Decimal
) -> None:
    wanted = usd(billed).rounded()

    exact = spread([usd(amount) for amount in amounts], wanted)

    assert total_of(exact, "USD") == wanted
    assert all(amount.is_exact for amount in exact)


def test_a_spread_leaves_what_carries_nothing_alone() -> None:
    exact = spread([usd("0.34"), usd("0.00"), usd("0.34")], usd("0.67"))

    assert exact[1] == usd("0.00")
    assert sorted(str(amount) for amount in exact) == [
        "0.00 USD",
        "0.33 USD",
        "0.34 USD",
    ]


@pytest.mark.parametrize(("code", "digits"), [("USD", 2), ("JPY", 0), ("KWD", 3)])
def test_coins_are_those_of_the_currency(code: str, digits: int) -> None:
    assert minor_digits(code) == digits
    assert Money(Decimal("1.0005"), code).rounded().is_exact


def test_an_amount_finer_than_a_coin_shows_all_its_digits() -> None:
    assert str(usd("0.125")) == "0.125 USD"
    assert str(usd("5")) == "5.00 USD"
