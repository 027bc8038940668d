"""The picture of a delivery's life, drawn from its state table.

`python -m stockbridge.domain.diagram docs/delivery-states.md` writes it again.
"""

import sys
from pathlib import Path

from stockbridge.domain.delivery import (
    LIVE,
    REPLACEABLE,
    TRANSITIONS,
    UNSETTLED,
    Event,
    State,
)

_HEAD = """# The life of a delivery

Drawn from the table in `src/stockbridge/domain/delivery.py` by
`python -m stockbridge.domain.diagram`; a test compares the two. What the table does
not list is refused.
"""


def page() -> str:
    """Return the page: the picture, then the table with every state and event."""
    return "\n".join([_HEAD, _picture(), "", _groups(), "", _table(), ""])


def _picture() -> str:
    arrows: dict[tuple[State, State], list[str]] = {}
    for (before, event), after in TRANSITIONS.items():
        arrows.setdefault((before, after), []).append(event.value)
    lines = [
        f"    {before.value} --> {after.value}: {', '.join(events)}"
        for (before, after), events in arrows.items()
    ]
    start = f"    [*] --> {State.READY.value}: plan"
    return "\n".join(["```mermaid", "stateDiagram-v2", start, *lines, "```"])


def _groups() -> str:
    return "\n".join(
        [
            f"- The key is taken in: {_names(LIVE)}.",
            f"- Later changes wait in: {_names(UNSETTLED)}.",
            f"- The plan may still be replaced in: {_names(REPLACEABLE)}.",
        ]
    )


def _names(states: frozenset[State]) -> str:
    return ", ".join(state.value for state in State if state in states)


def _table() -> str:
    head = ["", *(event.value for event in Event)]
    rows = [head, ["---"] * len(head)]
    for state in State:
        cells = [TRANSITIONS.get((state, event)) for event in Event]
        rows.append([f"**{state.value}**", *(c.value if c else "·" for c in cells)])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(page(), encoding="utf-8")
