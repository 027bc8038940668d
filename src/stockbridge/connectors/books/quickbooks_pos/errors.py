"""What a refusal of Point of Sale means, and what a person does about it.

No public list of its status codes exists; known are 0, 1 and 20004
(qbpos-status-codes). An error that we do not know is final for that record, unless its
words say that the record is in use: those words are qbXML's (3170, 3175, 3176, 3180).
"""

import re

from stockbridge.connectors.books.quickbooks_pos.envelopes import Response
from stockbridge.connectors.books.quickbooks_pos.settings import PosSettings
from stockbridge.domain.accounting import Document
from stockbridge.domain.blaming import Noun, record_blamed
from stockbridge.domain.errors import (
    ActionNeededError,
    DefectError,
    InvalidInputError,
    RetryableError,
    SettingNeededError,
    SyncError,
)
from stockbridge.ports import chosen_from

UNBALANCED = "20004"
NOT_PROCESSED = "3231"  # an error before it stopped the message
_ID = re.compile(r"-?[0-9]{9,}")
_FIELD = re.compile(r"field ['\"]?([A-Z]\w+)|['\"]([A-Z]\w+)['\"] field")
_BUSY_WORDS = ("in use", "locked", "could not be locked", "modified by another user")


def error_of(response: Response, settings: PosSettings) -> SyncError:
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
            field="tax_policy",
            remedy="Set Tax to “Always as a line” on the connection's settings, then "
            "send it again, and tell the makers of this program.",
        )
    if blamed := _settings_blamed(said, settings):
        title = PosSettings.model_fields[blamed[0]].title
        return SettingNeededError(
            f"Point of Sale refused it: {said}",
            code=code,
            field=blamed[0],
            also=blamed[1:],
            remedy=f"Choose another {title} on the connection's settings: what is "
            "chosen there is gone from Point of Sale.",
        )
    return ActionNeededError(
        f"Point of Sale refused it: {said}",
        code=code,
        field=_field_blamed(said),
        remedy="Mend what it names, in Point of Sale or in the store, then send it "
        "again.",
    )


#: How our requests name what they refer to.
_FIELDS = {
    Noun.ITEM: "ListID",
    Noun.CUSTOMER: "CustomerListID",
    Noun.SALE: "SalesOrderTxnID",
}


def refusal_of(
    response: Response, settings: PosSettings, document: Document
) -> SyncError:
    """Return the refusal of a document; it names the record that it is about."""
    error = error_of(response, settings)
    record = record_blamed(response.text, document)
    if record is not None and not isinstance(error, SettingNeededError):
        error.record = record
        error.field = error.field or _FIELDS[record.noun]
    return error


def _settings_blamed(said: str, settings: PosSettings) -> tuple[str, ...]:
    """Return the settings that hold an id which the words name."""
    named = set(_ID.findall(said))
    return tuple(
        name
        for name, info in PosSettings.model_fields.items()
        if chosen_from(info) and str(getattr(settings, name)) in named
    )


def _field_blamed(said: str) -> str:
    """Return Point of Sale's own name of the field that it objects to."""
    found = _FIELD.search(said)
    return next((one for one in found.groups() if one), "") if found else ""


def not_expressible(message: str, *, field: str, remedy: str) -> InvalidInputError:
    """Return the error for a document that POS cannot hold."""
    return InvalidInputError(message, field=field, remedy=remedy)
