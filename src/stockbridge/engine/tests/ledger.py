"""Small books in memory, for the engine's own tests; `LedgerBooks` is their connector.

`Ledger` is the outside system: its state is what a test proves things by, and its
switches make it fail. One key never has two effects.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from stockbridge.domain.account_movements import Move
from stockbridge.domain.accounting import (
    KIND_OF,
    AmendmentDocument,
    Document,
    DocumentKind,
    SaleDocument,
)
from stockbridge.domain.catalog import BooksCustomer, BooksItem
from stockbridge.domain.errors import (
    SyncError,
)
from stockbridge.ports import (
    PostRequest,
)


@dataclass
class Sale:
    """An order as the books keep it: what is promised, what went out."""

    open: dict[str, tuple[str, Decimal]]  # line → item, units promised
    shipped: dict[str, tuple[str, Decimal]] = field(default_factory=dict)


@dataclass
class Entry:
    """One posted document."""

    books_id: str
    kind: DocumentKind
    document: Document
    sale_id: str = ""
    is_live: bool = True
    moved: dict[str, Decimal] = field(default_factory=dict)  # item → units


@dataclass
class Ledger:
    """The books themselves."""

    now: Callable[[], datetime]
    items: dict[str, BooksItem] = field(default_factory=dict)
    customers: dict[str, BooksCustomer] = field(default_factory=dict)
    on_hand: dict[str, Decimal] = field(default_factory=dict)
    sales: dict[str, Sale] = field(default_factory=dict)
    entries: dict[str, Entry] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)  # key → books id
    closed_until: date | None = None
    deposited: set[str] = field(default_factory=set)  # payments in the bank
    ticks: dict[tuple[str, str], int] = field(default_factory=dict)
    tick: int = 0
    # switches
    lose_answers: int = 0  # that many envelopes work, and their answers get lost
    cut_line: int = 0  # that many envelopes never arrive
    refused: dict[DocumentKind, SyncError] = field(default_factory=dict)
    busy: set[DocumentKind] = field(default_factory=set)  # "try again later"
    is_unclear: bool = False  # look-ups cannot tell
    moved_to: dict[str, str] = field(default_factory=dict)  # books id → account
    other_moves: list[Move] = field(default_factory=list)
    silent_moves: SyncError | None = None  # what others moved cannot be read
    cents_off: Decimal = Decimal(0)  # what is stored differs from what was sent
    per_call_max: int = 50
    has_two_places: bool = False
    # what happened
    envelopes: list[list[PostRequest]] = field(default_factory=list)
    look_ups: int = 0

    def add_item(self, item: BooksItem, on_hand: int | str = 0) -> BooksItem:
        """Put an item into the books."""
        self.items[item.external_id] = item
        self.on_hand[item.external_id] = Decimal(on_hand)
        self.touch("items", item.external_id)
        self.touch("stock", item.external_id)
        return item

    def add_customer(self, customer: BooksCustomer) -> None:
        """Put a customer into the books."""
        self.customers[customer.external_id] = customer
        self.touch("customers", customer.external_id)

    def count_stock(self, item_id: str, on_hand: int | str) -> None:
        """Let somebody count the shelf."""
        self.on_hand[item_id] = Decimal(on_hand)
        self.touch("stock", item_id)

    def committed(self, item_id: str) -> Decimal:
        """How many units open sales promise."""
        return sum(
            (
                units
                for sale in self.sales.values()
                for item, units in sale.open.values()
                if item == item_id
            ),
            Decimal(0),
        )

    def live(self, kind: DocumentKind) -> list[Entry]:
        """Return the live documents of a kind."""
        found = self.entries.values()
        return [one for one in found if one.kind is kind and one.is_live]

    def sale_totals(self) -> list[str]:
        """Return the totals of all live sales, as text."""
        found = [entry.document for entry in self.live(DocumentKind.SALE)]
        return [str(one.total) for one in found if isinstance(one, SaleDocument)]

    def touch(self, feed: str, external_id: str) -> None:
        """Let a record come again in its feed."""
        self.tick += 1
        self.ticks[feed, external_id] = self.tick

    def new_id(self, letter: str) -> str:
        """Return an id that nothing has."""
        return f"{letter}{len(self.keys) + 101}"


def kind_of(document: Document) -> DocumentKind:
    return KIND_OF[type(document)]


def day_of(document: Document) -> date:
    inner = document.document if isinstance(document, AmendmentDocument) else document
    return getattr(inner, "business_date", date.min)
