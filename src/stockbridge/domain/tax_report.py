"""Online tax by rate and jurisdiction, made of the statement's rows.

The books tell a document's tax as one sum. Where it is the store's sum, each rate is
booked as it was charged; where it is another, it is shared by what the rates charged,
and the difference has the name that the statement gives to it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass
from decimal import Decimal
from typing import TypeAlias

from stockbridge.domain.money import Money, total_of, zero
from stockbridge.domain.reconciliation import Row, Statement
from stockbridge.domain.tax_parts import NOT_TOLD, TaxPart, TaxPlace, TaxRate

#: The name of a difference of a booked document that only its tax has.
TAX_DIFFERS = "tax_differs"
_Key: TypeAlias = tuple[str, TaxRate, TaxPlace]  # the first is the currency
_ANYWHERE = TaxPlace()


@dataclass(frozen=True, slots=True)
class TaxSums:
    """Both sides of one rate, or of all. Refunds are positive, and apart."""

    taxable: Money
    tax: Money
    taxable_back: Money
    tax_back: Money
    booked: Money
    booked_back: Money

    def __add__(self, other: "TaxSums") -> "TaxSums":
        return TaxSums(
            self.taxable + other.taxable,
            self.tax + other.tax,
            self.taxable_back + other.taxable_back,
            self.tax_back + other.tax_back,
            self.booked + other.booked,
            self.booked_back + other.booked_back,
        )

    @property
    def net(self) -> Money:
        """What is owed: the tax on sales less that on refunds."""
        return self.tax - self.tax_back

    @property
    def booked_net(self) -> Money:
        """The same as the books have it."""
        return self.booked - self.booked_back

    @property
    def difference(self) -> Money:
        """What the store has more than the books."""
        return self.net - self.booked_net


@dataclass(frozen=True, slots=True)
class RateTotal:
    """One rate in one currency; `named` says by reason what of it is not booked.

    `place` is blank where places were not asked for.
    """

    currency: str
    rate: TaxRate
    sums: TaxSums
    named: tuple[tuple[str, Money], ...]
    place: TaxPlace = _ANYWHERE


@dataclass(frozen=True, slots=True)
class OpenTax:
    """An order or refund whose tax is another in the books; refunds are negative."""

    row: Row
    name: str
    store: Money
    books: Money

    @property
    def difference(self) -> Money:
        """What the store has more than the books."""
        return self.store - self.books


@dataclass(frozen=True, slots=True)
class TaxReport:
    """The tax of a span of business dates."""

    rates: tuple[RateTotal, ...]
    totals: Mapping[str, TaxSums]  # per currency; taxable counts a sale at each rate
    open: tuple[OpenTax, ...]


def tax_report(statement: Statement, *, by_place: bool = False) -> TaxReport:
    """Return the report; its totals are the statement's tax, to the cent.

    By place each rate has a row for every place that goods went to.
    """
    sums: dict[_Key, TaxSums] = {}
    named: dict[_Key, dict[str, Money]] = {}
    open_rows = []
    for row in statement.rows:
        currency = row.store.orders.currency
        for part, booked in _with_booked(row):
            key = (currency, part.rate, part.place if by_place else _ANYWHERE)
            one = _sums(part, booked, is_refund=row.is_refund)
            sums[key] = sums.get(key, _nothing(currency)) + one
            if one.difference:
                reasons = named.setdefault(key, {})
                name = name_of(row)
                reasons[name] = reasons.get(name, zero(currency)) + one.difference
        open_rows += _open(row)
    return TaxReport(
        rates=tuple(
            RateTotal(key[0], key[1], total, _reasons(named.get(key, {})), key[2])
            for key, total in sorted(sums.items(), key=_order)
        ),
        totals=_totals(sums),
        open=tuple(open_rows),
    )


def name_of(row: Row) -> str:
    """Return what a difference of its tax is called: by drift, or by outcome."""
    if row.drift is not None:
        return row.drift.value
    if row.outcome is None or (row.outcome.value == "posted" and not row.code):
        return TAX_DIFFERS
    return row.outcome.value


def _with_booked(row: Row) -> Iterable[tuple[TaxPart, Money]]:
    """Return the parts of a row, each with what the books have of it."""
    said = total_of([part.tax for part in row.taxes], row.books_tax.currency)
    if said == row.books_tax:
        return [(part, part.tax) for part in row.taxes]
    weights = [abs(part.tax.amount) for part in row.taxes]
    if any(weights):
        return zip(row.taxes, row.books_tax.split(weights), strict=True)
    nothing = zero(row.books_tax.currency)
    place = row.taxes[0].place if row.taxes else TaxPlace()
    unknown = TaxPart(NOT_TOLD, nothing, nothing, place)
    return [*((part, nothing) for part in row.taxes), (unknown, row.books_tax)]


def _sums(part: TaxPart, booked: Money, *, is_refund: bool) -> TaxSums:
    none = zero(booked.currency)
    if is_refund:
        return TaxSums(none, none, part.taxable, part.tax, none, booked)
    return TaxSums(part.taxable, part.tax, none, none, booked, none)


def _open(row: Row) -> list[OpenTax]:
    store = total_of([part.tax for part in row.taxes], row.books_tax.currency)
    if store == row.books_tax:
        return []
    books = row.books_tax
    if row.is_refund:
        store, books = -store, -books
    return [OpenTax(row, name_of(row), store, books)]


def _nothing(currency: str) -> TaxSums:
    return TaxSums(*[zero(currency)] * 6)


def _reasons(named: Mapping[str, Money]) -> tuple[tuple[str, Money], ...]:
    return tuple((name, amount) for name, amount in named.items() if amount)


def _totals(sums: Mapping[_Key, TaxSums]) -> dict[str, TaxSums]:
    totals: dict[str, TaxSums] = {}
    for (currency, _, _), one in sums.items():
        totals[currency] = totals.get(currency, _nothing(currency)) + one
    return totals


def _order(entry: tuple[_Key, object]) -> tuple[object, ...]:
    (currency, rate, place), _ = entry
    percent = rate.percent if rate.percent is not None else Decimal(-1)
    is_apart = rate.kind.value != "rate"
    of_rate = (rate.country, rate.state, rate.label, percent)
    return (currency, is_apart, *of_rate, *astuple(place))
