"""How billed tax is put to QuickBooks Online, so that it stores the cent.

Three set-ups. With automated sales tax (US, since November 2017) QuickBooks computes
from the ship-to address and ignores codes, but takes over a `TotalTax` that is told. In
the older US set-up one code taxes the whole document. Elsewhere each line has a code,
and prices are told with or without tax. Where none gives the billed tax, it is held;
or, by policy, nothing is taxed and one line carries the billed tax.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from stockbridge.connectors.books.quickbooks_online.facts import CompanyFacts
from stockbridge.connectors.books.quickbooks_online.settings import (
    QuickBooksOnlineSettings,
)
from stockbridge.domain.accounting import DocumentLine, DocumentTax
from stockbridge.domain.errors import SettingNeededError
from stockbridge.domain.money import Money, total_of, zero

TAXED, UNTAXED = "TAX", "NON"
Calculation = Literal["", "TaxExcluded", "TaxInclusive"]
Percents = tuple[Decimal, ...]  # the rates of one tax code


@dataclass(frozen=True, slots=True)
class TaxPlan:
    """How one document charges its tax."""

    codes: tuple[str, ...]  # of each line; "" = says nothing
    calculation: Calculation = ""  # "" in the US
    document_code: str = ""  # the older US set-up's
    told: Money | None = None  # what QuickBooks is to take over as TotalTax
    line: Money | None = None  # billed tax as a line of its own
    free_code: str = ""  # of lines that charge no tax: that one, and goods for nothing


@dataclass(frozen=True, slots=True)
class Charged:
    """The amounts of one document, as they were billed."""

    lines: tuple[DocumentLine, ...]
    taxes: tuple[DocumentTax, ...]
    billed: Money

    @property
    def taxable(self) -> Money:
        """What the taxed lines come to."""
        taxed = [line.total for line in self.lines if line.tax]
        return total_of(taxed, self.billed.currency)


def plan_tax(
    charged: Charged, settings: QuickBooksOnlineSettings, company: CompanyFacts
) -> TaxPlan:
    """Return how to charge the billed tax.

    Raises SettingNeededError where the policy says to hold.
    """
    if not company.uses_tax:
        return _by_line(charged, settings, company)
    if not company.is_american:
        return _elsewhere(charged, settings, company)
    if not charged.billed and not any(line.tax for line in charged.lines):
        return _by_line(charged, settings, company)
    codes = tuple(TAXED if line.tax else UNTAXED for line in charged.lines)
    if company.has_automated_tax:
        # Without anything taxable there is nothing that a told tax could be spread on.
        if charged.taxable:
            code = _code_beside(charged.taxes, settings)
            return TaxPlan(codes, "", code, told=charged.billed, free_code=UNTAXED)
        return _by_line(charged, settings, company)
    for code, percents in _candidates(charged.taxes, settings):
        if tax_on(charged.taxable, percents) == charged.billed:
            return TaxPlan(codes, document_code=code, free_code=UNTAXED)
    return _by_line(charged, settings, company)


def _code_beside(
    taxes: Sequence[DocumentTax], settings: QuickBooksOnlineSettings
) -> str:
    """Return the code that a told tax is told with, where the settings name one.

    It decides nothing, yet some companies take over a told tax only beside a code
    (QuickBooks-V3-PHP-SDK#199).
    """
    found = _candidates(taxes, settings) or settings.tax_rates
    return found[0][0] if len(found) == 1 else ""


def tax_on(net: Money, percents: Percents) -> Money:
    """Return what QuickBooks computes on an amount.

    Each rate of a code is rounded for itself, half up to the coin.
    """
    taxes = [Money(net.amount * one / 100, net.currency).rounded() for one in percents]
    return total_of(taxes, net.currency)


def net_in(gross: Money, percents: Percents) -> Money:
    """Return what QuickBooks takes as the net of a price that includes tax."""
    exact = gross.amount / (1 + sum(percents, Decimal(0)) / 100)
    return Money(exact.quantize(gross.unit, ROUND_HALF_UP), gross.currency)


def _elsewhere(
    charged: Charged, settings: QuickBooksOnlineSettings, company: CompanyFacts
) -> TaxPlan:
    """Return a code for each line; without tax in the prices, else with it."""
    rates = dict(settings.tax_rates)
    codes = tuple(_code_of(line, charged, settings) for line in charged.lines)
    taxed = [code for line, code in zip(charged.lines, codes, strict=True) if line.tax]
    if all(taxed):
        exempt = _exempt(settings) if not all(codes) else ""
        whole = tuple(code or exempt for code in codes)
        free = settings.exempt_code or next(iter(whole), "")
        if _excluded(charged, whole, rates) == {charged.billed}:
            return TaxPlan(whole, "TaxExcluded", free_code=free)
        if _included(charged, whole, rates):
            return TaxPlan(whole, "TaxInclusive", free_code=free)
    return _by_line(charged, settings, company)


def _excluded(
    charged: Charged, codes: Sequence[str], rates: Mapping[str, Percents]
) -> set[Money]:
    """Return what QuickBooks may add to prices without tax: one rounding per rate.

    Two codes may share a rate, as 5 and 5+7: then it is rounded once for both. Whether
    they do the settings do not say, so that both ways have to give the cent.
    """
    nothing = zero(charged.billed.currency)
    apart: dict[_Rate, Money] = {}
    together: dict[_Rate, Money] = {}
    for line, code in zip(charged.lines, codes, strict=True):
        percents = rates.get(code, ())
        for place, percent in enumerate(percents):
            again = percents[:place].count(percent)
            own, shared = (percent, again, code), (percent, again, "")
            apart[own] = apart.get(own, nothing) + line.total
            together[shared] = together.get(shared, nothing) + line.total
    return {_added(nets, nothing.currency) for nets in (apart, together)}


_Rate = tuple[Decimal, int, str]  # percent, which of those in a code, the code or any


def _added(nets: Mapping[_Rate, Money], currency: str) -> Money:
    taxes = [tax_on(net, (rate[0],)) for rate, net in nets.items()]
    return total_of(taxes, currency)


def _included(
    charged: Charged, codes: Sequence[str], rates: Mapping[str, Percents]
) -> bool:
    """Return whether prices with tax come apart as they were billed, line by line.

    With several rates their taxes have to come to what is left beside the net, too: who
    would take the odd cent is not documented.
    """
    for line, code in zip(charged.lines, codes, strict=True):
        percents = rates.get(code, ())
        if net_in(line.total + line.tax, percents) != line.total:
            return False
        if len(percents) > 1 and tax_on(line.total, percents) != line.tax:
            return False
    return True


def _code_of(
    line: DocumentLine, charged: Charged, settings: QuickBooksOnlineSettings
) -> str:
    """Return the code of a line's rates; "" where it has none, or none is known."""
    if not line.tax:
        return ""
    named = {tax.rate_id: tax for tax in charged.taxes}
    own = [named[s.rate_id] for s in line.taxes if s.amount and s.rate_id in named]
    if not own and len(charged.taxes) == 1:
        own = list(charged.taxes)
    found = _candidates(own, settings)
    return found[0][0] if found else ""


def _candidates(
    taxes: Sequence[DocumentTax], settings: QuickBooksOnlineSettings
) -> list[tuple[str, Percents]]:
    """Return the codes to try: the mapped one; else the only one of the billed rate.

    Never just any code that happens to give the cent: the tax would be reported to
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
    # Two codes of one rate are two authorities: a person has to say which.
    return found if len(found) == 1 else []


def _is_charged(percents: Percents, billed: Sequence[Decimal]) -> bool:
    """Return whether a code's rates are those that were billed.

    Several billed rates may stand for one of their sum, and one for several; two sets
    of several have to be the same, or authorities would be mixed up.
    """
    if len(percents) > 1 and len(billed) > 1:
        return sorted(percents) == sorted(billed)
    return sum(percents, Decimal(0)) == sum(billed, Decimal(0))


def _by_line(
    charged: Charged, settings: QuickBooksOnlineSettings, company: CompanyFacts
) -> TaxPlan:
    """Return the plan that taxes nothing and books billed tax as a line, if it may."""
    untaxed = _untaxed(settings, company)
    codes = (untaxed,) * len(charged.lines)
    calculation: Calculation = ""
    if company.uses_tax and not company.is_american:
        calculation = "TaxExcluded"
    if not charged.billed:
        return TaxPlan(codes, calculation, free_code=untaxed)
    if settings.tax_policy == "hold":
        raise SettingNeededError(
            f"QuickBooks would not store the billed tax of {charged.billed} on "
            f"{charged.taxable}.",
            field="tax_codes",
            also=("tax_policy",),
            remedy="Choose the tax code of this rate in the connection's settings (or "
            "in the rule, where a rule chose it), or let billed tax be booked as a "
            "line there; QuickBooks' tax reports do not show that line.",
        )
    if not settings.tax_line_item:
        raise SettingNeededError(
            f"The billed tax of {charged.billed} has no item to stand on.",
            field="tax_line_item",
            also=("tax_codes",),
            remedy="Choose the item for billed tax in the connection's settings.",
        )
    return TaxPlan(codes, calculation, line=charged.billed, free_code=untaxed)


def _untaxed(settings: QuickBooksOnlineSettings, company: CompanyFacts) -> str:
    if not company.uses_tax:
        return ""
    return UNTAXED if company.is_american else _exempt(settings)


def _exempt(settings: QuickBooksOnlineSettings) -> str:
    if not settings.exempt_code:
        raise SettingNeededError(
            "Outside the United States each line needs a tax code, also one that is "
            "not taxed.",
            field="exempt_code",
            remedy="Choose the tax code of what is not taxed in the connection's "
            "settings.",
        )
    return settings.exempt_code
