"""Choosing a tax location whose computed tax is the billed tax, to the cent.

POS cannot be told a tax: it multiplies item tax codes with the rates of a location. How
it rounds is not documented: per unit, per line, per receipt, each rate by itself or all
together. So a location is taken only where all these ways give the same cents. What is
refused is "The receipt is not balanced" (20004): the tenders are the billed total.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

from stockbridge.connectors.books.quickbooks_pos.facts import TaxRecord
from stockbridge.connectors.books.quickbooks_pos.numbers import CENT
from stockbridge.connectors.books.quickbooks_pos.receipt_values import (
    Receipt,
    ReceiptLine,
)

_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Wanted:
    """The tax that was billed: on each line of the document, and in all."""

    by_line: Mapping[str, Decimal]  # source id → tax
    total: Decimal
    percents: Mapping[str, Decimal] = field(default_factory=dict)
    # source id → all its rates together, where the store tells them


def with_location(
    receipt: Receipt,
    wanted: Wanted,
    records: Sequence[TaxRecord],
    *,
    nontaxable_code: str,
) -> Receipt | None:
    """Return the receipt taxed by a location; None: none gives the billed tax.

    Discounts of the whole receipt and shipping charges are taxed by rules that we
    cannot see, so a receipt with a discount never is; shipping must bill no tax.
    """
    if receipt.discount:
        return None
    for category, codes in _by_category(records).items():
        untaxed = codes.get(nontaxable_code)
        if untaxed is None or untaxed.percent:
            continue
        coded = _coded(receipt.lines, wanted, codes, nontaxable_code)
        if coded and _computed(coded, codes) == {wanted.total}:
            return replace(
                receipt, lines=coded, tax=wanted.total, tax_category=category
            )
    return None


def untaxed(receipt: Receipt, *, nontaxable_code: str) -> Receipt:
    """Return the receipt with every line untaxed."""
    lines = tuple(replace(line, tax_code=nontaxable_code) for line in receipt.lines)
    return replace(receipt, lines=lines)


def charges_nothing(records: Iterable[TaxRecord], code: str) -> bool:
    """Return whether no location charges anything on the code, as far as we know."""
    return not any(record.percent for record in records if record.code == code)


def _by_category(records: Iterable[TaxRecord]) -> dict[str, dict[str, TaxRecord]]:
    found: dict[str, dict[str, TaxRecord]] = defaultdict(dict)
    for record in records:
        if record.category and not record.has_ranges:
            found[record.category][record.code] = record
    return found


def _coded(
    lines: Sequence[ReceiptLine],
    wanted: Wanted,
    codes: Mapping[str, TaxRecord],
    nontaxable_code: str,
) -> tuple[ReceiptLine, ...] | None:
    """Return the lines with the codes that charge what was billed on each."""
    together: dict[str, list[ReceiptLine]] = defaultdict(list)
    for line in lines:
        together[line.source_id].append(line)
    chosen: dict[str, str] = {}
    for source, parts in together.items():
        code = _code(parts, wanted, codes)
        if code is None:
            return None
        chosen[source] = code or nontaxable_code
    if any(tax for source, tax in wanted.by_line.items() if source not in together):
        return None  # tax on what is no line here: shipping as a charge
    return tuple(replace(line, tax_code=chosen[line.source_id]) for line in lines)


def _code(
    parts: Sequence[ReceiptLine], wanted: Wanted, codes: Mapping[str, TaxRecord]
) -> str | None:
    """Return the code that charges it; "": untaxed. None: no code does.

    A rate that the store tells has to be the code's own: on a small amount another
    jurisdiction's rate gives the same cents.
    """
    source = parts[0].source_id
    tax = wanted.by_line.get(source, Decimal(0))
    if not tax:
        return ""
    percent = wanted.percents.get(source)
    near = [
        code
        for code, record in codes.items()
        if record.percent
        and percent in {None, record.percent}
        and abs(_nearest(parts, record) - tax) <= CENT
    ]
    return near[0] if near else None


def _nearest(parts: Sequence[ReceiptLine], record: TaxRecord) -> Decimal:
    net = sum((part.extended for part in parts), Decimal(0))
    return net * record.percent / _HUNDRED


@dataclass(frozen=True, slots=True)
class _Charge:
    """One rate on one line."""

    line_number: int
    line: ReceiptLine
    rate: Decimal
    tax: Decimal  # not rounded


_GROUPS: tuple[Callable[[_Charge], Hashable], ...] = (
    lambda charge: charge.line_number,  # each rate of it, where they are apart
    lambda charge: (charge.line.tax_code, charge.rate),
    lambda charge: charge.line.tax_code,
    lambda _: None,  # the receipt as a whole
)


def _computed(
    lines: Sequence[ReceiptLine], codes: Mapping[str, TaxRecord]
) -> set[Decimal]:
    """Return every tax that POS could come to, by its ways of rounding."""
    together = [
        _charge(number, line, codes[line.tax_code].percent)
        for number, line in enumerate(lines)
    ]
    apart = [
        _charge(number, line, rate)
        for number, line in enumerate(lines)
        for rate in codes[line.tax_code].percents
    ]
    return {
        tax
        for rounding in (ROUND_HALF_UP, ROUND_HALF_EVEN)
        for charges in (together, apart)
        for tax in _ways(charges, rounding)
    }


def _charge(line_number: int, line: ReceiptLine, rate: Decimal) -> _Charge:
    return _Charge(line_number, line, rate, line.extended * rate / _HUNDRED)


def _ways(charges: Sequence[_Charge], rounding: str) -> Iterator[Decimal]:
    yield sum((_round(charge.tax, rounding) for charge in charges), Decimal(0))
    yield sum((_by_unit(charge, rounding) for charge in charges), Decimal(0))
    for group_of in _GROUPS:
        sums: dict[Hashable, Decimal] = defaultdict(Decimal)
        for charge in charges:
            sums[group_of(charge)] += charge.tax
        yield sum((_round(tax, rounding) for tax in sums.values()), Decimal(0))


def _by_unit(charge: _Charge, rounding: str) -> Decimal:
    unit = _round(charge.line.price * charge.rate / _HUNDRED, rounding)
    return _round(charge.line.quantity * unit, rounding)


def _round(amount: Decimal, rounding: str) -> Decimal:
    return amount.quantize(CENT, rounding)
