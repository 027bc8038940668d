"""What a visit does next: doubt first, then writes, and reads that never starve."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockbridge.domain.visiting import (
    WRITES_IN_ROW_MAX,
    Facts,
    Step,
    next_step,
    percent_done,
)

ALL = Facts(
    is_checked=True,
    to_recover=1,
    to_look_up=1,
    to_write=1,
    to_read=1,
    to_release=1,
)
counts = st.integers(0, 3)
any_facts = st.builds(
    Facts,
    is_checked=st.booleans(),
    to_recover=counts,
    to_look_up=counts,
    to_write=counts,
    to_read=counts,
    to_release=counts,
    writes_in_row=st.integers(0, 2 * WRITES_IN_ROW_MAX),
)


def test_one_thing_after_the_other_until_nothing_is_left() -> None:
    facts = replace(ALL, is_checked=False)
    seen = []

    for done in (
        {"is_checked": True},
        {"to_recover": 0},
        {"to_look_up": 0},
        {"to_write": 0},
        {"to_read": 0},
        {"to_release": 0},
    ):
        seen.append(next_step(facts))
        facts = replace(facts, **done)

    assert [*seen, next_step(facts)] == [
        Step.CHECK,
        Step.RECOVER,
        Step.LOOK_UP,
        Step.WRITE,
        Step.READ,
        Step.RELEASE,
        Step.END,
    ]


@given(any_facts)
def test_nothing_is_written_while_anything_is_in_doubt(facts: Facts) -> None:
    is_clear = facts.is_checked and not facts.to_recover and not facts.to_look_up

    assert next_step(facts) is not Step.WRITE or is_clear


@given(any_facts)
def test_a_visit_ends_only_when_nothing_is_left(facts: Facts) -> None:
    left = facts.to_recover + facts.to_look_up + facts.to_write
    left += facts.to_read + facts.to_release

    assert (next_step(facts) is Step.END) == (facts.is_checked and left == 0)


@pytest.mark.parametrize(("in_row", "step"), [(4, Step.WRITE), (5, Step.READ)])
def test_a_long_queue_lets_a_page_be_read_now_and_then(in_row: int, step: Step) -> None:
    facts = Facts(is_checked=True, to_write=9, to_read=1, writes_in_row=in_row)

    assert next_step(facts) is step


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_a_hundred_percent_ends_a_visit_and_so_is_said_only_at_its_end(
    done: int, left: int
) -> None:
    percent = percent_done(done=done, left=left)

    assert 0 <= percent <= 100
    assert (percent == 100) == (left == 0)
