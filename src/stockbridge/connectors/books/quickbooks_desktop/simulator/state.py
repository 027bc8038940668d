"""What a company file holds: lists, documents, stock, and kept answers."""

import copy
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, TypeAlias

from stockbridge.connectors.simulation import Clock

Element: TypeAlias = Any  # lxml comes without types
ITEMS = (
    "ItemService",
    "ItemNonInventory",
    "ItemOtherCharge",
    "ItemInventory",
    "ItemSalesTax",
)
NAMES = ("Customer", "Vendor", "Employee", "OtherName")  # one space of names
Stock: TypeAlias = dict[tuple[str, str], Decimal]  # (item, site)


@dataclass(slots=True)
class Record:
    """One list entry or document, as its Ret element."""

    kind: str
    id: str
    ret: Element
    moves: tuple[tuple[str, str, Decimal], ...] = ()  # item, site, units on hand
    promises: tuple[tuple[str, str, Decimal], ...] = ()  # item, site, units ordered
    links: dict[str, Decimal] = field(default_factory=dict)  # TxnID → amount applied
    is_void: bool = False
    # of a sales order, by TxnLineID: what was ordered, and which lines were invoiced
    ordered: dict[str, tuple[str, str, Decimal]] = field(default_factory=dict)
    seen: frozenset[str] = frozenset()
    # of an invoice: order and line → units
    fills: dict[tuple[str, str], Decimal | None] = field(default_factory=dict)

    @property
    def orders(self) -> tuple[str, ...]:
        """The sales orders that an invoice fills."""
        return tuple(dict.fromkeys(order for order, _ in self.fills))

    def text(self, path: str) -> str:
        """Return the text at a path, "" where there is none."""
        return str(self.ret.findtext(path) or "")


@dataclass(slots=True)
class Kept:
    """The stored answer to one message set."""

    digest: str
    answer: bytes


@dataclass(slots=True)
class State:
    """A company file. Everything in here is in a backup, kept answers too."""

    clock: Clock
    records: dict[str, Record] = field(default_factory=dict)
    kept: dict[str, Kept] = field(default_factory=dict)
    deleted: list[Element] = field(default_factory=list)  # TxnDeletedRet
    closed_until: date | None = None
    counter: int = 0

    def copied(self) -> "State":
        """Return a backup; the clock is the world's, not the file's."""
        return copy.deepcopy(self, {id(self.clock): self.clock})

    def new_id(self) -> str:
        """Return an id of QuickBooks' shape."""
        self.counter += 1
        return f"{0x80000000 + self.counter:X}-{int(self.clock.now().timestamp())}"

    def now(self) -> str:
        """Return the time as QuickBooks writes it."""
        return self.clock.now().isoformat(timespec="seconds")

    def sequence(self) -> str:
        """Return a new edit sequence."""
        self.counter += 1
        return str(int(self.clock.now().timestamp()) + self.counter)

    def of(self, *kinds: str) -> Iterator[Record]:
        """Return all records of these kinds, oldest first."""
        return (one for one in self.records.values() if one.kind in kinds)

    def find(self, kinds: tuple[str, ...], record_id: str) -> Record | None:
        """Return the record with this id, if it is of one of these kinds."""
        found = self.records.get(record_id)
        return found if found is not None and found.kind in kinds else None

    def named(self, kinds: tuple[str, ...], name: str) -> Record | None:
        """Return the record of this full name; case does not count."""
        wanted = name.casefold()
        for record in self.of(*kinds):
            full = record.text("FullName") or record.text("Name")
            if full.casefold() == wanted:
                return record
        return None

    def on_hand(self) -> Stock:
        """Return what is there, by item and site."""
        return _sum(one.moves for one in self.records.values() if not one.is_void)

    def ordered(self) -> Stock:
        """Return what open sales orders promise."""
        open_orders = (
            one
            for one in self.of("SalesOrder")
            if not one.is_void and one.text("IsManuallyClosed") != "true"
        )
        return _sum(one.promises for one in open_orders)


def _sum(rows: Iterator[tuple[tuple[str, str, Decimal], ...]]) -> Stock:
    found: Stock = {}
    for moves in rows:
        for item, site, units in moves:
            key = (item, site)
            found[key] = found.get(key, Decimal(0)) + units
    return found
