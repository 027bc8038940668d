"""How books that call us are served: their envelopes are ours, the calls are theirs.

QuickBooks Desktop and Point of Sale are reached only by the QuickBooks Web Connector,
which asks us for work. So the books are two pure functions around bytes
(`Translator`), and a conversation is a `Desk` that the engine keeps. Who carries the
bytes is the connector's `DeskEndpoint`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from stockbridge.domain.catalog import (
    BooksCustomer,
    BooksItem,
    Location,
    StockLevel,
)
from stockbridge.domain.counter_receipts import CounterReceipt
from stockbridge.ports.books import (
    BooksAccount,
    BooksCapabilities,
    LookUpResult,
    PostRequest,
    PostResult,
    StoredDocument,
)
from stockbridge.ports.calls import Answer, Call
from stockbridge.ports.links import ConnectionReport, Unreadable

# ── what goes into an envelope ───────────────────────────────────────────────


class ReadFeed(StrEnum):
    """What can be read page by page."""

    ITEMS = "items"  # with their stock levels
    CUSTOMERS = "customers"
    DOCUMENTS = "documents"  # by business date; the cursor says which days
    SETUP = "setup"  # locations, accounts or tenders, tax codes, departments
    #: What the counter sold to single customers, where books tell it: the first cursor
    #: is the customers' ids, apart by blanks, and `|`. A page's names who is left.
    RECEIPTS = "receipts"


@dataclass(frozen=True, slots=True)
class CheckCompany:
    """Ask which company is open, and what its clock says."""

    attempt_id: str


@dataclass(frozen=True, slots=True)
class Prepare:
    """Read what a write depends on (edit sequence, present quantity) before it."""

    attempt_id: str
    post: PostRequest


@dataclass(frozen=True, slots=True)
class Write:
    """Write one document; `basis` is what `Prepare` read, "" where none is needed."""

    attempt_id: str
    post: PostRequest
    basis: str = ""


@dataclass(frozen=True, slots=True)
class LookUp:
    """Find out what became of a document whose answer got lost.

    `since` is a time read from the books before it left: nothing older can be it.
    """

    attempt_id: str
    post: PostRequest
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Read:
    """Read a page of a feed. `began_at` is when the envelope leaves."""

    attempt_id: str
    feed: ReadFeed
    cursor: str
    limit: int
    began_at: datetime


@dataclass(frozen=True, slots=True)
class Recover:
    """Ask for the answer that the books kept to a batch of writes."""

    attempt_id: str
    batch_id: str


@dataclass(frozen=True, slots=True)
class Release:
    """Let the books forget the answer to a batch: ours is safely kept."""

    attempt_id: str
    batch_id: str


DeskRequest = CheckCompany | Prepare | Write | LookUp | Read | Recover | Release


#: Facts of a connection: the company file that its sales are handed on to, in the
#: books' own words ("" = it names none); the one that is open; the company's name.
HANDS_ON_TO, COMPANY_FILE, COMPANY_NAME = "hands_on_to", "company_file", "company"


# ── what comes back ──────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class CompanyChecked:
    """Which company is open. `identity` tells one company file from another."""

    attempt_id: str
    report: ConnectionReport
    identity: str
    books_now: datetime | None = None  # the books' own clock, where it can be read


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a write depends on, as opaque text for `Write.basis`."""

    attempt_id: str
    basis: str


