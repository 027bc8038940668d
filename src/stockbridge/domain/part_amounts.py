"""A part of a sale as a sale of its own: the parts add up to it, to the cent.

Theory of operation. What is billed of a line so far is its amount by the units that
left, rounded once; a part bills that, less what the parts before it billed. The rest
therefore takes whatever cents are left: of a line, and of each rate. What charges for
no goods (shipping, fees, what is taken off) goes with the first part.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from stockbridge.domain.accounting import (
    DocumentLine,
    DocumentTax,
    SaleDocument,
    line_id_of,
)
from stockbridge.domain.commerce import LineKind, TaxShare
from stockbridge.domain.money import Money, total_of, zero

Quantities = Mapping[str, Decimal]  # by the id of a sale's line, in the store's units


def is_goods(line: DocumentLine) -> bool:
    """Whether a line of a sale can leave in parts."""
    return line.kind is LineKind.ITEM and bool(line.quantity)


def quantities_sold(sale: SaleDocument) -> dict[str, Decimal]:
    """Return what a sale, or a part of one, sells of each line."""
    return {line.source_id: line.quantity for line in sale.lines if is_goods(line)}


def quantities_billed(sale: SaleDocument) -> dict[str, Decimal]:
    """Return the same by the order's lines; of several items the first tells."""
    found: dict[str, Decimal] = {}
    for line_id, count in quantities_sold(sale).items():
        found.setdefault(line_id_of(line_id), count)
    return found


def quantities_of(
    sale: SaleDocument, told: Iterable[tuple[str, Decimal]]
) -> dict[str, Decimal]:
    """Return what left of each line of a sale; a line of several items leaves whole."""
    units: dict[str, Decimal] = {}
    for line_id, count in told:
        units[line_id] = units.get(line_id, Decimal(0)) + count
    found = {
        line.source_id: units.get(line_id_of(line.source_id), Decimal(0))
        for line in sale.lines
        if is_goods(line)
    }
    return {line_id: count for line_id, count in found.items() if count}


def left_of(sale: SaleDocument, parts: Iterable[Quantities]) -> dict[str, Decimal]:
    """Return what has not left of each line; nothing negative is left out."""
    left = quantities_sold(sale)
    for part in parts:
        for line_id, count in part.items():
            left[line_id] = left.get(line_id, Decimal(0)) - count
    return {line_id: count for line_id, count in left.items() if count}


def part_of_sale(
    sale: SaleDocument, earlier: Sequence[SaleDocument], leaving: Quantities
) -> SaleDocument:
    """Return the sale of what leaves now, after the parts that were billed before.

    `leaving` is more than nothing, and no more than what is left.
    """
    before = [quantities_sold(part) for part in earlier]
    told = [_with_rates(line, sale) for line in sale.lines]
    lines = [
        _part_of_line(line, _lines_of(earlier, line.source_id), leaving[line.source_id])
        for line in told
        if line.source_id in leaving and is_goods(line)
    ]
    lines += [
        line
        for line in told
        if not is_goods(line) and not _lines_of(earlier, line.source_id)
    ]
    if left_of(sale, [*before, leaving]):
        taxes = _rates_of(sale, lines)
    else:
        taxes = _rates_left(sale, earlier)
    tax = total_of([rate.total for rate in taxes], sale.total.currency)
    net = total_of([line.total for line in lines], sale.total.currency)
    return replace(
        sale, lines=tuple(lines), taxes=taxes, total=net + tax, total_tax=tax
    )


def _lines_of(earlier: Iterable[SaleDocument], line_id: str) -> list[DocumentLine]:
    return [li for part in earlier for li in part.lines if li.source_id == line_id]


def _part_of_line(
    line: DocumentLine, before: Sequence[DocumentLine], leaving: Decimal
) -> DocumentLine:
    gone = sum((li.quantity for li in before), leaving) / line.quantity
    currency = line.total.currency
    billed = total_of([li.total for li in before], currency)
    taxes = tuple(
        TaxShare(
            one.rate_id,
            (one.amount * gone).rounded() - _charged(before, one.rate_id, currency),
        )
        for one in line.taxes
    )
    return replace(
        line,
        quantity=leaving,
        units=line.units * leaving / line.quantity,
        total=(line.total * gone).rounded() - billed,
        tax=total_of([one.amount for one in taxes], currency),
        taxes=taxes,
    )


def _charged(before: Iterable[DocumentLine], rate_id: str, currency: str) -> Money:
    taxes = [tax.amount for li in before for tax in li.taxes if tax.rate_id == rate_id]
    return total_of(taxes, currency)


def _with_rates(line: DocumentLine, sale: SaleDocument) -> DocumentLine:
    """Return the line with all its tax told by rate, each rate once.

    What a store does not tell by rate goes by the size of the sale's rates.
    """
    currency = line.total.currency
    said: dict[str, Money] = {}
    for one in line.taxes:
        said[one.rate_id] = said.get(one.rate_id, zero(currency)) + one.amount
    missing = line.tax - total_of(said.values(), currency)
    if missing and sale.taxes:
        sizes = [abs(rate.total.amount) for rate in sale.taxes]
        for rate, amount in zip(sale.taxes, missing.split(sizes), strict=True):
            said[rate.rate_id] = said.get(rate.rate_id, zero(currency)) + amount
    shares = tuple(TaxShare(rate_id, amount) for rate_id, amount in said.items())
    return replace(line, taxes=shares)


def _rates_of(
    sale: SaleDocument, lines: Iterable[DocumentLine]
) -> tuple[DocumentTax, ...]:
    nothing = zero(sale.total.currency)
    sums = {rate.rate_id: nothing for rate in sale.taxes}
    for line in lines:
        for one in line.taxes:
            sums[one.rate_id] = sums.get(one.rate_id, nothing) + one.amount
    known = {rate.rate_id: rate for rate in sale.taxes}
    return tuple(
        replace(known.get(rate_id) or DocumentTax(rate_id, "Tax", nothing), total=total)
        for rate_id, total in sums.items()
    )


def _rates_left(
    sale: SaleDocument, earlier: Sequence[SaleDocument]
) -> tuple[DocumentTax, ...]:
    """Return what no part has charged yet of each rate: so none is lost or doubled."""
    left = {rate.rate_id: rate for rate in sale.taxes}
    for part in earlier:
        for rate in part.taxes:
            known = left.get(rate.rate_id) or replace(rate, total=rate.total * 0)
            left[rate.rate_id] = replace(known, total=known.total - rate.total)
    return tuple(left.values())
