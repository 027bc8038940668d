"""How the outside calls us: bytes in, bytes out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from stockbridge.ports.links import Link


@dataclass(frozen=True, slots=True)
class Call:
    """A call from outside, as it came over the wire."""

    method: str
    path: str  # below the connection's own address
    headers: Mapping[str, str]  # names in lower case
    body: bytes
    query: str = ""
    peer: str = ""
    address: str = ""  # of the connection, in full, as the caller knows it


@dataclass(frozen=True, slots=True)
class Answer:
    """What we say to a call."""

    status: int
    body: bytes = b""
    content_type: str = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Hint:
    """What a call told us: look at these records, or just at this feed."""

    feed: str  # orders, items, customers
    external_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Heard:
    """An endpoint's decision: the answer, what to look at, keys to keep."""

    answer: Answer
    hints: tuple[Hint, ...] = ()
    new_secrets: Mapping[str, str] = field(default_factory=dict)
    note: str = ""  # for the connection's log
    #: What may be kept of the call, where it speaks of others too; None: all of it.
    excerpt: str | None = None


class Endpoint(Protocol):
    """How a system calls us: bytes in, bytes out, decided without the network."""

    def hear(self, call: Call, link: Link) -> Heard:
        """Check the call (signature on the raw bytes) and decide."""
