"""How much goes into one envelope: never more than the other side can bear."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockbridge.domain.pacing import (
    CUT_S,
    SLIP_MAX,
    SLIP_MIN,
    SLIP_UNKNOWN,
    UNKNOWN,
    Pace,
)

factors = st.floats(0.02, 60)
slips = st.floats(0, SLIP_MAX)
guesses = st.lists(st.floats(0.01, 5), min_size=1, max_size=400)


@given(factors, guesses)
def test_an_envelope_takes_no_longer_than_it_may_unless_it_holds_but_one(
    factor: float, costs: list[float]
) -> None:
    count = Pace(factor).count_fitting(costs)

    assert 1 <= count <= len(costs)
    assert count == 1 or sum(costs[:count]) * factor <= Pace().target_s + 1e-6


@given(factors, guesses)
def test_an_envelope_leaves_out_nothing_that_would_fit(
    factor: float, costs: list[float]
) -> None:
    count = Pace(factor).count_fitting(costs)

    assert (
        count == len(costs) or sum(costs[: count + 1]) * factor > Pace().target_s - 1e-6
    )


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
    after = Pace(1.5).cut(guess_s=60, took_s=20)

    assert (after.factor, after.target_s) == (1.5, Pace(1.5).target_s)


@given(st.floats(20, 119), st.floats(0.2, 4))
def test_a_caller_with_a_shorter_limit_is_cut_three_times_at_most(
    limit_s: float, speed: float
) -> None:
    pace, cuts = Pace(speed), 0
    for _ in range(10):
        guess_s = pace.target_s / pace.factor  # a full envelope
        took_s = guess_s * speed
        if took_s < limit_s:
            pace = pace.answered(guess_s=guess_s, took_s=took_s)
        else:
            cuts += 1
            pace = pace.cut(guess_s=guess_s, took_s=limit_s)

    assert cuts <= 3


def test_two_that_broke_off_at_different_times_show_no_limit() -> None:
    pace = Pace(1.0).cut(guess_s=100, took_s=30).cut(guess_s=100, took_s=55)

    assert pace.limit_s == CUT_S


def test_two_that_broke_off_within_seconds_show_no_limit() -> None:
    pace = Pace(1.0).cut(guess_s=100, took_s=4).cut(guess_s=100, took_s=4)

    assert pace.limit_s == CUT_S


def test_a_longer_answer_between_them_shows_that_there_is_no_limit() -> None:
    pace = Pace(1.0).cut(guess_s=100, took_s=50)
    pace = pace.answered(guess_s=80, took_s=80).cut(guess_s=100, took_s=50)

    assert pace.limit_s == CUT_S


def test_a_limit_that_was_none_is_forgotten_by_full_envelopes_in_the_end() -> None:
    pace = Pace(1.0).cut(guess_s=60, took_s=25).cut(guess_s=60, took_s=25)
    assert pace.limit_s == 25

    for _ in range(1_000):
        took_s = pace.target_s
        pace = pace.answered(guess_s=took_s / pace.factor, took_s=took_s)

    assert pace.limit_s == CUT_S


def test_a_true_limit_costs_a_cut_now_and_then_and_no_more() -> None:
    pace, cuts = Pace(1.0), 0
    for _ in range(300):
        guess_s = pace.target_s / pace.factor
        if guess_s < 60:
            pace = pace.answered(guess_s=guess_s, took_s=guess_s)
        else:
            cuts += 1
            pace = pace.cut(guess_s=guess_s, took_s=60)

    assert cuts <= 2 + 300 / 30


def test_an_answer_that_took_longer_than_the_limit_moves_it() -> None:
    pace = Pace(1.0, limit_s=60)

    assert pace.answered(guess_s=80, took_s=80).limit_s == 80


# ── records and documents in one envelope ────────────────────────────────────


@given(factors, slips, guesses, guesses, st.integers(1, 400))
def test_records_and_documents_together_take_no_longer_than_they_may(
    factor: float, slip: float, records: list[float], documents: list[float], most: int
) -> None:
    pace = Pace(factor, slip)
    fit = pace.split(records, documents, most=most)

    chosen = records[: fit.records] + documents[: fit.documents]
    assert 1 <= len(chosen) <= most
    assert len(chosen) == 1 or sum(chosen) * factor <= pace.target_s + 1e-6
    assert sum(chosen) * factor <= CUT_S or len(chosen) == 1


@given(factors, guesses, guesses)
def test_no_record_is_left_out_that_would_fit(
    factor: float, records: list[float], documents: list[float]
) -> None:
    pace = Pace(factor)
    fit = pace.split(records, documents, most=800)

    used = sum(records[: fit.records]) + sum(documents[: fit.documents])
    next_s = records[fit.records : fit.records + 1]
    assert not next_s or (used + next_s[0]) * factor > pace.target_s - 1e-6


def test_half_of_an_envelope_is_for_the_records_that_documents_wait_for() -> None:
    fit = Pace(1.0).split([0.3] * 400, [0.5] * 400, most=400)

    half_s = Pace(1.0).target_s / 2
    assert half_s - 0.3 <= fit.records * 0.3 <= half_s + 0.5
    assert half_s - 0.5 <= fit.documents * 0.5 <= half_s + 0.3


def test_what_one_half_does_not_need_is_the_others() -> None:
    assert Pace(1.0).split([0.3] * 400, [], most=400).records == 347
    assert Pace(1.0).split([], [0.5] * 400, most=400).documents == 208


# ── how far below the cut ────────────────────────────────────────────────────


def test_a_machine_that_keeps_its_pace_is_given_fuller_envelopes() -> None:
    pace = Pace(4.0).answered(guess_s=26, took_s=26)
    assert pace.target_s == Pace().target_s  # one foretelling that was none

    for _ in range(3):
        pace = pace.answered(guess_s=pace.target_s, took_s=pace.target_s)

    assert pace.slip < SLIP_MIN
    assert pace.target_s == CUT_S / (1 + 2 * SLIP_MIN) < 113


@given(st.floats(0, SLIP_MAX), st.floats(1, 1.25))
def test_one_that_slipped_may_slip_twice_as_much_again_without_a_cut(
    slip: float, late: float
) -> None:
    pace = Pace(1.0, slip)
    after = pace.answered(guess_s=pace.target_s, took_s=pace.target_s * late)

    assert after.target_s * (1 + 2 * (late - 1)) <= CUT_S + 1e-6


def test_a_short_envelope_says_nothing_about_keeping_the_pace() -> None:
    after = Pace(1.0).answered(guess_s=10, took_s=20)

    assert after.slip == SLIP_UNKNOWN
    assert after.factor == 2.0


def test_after_a_cut_there_is_room_again() -> None:
    assert Pace(1.0, 0.0).cut(guess_s=112, took_s=CUT_S).slip == SLIP_UNKNOWN


@pytest.mark.parametrize("speed", [1.0, 4.0])
def test_a_thousand_orders_of_new_customers_take_eight_envelopes_at_the_known_speed(
    speed: float,
) -> None:
    """The work is 800 s at our guess: seven envelopes of 120 s, and none is cut."""
    pace, customers, sales, waiting = Pace(), 1000, 0, 1000
    trips, longest_s = 0, 0.0
    while waiting:
        fit = pace.split([0.3] * customers, [0.5] * sales, most=400)
        guess_s = fit.records * 0.3 + fit.documents * 0.5
        customers -= fit.records
        sales += fit.records - fit.documents
        waiting -= fit.documents
        trips, longest_s = trips + 1, max(longest_s, guess_s * speed)
        pace = pace.answered(guess_s=guess_s, took_s=guess_s * speed)

    assert trips <= {1.0: 8, 4.0: 30}[speed]
    assert longest_s < 113
