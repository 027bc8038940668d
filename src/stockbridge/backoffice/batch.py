"""One transaction's worth of posting: what is loaded, what is new, what changed.

Everything that the drafts need is read at once, each draft is decided on what is in
memory, everything is written at once. A draft that is refused half-way is taken back
in memory (`mark`, `take_back`), so that it neither blocks nor soils the others.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import TypeVar

from django.db import models

from stockbridge.backoffice.ledger import next_number, next_seq
from stockbridge.backoffice.models import (
    Account,
    CustomerOrder,
    DocumentLine,
    Item,
    JournalEntry,
    JournalLine,
    Ledger,
    Location,
    OrderLine,
    Partner,
    Payment,
    PostedDocument,
    Purpose,
    StockLevel,
    StockMovement,
)
from stockbridge.companies.models import Company
from stockbridge.domain.errors import InvalidInputError
from stockbridge.domain.money import Money, zero

_K = TypeVar("_K")
_V = TypeVar("_V")


@dataclass(slots=True)
class Books:
    """What was read of a company's books."""

    accounts: dict[int, Account] = field(default_factory=dict)
    purposes: dict[str, Account] = field(default_factory=dict)
    locations: dict[int, Location] = field(default_factory=dict)
    items: dict[int, Item] = field(default_factory=dict)
    partners: dict[int, Partner] = field(default_factory=dict)
    levels: dict[tuple[int, int], StockLevel] = field(default_factory=dict)
    orders: dict[int | str, CustomerOrder] = field(default_factory=dict)
    lines: dict[int, list[OrderLine]] = field(default_factory=dict)  # by identity
    documents: dict[str, PostedDocument] = field(default_factory=dict)  # by key


