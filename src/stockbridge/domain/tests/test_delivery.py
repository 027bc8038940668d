"""The state table of deliveries, walked over every pair."""

from itertools import product
from pathlib import Path

import pytest

from stockbridge.domain.delivery import (
    LIVE,
    REPLACEABLE,
    TRANSITIONS,
    UNSETTLED,
    Event,
    State,
    may,
    moved,
)
from stockbridge.domain.diagram import page
from stockbridge.domain.errors import DefectError

PAIRS = list(product(State, Event))
DIAGRAM = Path(__file__).parents[4] / "docs" / "delivery-states.md"


@pytest.mark.parametrize(("state", "event"), PAIRS)
def test_every_pair_moves_as_the_table_says_or_is_refused(
    state: State, event: Event
) -> None:
    if (state, event) in TRANSITIONS:
        assert may(state, event)
        assert moved(state, event) is TRANSITIONS[state, event]
        return

    assert not may(state, event)
    with pytest.raises(DefectError):
        moved(state, event)


@pytest.mark.parametrize("state", State)
def test_evidence_is_taken_in_every_state(state: State) -> None:
    assert moved(state, Event.ACCEPT) is State.POSTED


@pytest.mark.parametrize("state", sorted(UNSETTLED))
def test_what_may_be_in_the_books_is_neither_dropped_nor_replaced(
    state: State,
) -> None:
    for event in (Event.CANCEL, Event.SUPERSEDE, Event.HOLD, Event.GIVE_UP):
        assert not may(state, event)


def test_doubt_never_leads_to_sending_without_a_look() -> None:
    ways_out = {e for (s, e) in TRANSITIONS if s is State.IN_DOUBT}

    assert ways_out == {Event.FIND, Event.MISS, Event.ACCEPT, Event.REFUSE}


def test_only_what_is_ready_is_sent() -> None:
    assert [s for s in State if may(s, Event.SEND)] == [State.READY]


def test_what_is_posted_stays_posted_unless_it_was_only_linked() -> None:
    ways_out = {
        event
        for state, event in TRANSITIONS
        if state is State.POSTED and moved(state, event) is not State.POSTED
    }

    assert ways_out == {Event.UNLINK}


@pytest.mark.parametrize("state", sorted(REPLACEABLE))
def test_what_has_not_left_can_be_superseded(state: State) -> None:
    assert moved(state, Event.SUPERSEDE) is State.SUPERSEDED


def test_a_key_is_free_again_only_when_nothing_can_come_of_it() -> None:
    assert frozenset(State) - LIVE == {State.CANCELLED, State.SUPERSEDED}


@pytest.mark.parametrize("state", State)
def test_every_state_can_be_reached_from_the_first(state: State) -> None:
    reached = {State.READY}
    while new := {TRANSITIONS[p] for p in TRANSITIONS if p[0] in reached} - reached:
        reached |= new

    assert state in reached


def test_the_picture_in_the_docs_is_drawn_from_the_table() -> None:
    assert DIAGRAM.read_text(encoding="utf-8") == page()
