"""An answer that we fail on: told once and looked up; everything else goes on.

Without this the same answer would be tried, and fail, at every call of every visit.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import structlog
from django.db import InterfaceError, OperationalError

from stockbridge.domain.errors import DefectError, SyncError
from stockbridge.domain.visiting import Step
from stockbridge.engine.desk.visits import Visit
from stockbridge.engine.issues import IssueDraft, open_issue
from stockbridge.engine.models import Batch

log = structlog.get_logger("stockbridge.desk")
ANSWER_DEFECT = "answer_defect"
#: Trouble that passes by itself: the same answer is settled at a later call.
_PASSING = (OperationalError, InterfaceError)
_REMEDY = (
    "Nothing is lost, and nothing is sent twice: what was sent is looked up in "
    "QuickBooks at the next visit. Report this with the log; it is our mistake."
)


@contextmanager
def failures_told(
    visit: Visit, batch: Batch, give_up: Callable[[], None]
) -> Iterator[None]:
    """Give an answer up where we fail on it, and say so as a DefectError.

    What the other side is to blame for passes through as it is.
    """
    try:
        yield
    except DefectError as error:
        if batch.kind == Step.WRITE.value:
            _tell(visit, batch, error)
            give_up()
        raise
    except (SyncError, *_PASSING):
        raise
    except Exception as error:  # whatever it is, it must not keep every visit out
        _tell(visit, batch, error)
        give_up()
        raise DefectError(
            "An answer of QuickBooks could not be worked on.", remedy=_REMEDY
        ) from error


def _tell(visit: Visit, batch: Batch, error: Exception) -> None:
    # Its type alone: the words of an error may hold what the answer says of people.
    what = type(error).__name__
    log.exception("failed on an answer", batch=batch.uid, why=what)
    connection = visit.connection
    open_issue(
        IssueDraft(
            company=connection.company,
            connection=connection,
            code=ANSWER_DEFECT,
            title=f"{connection.name}: an answer could not be worked on",
            message=f"We failed on what came back for envelope {batch.uid} ({what}).",
            remedy=_REMEDY,
        ),
        now=visit.now,
    )
