"""What a refusal of QuickBooks means: done or not, and who acts.

`qbo-error-codes` in the contracts lists the codes; a closed period is 6200 or 6210, a
number that is taken 6140 (an old article of Intuit's has them mixed up).
"""

from enum import StrEnum

from stockbridge.connectors.books.quickbooks_online.answers import Refusal
from stockbridge.domain.errors import (
    ActionNeededError,
    ConflictError,
    DefectError,
    InvalidInputError,
    MappingError,
    RetryableError,
    SignInError,
    SyncError,
)

NAME_TAKEN, NUMBER_TAKEN, STALE = "6240", "6140", "5010"
NOT_FOUND = "610"
REPEATED = "600"  # the request id was used before
THROTTLED_S = 60.0  # "wait 60 seconds"


class Effect(StrEnum):
    """What became of a write."""

    DONE = "done"
    NONE_YET = "none_yet"  # certainly not written; try again later
    NONE = "none"  # certainly not written; a person acts
    UNKNOWN = "unknown"  # look it up


_TRANSIENT = frozenset({"150", "4002", "10200", STALE, "429", "3001"})
#: A request that came before: it may be there. So may what ended in "an application
#: error" (10000) or in a code that is none of the table's: see `_says_no`.
_UNKNOWN = frozenset({REPEATED})
_SIGN_IN = frozenset({"100", "110", "120", "130", "3100", "3200", "3202"})
_OURS = frozenset(
    {"1040", "1050", "2000", "2010", "2020", "2030", "2060", "2080", "2100"}
    | {"2120", "2130", "2170", "2600", "3202", "4000", "4001", "6070", "6160", "6170"}
)

_ELSE = "Read QuickBooks' words, mend the record there or here, then try again."
_CLOSED = (
    "The date lies in a closed period of QuickBooks. Open the period there, or choose "
    "the first open day in the bridge's options."
)
_GONE = (
    "An item, account, customer or list entry is gone or inactive in QuickBooks: "
    "choose another in the settings, or link the record anew."
)
_PLAN = (
    "Your plan of QuickBooks Online does not have this, or it is switched off there. "
    "Switch it on (Account and settings), or leave the option out here."
)
_REMEDIES: dict[str, tuple[type[ActionNeededError], str]] = {
    "140": (ActionNeededError, "QuickBooks has locked this company. Sign in there."),
    "500": (ActionNeededError, _PLAN),
    NOT_FOUND: (MappingError, _GONE),
    "620": (ConflictError, "See in QuickBooks what is still open, then try again."),
    "700": (MappingError, _GONE),
    "800": (
        ConflictError,
        "Something in QuickBooks still depends on it. Undo that there first.",
    ),
    "2040": (InvalidInputError, "Change the text that QuickBooks names."),
    "2050": (InvalidInputError, "Shorten the text in the store, then try again."),
    "2180": (InvalidInputError, "Shorten the text in the store, then try again."),
    "2210": (InvalidInputError, "Mend the e-mail address in the store."),
    "2220": (MappingError, "Switch the currency on in QuickBooks."),
    "2500": (MappingError, _GONE),
    "3000": (
        MappingError,
        "Choose another number in “Custom fields”: QuickBooks does not know this one.",
    ),
    "5020": (ActionNeededError, _PLAN),
    "5030": (ActionNeededError, _PLAN),
    "6100": (MappingError, "Choose the tax codes again in the connection's settings."),
    NUMBER_TAKEN: (
        ConflictError,
        "Another document has this number. If it is the same sale, link the order to "
        "it (Pull, Orders that are in the books already); else choose another prefix, "
        "or allow doubles in QuickBooks (Sales, “Warn about duplicate transaction "
        "numbers”).",
    ),
    "6190": (
        ActionNeededError,
        "The subscription of QuickBooks Online ended or is not paid: it can only be "
        "read. Renew it there.",
    ),
    "6200": (ActionNeededError, _CLOSED),
    "6210": (ActionNeededError, _CLOSED),
    "6220": (ConflictError, "Settle the open balance in QuickBooks first."),
    NAME_TAKEN: (
        ConflictError,
        "The name is taken in QuickBooks. Link the record to it, rename one, or choose "
        "“Name and e-mail address” or “Add a short sign” in the connection's settings.",
    ),
    "6250": (MappingError, _GONE),
    "6270": (
        ActionNeededError,
        "The document is older than the item's inventory in QuickBooks: change the "
        "item's start date there, or date the document later.",
    ),
    "6430": (MappingError, "Choose an account of another kind in the settings."),
    "6440": (MappingError, _GONE),
    "6450": (ConflictError, "It is settled: reverse it in QuickBooks by hand."),
    "6470": (MappingError, "Choose the tax codes again in the connection's settings."),
    "6480": (ConflictError, "It is matched with the bank: undo that match first."),
    "6540": (
        ConflictError,
        "It is part of a deposit. Take it out of the deposit in QuickBooks first.",
    ),
}


#: Said at the door, of a company or a whole call: nothing behind it was looked at.
_AT_THE_DOOR = _SIGN_IN | {"140", "150", "429", "1040", "1050", "2130", "3001", "6190"}


def is_at_the_door(refusal: Refusal) -> bool:
    """Return whether a refusal of a whole batch says that none of it was tried.

    Any other code tells of one of its items, and nothing of the rest.
    """
    return refusal.code in _AT_THE_DOOR


def effect_of(refusal: Refusal) -> Effect:
    """Return what became of a write that was answered so."""
    if refusal.code in _TRANSIENT or refusal.code in _SIGN_IN:
        return Effect.NONE_YET
    is_known = refusal.code not in _UNKNOWN and _says_no(refusal.code)
    return Effect.NONE if is_known else Effect.UNKNOWN


def _says_no(code: str) -> bool:
    """Return whether a code lies in the table's ranges of refusals.

    0 is "success" there, 10000 and above "severe": neither says that nothing was done.
    """
    return code.isascii() and code.isdigit() and 0 < int(code) < _SEVERE


_SEVERE = 10_000


def error_of(refusal: Refusal) -> SyncError:
    """Return the error that tells a person, or the queue, what to do."""
    code = refusal.code
    message = f"QuickBooks says: {refusal.words} ({code})"
    if code in _SIGN_IN:
        return sign_in_error(message, code)
    if effect_of(refusal) in (Effect.NONE_YET, Effect.UNKNOWN):
        return RetryableError(message, code=code)
    field = "DisplayName" if code == NAME_TAKEN else refusal.element
    if code in _OURS:
        return DefectError(message, code=code, field=field)
    kind, remedy = _REMEDIES.get(code, (ActionNeededError, _ELSE))
    return kind(message, remedy=remedy, code=code, field=field)


def sign_in_error(message: str, code: str = "") -> SignInError:
    """Return that a person has to connect again."""
    return SignInError(
        message,
        code=code,
        remedy="Press “Connect to QuickBooks” on the connection's page and sign in "
        "there as an administrator of the company.",
    )
