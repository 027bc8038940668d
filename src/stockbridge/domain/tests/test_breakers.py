"""Limits stop a run that would do too much, and name what waits."""

from decimal import Decimal

import pytest

from stockbridge.domain.breakers import (
    CountedEffect,
    EffectKind,
    Limits,
    price_move,
    tripped,
    zeroing,
)
from stockbridge.domain.tests.builders import usd

KIND = EffectKind
FEW = Limits(
    zeroed_max=2,
    zeroed_share_max=None,
    created_max=2,
    posted_max=2,
    posted_value_max=Decimal(100),
)


def some(kind: EffectKind, *subjects: str, amount: str = "1") -> list[CountedEffect]:
    return [CountedEffect(kind, subject, Decimal(amount)) for subject in subjects]


@pytest.mark.parametrize("kind", [KIND.ZEROED, KIND.CREATED, KIND.POSTED])
def test_up_to_the_limit_nothing_stops(kind: EffectKind) -> None:
    assert tripped(some(kind, "a", "b"), [], FEW) == ()


@pytest.mark.parametrize("kind", [KIND.ZEROED, KIND.CREATED, KIND.POSTED])
def test_beyond_the_limit_all_of_it_stops_and_is_named(kind: EffectKind) -> None:
    trips = tripped(some(kind, "a", "b", "c"), [], FEW)

    assert [trip.rows for trip in trips] == [("a", "b", "c")]
    assert "limit is 2" in trips[0].message


def test_ten_small_runs_are_no_way_around_a_limit() -> None:
    trips = tripped(some(KIND.ZEROED, "c"), some(KIND.ZEROED, "a", "b"), FEW)

    assert [trip.rows for trip in trips] == [("c",)]


def test_a_limit_that_was_passed_stops_nothing_else() -> None:
    before = some(KIND.ZEROED, "a", "b", "c")

    assert tripped(some(KIND.CREATED, "x"), before, FEW) == ()


def test_one_item_that_comes_and_goes_is_one_item() -> None:
    before = some(KIND.ZEROED, "a", "a", "a")

    assert tripped(some(KIND.ZEROED, "a", "b"), before, FEW) == ()


def test_an_acknowledgement_covers_the_listed_rows_only() -> None:
    rows = some(KIND.ZEROED, "a", "b", "c")
    said_yes = [CountedEffect(KIND.ZEROED, row, was_acknowledged=True) for row in "abc"]

    assert tripped(rows, said_yes, FEW) == ()
    assert tripped([*rows, *some(KIND.ZEROED, "d")], said_yes, FEW) == ()
    more = some(KIND.ZEROED, "d", "e", "f")
    assert [t.rows for t in tripped([*rows, *more], said_yes, FEW)] == [("d", "e", "f")]


def test_an_acknowledgement_is_of_one_kind() -> None:
    said_yes = [
        CountedEffect(KIND.CREATED, row, was_acknowledged=True) for row in "abc"
    ]

    assert tripped(some(KIND.ZEROED, *"abc"), said_yes, FEW)


def test_the_share_of_all_items_is_a_limit_too() -> None:
    limits = Limits(zeroed_max=None, zeroed_share_max=30, items_count=10)

    assert tripped(some(KIND.ZEROED, *"abc"), [], limits) == ()
    assert (
        tripped(some(KIND.ZEROED, *"abcd"), [], limits)[0].limit == "zeroed_share_max"
    )


def test_of_very_few_items_one_may_always_go() -> None:
    limits = Limits(zeroed_max=None, zeroed_share_max=30, items_count=2)

    assert tripped(some(KIND.ZEROED, "a"), [], limits) == ()


def test_value_booked_adds_up_over_a_day() -> None:
    before = some(KIND.POSTED, "a", amount="60")

    assert tripped(some(KIND.POSTED, "b", amount="40"), before, FEW) == ()
    trips = tripped(some(KIND.POSTED, "b", amount="-40.01"), before, FEW)
    assert [trip.limit for trip in trips] == ["posted_value_max"]


def test_only_the_prices_that_jump_stop() -> None:
    moves = [
        *some(KIND.REPRICED, "a", amount="51"),
        *some(KIND.REPRICED, "b", amount="50"),
    ]

    assert [trip.rows for trip in tripped(moves, [], Limits())] == [("a",)]


def test_small_steps_of_a_price_add_up_over_a_day() -> None:
    before = some(KIND.REPRICED, "a", amount="30")

    assert tripped(some(KIND.REPRICED, "a", amount="20"), before, Limits())
    assert not tripped(some(KIND.REPRICED, "a", amount="-20"), before, Limits())


def test_a_price_that_was_allowed_is_no_leave_for_a_later_one() -> None:
    allowed = CountedEffect(KIND.REPRICED, "a", Decimal(100), was_acknowledged=True)

    assert tripped(some(KIND.REPRICED, "a", amount="900"), [allowed], Limits())
    assert not tripped(some(KIND.REPRICED, "a", amount="40"), [allowed], Limits())


def test_steps_after_a_price_that_was_allowed_add_up_again() -> None:
    allowed = CountedEffect(KIND.REPRICED, "a", Decimal(100), was_acknowledged=True)
    steps = [*some(KIND.REPRICED, "a", amount="40"), allowed]

    assert not tripped(some(KIND.REPRICED, "a", amount="30"), steps, Limits())
    steps += some(KIND.REPRICED, "a", amount="30")
    assert tripped(some(KIND.REPRICED, "a", amount="30"), steps, Limits())


@pytest.mark.parametrize(
    ("before", "after", "percent"),
    [("10", "15", "50"), ("10", "5", "-50"), ("10", "0", "-100"), ("10", None, "-100")],
)
def test_a_price_moves_by_a_share_of_what_it_was(
    before: str, after: str | None, percent: str
) -> None:
    move = price_move("a", usd(before), usd(after) if after else None)

    assert move is not None
    assert move.amount == Decimal(percent)


def test_a_first_price_moves_nothing() -> None:
    assert price_move("a", None, usd("5")) is None
    assert price_move("a", usd("0"), usd("5")) is None
    assert price_move("a", usd("5"), usd("5.00")) is None


@pytest.mark.parametrize(
    ("shown", "desired", "is_zeroing"),
    [(5, 0, True), (0, 0, False), (5, 1, False), (None, 0, False), (5, -2, True)],
)
def test_going_from_some_to_none_is_zeroing(
    shown: int | None, desired: int, *, is_zeroing: bool
) -> None:
    before = None if shown is None else Decimal(shown)

    assert (zeroing("a", before, Decimal(desired)) is not None) == is_zeroing
