"""The names by which an effect is known: keys, markers, identities.

All derive from sources, never from our row ids: a restored or cloned database
makes the same names (CORRECTNESS 1).
"""

import hashlib
import json
from base64 import b32encode
from collections.abc import Mapping
from dataclasses import dataclass, field

from stockbridge.domain.commerce import Customer

MARKER_CHARS = 24
_MARKER_OPEN, _MARKER_CLOSE = "[", "]"
_NAME_CHARS, _CHECK_CHARS, _GENERATION_CHARS = 16, 3, 2


@dataclass(frozen=True, slots=True)
class Source:
    """What causes an effect: an order, a part of it, a refund, a customer, an item."""

    kind: str  # order, fulfillment (a part that shipped), refund, customer, item
    external_id: str


@dataclass(frozen=True, slots=True)
class Scope:
    """Where keys are made: this installation, this bridge, these books."""

    installation: str
    bridge: str
    books: str
    store: str
    undone: Mapping[str, int] = field(default_factory=dict, hash=False)
    # shared records that were taken back: stem of the key → how often

    def document_key(self, effect: str, source: Source, *, generation: int = 1) -> str:
        """Return the idempotency key of one effect of one source.

        Two partial refunds, two payments, two bridges of one store differ. The
        generation grows only after a proven reversal or rejection.
        """
        name = f"{self.installation}/{self.bridge}/{effect}"
        return f"{name}/{source.kind}:{source.external_id}/{generation}"

    def record_key(self, kind: str, identity: str, *, generation: int = 1) -> str:
        """Return the key of a shared record: the same for all who need it."""
        name = f"{self.installation}/{self.books}/{kind}"
        stem = f"{name}/{digest_of(identity)[:24]}"
        return f"{stem}/{generation + self.undone.get(stem, 0)}"


def customer_identity(customer: Customer, *, store: str, order_id: str) -> str:
    """Return what makes two orders' customers one and the same.

    The e-mail address; else the store's customer id; else the order itself
    (every WooCommerce guest has id 0: that would make all guests one person).
    """
    email = normalized_email(customer.email)
    if email:
        return f"email:{email}"
    if customer.external_id:
        return f"id:{store}:{customer.external_id}"
    return f"order:{store}:{order_id}"


def normalized_email(email: str) -> str:
    """Return the address as it is compared: trimmed, without regard to case."""
    return email.strip().casefold()


def match_key(code: str) -> str:
    """Return a SKU or lookup code as it is compared.

    WooCommerce ignores case in SKUs and trims blanks (recordings 126, 122).
    """
    return " ".join(code.split()).casefold()


def marker_of(key: str, *, generation: int) -> str:
    """Return our sign on a document: fixed length, delimited, checksummed.

    `[S`, name (16), generation (2), check (3), `]`: 24 characters that no other text
    contains by chance.
    """
    name = _base32(key)[:_NAME_CHARS]
    number = f"{min(generation, 99):02d}"
    check = _base32(name + number)[:_CHECK_CHARS]
    return f"{_MARKER_OPEN}S{name}{number}{check}{_MARKER_CLOSE}"


def has_marker(text: str, marker: str) -> bool:
    """Return whether exactly this marker begins the text.

    A search that only "contains" would take WEB-12 for WEB-123.
    """
    return text.startswith(marker) and len(marker) == MARKER_CHARS


def digest_of(value: object) -> str:
    """Return 32 hex characters that differ whenever the value does."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _base32(text: str) -> str:
    return b32encode(hashlib.sha256(text.encode()).digest()).decode().rstrip("=")
