"""What stock is worth, to the coin, whatever happens to it."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from stockbridge.backoffice.costing import Holding, found, put_in, take_out, taken_back
from stockbridge.backoffice.settling import settle
from stockbridge.domain.money import Money, zero

UNITS = st.decimals("0.5", "99", places=2)
CENTS = st.integers(0, 99_999).map(lambda cents: Money(Decimal(cents) / 100, "USD"))
MOVES = st.lists(st.tuples(st.sampled_from(["in", "out", "found"]), UNITS, CENTS))


def usd(amount: str) -> Money:
    return Money(Decimal(amount), "USD")


def test_the_last_units_take_what_is_left_of_the_value() -> None:
    holding = Holding(Decimal(3), usd("10.00"))

    first = take_out(holding, Decimal(1), usd("4.00"))
    rest = take_out(Holding(Decimal(2), usd("6.67")), Decimal(2), usd("4.00"))

    assert (first, rest) == (usd("3.33"), usd("6.67"))


def test_what_was_sold_before_it_came_in_leaves_a_variance() -> None:
    short = Holding(Decimal(-2), usd("-8.00"))

    valued = put_in(short, Decimal(5), usd("25.00"))

    assert valued.value == usd("23.00")
    assert valued.variance == usd("2.00")


def test_reversing_what_was_averaged_away_leaves_nothing_behind() -> None:
    valued = taken_back(Holding(Decimal(10), usd("20.00")), Decimal(10), usd("10.00"))

    assert valued.value == usd("-20.00")
    assert valued.variance == usd("10.00")


@given(MOVES)
def test_value_has_the_sign_of_the_units_and_whole_cents(
    moves: list[tuple[str, Decimal, Money]],
) -> None:
    holding = Holding(Decimal(0), zero("USD"))
    for kind, units, money in moves:
        if kind == "out":
            moved, units = -take_out(holding, units, money), -units
        elif kind == "in":
            valued = put_in(holding, units, money)
            moved = valued.value
            assert valued.value + valued.variance == money
        else:
            moved = found(holding, units, money)
        holding = Holding(holding.on_hand + units, holding.value + moved)
        assert holding.value.is_exact
        assert holding.on_hand or not holding.value
        assert holding.value.amount * holding.on_hand >= 0


@given(st.lists(CENTS), st.lists(CENTS))
def test_deposits_and_receivable_always_tell_the_position(
    paid: list[Money], billed: list[Money]
) -> None:
    position = deposits = receivable = zero("USD")
    for change in [*paid, *(-amount for amount in billed)]:
        step = settle(position, change)
        position += change
        deposits += step.deposits
        receivable += step.receivable

    assert deposits - receivable == position
    assert not (deposits and receivable)
    assert min(deposits.amount, receivable.amount) >= 0
