"""The state table of one conversation, walked pair by pair."""

from itertools import product

import pytest

from stockbridge.connectors.webconnector.conversation import (
    TRANSITIONS,
    Event,
    State,
    last_error_event,
    leaves_doubt,
    may,
    moved,
    percent_event,
)
from stockbridge.domain.errors import DefectError


@pytest.mark.parametrize(("state", "event"), list(product(State, Event)))
def test_what_the_table_does_not_list_is_refused(state: State, event: Event) -> None:
    if (state, event) in TRANSITIONS:
        assert may(state, event)
        assert moved(state, event) is TRANSITIONS[state, event]
    else:
        assert not may(state, event)
        with pytest.raises(DefectError, match=event.value):
            moved(state, event)


def test_every_state_can_be_reached_and_every_open_one_left_without_a_word() -> None:
    reached = {State.SIGNING_IN}
    for _ in State:
        reached |= {
            after for (before, _), after in TRANSITIONS.items() if before in reached
        }

    assert reached == set(State)
    for state in set(State) - {State.CLOSED}:
        assert moved(state, Event.VANISH) is State.CLOSED


def test_nothing_comes_after_the_end() -> None:
    assert not [event for event in Event if may(State.CLOSED, event)]


def test_only_an_envelope_that_is_out_is_in_doubt() -> None:
    assert [state for state in State if leaves_doubt(state)] == [State.ANSWERING]
    assert {before for (before, event) in TRANSITIONS if event is Event.GO_ON} == {
        State.ANSWERING
    }


@pytest.mark.parametrize(
    ("percent", "event"),
    [
        (-101, Event.REPORT),
        (-1, Event.REPORT),
        (0, Event.GO_ON),
        (99, Event.GO_ON),
        (100, Event.FINISH),
    ],
)
def test_a_percentage_says_how_it_goes_on(percent: int, event: Event) -> None:
    assert percent_event(percent) is event


def test_noop_is_no_error_but_a_pause() -> None:
    assert last_error_event("NoOp") is Event.WAIT
    assert last_error_event("Interactive mode") is Event.SHOW_PAGE
    assert last_error_event("The drawer is stuck.") is Event.EXPLAIN
