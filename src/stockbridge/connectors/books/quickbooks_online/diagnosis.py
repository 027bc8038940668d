"""A live look at a company: what would stop work there, and what to do about it."""

from stockbridge.connectors.books.quickbooks_online.client import (
    BURST,
    PER_MINUTE,
    CompanyApi,
)
from stockbridge.connectors.books.quickbooks_online.company import read_company
from stockbridge.connectors.books.quickbooks_online.facts import CompanyFacts
from stockbridge.connectors.books.quickbooks_online.settings import (
    QuickBooksOnlineSettings,
)
from stockbridge.domain.errors import SignInError, SyncError
from stockbridge.ports import ConnectionReport, Finding, Severity


def diagnosed(api: CompanyApi) -> ConnectionReport:
    """Return what a live look saw; never raises for what it explains."""
    try:
        company = read_company(api)
    except SyncError as error:
        is_sign_in = isinstance(error, SignInError)
        code = "sign_in" if is_sign_in else error.code or "unreachable"
        finding = Finding(code, Severity.ERROR, error.message, error.remedy)
        return ConnectionReport((finding,))
    return ConnectionReport(
        findings=tuple(findings_of(company, api.settings)),
        version=company.plan or "QuickBooks Online",
        facts={
            "company": company.name,
            "country": company.country,
            "currency": "" if company.has_many_currencies else company.currency,
            "limit_key": api.sign_in.realm_id,
            "limit_per_minute": str(PER_MINUTE),
            "limit_burst": str(BURST),
        },
    )


def findings_of(
    company: CompanyFacts, settings: QuickBooksOnlineSettings
) -> list[Finding]:
    """Return what of a company's preferences matters to us."""
    found = [
        Finding("company", Severity.OK, f"Signed in to the company {company.name}.")
    ]
    if not company.keeps_numbers:
        found.append(
            Finding(
                "own_numbers",
                Severity.WARNING,
                "QuickBooks gives documents numbers of its own. The order's number "
                "stands in the note of each one.",
                "To keep the order's number: QuickBooks, Account and settings, Sales, "
                "“Custom transaction numbers”.",
            )
        )
    if not company.counts_stock and settings.new_item_type == "inventory":
        found.append(
            Finding(
                "no_inventory",
                Severity.WARNING,
                "QuickBooks does not track quantities in this company.",
                "Switch on “Track inventory quantity on hand” there (plans Plus and "
                "Advanced), or choose another type of new items.",
            )
        )
    return [*found, *_tax_findings(company, settings)]


def _tax_findings(
    company: CompanyFacts, settings: QuickBooksOnlineSettings
) -> list[Finding]:
    if not company.uses_tax:
        return [
            Finding(
                "no_tax",
                Severity.WARNING,
                "Sales tax is switched off in QuickBooks: billed tax can only stand "
                "on a line of its own.",
                "Switch sales tax on in QuickBooks, or choose a line for billed tax.",
            )
        ]
    if company.has_automated_tax:
        words = "QuickBooks computes sales tax itself and takes over what was billed."
        return [Finding("automated_tax", Severity.OK, words)]
    if not settings.tax_codes:
        return [
            Finding(
                "no_tax_codes",
                Severity.WARNING,
                "No tax code is chosen yet: orders with tax will wait.",
                "Choose the tax codes of your rates in the settings.",
            )
        ]
    return []