@dataclass(slots=True)
class News:
    """What is to be written, in the order in which it was decided."""

    orders: list[CustomerOrder] = field(default_factory=list)
    order_lines: list[OrderLine] = field(default_factory=list)
    documents: list[PostedDocument] = field(default_factory=list)
    document_lines: list[DocumentLine] = field(default_factory=list)
    payments: list[Payment] = field(default_factory=list)
    movements: list[StockMovement] = field(default_factory=list)
    entries: list[JournalEntry] = field(default_factory=list)
    journal_lines: list[JournalLine] = field(default_factory=list)

    def lists(self) -> tuple[list[object], ...]:
        """Return all lists, to measure and cut them."""
        return tuple(getattr(self, name) for name in self.__slots__)


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a batch stood before a draft."""

    lengths: tuple[int, ...]
    changes: int
    keys: int


class Batch:
    """What the drafts of one transaction share."""

    def __init__(self, company: Company, ledger: Ledger, at: datetime) -> None:
        self.company = company
        self.currency = ledger.currency  # not the company's: that can be changed
        self.ledger = ledger
        self.at = at
        self.books = Books()
        self.news = News()
        self.changed: dict[int, models.Model] = {}  # by identity: may lack an id
        self._log: list[tuple[models.Model, str, object]] = []
        self._forgets: list[Callable[[], object]] = []

    # ── changing, so that it can be taken back ──

    def change(self, row: models.Model, **fields: object) -> None:
        """Set fields of a loaded or new row; it is written at the end."""
        for name, value in fields.items():
            self._log.append((row, name, getattr(row, name)))
            setattr(row, name, value)
        self.changed[id(row)] = row

    def remember(self, where: dict[_K, _V], key: _K, value: _V) -> None:
        """Add something that later drafts of this batch may refer to."""
        where[key] = value
        self._forgets.append(partial(where.pop, key, None))

    def touch(self, row: StockLevel | CustomerOrder | Item) -> None:
        """Give a changed row its place in the feed of changes."""
        self._log.append((self.ledger, "change_seq", self.ledger.change_seq))
        self.change(row, seq=next_seq(self.ledger), changed_at=self.at)

    def number(self, series: str) -> str:
        """Return the next number of a series; taken back, it is free again."""
        self._log.append((self.ledger, "numbers", self.ledger.numbers))
        return next_number(self.ledger, series)

    def mark(self) -> Mark:
        """Return where the batch stands."""
        lengths = tuple(len(rows) for rows in self.news.lists())
        return Mark(lengths, len(self._log), len(self._forgets))

    def take_back(self, mark: Mark) -> None:
        """Undo all that was decided since the mark."""
        for rows, length in zip(self.news.lists(), mark.lengths, strict=True):
            del rows[length:]
        while len(self._log) > mark.changes:
            row, name, old = self._log.pop()
            setattr(row, name, old)
        while len(self._forgets) > mark.keys:
            self._forgets.pop()()

    # ── what drafts refer to; each raises InvalidInputError for what is not there ──

    def item(self, item_id: int, where: str = "item") -> Item:
        """Return an item of this company."""
        return _known(self.books.items, item_id, "item", where)

    def partner(self, partner_id: int | None, where: str = "partner") -> Partner | None:
        """Return a partner of this company, or the one that it was merged into."""
        if partner_id is None:
            return None
        return _known(self.books.partners, partner_id, "partner", where)

    def location(self, location_id: int | None, where: str = "location") -> Location:
        """Return a location; None means the one that serves orders."""
        if location_id is not None:
            return _known(self.books.locations, location_id, "location", where)
        places = self.books.locations.values()
        serving = [place for place in places if place.is_default] or list(places)
        if not serving:
            raise InvalidInputError(
                "There is no location.", field=where, remedy="Add a location first."
            )
        return serving[0]

    def account(
        self, purpose: Purpose, account_id: int | None = None, where: str = "account"
    ) -> Account:
        """Return the account named, or the one that serves the purpose."""
        if account_id is not None:
            return _known(self.books.accounts, account_id, "account", where)
        if purpose not in self.books.purposes:
            raise InvalidInputError(
                f"No account is chosen for {purpose.label}.",
                field=where,
                remedy="Choose one under Back office, Accounts.",
            )
        return self.books.purposes[purpose]

    def order(self, ref: int | str) -> tuple[CustomerOrder, list[OrderLine]]:
        """Return an order and its lines, by id or by the key of its document."""
        order = _known(self.books.orders, ref, "customer order", "order")
        return order, self.lines(order)

    def lines(self, order: CustomerOrder) -> list[OrderLine]:
        """Return the lines of a loaded order."""
        return self.books.lines[id(order)]

    def level(self, item: Item, location: Location) -> StockLevel:
        """Return the level of an item at a location; at first use it is zero."""
        where = (item.pk, location.pk)
        level = self.books.levels.get(where)
        if level is None:
            level = StockLevel(
                company=self.company, item=item, location=location, changed_at=self.at
            )
            self.remember(self.books.levels, where, level)
        return level

    def money(self, amount: Decimal) -> Money:
        """Return an amount in the company's currency."""
        return Money(amount, self.currency)

    def checked(self, amount: Money, where: str) -> Decimal:
        """Return the amount; it must be in the books' currency and whole coins."""
        if amount.currency != self.currency:
            raise InvalidInputError(
                f"This back office keeps its books in {self.currency}; "
                f"{amount} is in {amount.currency}.",
                field=where,
                remedy="Use a back office of that currency for these orders.",
            )
        if not amount.is_exact:
            raise InvalidInputError(
                f"{amount} is finer than {zero(self.currency).unit}.",
                field=where,
                remedy="Round the document to its total first.",
            )
        return amount.amount


def _known(rows: Mapping[_K, _V], ref: _K, noun: str, where: str) -> _V:
    if ref not in rows:
        raise InvalidInputError(
            f"There is no {noun} {ref} in this back office.",
            field=where,
            remedy=f"Choose another {noun}.",
        )
    return rows[ref]
