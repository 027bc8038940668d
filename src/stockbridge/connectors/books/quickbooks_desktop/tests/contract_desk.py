"""QuickBooks Desktop for the contract that all books keep."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from stockbridge.connectors.books.quickbooks_desktop.settings import (
    QuickBooksDesktopSettings,
)
from stockbridge.connectors.books.quickbooks_desktop.simulator import Company
from stockbridge.connectors.books.quickbooks_desktop.simulator.command import (
    fitting_settings,
)
from stockbridge.connectors.books.quickbooks_desktop.tests.contract_files import (
    CONTRACTS,
    faults_of,
)
from stockbridge.connectors.books.quickbooks_desktop.translator import (
    CAPABILITIES,
    translator_of,
)
from stockbridge.connectors.tests.translated_books import TranslatedBooks

capabilities = CAPABILITIES
closes_periods = True
tells_accounts = False  # not read yet


def a_company() -> Company:
    """Return a company file; its parser is Intuit's schema where that is there."""
    return Company(validate=faults_of if CONTRACTS.is_dir() else None)


def settings_for(company: Company, **changes: object) -> QuickBooksDesktopSettings:
    """Return settings that fit a simulated company file."""
    told = {**fitting_settings(company), **changes}
    return QuickBooksDesktopSettings.model_validate(told)


def books_of(company: Company, **settings: object) -> TranslatedBooks:
    """Return the books behind a company file, with settings that fit it."""
    chosen = settings_for(company, **settings)
    return TranslatedBooks(
        lambda facts: translator_of(chosen, facts), company.process, span="{}/{}"
    )


class QuickBooksDesktopDesk:
    """Implements `ClosingDesk`."""

    currency = "USD"

    def __init__(self) -> None:
        self.company = a_company()

    def books(self) -> TranslatedBooks:
        self.company.begin_session()
        return books_of(self.company)

    def close_period_until_today(self) -> None:
        self.company.close_books_until(datetime.now(UTC).date())

    def count_documents(self, reference: str) -> int:
        sales = self.company.state.of("SalesReceipt", "Invoice", "SalesOrder")
        live = (one for one in sales if not one.is_void)
        return sum(1 for one in live if one.text("RefNumber") == reference)


@contextmanager
def open_desk() -> Iterator[QuickBooksDesktopDesk]:
    yield QuickBooksDesktopDesk()
