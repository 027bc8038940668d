"""What the engine asks of the outside: four small protocols and their values.

`Store` and `Books` are what a connector implements. `Endpoint` is how the outside
calls us: bytes in, bytes out. `Wire` is what the engine lends a connector for each
call: its budget, its lease, its log. A connector keeps no state of its own.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Generic, Protocol, TypeVar

from pydantic import BaseModel

from stockbridge.domain.accounting import Document, DocumentKind, SaleForm
from stockbridge.domain.catalog import (
    BooksCustomer,
    BooksItem,
    Location,
    StockLevel,
    StoreItem,
)
from stockbridge.domain.commerce import Customer, Order
from stockbridge.domain.errors import SyncError
from stockbridge.domain.money import Money

Record = TypeVar("Record")

# ── what both kinds share ────────────────────────────────────────────────────


class Severity(StrEnum):
    """How much a finding matters."""

    OK = "ok"
    WARNING = "warning"
    ERROR = "error"  # the connection cannot work


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
        """Log what happened."""


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


# ── stores ───────────────────────────────────────────────────────────────────


class StockMeaning(StrEnum):
    """What the quantity that we write to a store means there."""

    SELLABLE = "sellable"
    PHYSICAL_LESS_RESERVED = "physical_less_reserved"  # Magento


@dataclass(frozen=True, slots=True)
class StoreCapabilities:
    """What the engine must know of a kind of store."""

    stock_meaning: StockMeaning
    is_write_visible_at_once: bool
    has_compare_and_set: bool
    stock_rows_max: int  # per write call
    item_rows_max: int
    has_webhooks: bool
    locations: bool = False
    quantity_is_whole: bool = True


@dataclass(frozen=True, slots=True)
class StockWrite:
    """Set the quantity of an item (absolute), at a store location."""

    item_id: str
    product_id: str  # the grouping product
    kind: str  # simple, variation
    quantity: Decimal
    location_id: str = ""
    expected: Decimal | None = None  # for compare-and-set, where the store has it


@dataclass(frozen=True, slots=True)
class ItemWrite:
    """Create (no `item_id`) or update an item; None leaves a field as it is."""

    item_id: str = ""
    product_id: str = ""
    kind: str = "simple"
    name: str | None = None
    sku: str | None = None
    price: Money | None = None
    sale_price: Money | None = None
    clear_sale_price: bool = False
    description: str | None = None
    status: str | None = None  # draft for what we create
    upc: str | None = None
    quantity: Decimal | None = None
    track_stock: bool | None = None
    attributes: tuple[tuple[str, str], ...] | None = None
    categories: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class WriteResult:
    """What became of one written row.

    `shown` is the quantity that the store's own answer reports; None: not said.
    With `error`, nothing of this row took effect. A `conflict` means that the
    store's quantity was not the expected one: read orders, compute, try again.
    """

    item_id: str
    shown: Decimal | None = None
    item: StoreItem | None = None
    error: SyncError | None = None
    conflict: bool = False


@dataclass(frozen=True, slots=True)
class OrderMark:
    """An order as the daily walk sees it: enough to notice what dates hide."""

    external_id: str
    status: str
    fingerprint: str  # changes whenever refunds, status or total do


@dataclass(frozen=True, slots=True)
class WebhookHealth:
    """How the store's notices to us stand."""

    is_working: bool
    findings: tuple[Finding, ...] = ()
    ids: tuple[str, ...] = ()