@dataclass(frozen=True, slots=True)
class PageRead:
    """Some records of a feed; `cursor` goes on after them."""

    attempt_id: str
    cursor: str
    is_last: bool
    items: tuple[BooksItem, ...] = ()
    levels: tuple[StockLevel, ...] = ()
    customers: tuple[BooksCustomer, ...] = ()
    documents: tuple[StoredDocument, ...] = ()
    receipts: tuple[CounterReceipt, ...] = ()
    gone: tuple[str, ...] = ()  # `document_name`s that the books say were deleted
    locations: tuple[Location, ...] = ()
    accounts: tuple[BooksAccount, ...] = ()
    choices: Mapping[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    # further lists to choose from: tax codes, departments … → (id, name)
    unreadable: tuple[Unreadable, ...] = ()
    remaining: int | None = None


class Recovery(StrEnum):
    """What the books kept of a batch. No status alone lets a write leave again."""

    KEPT = "kept"  # the answer is here: its results come with it
    NOT_KEPT = "not_kept"  # look each document up
    RELEASED = "released"
    OTHER = "other"  # same id, other content: a defect, stop


@dataclass(frozen=True, slots=True)
class Recovered:
    """The books' word on a batch; with KEPT, `results` answer its writes."""

    attempt_id: str
    recovery: Recovery
    results: tuple[PostResult, ...] = ()
    code: str = ""


@dataclass(frozen=True, slots=True)
class NotDone:
    """A request that was not carried out, and certainly had no effect.

    A refused write is a PostResult, not this: this is for reads, checks and what
    came after an error that stopped the envelope.
    """

    attempt_id: str
    message: str
    remedy: str = ""
    is_retryable: bool = True


DeskResult = (
    CompanyChecked
    | Prepared
    | PostResult
    | LookUpResult
    | PageRead
    | Recovered
    | NotDone
)


class Translator(Protocol):
    """One kind of books as two pure functions around bytes.

    Writes, look-ups, reads and checks are never mixed in one envelope.
    """

    @property
    def capabilities(self) -> BooksCapabilities:
        """What this kind of books can do."""

    def seconds(self, request: DeskRequest) -> float:
        """Return a first guess of how long the books take for this request."""

    def needs_preparation(self, post: PostRequest) -> bool:
        """Return whether `Prepare` has to come before `Write`."""

    def stops_others(self, post: PostRequest) -> bool:
        """Return whether an envelope with this document stops at the first error.

        Such documents share an envelope with nothing but their like.
        """

    def document_name(self, books_id: str) -> str:
        """Return how the books name a document, for comparing with what they say.

        An id may hold more than that: what else was written with the document.
        """

    def encode(self, requests: Sequence[DeskRequest], *, batch_id: str) -> bytes:
        """Return one envelope.

        Raises DefectError for a mixture. A document that cannot be expressed raises
        ActionNeededError in `check_document`, which is asked before.
        """

    def check_document(self, post: PostRequest) -> None:
        """Raise ActionNeededError for what cannot be written, at the field.

        Such a document is held before it ever enters an envelope.
        """

    def decode(
        self, requests: Sequence[DeskRequest], answer: bytes
    ) -> tuple[DeskResult, ...]:
        """Return one result per request, matched by attempt id, in any order.

        A write whose result is missing in a readable answer gets none: it is in
        doubt. For `Recover` the requests of that batch come along as `Write`s.
        Raises AnswerLostError for an answer that cannot be read.
        """

    def was_stopped(self, answer: bytes) -> bool:
        """Return whether an error kept a part of an envelope from being tried.

        Looks at the statuses alone, so it is quick. Raises AnswerLostError for an
        answer that cannot be read, DefectError for one that is a defect as a whole.
        """


# ── the conversation ─────────────────────────────────────────────────────────


class Verdict(StrEnum):
    """What sign-in came to."""

    OPEN = "open"  # a conversation begins; `ticket` names it
    NOTHING = "nothing"  # known, and there is nothing to do
    INVALID = "invalid"  # name or password are wrong, or too many tries
    BUSY = "busy"  # another conversation is open


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The answer to a sign-in."""

    verdict: Verdict
    ticket: str = ""
    company_path: str = ""  # which company file to open; "" = the one that is open
    postpone_s: int | None = None
    every_s: int | None = None  # the shortest interval that makes sense


@dataclass(frozen=True, slots=True)
class Fault:
    """What the caller says went wrong between it and the books."""

    hresult: str = ""
    message: str = ""  # the books' own words; for some codes they alone say why
    meaning: str = ""  # ours, for people, from whoever knows the code
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class CompanyNotice:
    """What the caller says of the company with its request for work."""

    facts: str = ""  # first request of a conversation: host, company, preferences
    company_path: str = ""
    country: str = ""
    major_version: str = ""
    minor_version: str = ""


class Desk(Protocol):
    """One connection's counter, where a caller asks for work. The engine keeps it.

    Every method is safe with an unknown, old or foreign ticket: it then says that
    the conversation is over, and does nothing.
    """

    def sign_in(self, user: str, password: str) -> SignedIn:
        """Check who calls and open a conversation; it is a lease."""

    def next_envelope(self, ticket: str, notice: CompanyNotice) -> bytes:
        """Return the next envelope, kept before it leaves; b"" = ask `last_error`."""

    def take_answer(self, ticket: str, answer: bytes) -> int:
        """Take the books' answer in; return percent done.

        100 = nothing more to do; negative = an error, ask `last_error`.
        """

    def lose_answer(self, ticket: str, fault: Fault) -> int:
        """Doubt what had left: the books did not answer. Returns as `take_answer`."""

    def cannot_open(self, ticket: str, fault: Fault) -> str:
        """Hear that no company can be opened; return "done", or another path."""

    def last_error(self, ticket: str) -> str:
        """Return what the user is shown, or "NoOp": wait five seconds, ask again."""

    def close(self, ticket: str) -> str:
        """End the conversation; return what the user is shown."""

    def note(self, text: str) -> None:
        """Remember something for the connection's log (version of the caller …)."""


@dataclass(frozen=True, slots=True)
class CallerFile:
    """What the file says that a person opens in the caller's program."""

    name: str  # shown in the program's list
    unique_name: str  # another one makes a second entry there
    address: str
    support_address: str
    user: str
    file_id: str  # one per connection; the company file is stamped with it
    every_minutes: int


class DeskEndpoint(Protocol):
    """How the caller's protocol is spoken: bytes in, bytes out."""

    #: More than a webhook: answers to page reads are large.
    body_bytes_max: int

    def serve(self, call: Call, desk: Desk) -> Answer:
        """Understand the call, act at the desk, answer. Never raises for bad bytes."""
