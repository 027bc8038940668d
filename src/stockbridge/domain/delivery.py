"""The life of one document on its way into the books.

A state table: what is not in it is refused. "Waits for" is derived from what a
delivery needs; it is no state.
"""

from enum import StrEnum

from stockbridge.domain.errors import DefectError


class State(StrEnum):
    """Where a delivery stands."""

    HELD = "held"  # waits for a person; an issue says what to do
    READY = "ready"  # may leave once all that it needs is posted
    SENT = "sent"  # bytes kept and on their way; they never change again
    IN_DOUBT = "in_doubt"  # sent, and the answer got lost: look it up
    POSTED = "posted"  # in the books, with its id
    FAILED = "failed"  # gave up; can be resumed
    CANCELLED = "cancelled"  # a person dropped it before it left
    SUPERSEDED = "superseded"  # its source changed before it left


class Event(StrEnum):
    """What can happen to a delivery."""

    HOLD = "hold"  # something is missing that a person must give
    RELEASE = "release"  # it was given
    SEND = "send"  # the envelope is kept and leaves
    ACCEPT = "accept"  # the books took it: an answer to the very batch
    REFUSE = "refuse"  # the books said no, and why
    RETURN = "return"  # certainly not received: line down, busy, rate limit
    LOSE_ANSWER = "lose_answer"  # maybe received
    FIND = "find"  # looked up: it is there
    MISS = "miss"  # looked up: it is certainly not there
    GIVE_UP = "give_up"  # tried often enough
    RESUME = "resume"  # a person says: try again
    CANCEL = "cancel"
    SUPERSEDE = "supersede"
    DOUBT = "doubt"  # after a restore: it may have left before
    LINK = "link"  # a person says which document of the books it is
    UNLINK = "unlink"  # a person says that it is not


TRANSITIONS: dict[tuple[State, Event], State] = {
    (State.HELD, Event.RELEASE): State.READY,
    (State.HELD, Event.CANCEL): State.CANCELLED,
    (State.HELD, Event.SUPERSEDE): State.SUPERSEDED,
    (State.HELD, Event.DOUBT): State.IN_DOUBT,
    (State.READY, Event.HOLD): State.HELD,
    (State.READY, Event.SEND): State.SENT,
    (State.READY, Event.GIVE_UP): State.FAILED,
    (State.READY, Event.CANCEL): State.CANCELLED,
    (State.READY, Event.SUPERSEDE): State.SUPERSEDED,
    (State.READY, Event.DOUBT): State.IN_DOUBT,
    (State.SENT, Event.ACCEPT): State.POSTED,
    (State.SENT, Event.REFUSE): State.HELD,
    (State.SENT, Event.RETURN): State.READY,
    (State.SENT, Event.LOSE_ANSWER): State.IN_DOUBT,
    # Never send again from doubt: look it up first, or a sale books twice.
    (State.IN_DOUBT, Event.FIND): State.POSTED,
    (State.IN_DOUBT, Event.MISS): State.READY,
    # Evidence is always taken, however late and whoever brings it.
    (State.IN_DOUBT, Event.ACCEPT): State.POSTED,
    (State.IN_DOUBT, Event.REFUSE): State.HELD,
    (State.READY, Event.ACCEPT): State.POSTED,
    (State.HELD, Event.ACCEPT): State.POSTED,
    (State.FAILED, Event.ACCEPT): State.POSTED,
    (State.POSTED, Event.ACCEPT): State.POSTED,  # twice: by two, or after a look-up
    # Looked up in vain, dropped by a person, and there after all: a fact.
    (State.CANCELLED, Event.ACCEPT): State.POSTED,
    (State.SUPERSEDED, Event.ACCEPT): State.POSTED,
    (State.READY, Event.FIND): State.POSTED,
    (State.HELD, Event.FIND): State.POSTED,
    (State.FAILED, Event.FIND): State.POSTED,
    (State.POSTED, Event.FIND): State.POSTED,
    (State.FAILED, Event.RESUME): State.READY,
    (State.FAILED, Event.CANCEL): State.CANCELLED,
    (State.FAILED, Event.SUPERSEDE): State.SUPERSEDED,
    (State.FAILED, Event.DOUBT): State.IN_DOUBT,
    (State.SENT, Event.DOUBT): State.IN_DOUBT,
    # Linked to a document that was there already: nothing leaves, nothing is undone.
    (State.READY, Event.LINK): State.POSTED,
    (State.POSTED, Event.UNLINK): State.CANCELLED,
}

#: States in which the key is taken: no second delivery may have it.
LIVE = frozenset(State) - {State.CANCELLED, State.SUPERSEDED}
#: States that an order's later changes must wait for.
UNSETTLED = frozenset({State.SENT, State.IN_DOUBT})
#: States in which nothing has left: the plan may still be replaced.
REPLACEABLE = frozenset({State.HELD, State.READY, State.FAILED})


def moved(state: State, event: Event) -> State:
    """Return the state after `event`; DefectError where the table refuses it."""
    try:
        return TRANSITIONS[state, event]
    except KeyError:
        raise DefectError(f"A delivery that is {state} cannot {event}.") from None


def may(state: State, event: Event) -> bool:
    """Return whether the table allows `event` in `state`."""
    return (state, event) in TRANSITIONS
