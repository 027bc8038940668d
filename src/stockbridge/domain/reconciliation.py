"""The statement: what the store sold and gave back is what the books hold.

Theory of operation. The store tells *sources* (orders and refunds) with what became
of each; the books hold *entries*. An entry belongs to the source that its key names,
whatever its generation. Each source is then even, or its difference has a name: it
is held, waits, was excluded, is on its way, or it is drift, which nothing explains.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeVar

from stockbridge.domain.accounting import DocumentKind
from stockbridge.domain.identity import Scope, Source
from stockbridge.domain.money import Money, total_of, zero
from stockbridge.domain.planning import REFUND, SALE, Outcome
from stockbridge.domain.tax_parts import TaxPart

_DIGITS = re.compile("([0-9]+)")


@dataclass(frozen=True, slots=True)
class Amounts:
    """What is compared, per order, per day and in all. Tax and shipping are parts."""

    orders: Money
    tax: Money
    shipping: Money  # without tax
    refunds: Money

    def __add__(self, other: "Amounts") -> "Amounts":
        return Amounts(
            self.orders + other.orders,
            self.tax + other.tax,
            self.shipping + other.shipping,
            self.refunds + other.refunds,
        )

    def __sub__(self, other: "Amounts") -> "Amounts":
        return Amounts(
            self.orders - other.orders,
            self.tax - other.tax,
            self.shipping - other.shipping,
            self.refunds - other.refunds,
        )

    def __bool__(self) -> bool:
        return any((self.orders, self.tax, self.shipping, self.refunds))

    @property
    def net(self) -> Money:
        """What is left when the refunds are taken off."""
        return self.orders - self.refunds


@dataclass(frozen=True, slots=True)
class Told:
    """One source as the store tells it, and what became of it here."""

    source: Source
    order_id: str
    number: str
    day: date  # the business date: of its document, where it has one
    amounts: Amounts
    outcome: Outcome
    code: str = ""
    reason: str = ""
    entry_ids: tuple[str, ...] = ()  # books ids, for books that keep no key
    is_linked: bool = False  # its sale was typed in, or another program's
    has_ended: bool = False  # called off, or all given back: its sale need not live
    taxes: tuple[TaxPart, ...] = ()  # what its tax, or its refund's, is made of
    payment_method: str = ""  # the store's own word
    is_paid: bool = False  # money came in for its order


@dataclass(frozen=True, slots=True)
class Entry:
    """One sale or refund as the books hold it now."""

    books_id: str
    kind: DocumentKind
    number: str
    day: date
    total: Money
    tax: Money
    shipping: Money
    key: str = ""
    is_live: bool = True  # False: reversed or cancelled


class Drift(StrEnum):
    """A difference that nothing explains."""

    MISSING_IN_BOOKS = "missing_in_books"
    NOT_IN_STORE = "not_in_store"
    AMOUNTS_DIFFER = "amounts_differ"
    DOUBLED = "doubled"


@dataclass(frozen=True, slots=True)
class Row:
    """One source, or one entry without any, with both sides."""

    source: Source | None  # None: the books alone have it
    order_id: str
    number: str
    day: date
    store: Amounts
    books: Amounts
    outcome: Outcome | None
    code: str
    reason: str
    drift: Drift | None
    entry_ids: tuple[str, ...]
    is_refund: bool
    taxes: tuple[TaxPart, ...]  # the store's: charged, or given back by a refund
    books_tax: Money  # the books'; of a refund, what it gave back
    payment_method: str = ""
    is_paid: bool = False

    @property
    def difference(self) -> Amounts:
        """What the store has more than the books."""
        return self.store - self.books


@dataclass(frozen=True, slots=True)
class DayTotal:
    """Both sides of one day in one currency."""

    day: date
    currency: str
    store: Amounts
    books: Amounts


@dataclass(frozen=True, slots=True)
class Statement:
    """Store = books, for a span of business dates."""

    rows: tuple[Row, ...]
    days: tuple[DayTotal, ...]
    totals: Mapping[str, tuple[Amounts, Amounts]]  # per currency: store, books

    @property
    def drift(self) -> tuple[Row, ...]:
        """The differences that nothing explains."""
        return tuple(row for row in self.rows if row.drift is not None)

    @property
    def named(self) -> tuple[Row, ...]:
        """The differences that have a reason: held, waiting, excluded, on its way."""
        return tuple(r for r in self.rows if r.difference and r.drift is None)

    @property
    def is_even(self) -> bool:
        """Whether the store equals the books to the cent, whatever the reasons."""
        return not any(row.difference for row in self.rows) and not self.drift


def statement(
    told: Iterable[Told], entries: Sequence[Entry], scope: Scope
) -> Statement:
    """Return the statement of one bridge; both sides cover the same days.

    Entries that are not of this bridge (another store, entered by hand) are left
    out; so are kinds other than sales and refunds.
    """
    ours = [e for e in entries if e.kind in (DocumentKind.SALE, DocumentKind.REFUND)]
    by_name: dict[str, list[Entry]] = defaultdict(list)
    by_id = {entry.books_id: entry for entry in ours}
    for entry in ours:
        by_name[_without_generation(entry.key)].append(entry)
    rows, claimed = [], set[str]()
    for one in told:
        found = [*by_name.get(_name(one.source, scope), ())]
        found += [by_id[i] for i in one.entry_ids if i in by_id]
        own = {entry.books_id: entry for entry in found}
        claimed |= own.keys()
        rows.append(_row(one, tuple(own.values())))
    rows += [
        _stray(entry)
        for entry in ours
        if entry.is_live and entry.books_id not in claimed and _is_ours(entry, scope)
    ]
    rows.sort(key=lambda row: (row.day, _in_order(row.number), row.source is None))
    return Statement(tuple(rows), _days(rows), _totals(rows))


def _in_order(number: str) -> tuple[str | int, ...]:
    """Return what sorts numbers as people count: WEB-62 before WEB-104."""
    parts = _DIGITS.split(number)  # text and digits, by turns
    return tuple(int(one) if i % 2 else one for i, one in enumerate(parts))


def _row(told: Told, entries: Sequence[Entry]) -> Row:
    live = [entry for entry in entries if entry.is_live]
    counting = live
    if not live and told.has_ended and told.amounts:
        # All given back, then called off: its sale and its refunds both count.
        counting = [*entries[-1:]]
    is_bare = not told.amounts and bool(entries)
    currency = entries[0].total.currency if is_bare else told.amounts.orders.currency
    store = nothing_in(currency) if is_bare else told.amounts
    same = [entry for entry in counting if entry.total.currency == currency]
    books = nothing_in(currency)
    for entry in same:
        books += _amounts(entry)
    return Row(
        source=told.source,
        order_id=told.order_id,
        number=told.number,
        day=told.day,
        store=store,
        books=books,
        outcome=told.outcome,
        code=told.code,
        reason=told.reason,
        drift=Drift.DOUBLED if len(live) > 1 else _drift(told, store - books, counting),
        entry_ids=tuple(entry.books_id for entry in entries),
        is_refund=told.source.kind == "refund",
        taxes=() if is_bare else told.taxes,
        books_tax=total_of([entry.tax for entry in same], currency),
        payment_method=told.payment_method,
        is_paid=told.is_paid,
    )


def _drift(told: Told, difference: Amounts, counting: Sequence[Entry]) -> Drift | None:
    is_settled = told.outcome is Outcome.POSTED and bool(told.code)
    if is_settled or told.outcome in (Outcome.PLANNED, Outcome.HELD):
        return None  # a person knows, or it is on its way
    if counting:
        # How another splits a total into goods, tax and shipping is no difference.
        is_off = difference.net if told.is_linked else difference
        return Drift.AMOUNTS_DIFFER if is_off else None
    # An order for nothing is in the books, too; one that was called off need not be.
    is_expected = told.outcome is Outcome.POSTED and (
        bool(difference) or not told.has_ended
    )
    return Drift.MISSING_IN_BOOKS if is_expected else None


def _stray(entry: Entry) -> Row:
    return Row(
        source=None,
        order_id="",
        number=entry.number,
        day=entry.day,
        store=nothing_in(entry.total.currency),
        books=_amounts(entry),
        outcome=None,
        code="",
        reason="The books have it, the store does not.",
        drift=Drift.NOT_IN_STORE,
        entry_ids=(entry.books_id,),
        is_refund=entry.kind is DocumentKind.REFUND,
        taxes=(),
        books_tax=entry.tax,
    )


def nothing_in(currency: str) -> Amounts:
    """Return no amounts, in that currency."""
    nothing = zero(currency)
    return Amounts(nothing, nothing, nothing, nothing)


def _amounts(entry: Entry) -> Amounts:
    nothing = zero(entry.total.currency)
    if entry.kind is DocumentKind.REFUND:  # its tax is part of what was given back
        return Amounts(nothing, nothing, nothing, entry.total)
    return Amounts(entry.total, entry.tax, entry.shipping, nothing)


def _name(source: Source, scope: Scope) -> str:
    effect = REFUND if source.kind == "refund" else SALE
    return _without_generation(scope.document_key(effect, source))


def _without_generation(key: str) -> str:
    return key.rsplit("/", 1)[0]


def _is_ours(entry: Entry, scope: Scope) -> bool:
    return entry.key.startswith(f"{scope.installation}/{scope.bridge}/")


def _days(rows: Iterable[Row]) -> tuple[DayTotal, ...]:
    sums: dict[tuple[date, str], tuple[Amounts, Amounts]] = {}
    for row in rows:
        key = (row.day, row.store.orders.currency)
        _add(sums, key, row)
    return tuple(
        DayTotal(day, currency, store, books)
        for (day, currency), (store, books) in sorted(sums.items(), key=_by_key)
    )


def _totals(rows: Iterable[Row]) -> dict[str, tuple[Amounts, Amounts]]:
    sums: dict[str, tuple[Amounts, Amounts]] = {}
    for row in rows:
        _add(sums, row.store.orders.currency, row)
    return sums


_Key = TypeVar("_Key")


def _add(sums: dict[_Key, tuple[Amounts, Amounts]], key: _Key, row: Row) -> None:
    nothing = nothing_in(row.store.orders.currency)
    store, books = sums.get(key, (nothing, nothing))
    sums[key] = (store + row.store, books + row.books)


def _by_key(entry: tuple[tuple[date, str], object]) -> tuple[date, str]:
    return entry[0]
