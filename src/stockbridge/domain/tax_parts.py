"""Of what the tax of an order is made: by rate, and by who charges it.

Theory of operation. The sale's rates come as posting books them, so that they add up
to the billed tax; a refund's come from the lines by which it is booked. What the store
does not explain by a rate is kept apart (`NOT_TOLD`), and so is what bore no tax at
all (`UNTAXED`): nothing is left out, and the parts add up to the cent.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from stockbridge.domain.accounting import DocumentLine, SaleDocument, SaleForm
from stockbridge.domain.amounts import exact_rates, rates_told
from stockbridge.domain.commerce import LineKind, Order, OrderLine, Refund, TaxLine
from stockbridge.domain.money import Money, total_of, zero
from stockbridge.domain.planning import Hold
from stockbridge.domain.refunding import Refunded, refund_lines, refund_taxes

_ZIP_CHARS = 5  # what follows them tells streets apart, no taxes


class RateKind(StrEnum):
    """Whether the store says by which rate something is taxed."""

    RATE = "rate"
    NOT_TOLD = "not_told"  # tax of which the store does not tell the rate
    UNTAXED = "untaxed"  # sold without tax


@dataclass(frozen=True, slots=True)
class TaxRate:
    """A rate, by what a tax return asks of it; the store's id of it is left out.

    `country` and `state` are blank where the store does not tell who charges it.
    """

    kind: RateKind = RateKind.RATE
    label: str = ""
    percent: Decimal | None = None
    country: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True)
class TaxPlace:
    """Where goods went, as tax tables name places: in capitals, five digits in the US.

    Blank where the shop did not ask, or forgot. A county no store tells.
    """

    country: str = ""
    state: str = ""
    city: str = ""
    postcode: str = ""


NOT_TOLD = TaxRate(RateKind.NOT_TOLD)
UNTAXED = TaxRate(RateKind.UNTAXED)


@dataclass(frozen=True, slots=True)
class TaxPart:
    """What one rate charged, or what a refund gave back of it; positive both."""

    rate: TaxRate
    taxable: Money  # without tax
    tax: Money
    place: TaxPlace = TaxPlace()


def taxes_sold(order: Order) -> tuple[TaxPart, ...]:
    """Return what an order was taxed; the parts add up to its billed tax."""
    told = _rates_of(order)
    exact = exact_rates(order)
    if isinstance(exact, Hold):  # its rates do not explain what was billed
        charged = [(told[rate.rate_id], rate.total.rounded()) for rate in _lines(order)]
        said = total_of([tax for _, tax in charged], order.currency)
        charged.append((NOT_TOLD, order.total_tax.rounded() - said))
    else:
        charged = [(told[rate.rate_id], rate.total) for rate in exact]
    return _parts(charged, _bases(order.lines, _lines(order), order.currency), order)


def taxes_given_back(refund: Refund, order: Order) -> tuple[TaxPart, ...]:
    """Return what a refund gave back of each rate, as it is booked."""
    told = _rates_of(order)
    sale = _billed(order)
    lines = refund_lines(Refunded(refund, order, sale))
    charged = [
        (told.get(rate.rate_id, NOT_TOLD), rate.total)
        for rate in refund_taxes(lines, sale)
    ]
    return _parts(charged, _bases(lines, _lines(order), order.currency), order)


def taxes_billed(bill: SaleDocument, order: Order) -> tuple[TaxPart, ...]:
    """Return what one bill of an order was taxed, which was billed in parts."""
    told = _rates_of(order)
    charged = [(told.get(rate.rate_id, NOT_TOLD), rate.total) for rate in bill.taxes]
    return _parts(charged, _bases(bill.lines, _lines(order), order.currency), order)


def taxes_left(
    taxes: Iterable[TaxPart], billed: Iterable[TaxPart]
) -> tuple[TaxPart, ...]:
    """Return what of these taxes the bills before it have not charged."""
    left: dict[tuple[TaxRate, TaxPlace], TaxPart] = {
        (part.rate, part.place): part for part in taxes
    }
    for part in billed:
        nothing = part.tax * 0
        known = left.get((part.rate, part.place)) or replace(
            part, taxable=nothing, tax=nothing
        )
        left[part.rate, part.place] = replace(
            known, taxable=known.taxable - part.taxable, tax=known.tax - part.tax
        )
    return tuple(part for part in left.values() if part.tax or part.taxable)


def _lines(order: Order) -> tuple[TaxLine, ...]:
    return tuple(rates_told(order))


def _rates_of(order: Order) -> Mapping[str, TaxRate]:
    return {line.rate_id: _rate(line) for line in _lines(order)}


def _rate(line: TaxLine) -> TaxRate:
    return TaxRate(
        RateKind.RATE, line.label, line.rate_percent, line.country, line.state
    )


def _bases(
    lines: Iterable[OrderLine | DocumentLine], rates: Iterable[TaxLine], currency: str
) -> list[tuple[TaxRate, Money]]:
    """Return what each rate was charged on; a compound one also on the others' tax."""
    known = {rate.rate_id: rate for rate in rates}
    found: list[tuple[TaxRate, Money]] = []
    for line in lines:
        if line.kind is LineKind.GIFT_CARD:
            continue  # a liability, no revenue
        shares = [
            share
            for share in line.taxes
            if share.amount or _is_zero(known.get(share.rate_id))
        ]
        simple = [
            share.amount
            for share in shares
            if share.rate_id not in known or not known[share.rate_id].is_compound
        ]
        for share in shares:
            rate = known.get(share.rate_id)
            is_compound = rate is not None and rate.is_compound
            extra = total_of(simple, currency) if is_compound else zero(currency)
            found.append((_rate(rate) if rate else NOT_TOLD, line.total + extra))
        if not shares:
            only = next(iter(known.values())) if len(known) == 1 else None
            taxed = _rate(only) if only else NOT_TOLD
            found.append((taxed if line.tax else UNTAXED, line.total))
    return found


