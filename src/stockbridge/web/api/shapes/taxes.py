"""Online tax: each rate, the totals, and what is not in the books as it is charged."""

from dataclasses import asdict
from decimal import Decimal

from ninja import Schema

from stockbridge.domain.tax_report import OpenTax, RateTotal, TaxSums
from stockbridge.engine.tax_report import BridgeTaxes
from stockbridge.web.api.shapes.amounts import of_money
from stockbridge.web.api.shapes.reports import (
    ReportHead,
    ReportRow,
    head_of,
    names_of,
)


class TaxAmounts(Schema):
    """`net` is what is owed: tax on sales less tax on refunds; `booked` likewise."""

    tax: str
    tax_refunds: str
    net: str
    booked: str
    difference: str


class NamedTax(Schema):
    """A part of a difference, and what it is called."""

    name: str
    amount: str


class TaxPlaceOut(Schema):
    """Where goods went; in capitals, blank where the shop does not tell it."""

    country: str
    state: str
    city: str
    postcode: str


class TaxRateOut(TaxAmounts):
    """One rate; `kind` is `not_told` or `untaxed` for what the store gives no rate."""

    currency: str
    taxable: str
    taxable_refunds: str
    kind: str
    country: str
    state: str
    label: str
    percent: Decimal | None
    named: list[NamedTax]
    place: TaxPlaceOut | None = None  # where `by_place` asked for it


class TaxTotal(TaxAmounts):
    """All rates of one currency; a sale that two rates tax is no sum of theirs."""

    currency: str


class OpenTaxOut(ReportRow):
    """An order or refund whose tax is another in the books; refunds are negative."""

    store: str
    books: str
    difference: str
    name: str


class TaxesOut(ReportHead):
    """The tax of one bridge for a span of business dates."""

    totals: list[TaxTotal]
    rates: list[TaxRateOut]
    open: list[OpenTaxOut]


def taxes_out(
    bridge_uid: str, found: BridgeTaxes, *, by_place: bool = False
) -> TaxesOut:
    """Return a report; with the places, if it was made by place."""
    report = found.report
    return TaxesOut(
        **head_of(bridge_uid, found.statement),
        totals=[
            TaxTotal(currency=currency, **_amounts(sums))
            for currency, sums in sorted(report.totals.items())
        ],
        rates=[_rate(one, by_place=by_place) for one in report.rates],
        open=[_open(one) for one in report.open],
    )


def _rate(one: RateTotal, *, by_place: bool) -> TaxRateOut:
    rate = one.rate
    place = TaxPlaceOut(**asdict(one.place)) if by_place else None
    return TaxRateOut(
        currency=one.currency,
        taxable=of_money(one.sums.taxable),
        taxable_refunds=of_money(one.sums.taxable_back),
        kind=rate.kind.value,
        country=rate.country,
        state=rate.state,
        label=rate.label,
        percent=rate.percent,
        named=[
            NamedTax(name=name, amount=of_money(amount)) for name, amount in one.named
        ],
        place=place,
        **_amounts(one.sums),
    )


def _open(one: OpenTax) -> OpenTaxOut:
    return OpenTaxOut(
        **names_of(one.row, one.store.currency),
        store=of_money(one.store),
        books=of_money(one.books),
        difference=of_money(one.difference),
        name=one.name,
    )


def _amounts(sums: TaxSums) -> dict[str, str]:
    return {
        "tax": of_money(sums.tax),
        "tax_refunds": of_money(sums.tax_back),
        "net": of_money(sums.net),
        "booked": of_money(sums.booked_net),
        "difference": of_money(sums.difference),
    }
