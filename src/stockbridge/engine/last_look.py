"""The last look at documents before they leave: they still say what was planned.

Totals are compared when planning, here, and on what the books stored (CORRECTNESS 5).
What differs never left, so planning it anew is safe.
"""

from collections.abc import Sequence

from stockbridge.domain.accounting import adds_up, total_of_document
from stockbridge.domain.delivery import Event
from stockbridge.engine.codec import document_of
from stockbridge.engine.issues import IssueDraft, about_document, open_issue
from stockbridge.engine.models import Delivery
from stockbridge.engine.moves import Move, Mover
from stockbridge.engine.progress import order_progress
from stockbridge.engine.record_look import drop_unlinked
from stockbridge.engine.session import Session

_ERROR = "Its lines and taxes do not make the total that was planned."
_REMEDY = "Retry it: it is planned anew from its order."


def hold_what_differs(session: Session, rows: Sequence[Delivery]) -> list[Delivery]:
    """Return the rows that may leave; hold the others, each with its issue.

    Changes of what is linked otherwise by now are dropped, and stay away.
    """
    rows = drop_unlinked(session, rows)
    off = [row for row in rows if not _is_as_planned(row)]
    if not off:
        return rows
    fields = {"was_refused": True, "error": _ERROR, "remedy": _REMEDY}
    Mover(session).move([Move(row, Event.HOLD, _ERROR, fields) for row in off])
    for row in off:
        open_issue(_issue(session, row), now=session.now())
    order_progress(session, off)
    gone = {row.pk for row in off}
    return [row for row in rows if row.pk not in gone]


def _is_as_planned(row: Delivery) -> bool:
    document = document_of(row)
    total = total_of_document(document)
    if total is None or row.total is None:
        return True
    is_same = (total.amount, total.currency) == (row.total, row.currency)
    return is_same and adds_up(document)


def _issue(session: Session, row: Delivery) -> IssueDraft:
    return IssueDraft(
        **about_document(session.connection, row),
        code="total_differs",
        title=f"The {row.kind} {row.reference} was not sent"[:300],
        message=_ERROR,
        remedy=_REMEDY,
        details={"key": row.key},
    )
