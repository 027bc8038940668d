"""What the engine asks of a set of books."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol, runtime_checkable

from stockbridge.domain.account_movements import Move
from stockbridge.domain.accounting import Document, DocumentKind, SaleForm
from stockbridge.domain.catalog import (
    BooksCustomer,
    BooksItem,
    Location,
    StockLevel,
)
from stockbridge.domain.errors import SyncError
from stockbridge.domain.money import Money
from stockbridge.ports.choosing import ChosenFrom
from stockbridge.ports.links import ConnectionReport, Page


@dataclass(frozen=True, slots=True)
class BooksCapabilities:
    """What the engine must know of a kind of books."""

    kinds: frozenset[DocumentKind]
    sale_forms: tuple[SaleForm, ...]  # the first is the default
    documents_per_call_max: int
    is_in_process: bool = False  # post() is one transaction: no doubt
    can_choose_form: bool = False  # of each sale by itself, payments included
    sale_moves_stock: bool = False  # else a sale commits, a fulfillment moves
    fulfillment_bills: bool = False  # a sale owes nothing until it is filled
    can_amend: bool = False
    #: Whether an order can be linked to a sale that is there already; only where the
    #: sale itself moves stock: no later document of ours would.
    can_link_sales: bool = False
    reference_chars_max: int = 64
    item_name_chars_max: int = 200
    #: Whether lines can be booked on accounts; else items decide, and what is there
    #: to be chosen for payments are kinds of tender.
    has_accounts: bool = True
    money_kinds: frozenset[str] = frozenset()  # accounts for received money; none: any
    #: For books that call us: whether they keep the answer to a batch of writes, and
    #: how many look-ups in different visits must miss before a document is not there.
    keeps_answers: bool = False
    misses_needed: int = 1
    #: Whether they tell what the counter sold to one customer (`ReadFeed.RECEIPTS`).
    tells_receipts: bool = False
    #: What an item has besides its price, each with what people call it: further
    #: prices (`BooksItem.prices`), and fields that may feed a store's attributes.
    prices: tuple[tuple[str, str], ...] = ()
    item_fields: tuple[tuple[str, str], ...] = ()
    #: What each sale may be given by itself, by a rule: fields of `SaleDocument`, each
    #: with where it is chosen from.
    sale_choices: tuple[tuple[str, ChosenFrom], ...] = ()
    #: Of tax codes only these, whose rates are known. None: any.
    tax_codes: frozenset[str] | None = None
    #: Which fields of the store's orders documents carry, as the settings name them.
    order_fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PostRequest:
    """One document on its way; `key` names the intent over all attempts."""

    attempt_id: str
    key: str
    marker: str
    document: Document


class PostOutcome(StrEnum):
    """What the books said to one document."""

    POSTED = "posted"
    REFUSED = "refused"  # a person acts; see the error
    RETRY = "retry"  # certainly not posted; try again later


@dataclass(frozen=True, slots=True)
class PostResult:
    """The books' answer to one request."""

    attempt_id: str
    outcome: PostOutcome
    books_id: str = ""
    number: str = ""
    version: str = ""
    total: Money | None = None  # as stored; None where the kind has none
    total_tax: Money | None = None
    error: SyncError | None = None
    was_tried: bool = True  # False: an error before it stopped the envelope


class LookUpOutcome(StrEnum):
    """What a look-up of a doubtful document found."""

    FOUND = "found"
    MISSING = "missing"  # certainly not there
    UNCLEAR = "unclear"  # look again later


@dataclass(frozen=True, slots=True)
class LookUpResult:
    """The answer to one look-up; found ones carry what was stored."""

    attempt_id: str
    outcome: LookUpOutcome
    result: PostResult | None = None


@dataclass(frozen=True, slots=True)
class BooksAccount:
    """An account of the books."""

    external_id: str
    name: str
    kind: str
    number: str = ""


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A document as the books hold it now, for the statement."""

    books_id: str
    kind: DocumentKind
    reference: str
    business_date: date
    total: Money
    total_tax: Money
    shipping: Money
    key: str = ""
    is_live: bool = True  # False: reversed or cancelled
    sale_id: str = ""  # the sale that a refund or payment belongs to
    is_ours: bool = False  # carries a sign of ours, of whichever installation
    customer: str = ""  # what the books call who is billed
    #: Where its money landed or came from; "" = it moves none, None = not told.
    account_id: str | None = None


class Books(Protocol):
    """One set of books that we can call."""

    @property
    def capabilities(self) -> BooksCapabilities:
        """What this kind of books can do."""

    def check(self) -> ConnectionReport:
        """Test the connection, live. Never raises for what it explains."""

    def post(self, requests: Sequence[PostRequest]) -> tuple[PostResult, ...]:
        """Write documents; one result per request, each document by itself.

        One that is left out is in doubt. The same key never has two effects. Raises
        NotSentError, AnswerLostError.
        """

    def look_up(self, requests: Sequence[PostRequest]) -> tuple[LookUpResult, ...]:
        """Find out what became of documents whose answer got lost."""

    def changed_items(self, cursor: str, *, limit: int) -> Page[BooksItem]:
        """Return items changed since `cursor`."""

    def changed_customers(self, cursor: str, *, limit: int) -> Page[BooksCustomer]:
        """Return customers changed since `cursor`."""

    def changed_stock(self, cursor: str, *, limit: int) -> Page[StockLevel]:
        """Return stock levels that may have moved since `cursor`, per location."""

    def stock(self, item_ids: Sequence[str]) -> tuple[StockLevel, ...]:
        """Return all levels of these items, read now."""

    def locations(self) -> tuple[Location, ...]:
        """Return the places that hold stock."""

    def accounts(self) -> tuple[BooksAccount, ...]:
        """Return the accounts."""

    def documents(
        self, first: date, last: date, *, cursor: str, limit: int
    ) -> Page[StoredDocument]:
        """Return documents by business date, both days included."""


@runtime_checkable
class OffersChoices(Protocol):
    """Books that have more lists to choose settings from, as classes and tax codes."""

    def choices(self) -> Mapping[str, Sequence[tuple[str, str]]]:
        """Return the lists by name, each as (id, name)."""


@runtime_checkable
class TellsAccounts(Protocol):
    """Books that say on which account the money of each document lies.

    Their `documents` tell payments, too, and an account of whatever moves money.
    """

    def landing_account(self, kind: DocumentKind, mapped: str) -> str:
        """Return the account that we write for a paid sale, payment or refund.

        `mapped` is that of its payment method, "" for none. The answer is "" where
        our document moves no money: people book it.
        """

    def deposit_accounts(self) -> tuple[str, ...]:
        """Return the accounts that the books' settings name for money."""

    def moves(
        self, first: date, last: date, accounts: Collection[str]
    ) -> tuple[Move, ...]:
        """Return what documents moved on these accounts, by business date.

        Of one that `documents` tells with its account, nothing need be told again.
        """