class Store(Protocol):
    """One online store. Reads may repeat a record, never miss one."""

    @property
    def capabilities(self) -> StoreCapabilities:
        """What this kind of store can do."""

    def check(self) -> ConnectionReport:
        """Test the address and the keys, live. Never raises for what it explains."""

    def changed_orders(self, cursor: str, *, limit: int) -> Page[Order]:
        """Return about `limit` orders changed since `cursor`; "" means from the start.

        Each comes with its refunds. An order may come twice, never not at all.
        """

    def open_orders(self, cursor: str, *, limit: int) -> Page[Order]:
        """Return all orders that hold stock and are not fulfilled, of any age."""

    def orders(self, ids: Sequence[str]) -> Page[Order]:
        """Return these orders; one that is gone comes with status DELETED."""

    def walk_orders(self, cursor: str, *, limit: int) -> Page[OrderMark]:
        """Return marks of all orders, by id, for the daily walk."""

    def changed_items(self, cursor: str, *, limit: int) -> Page[StoreItem]:
        """Return about `limit` items changed since `cursor`, variations included."""

    def walk_items(self, cursor: str, *, limit: int) -> Page[StoreItem]:
        """Return all items with their quantities, by id: the daily read-back."""

    def items(self, refs: Sequence[tuple[str, str]]) -> Page[StoreItem]:
        """Return these (item id, product id); one that is gone is left out."""

    def changed_customers(self, cursor: str, *, limit: int) -> Page[Customer]:
        """Return customers that are new or may have changed since `cursor`."""

    def write_stock(self, rows: Sequence[StockWrite]) -> tuple[WriteResult, ...]:
        """Set quantities; one result per row, in order.

        At most `capabilities.stock_rows_max` rows. Safe to repeat. Raises
        AnswerLostError when it is not known what took effect.
        """

    def write_items(self, rows: Sequence[ItemWrite]) -> tuple[WriteResult, ...]:
        """Create or update items; one result per row, in order."""

    def find_item(self, sku: str) -> StoreItem | None:
        """Return the item with this SKU, trash excluded; None: there is none."""

    def ensure_webhooks(self, address: str, secret: str) -> WebhookHealth:
        """Create or repair our webhooks so that they call `address`."""

    def webhook_health(self, address: str) -> WebhookHealth:
        """Return whether our webhooks exist and are active."""

    def remove_webhooks(self, address: str) -> None:
        """Delete our webhooks, and only ours."""


# ── books ────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class BooksCapabilities:
    """What the engine must know of a kind of books."""

    kinds: frozenset[DocumentKind]
    sale_forms: tuple[SaleForm, ...]  # the first is the default
    documents_per_call_max: int
    is_in_process: bool = False  # post() is one transaction: no doubt
    sale_moves_stock: bool = False  # else a sale commits, a fulfillment moves
    can_amend: bool = False
    reference_chars_max: int = 64
    item_name_chars_max: int = 200


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


class Books(Protocol):
    """One set of books that we can call."""

    @property
    def capabilities(self) -> BooksCapabilities:
        """What this kind of books can do."""

    def check(self) -> ConnectionReport:
        """Test the connection, live. Never raises for what it explains."""

    def post(self, requests: Sequence[PostRequest]) -> tuple[PostResult, ...]:
        """Write documents; one result per request, each document by itself.

        The same key never has two effects. Raises NotSentError, AnswerLostError.
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


# ── calls from outside ───────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Call:
    """A call from outside, as it came over the wire."""

    method: str
    path: str  # below the connection's own address
    headers: Mapping[str, str]  # names in lower case
    body: bytes
    query: str = ""
    peer: str = ""


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


class Endpoint(Protocol):
    """How a system calls us: bytes in, bytes out, decided without the network."""

    def hear(self, call: Call, link: Link) -> Heard:
        """Check the call (signature on the raw bytes) and decide."""


# ── what a connector folder declares ─────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Connector:
    """One kind of system, as its folder's `CONNECTOR` declares it."""

    slug: str
    title: str
    kind: str  # store, books
    settings: type[BaseModel]
    secrets: type[BaseModel]
    open_store: Callable[[Link], Store] | None = None
    open_books: Callable[[Link], Books] | None = None
    endpoint: Endpoint | None = None
    pairing_address: Callable[[BaseModel, str, str, str], str] | None = None
    # (settings, one-time id, return address, callback address) → where to send
