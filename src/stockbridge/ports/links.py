"""What every connector is lent, and how all feeds are read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Generic, Protocol, TypeVar

from pydantic import BaseModel

Record = TypeVar("Record")


class Severity(StrEnum):
    """How much a finding matters."""

    OK = "ok"
    WARNING = "warning"
    ERROR = "error"  # the connection cannot work


#: A fact of a connection to books: the items, apart by blanks, that a person mapped
#: ways to ship to, now or before. What stands on them in the books is shipping.
SHIPPING_ITEMS = "shipping_items"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a check of a connection saw, in the user's words."""

    code: str
    severity: Severity
    message: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class ConnectionReport:
    """What a live check saw."""

    findings: tuple[Finding, ...]
    version: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)  # currency, time zone …

    @property
    def is_usable(self) -> bool:
        """Whether nothing forbids work."""
        return all(f.severity is not Severity.ERROR for f in self.findings)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A record that could not be decoded: it blocks itself, nothing else."""

    external_id: str
    message: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Page(Generic[Record]):
    """Some records of a feed.

    `cursor` continues after them: opaque text, made from the data, read only by the
    connector that made it. `is_last` means: nothing more right now; the cursor
    still is the one to go on with next time.
    """

    records: tuple[Record, ...]
    cursor: str
    is_last: bool
    unreadable: tuple[Unreadable, ...] = ()
    total_estimate: int | None = None


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer, already redacted, for the log."""

    method: str
    address: str  # without secrets
    status: int | None  # None: no answer
    elapsed_ms: int
    request_excerpt: str = ""
    answer_excerpt: str = ""
    error: str = ""
    closed_s: float = 0.0  # the other side bears no call for so long (429)


class Wire(Protocol):
    """What the engine lends a connector while it talks to the outside."""

    @property
    def connection_key(self) -> str:
        """Name the connection, for logs and budgets."""

    @property
    def allows_private_addresses(self) -> bool:
        """Whether an administrator allowed addresses in private networks."""

    def now(self) -> datetime:
        """Return the time (aware UTC)."""

    def before_call(self, *, timeout_s: float, cost: int = 1) -> None:
        """Ask whether a call that may last `timeout_s` may start; called per call.

        Waits for the budget where that is short. Raises RetryableError when the
        lease would not outlive the call or the budget is spent for long.
        """

    def after_call(self, exchange: Exchange) -> None:
        """Log what happened; where we were told to slow down, all who share do."""


#: From the secrets as they are kept now to those that are new; none: nothing to do.
Renewal = Callable[[Mapping[str, str]], Mapping[str, str]]


class SecretsKeeper(Protocol):
    """Keeps secrets that are renewed by themselves, as tokens are."""

    def __call__(self, renewal: Renewal) -> Mapping[str, str]:
        """Run the renewal while nobody else does; return all secrets as then kept.

        What it returns is kept before anybody uses it. Raises RetryableError while
        another worker renews.
        """


@dataclass(frozen=True, slots=True)
class Link:
    """All that a connector needs to speak for one connection."""

    company_id: str
    settings: BaseModel
    secrets: Mapping[str, str]
    wire: Wire
    save_facts: Callable[[Mapping[str, str]], None] | None = None
    # remembered facts of the connection (API root, version); see `facts`
    facts: Mapping[str, str] = field(default_factory=dict)
    renew_secrets: SecretsKeeper | None = None  # None: they cannot be renewed here
