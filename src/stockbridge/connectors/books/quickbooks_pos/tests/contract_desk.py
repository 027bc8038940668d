"""A simulated company of Point of Sale, for the contract of all books."""

from collections.abc import Iterator
from contextlib import contextmanager

from stockbridge.connectors.books.quickbooks_pos.markers import read_signed
from stockbridge.connectors.books.quickbooks_pos.simulator import Company, a_company
from stockbridge.connectors.books.quickbooks_pos.tests.building import settings
from stockbridge.connectors.books.quickbooks_pos.tests.contract_files import (
    schema_if_there,
)
from stockbridge.connectors.books.quickbooks_pos.translator import (
    CAPABILITIES,
    translator,
)
from stockbridge.connectors.tests.translated_books import TranslatedBooks
from stockbridge.ports import Books

capabilities = CAPABILITIES
closes_periods = False  # Point of Sale closes no books
tells_accounts = False  # it knows tenders, no accounts


class PosDesk:
    """One company, and what happens in it behind the connector's back."""

    currency = "USD"

    def __init__(self, company: Company) -> None:
        self._company = company

    def books(self) -> Books:
        chosen = settings()
        made = TranslatedBooks(
            lambda facts: translator(chosen, facts), self._company.process
        )
        made.check()
        return made

    def count_documents(self, reference: str) -> int:
        live = [
            read_signed(row.get("Comments", ""))
            for row in self._company.records.receipts.all()
            if row["HistoryDocStatus"] == "Regular"
            and row["SalesReceiptType"] == "Sales"
        ]
        return sum(1 for one in live if one and one.reference == reference)


@contextmanager
def open_desk() -> Iterator[PosDesk]:
    """Open a company that has sold nothing."""
    company = a_company()
    company.schema = schema_if_there()
    yield PosDesk(company)
