"""What a refusal of Point of Sale means, and what a person does about it.

No public list of its status codes exists; known are 0, 1 and 20004
(qbpos-status-codes). An error that we do not know is final for that record, unless its
words say that the record is in use: those words are qbXML's (3170, 3175, 3176, 3180).
"""

from stockbridge.connectors.books.quickbooks_pos.envelopes import Response
from stockbridge.domain.errors import (
    ActionNeededError,
    DefectError,
    InvalidInputError,
    RetryableError,
    SyncError,
)

UNBALANCED = "20004"
NOT_PROCESSED = "3231"  # an error before it stopped the message
_BUSY_WORDS = ("in use", "locked", "could not be locked", "modified by another user")


def error_of(response: Response) -> SyncError:
    """Return the refusal as an error; its class says who acts."""
    said = response.text or "Point of Sale gave no reason."
    code = response.code
    if code == NOT_PROCESSED:
        return RetryableError(said, code=code)
    if any(word in said.lower() for word in _BUSY_WORDS):
        return RetryableError(
            said,
            code=code,
            remedy="Close the record on every till and computer; it is tried again.",
        )
    if code == UNBALANCED:
        return DefectError(
            f"Point of Sale computes another total: {said}",
            code=code,
            remedy="Set Tax to line on the connection's settings, then send it again, "
            "and tell the makers of this program.",
        )
    return ActionNeededError(
        f"Point of Sale refused it: {said}",
        code=code,
        remedy="Mend what it names, in Point of Sale or in the store, then send it "
        "again.",
    )


def not_expressible(message: str, *, field: str, remedy: str) -> InvalidInputError:
    """Return the error for a document that POS cannot hold."""
    return InvalidInputError(message, field=field, remedy=remedy)
