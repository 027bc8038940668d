"""What a status code of QuickBooks means to us, and what a person does about it.

The code decides; the text only where QuickBooks puts two meanings under one code
(3170, 3180). An unknown error blocks its own document, never the queue.
"""

from dataclasses import dataclass
from enum import StrEnum

from stockbridge.connectors.books.quickbooks_desktop.blaming import (
    field_blamed,
    settings_blamed,
)
from stockbridge.connectors.books.quickbooks_desktop.settings import (
    QuickBooksDesktopSettings,
)
from stockbridge.domain.accounting import Document
from stockbridge.domain.blaming import Noun, record_blamed
from stockbridge.domain.errors import (
    ActionNeededError,
    ConflictError,
    DefectError,
    InvalidInputError,
    MappingError,
    RetryableError,
    SettingNeededError,
    SyncError,
)

FOUND_NOTHING = 1
NAME_TAKEN = 3100
NOT_FOUND = 3120
OUTDATED = 3200
NOT_PROCESSED = 3231
ITERATOR_GONE = 3391
_ERROR_FROM = 1000


class Effect(StrEnum):
    """What a status says about the write that it answers."""

    DONE = "done"
    NONE_YET = "none_yet"  # certainly not written; the same again later
    NONE = "none"  # certainly not written; a person acts
    UNKNOWN = "unknown"  # look it up


@dataclass(frozen=True, slots=True)
class Status:
    """A status as QuickBooks said it."""

    code: int
    message: str = ""

    @property
    def is_error(self) -> bool:
        """Whether nothing was done; below 1000 are information and warnings."""
        return self.code >= _ERROR_FROM


_TRANSIENT = frozenset({1010, 3175, 3176, 3177, OUTDATED, NOT_PROCESSED, 3240})
_LOCKED_IF_SAID = frozenset({3170, 3180})
_LOCK_WORDS = ("modified by another user", "is in use", "in use by", "be locked")
#: 1000 internal error, 3230 "processed, but status unknown": it may be there.
_UNKNOWN = frozenset({1000, 3230})
_OURS = frozenset({1030, 1060, 3010, 3020, 3030, 3031, 3035})

_GONE = frozenset({3000, 3120, 3140})  # a reference to what is not there

_ELSE = "Read QuickBooks' words, mend the record there or here, then try again."
_REMEDIES: dict[int, tuple[type[ActionNeededError], str]] = {
    3000: (MappingError, "A linked record is gone from QuickBooks: link it anew."),
    3070: (InvalidInputError, "Shorten the text in the store, then try again."),
    3090: (InvalidInputError, "Change the text that QuickBooks names (no colon)."),
    NAME_TAKEN: (
        ConflictError,
        "The name is taken by a customer, vendor, employee or other name. Link the "
        "customer to it, rename one, or choose “Name and e-mail address” or “Add a "
        "short sign” in the connection's settings.",
    ),
    3120: (MappingError, "A linked record is gone from QuickBooks: link it anew."),
    3130: (MappingError, "Create the parent in QuickBooks first."),
    3140: (
        MappingError,
        "An item, account or list entry that QuickBooks names is gone or of the wrong "
        "kind: choose another in the settings or link the item anew.",
    ),
    3160: (
        ConflictError,
        "Something in QuickBooks still uses it. Undo that first, or make it inactive.",
    ),
    3171: (
        ActionNeededError,
        "The date lies in a closed period of QuickBooks. Open the period there, or "
        "choose the first open day in the bridge's options.",
    ),
    3185: (ConflictError, "Void it in QuickBooks by hand; a deposit may hold it."),
    3210: (
        InvalidInputError,
        "QuickBooks refuses the value. For a payment or refund: see what is still "
        "open in QuickBooks.",
    ),
    3250: (
        ActionNeededError,
        "Switch the feature on in QuickBooks' preferences, or leave the option out.",
    ),
    3260: (
        ActionNeededError,
        "Give the Web Connector's user the right to do this in QuickBooks.",
    ),
    3261: (
        ActionNeededError,
        "Allow the application this data: QuickBooks, Edit, Preferences, Integrated "
        "Applications.",
    ),
}


def effect_of(status: Status) -> Effect:
    """Return what became of a write with this status."""
    if not status.is_error:
        return Effect.DONE
    if status.code in _UNKNOWN:
        return Effect.UNKNOWN
    if status.code in _TRANSIENT or _is_locked(status):
        return Effect.NONE_YET
    return Effect.NONE


def error_of(
    status: Status, settings: QuickBooksDesktopSettings | None = None
) -> SyncError:
    """Return the error that tells a person, or the queue, what to do.

    With `settings`, one of them that names what is gone is told.
    """
    code = str(status.code)
    message = f"QuickBooks says: {status.message or 'no reason'} ({code})"
    if effect_of(status) in (Effect.NONE_YET, Effect.UNKNOWN):
        return RetryableError(message, code=code)
    field = "Name" if status.code == NAME_TAKEN else field_blamed(status.message)
    if status.code in _OURS:
        return DefectError(message, code=code, field=field)
    if settings is not None and status.code in _GONE:
        blamed = settings_blamed(status.message, settings)
        if blamed:
            return _chosen_is_gone(message, code, blamed)
    kind, remedy = _REMEDIES.get(status.code, (ActionNeededError, _ELSE))
    return kind(message, remedy=remedy, code=code, field=field)


#: How our requests name what they refer to.
_FIELDS = {
    Noun.ITEM: "ItemRef",
    Noun.CUSTOMER: "CustomerRef",
    Noun.SALE: "TxnID",
}


def refusal_of(
    status: Status, settings: QuickBooksDesktopSettings, document: Document
) -> SyncError:
    """Return the refusal of a document; it names the record that it is about."""
    error = error_of(status, settings)
    record = record_blamed(status.message, document)
    if record is not None and not isinstance(error, SettingNeededError):
        error.record, error.field = record, _FIELDS[record.noun]
    return error


def _chosen_is_gone(
    message: str, code: str, blamed: tuple[str, ...]
) -> SettingNeededError:
    title = QuickBooksDesktopSettings.model_fields[blamed[0]].title
    return SettingNeededError(
        message,
        code=code,
        field=blamed[0],
        also=blamed[1:],
        remedy=f"Choose another {title} in the connection's settings: what is chosen "
        "there is gone from QuickBooks, or of the wrong kind.",
    )


def _is_locked(status: Status) -> bool:
    text = status.message.casefold()
    return status.code in _LOCKED_IF_SAID and any(word in text for word in _LOCK_WORDS)
