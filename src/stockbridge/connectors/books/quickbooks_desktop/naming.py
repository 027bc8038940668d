"""The names by which requests and records are known to QuickBooks.

A document's id is its type and its TxnID (`Invoice:1A2-1700000000`), since QuickBooks
wants the type to void it. A refund is two documents, joined by `+`.
"""

import hashlib
import re
from dataclasses import dataclass
from uuid import NAMESPACE_URL, uuid5

from stockbridge.domain.errors import DefectError, InvalidInputError
from stockbridge.domain.identity import MARKER_CHARS

REFERENCE_CHARS_MAX = 11  # RefNumber
PAYMENT_REFERENCE_CHARS_MAX = 20  # RefNumber of a ReceivePayment
REQUEST_ID_CHARS_MAX = 50  # 1060 for a longer one
BATCH_ID_CHARS_MAX = 23  # newMessageSetID; 9004 for a longer one
_DIGEST_CHARS = 40
_SAFE = re.compile(r"[\x21-\x2d\x2f-\x7e]{1,46}")  # no dot: it parts the parts
_TXN = re.compile(r"(?P<type>[A-Za-z]+):(?P<id>[0-9A-Za-z-]{1,36})")
_SALE_SIGN = re.compile(
    r"\[S[A-Z2-7]{16}\d\d[A-Z2-7]{3}\] of ([A-Za-z]+:[0-9A-Za-z-]+)"
)
_MARK = re.compile(r"\[S[A-Z2-7]{16}\d\d[A-Z2-7]{3}\]")
VOIDED = "VOID:"  # QuickBooks writes it before the memo of a voided document


@dataclass(frozen=True, slots=True)
class Txn:
    """A document of QuickBooks: its type, as Invoice, and its TxnID."""

    type: str
    id: str

    def __str__(self) -> str:
        return f"{self.type}:{self.id}"


def txn_of(books_id: str, *, noun: str = "sale") -> Txn:
    """Return the document that an id names; InvalidInputError where it names none."""
    return txns_of(books_id, noun=noun)[0]


def txns_of(books_id: str, *, noun: str = "document") -> tuple[Txn, ...]:
    """Return the documents that an id names: a refund's credit memo, then its money."""
    found = [_TXN.fullmatch(part) for part in books_id.split("+")]
    if not all(found):
        raise InvalidInputError(
            f"{books_id!r} names no {noun} of this company file.",
            field=noun,
            remedy="Import the order again, then this document.",
        )
    return tuple(Txn(one["type"], one["id"]) for one in found if one)


def joined(*txns: Txn) -> str:
    """Return the id of a document that QuickBooks keeps as several."""
    return "+".join(str(txn) for txn in txns)


def first_of(books_id: str) -> str:
    """Return the document that an id names first, as text: a refund's credit memo."""
    return books_id.partition("+")[0]


def request_id(attempt_id: str, part: int = 1) -> str:
    """Return a requestID that the attempt id alone gives, in every envelope."""
    name = attempt_id
    if not _SAFE.fullmatch(name):
        name = hashlib.sha256(attempt_id.encode()).hexdigest()[:_DIGEST_CHARS]
    return name if part == 1 else f"{name}.{part}"


def message_set_id(batch_id: str) -> str:
    """Return the batch id as it names a message set; DefectError for a bad one."""
    if not batch_id or len(batch_id) > BATCH_ID_CHARS_MAX or not batch_id.isascii():
        raise DefectError(f"{batch_id!r} cannot name a message set of QuickBooks.")
    return batch_id


def guid_of(key: str) -> str:
    """Return the ExternalGUID of a record: the same for the same key, always."""
    return "{" + str(uuid5(NAMESPACE_URL, f"stockbridge:{key}")) + "}"


def memo(marker: str, *parts: str) -> str:
    """Return a memo that begins with our marker."""
    return " ".join([marker, *(part for part in parts if part)])


def sale_in(text: str) -> str:
    """Return the sale that a credit memo's memo names, "" where it names none."""
    found = _SALE_SIGN.search(text)
    return found[1] if found else ""


def carries(text: str, marker: str) -> bool:
    """Return whether a memo begins with exactly this marker, voided or not."""
    plain = text.removeprefix(VOIDED).strip()
    return len(marker) == MARKER_CHARS and plain[:MARKER_CHARS] == marker


def is_marked(text: str) -> bool:
    """Return whether a memo begins with a marker of ours, whichever."""
    return _MARK.match(text) is not None
