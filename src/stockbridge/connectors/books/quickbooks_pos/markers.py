"""Our sign on a record of POS, and what else its text field says.

POS keeps no answers and no reference of ours, so the sign is how a document is found
when its answer got lost. It comes first, and counts only after exact re-parsing: a
search that "contains" WEB-12 finds WEB-123, too.
"""

import re
from dataclasses import dataclass
from decimal import Decimal

from stockbridge.connectors.books.quickbooks_pos.texts import fit
from stockbridge.domain.errors import DefectError
from stockbridge.domain.identity import MARKER_CHARS, has_marker

MARKER_START = "[S"
_PARTS = re.compile(
    r"(?P<marker>\[S[A-Z2-7]{16}[0-9]{2}[A-Z2-7]{3}\]) #(?P<reference>[^#]*)#"
    r"(?: of (?P<sale>-?[0-9]{1,20}))?(?: gift cards (?P<gift>[0-9]+\.[0-9]{2}))?"
)


@dataclass(frozen=True, slots=True)
class Signed:
    """What a signed text says: whose it is, and to which sale it belongs."""

    marker: str
    reference: str
    sale_id: str = ""
    gift: Decimal = Decimal(0)  # what gift cards paid of it


def signed_text(signed: Signed, note: str, *, chars_max: int) -> str:
    """Return the text: sign, number, sale, then what fits of the note.

    `note` is for people. Raises DefectError for what is no marker.
    """
    if len(signed.marker) != MARKER_CHARS:
        raise DefectError(f"{signed.marker!r} is no marker.")
    reference = fit(signed.reference.replace("#", ""), 64)
    sale = f" of {signed.sale_id}" if signed.sale_id else ""
    if note.lstrip().startswith("gift cards"):
        note = f"- {note}"  # a person's words, no amount of ours
    gift = f" gift cards {signed.gift:.2f}" if signed.gift else ""
    return fit(f"{signed.marker} #{reference}#{sale}{gift} {note}", chars_max)


def read_signed(text: str) -> Signed | None:
    """Return what a signed text says; None: it is not ours."""
    found = _PARTS.match(text)
    if not found:
        return None
    gift = Decimal(found["gift"] or 0)
    return Signed(found["marker"], found["reference"], found["sale"] or "", gift)


def is_signed(text: str, marker: str) -> bool:
    """Return whether exactly this marker begins the text, and ends there."""
    return (
        has_marker(text, marker) and text[MARKER_CHARS : MARKER_CHARS + 1].strip() == ""
    )
