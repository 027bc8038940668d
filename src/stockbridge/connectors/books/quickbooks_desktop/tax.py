"""How billed sales tax is put to books that compute it themselves.

QuickBooks Desktop (US) cannot be told an amount of tax: it computes rate × taxable
amount (CORRECTNESS 5). So a tax item is used where that gives the billed tax to the
cent; a tax group where it does so whether its taxes are rounded each or together. Else,
by policy, nothing is taxable and one line carries the billed tax.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from stockbridge.connectors.books.quickbooks_desktop.settings import (
    QuickBooksDesktopSettings,
)
from stockbridge.connectors.quickbooks.by_rule import charges_nothing
from stockbridge.domain.accounting import DocumentTax, RefundDocument, SaleDocument
from stockbridge.domain.errors import SettingNeededError
from stockbridge.domain.money import Money, total_of

_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class TaxPlan:
    """How one document charges its tax."""

    tax_item: str = ""  # QuickBooks computes with it; "" = nothing is taxable
    line: Money | None = None  # billed tax as a line of its own


def computed_tax(taxable: Money, percent: Decimal) -> Money:
    """Return what QuickBooks computes: on the whole, rounded half up to the cent."""
    exact = taxable.amount * percent / 100
    return Money(exact.quantize(_CENT, ROUND_HALF_UP), taxable.currency)


def plan_tax(
    document: SaleDocument | RefundDocument, settings: QuickBooksDesktopSettings
) -> TaxPlan:
    """Return how to charge the billed tax; MappingError where policy says to hold.

    A tax item that a rule gives the document, with a rate of 0, says under what an
    untaxed sale is reported.
    """
    billed, chosen = document.total_tax, document.tax_code
    if not billed:
        is_zero = charges_nothing(chosen, settings.tax_rates)
        return TaxPlan(tax_item=chosen if is_zero else "")
    taxed = [line.total for line in document.lines if line.tax]
    taxable = total_of(taxed, billed.currency)
    for item, percents in _candidates(document.taxes, settings):
        if _all_ways(taxable, percents) == {billed}:
            return TaxPlan(tax_item=item)
    if settings.tax_policy == "hold":
        raise SettingNeededError(
            f"No sales tax item gives the billed tax of {billed} on {taxable}.",
            field="tax_items",
            also=("tax_policy",),
            remedy="Choose the tax item of this rate in the connection's settings (or "
            "in the rule, where a rule chose it), or let billed tax be booked as a "
            "line there; QuickBooks' tax reports do not show that line.",
        )
    if not settings.tax_line_item:
        raise SettingNeededError(
            f"The billed tax of {billed} has no item to stand on.",
            field="tax_line_item",
            also=("tax_items",),
            remedy="Choose the item for billed tax in the connection's settings.",
        )
    return TaxPlan(line=billed)


def _all_ways(taxable: Money, percents: Sequence[Decimal]) -> set[Money]:
    """Return what QuickBooks may come to: a group's rounding is not documented."""
    each = [computed_tax(taxable, percent) for percent in percents]
    together = computed_tax(taxable, sum(percents, Decimal(0)))
    return {total_of(each, taxable.currency), together}


def billed_tax(computed: Money, on_lines: Sequence[Money]) -> Money:
    """Return the tax that a stored document charges, in whichever way."""
    return computed + total_of(on_lines, computed.currency)


def _candidates(
    taxes: Sequence[DocumentTax], settings: QuickBooksDesktopSettings
) -> list[tuple[str, tuple[Decimal, ...]]]:
    """Return the tax items to try: the mapped one; else those of the billed rate.

    A group is one of the billed rate if its rates are the billed ones, or their sum is
    the one rate that was billed.

    Never just any item that happens to give the cent: the tax would be reported to
    another authority.
    """
    codes = {tax.code for tax in taxes if tax.code}
    if codes:
        return [pair for pair in settings.tax_rates if codes == {pair[0]}]
    rates = [tax.rate_percent for tax in taxes if tax.total]
    known = [rate for rate in rates if rate is not None]
    if not known or len(known) != len(rates):
        return []
    found = [pair for pair in settings.tax_rates if _is_charged(pair[1], known)]
    # Two items of one rate are two authorities: a person has to say which.
    return found if len(found) == 1 else []


def _is_charged(percents: Sequence[Decimal], billed: Sequence[Decimal]) -> bool:
    """Return whether an item's rates, or a group's, are those that were billed.

    Several billed rates may stand for one item of their sum, and one for a group; two
    sets of several have to be the same, or authorities would be mixed up.
    """
    if len(percents) > 1 and len(billed) > 1:
        return sorted(percents) == sorted(billed)
    return sum(percents, Decimal(0)) == sum(billed, Decimal(0))
