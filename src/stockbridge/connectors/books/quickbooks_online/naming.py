"""The names by which requests and documents are known to QuickBooks Online.

A document's id is its entity and its Id (`SalesReceipt:123`), since an Id alone does
not say where to look. Customers and items are known by their bare Id.
"""

import hashlib
import re
from base64 import b32encode
from collections.abc import Iterable
from dataclasses import dataclass

from stockbridge.domain.errors import InvalidInputError
from stockbridge.domain.identity import MARKER_CHARS

REFERENCE_CHARS_MAX = 21  # DocNumber
NOTE_CHARS_MAX = 4000  # PrivateNote
#: 50 for a single request, 36 for a batch (Intuit, "Request ID update", April 2015).
REQUEST_ID_CHARS = 36
_TXN = re.compile(r"(?P<entity>[A-Z][A-Za-z]{2,30}):(?P<id>[0-9]{1,30})")
_ID = re.compile(r"[0-9]{1,30}")
_SALE_SIGN = re.compile(r"\[S[A-Z2-7]{16}\d\d[A-Z2-7]{3}\] of ([A-Za-z]+:[0-9]+)")
_MARK = re.compile(r"\[S[A-Z2-7]{16}\d\d[A-Z2-7]{3}\]")
_PARTS = re.compile(r" \{(?P<parts>[^{}]*)\}$")
#: "The string, Voided, is injected into PrivateNote" (Intuit's reference).
VOIDED = "Voided"


@dataclass(frozen=True, slots=True)
class Txn:
    """A document of QuickBooks: its entity, as Invoice, and its Id."""

    entity: str
    id: str

    def __str__(self) -> str:
        return f"{self.entity}:{self.id}"


def txn_of(books_id: str, *, noun: str = "sale") -> Txn:
    """Return the document that an id names; InvalidInputError where it names none."""
    found = _TXN.fullmatch(books_id)
    if found is None:
        raise InvalidInputError(
            f"{books_id!r} names no {noun} of this company.",
            field=noun,
            remedy="Import the order again, then this document.",
        )
    return Txn(found["entity"], found["id"])


def record_id(books_id: str, *, noun: str) -> str:
    """Return the Id of a customer or item; InvalidInputError where it is none."""
    if not _ID.fullmatch(books_id):
        raise InvalidInputError(
            f"{books_id!r} names no {noun} of this company.",
            field=noun,
            remedy=f"Link the {noun} anew.",
        )
    return books_id


def request_id(*parts: str) -> str:
    """Return the `requestid` that these parts give, in every attempt the same.

    QuickBooks answers a repeated one with its first answer, and does nothing again.
    """
    digest = hashlib.sha256("\x00".join(parts).encode()).digest()
    return b32encode(digest).decode().lower()[:REQUEST_ID_CHARS]


def batch_request_id(request_ids: Iterable[str]) -> str:
    """Return the `requestid` of a batch: the same for the same writes in that order.

    Within a batch an item is told by its place (`bId`, ten characters at most).
    """
    return request_id("batch", *request_ids)


def note(marker: str, *parts: str) -> str:
    """Return a private note that begins with our marker."""
    return " ".join([marker, *(part for part in parts if part)])[:NOTE_CHARS_MAX]


def carries(text: str, marker: str) -> bool:
    """Return whether a note begins with exactly this marker, voided or not."""
    return len(marker) == MARKER_CHARS and _bare(text).startswith(marker)


def is_marked(text: str) -> bool:
    """Return whether a note begins with a marker of ours, whichever."""
    return _MARK.match(_bare(text)) is not None


def sale_in(text: str) -> str:
    """Return the sale that a refund's note names, "" where it names none."""
    found = _SALE_SIGN.search(text)
    return found[1] if found else ""


def parts_note(items: Iterable[tuple[str, str]]) -> str:
    """Return what a sale's note says of the further parts of its bundles.

    QuickBooks has no field on a line for the order line that it came from.
    """
    told = ", ".join(f"{source}={item}" for source, item in items)
    return f"{{{told}}}" if told else ""


def parts_in(text: str) -> dict[str, str]:
    """Return the items of the further parts that a sale's note tells."""
    found = _PARTS.search(text)
    if found is None:
        return {}
    pairs = (part.rpartition("=") for part in found["parts"].split(", "))
    return {source: item for source, sign, item in pairs if sign and source}


def _bare(text: str) -> str:
    plain = text.strip()
    while plain.startswith(VOIDED):  # once for each time that it was voided
        plain = plain.removeprefix(VOIDED).lstrip(" \t\r\n:-.,;|")
    return plain
