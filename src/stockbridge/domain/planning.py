"""What a plan for one order is made of: effects wanted, verdicts, holds."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from stockbridge.domain.accounting import (
    KIND_OF,
    BooksRef,
    Document,
    DocumentKind,
    FulfillmentDocument,
    SaleDocument,
)
from stockbridge.domain.delivery import REPLACEABLE, UNSETTLED, State
from stockbridge.domain.identity import Source

SALE, PAYMENT, FULFILLMENT = "sale", "payment", "fulfillment"
CANCELLATION, REFUND = "cancellation", "refund"
AMENDMENT, REVERSAL = "amendment", "reversal"
CUSTOMER, ITEM = "customer", "item"
#: The kind of source that a shipment is: each part that left is one of its own.
PART = "fulfillment"
#: Effects that several orders share: one order's plan never ends them.
SHARED = frozenset({CUSTOMER, ITEM})


class Outcome(StrEnum):
    """What became of a source (the disposition)."""

    PLANNED = "planned"
    POSTED = "posted"
    HELD = "held"
    WAITING = "waiting"  # not complete yet; looked at again when it changes
    EXCLUDED = "excluded"
    IGNORED = "ignored"
    BOOKED_ELSEWHERE = "booked_elsewhere"
    SALE_NOT_IN_BOOKS = "sale_not_in_books"
    UNDONE = "undone"


@dataclass(frozen=True, slots=True)
class Hold:
    """Why a source waits for a person, and what that person can do."""

    code: str
    title: str
    message: str
    remedy: str
    details: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Skip:
    """Why nothing is booked for a source, without anybody having to act."""

    outcome: Outcome
    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class Planned:
    """One document that should exist in the books."""

    effect: str
    source: Source
    key: str
    document: Document
    digest: str  # of its substance
    requires: tuple[str, ...] = ()  # keys
    amount: Decimal | None = None

    @property
    def kind(self) -> DocumentKind:
        """The kind of its document."""
        return KIND_OF[type(self.document)]


@dataclass(frozen=True, slots=True)
class Booked:
    """A live delivery of an effect, as the outbox has it."""

    effect: str
    source: Source
    key: str
    state: State
    digest: str
    books_id: str = ""
    generation: int = 1
    document: SaleDocument | None = None
    # of a sale, and of an amendment: the form in which it was booked
    business_date: date | None = None  # that was kept with its document
    filled: FulfillmentDocument | None = None  # of a fulfillment: what it hands over
    sale_key: str = ""  # of a refund: the sale, or the bill, that it is of

    @property
    def ref(self) -> BooksRef:
        """How later documents name it."""
        return BooksRef(books_id=self.books_id, key=self.key)

    @property
    def is_replaceable(self) -> bool:
        """Whether nothing has left yet."""
        return self.state in REPLACEABLE

    @property
    def is_unsettled(self) -> bool:
        """Whether later changes must wait for it."""
        return self.state in UNSETTLED

    @property
    def is_posted(self) -> bool:
        """Whether the books have it."""
        return self.state is State.POSTED


@dataclass(frozen=True, slots=True)
class Verdict:
    """The disposition of one source, with its reason."""

    source: Source
    outcome: Outcome
    code: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class OrderPlan:
    """All that should happen for one order at one bridge."""

    verdicts: tuple[Verdict, ...]
    planned: tuple[Planned, ...] = ()  # new, or in place of what is superseded
    kept: tuple[str, ...] = ()  # keys whose plan is unchanged
    superseded: tuple[str, ...] = ()  # keys that must not leave any more
    holds: tuple[tuple[Source, Hold], ...] = ()
    must_wait: bool = False  # something unsettled: plan again after it settled
