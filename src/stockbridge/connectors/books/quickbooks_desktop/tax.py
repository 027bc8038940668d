"""How billed sales tax is put to books that compute it themselves.

QuickBooks Desktop (US) cannot be told an amount of tax: it computes rate × taxable
amount (CORRECTNESS 5). So a tax item is used where that gives the billed tax to the
cent; else, by policy, nothing is taxable and one line carries the billed tax.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from stockbridge.connectors.books.quickbooks_desktop.settings import (
    QuickBooksDesktopSettings,
)
from stockbridge.domain.accounting import DocumentLine, DocumentTax
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
    lines: Sequence[DocumentLine],
    taxes: Sequence[DocumentTax],
    billed: Money,
    settings: QuickBooksDesktopSettings,
) -> TaxPlan:
    """Return how to charge `billed`; raises MappingError where policy says to hold."""
    if not billed:
        return TaxPlan()
    taxable = total_of([line.total for line in lines if line.tax], billed.currency)
    for item, percent in _candidates(taxes, settings):
        if computed_tax(taxable, percent) == billed:
            return TaxPlan(tax_item=item)
    if settings.tax_policy == "hold":
        raise SettingNeededError(
            f"No sales tax item gives the billed tax of {billed} on {taxable}.",
            field="tax_items",
            also=("tax_policy",),
            remedy="Choose the tax item of this rate in the connection's settings, or "
            "let billed tax be booked as a line there; QuickBooks' tax reports do not "
            "show that line.",
        )
    if not settings.tax_line_item:
        raise SettingNeededError(
            f"The billed tax of {billed} has no item to stand on.",
            field="tax_line_item",
            also=("tax_items",),
            remedy="Choose the item for billed tax in the connection's settings.",
        )
    return TaxPlan(line=billed)


def billed_tax(computed: Money, on_lines: Sequence[Money]) -> Money:
    """Return the tax that a stored document charges, in whichever way."""
    return computed + total_of(on_lines, computed.currency)


def _candidates(
    taxes: Sequence[DocumentTax], settings: QuickBooksDesktopSettings
) -> list[tuple[str, Decimal]]:
    """Return the tax items to try: the mapped one; else those of the billed rate.

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
    percent = sum(known, Decimal(0))
    found = [pair for pair in settings.tax_rates if pair[1] == percent]
    # Two items of one rate are two authorities: a person has to say which.
    return found if len(found) == 1 else []
