"""Which setting or field QuickBooks' words of a refusal are about.

QuickBooks quotes what it does not find, and names fields of its own: `invalid reference
to QuickBooks Account "80000001-1234567890"`, `the field "TxnDate"`, `the "Name" field`.
"""

import re

from stockbridge.connectors.books.quickbooks_desktop.settings import (
    QuickBooksDesktopSettings,
)
from stockbridge.ports import chosen_from, ids_in

_QUOTED = re.compile(r'"([^"]+)"')
_FIELD = re.compile(r'field "(\w+)"|"(\w+)" field|QuickBooks (\w+) "')
_LIST_ID = re.compile(r"[0-9A-Fa-f]+-[0-9]+")


def settings_blamed(
    message: str, settings: QuickBooksDesktopSettings
) -> tuple[str, ...]:
    """Return the settings that hold an id which the message quotes."""
    quoted = {one for one in _QUOTED.findall(message) if _LIST_ID.fullmatch(one)}
    found = []
    for name, info in QuickBooksDesktopSettings.model_fields.items():
        how = chosen_from(info)
        if how and quoted & set(ids_in(getattr(settings, name), how.place)):
            found.append(name)
    return tuple(found)


def field_blamed(message: str) -> str:
    """Return QuickBooks' own name of the field or record it objects to."""
    found = _FIELD.search(message)
    return next((one for one in found.groups() if one), "") if found else ""