def _is_zero(rate: TaxLine | None) -> bool:
    return rate is not None and rate.rate_percent == 0


def place_of(order: Order) -> TaxPlace:
    """Return where the goods of an order went; where none did, who is billed."""
    to = order.shipping_address
    if not (to.city or to.postcode):
        to = order.customer.billing
    country, postcode = _plain(to.country), _plain(to.postcode)
    if country == "US":
        postcode = postcode[:_ZIP_CHARS]
    return TaxPlace(country, _plain(to.state), _plain(to.city), postcode)


def _plain(text: str) -> str:
    return " ".join(text.upper().split())


def _parts(
    charged: Iterable[tuple[TaxRate, Money]],
    bases: Iterable[tuple[TaxRate, Money]],
    order: Order,
) -> tuple[TaxPart, ...]:
    nothing = zero(order.currency)
    taxes: dict[TaxRate, Money] = {}
    taxable: dict[TaxRate, Money] = {}
    for rate, amount in charged:
        taxes[rate] = taxes.get(rate, nothing) + amount
    for rate, amount in bases:
        taxable[rate] = taxable.get(rate, nothing) + amount
    place = place_of(order)
    parts = (
        TaxPart(
            rate,
            taxable.get(rate, nothing).rounded(),
            taxes.get(rate, nothing),
            place,
        )
        for rate in {**taxes, **taxable}
    )
    return tuple(part for part in parts if part.tax or part.taxable)


def _billed(order: Order) -> SaleDocument:
    """Return the sale as far as a refund of it is measured by it."""
    rates = exact_rates(order)
    return SaleDocument(
        form=SaleForm.CUSTOMER_ORDER,
        reference=order.number,
        business_date=order.placed_at.date(),
        customer=None,
        lines=(),
        taxes=() if isinstance(rates, Hold) else rates,
        total=order.total.rounded(),
        total_tax=order.total_tax.rounded(),
        placed_at=order.placed_at,
    )
