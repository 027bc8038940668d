"""What QuickBooks kept of a batch whose answer got lost (CORRECTNESS 3).

No status alone lets a write leave again. 0: the kept answer is here. 600, 9002, 9003,
9005 and whatever is not known: look each document up. 9001 (same id, other content) and
9004 (id too long) break a rule of ours: stop.
"""

from collections.abc import Sequence

from stockbridge.connectors.books.quickbooks_desktop.answers import Replies
from stockbridge.connectors.books.quickbooks_desktop.outcomes import write_result
from stockbridge.connectors.books.quickbooks_desktop.settings import (
    QuickBooksDesktopSettings,
)
from stockbridge.domain.errors import DefectError
from stockbridge.ports import Recover, Recovered, Recovery, Release, Write

FOUND = 0
OTHER_CONTENT, ID_TOO_LONG = 9001, 9004
DEFECTS = frozenset({OTHER_CONTENT, ID_TOO_LONG})


def recovered(
    ask: Recover,
    writes: Sequence[Write],
    replies: Replies,
    settings: QuickBooksDesktopSettings,
) -> Recovered:
    """Return the books' word on a batch, and the results of its writes."""
    code = replies.set_status
    said = "" if code is None else str(code)
    if code in DEFECTS:
        return Recovered(ask.attempt_id, Recovery.OTHER, code=said)
    if code != FOUND:
        return Recovered(ask.attempt_id, Recovery.NOT_KEPT, code=said)
    results = [write_result(write, replies, settings) for write in writes]
    known = tuple(result for result in results if result is not None)
    return Recovered(ask.attempt_id, Recovery.KEPT, known, said)


def released(ask: Release, replies: Replies) -> Recovered:
    """Return that the kept answer was let go; a miss means that it is gone already."""
    code = replies.set_status
    return Recovered(
        ask.attempt_id, Recovery.RELEASED, code="" if code is None else str(code)
    )


def refuse_defects(replies: Replies) -> None:
    """Raise DefectError where a write set was refused for its id."""
    if replies.set_status in DEFECTS:
        raise DefectError(
            "QuickBooks knows this batch id with another content.",
            remedy="Nothing is sent until the log has been looked at.",
            code=str(replies.set_status),
        )
