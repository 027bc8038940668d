"""How much goes into one envelope: never more than the other side can bear."""

from hypothesis import given
from hypothesis import strategies as st

from stockbridge.domain.pacing import CUT_S, TARGET_S, UNKNOWN, Pace

factors = st.floats(0.02, 60)
guesses = st.lists(st.floats(0.01, 5), min_size=1, max_size=400)


@given(factors, guesses)
def test_an_envelope_takes_no_longer_than_it_may_unless_it_holds_but_one(
    factor: float, costs: list[float]
) -> None:
    count = Pace(factor).count_fitting(costs)

    assert 1 <= count <= len(costs)
    assert count == 1 or sum(costs[:count]) * factor <= TARGET_S + 1e-6


@given(factors, guesses)
def test_an_envelope_leaves_out_nothing_that_would_fit(
    factor: float, costs: list[float]
) -> None:
    count = Pace(factor).count_fitting(costs)

    assert count == len(costs) or sum(costs[: count + 1]) * factor > TARGET_S - 1e-6


def test_a_machine_that_nobody_knows_is_not_cut_even_if_it_is_four_times_slower() -> (
    None
):
    count = Pace().count_fitting([0.3] * 1000)

    assert count * 0.3 * 4 <= CUT_S
    assert Pace().factor == UNKNOWN


def test_slower_is_believed_at_once() -> None:
    assert Pace(1.0).answered(guess_s=20, took_s=60).factor == 3.0


def test_faster_is_believed_at_once_if_it_took_long_enough_to_tell() -> None:
    assert Pace(4.0).answered(guess_s=25, took_s=25).factor == 1.0


def test_faster_is_believed_by_half_if_the_envelope_was_short() -> None:
    assert Pace(4.0).answered(guess_s=1, took_s=2).factor == 3.0


def test_a_short_envelope_makes_nothing_slower() -> None:
    assert Pace(1.0).answered(guess_s=0.1, took_s=2).factor == 1.0


@given(factors, st.floats(0.1, 400))
def test_after_a_cut_the_same_envelope_is_not_sent_again(
    factor: float, guess_s: float
) -> None:
    after = Pace(factor).cut(guess_s=guess_s, took_s=CUT_S)

    assert after.factor >= min(2 * factor, 60)
    assert after.factor * guess_s >= min(CUT_S, 60 * guess_s) - 1e-6


def test_what_broke_off_early_says_nothing_of_speed() -> None:
    assert Pace(1.5).cut(guess_s=60, took_s=20) == Pace(1.5)
