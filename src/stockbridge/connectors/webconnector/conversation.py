"""One conversation with the Web Connector, as a state table.

A state says what the Web Connector does next; an event is one of its calls together
with our answer. What the table does not list is refused. Two facts shape it:

- Between an envelope and its answer nothing else comes. If a sign-in comes instead,
  the envelope is in doubt (`leaves_doubt`).
- The Web Connector may vanish anywhere: killed, cut off, or simply stopped by its
  user. Whether it says good-bye is never to be relied on.

An answer that comes after the end is no event of this table; it still is evidence,
and whoever keeps the documents takes it.
"""

from enum import StrEnum

from stockbridge.domain.errors import DefectError


class State(StrEnum):
    """What the Web Connector does next."""

    SIGNING_IN = "signing_in"  # it tells versions, then signs in
    OPENING = "opening"  # it opens the company, then asks for work
    ASKING = "asking"  # it asks for the next envelope
    ANSWERING = "answering"  # QuickBooks has an envelope; its answer comes
    PAUSED = "paused"  # it got no envelope, and asks why
    FAILED = "failed"  # it heard of an error, and asks which
    INTERACTING = "interacting"  # it shows a page of ours; the old way, never used
    CLOSING = "closing"  # it says good-bye, perhaps
    CLOSED = "closed"  # over; nothing more comes


class Event(StrEnum):
    """A call, and how it was answered."""

    OPEN = "open"  # authenticate: a ticket and a company
    TURN_AWAY = "turn_away"  # authenticate: none, nvu or busy
    HAND_OUT = "hand_out"  # sendRequestXML: an envelope
    HAND_NOTHING = "hand_nothing"  # sendRequestXML: the empty text
    GO_ON = "go_on"  # receiveResponseXML: 0 to 99
    FINISH = "finish"  # receiveResponseXML: 100
    REPORT = "report"  # receiveResponseXML: less than 0
    WAIT = "wait"  # getLastError: NoOp, five seconds, then ask again
    EXPLAIN = "explain"  # getLastError: a text
    SHOW_PAGE = "show_page"  # getLastError: Interactive mode
    PAGE_DONE = "page_done"  # interactiveDone
    PAGE_REJECTED = "page_rejected"  # interactiveRejected
    TRY_ANOTHER = "try_another"  # connectionError: another path
    GIVE_UP = "give_up"  # connectionError: done
    CLOSE = "close"  # closeConnection
    VANISH = "vanish"  # nothing more came, or a new sign-in


TRANSITIONS: dict[tuple[State, Event], State] = {
    (State.SIGNING_IN, Event.OPEN): State.OPENING,
    (State.SIGNING_IN, Event.TURN_AWAY): State.CLOSED,
    (State.SIGNING_IN, Event.VANISH): State.CLOSED,
    (State.OPENING, Event.TRY_ANOTHER): State.OPENING,
    (State.OPENING, Event.GIVE_UP): State.CLOSING,
    (State.OPENING, Event.HAND_OUT): State.ANSWERING,
    (State.OPENING, Event.HAND_NOTHING): State.PAUSED,
    (State.OPENING, Event.CLOSE): State.CLOSED,
    (State.OPENING, Event.VANISH): State.CLOSED,
    (State.ASKING, Event.HAND_OUT): State.ANSWERING,
    (State.ASKING, Event.HAND_NOTHING): State.PAUSED,
    (State.ASKING, Event.CLOSE): State.CLOSED,
    (State.ASKING, Event.VANISH): State.CLOSED,
    (State.ANSWERING, Event.GO_ON): State.ASKING,
    (State.ANSWERING, Event.FINISH): State.CLOSING,
    (State.ANSWERING, Event.REPORT): State.FAILED,
    # Both leave the envelope in doubt.
    (State.ANSWERING, Event.CLOSE): State.CLOSED,
    (State.ANSWERING, Event.VANISH): State.CLOSED,
    (State.PAUSED, Event.WAIT): State.ASKING,
    (State.PAUSED, Event.EXPLAIN): State.CLOSING,
    (State.PAUSED, Event.SHOW_PAGE): State.INTERACTING,
    (State.PAUSED, Event.CLOSE): State.CLOSED,
    (State.PAUSED, Event.VANISH): State.CLOSED,
    (State.FAILED, Event.EXPLAIN): State.CLOSING,
    (State.FAILED, Event.CLOSE): State.CLOSED,
    (State.FAILED, Event.VANISH): State.CLOSED,
    (State.INTERACTING, Event.PAGE_DONE): State.ASKING,
    (State.INTERACTING, Event.PAGE_REJECTED): State.CLOSING,
    (State.INTERACTING, Event.CLOSE): State.CLOSED,
    (State.INTERACTING, Event.VANISH): State.CLOSED,
    (State.CLOSING, Event.CLOSE): State.CLOSED,
    (State.CLOSING, Event.VANISH): State.CLOSED,
}


def moved(state: State, event: Event) -> State:
    """Return the state after `event`; DefectError where the table refuses it."""
    try:
        return TRANSITIONS[state, event]
    except KeyError:
        raise DefectError(f"{event} cannot happen while {state}.") from None


def may(state: State, event: Event) -> bool:
    """Return whether the table allows `event` in `state`."""
    return (state, event) in TRANSITIONS


def leaves_doubt(state: State) -> bool:
    """Return whether an end in this state leaves an envelope in doubt."""
    return state is State.ANSWERING


def percent_event(percent: int) -> Event:
    """Return what our answer to `receiveResponseXML` makes of the conversation."""
    if percent < 0:
        return Event.REPORT
    return Event.FINISH if percent >= 100 else Event.GO_ON


def last_error_event(text: str) -> Event:
    """Return what our answer to `getLastError` makes of the conversation."""
    if text == "NoOp":
        return Event.WAIT
    return Event.SHOW_PAGE if text == "Interactive mode" else Event.EXPLAIN


def picture() -> str:
    """Return the table as a Mermaid diagram, for the README."""
    arrows: dict[tuple[State, State], list[str]] = {}
    for (before, event), after in TRANSITIONS.items():
        arrows.setdefault((before, after), []).append(event.value)
    lines = [
        f"    {before.value} --> {after.value}: {', '.join(events)}"
        for (before, after), events in arrows.items()
    ]
    start = f"    [*] --> {State.SIGNING_IN.value}"
    return "\n".join(["```mermaid", "stateDiagram-v2", start, *lines, "```"])
