"""The embedded back office for the contract that all books keep."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from stockbridge.backoffice.models import CustomerOrder, OrderStatus
from stockbridge.companies.models import Company
from stockbridge.connectors.books.embedded.books import CAPABILITIES, EmbeddedBooks
from stockbridge.connectors.books.embedded.settings import EmbeddedSettings
from stockbridge.connectors.tests.wires import RecordingWire
from stockbridge.ports import Link

capabilities = CAPABILITIES
closes_periods = True
tells_accounts = True


class EmbeddedDesk:
    """Implements `ClosingDesk`; it stands in for itself, being in process."""

    currency = "USD"

    def __init__(self, company: Company) -> None:
        self._company = company

    def books(self) -> EmbeddedBooks:
        return EmbeddedBooks(
            Link(str(self._company.pk), EmbeddedSettings(), {}, RecordingWire())
        )

    def close_period_until_today(self) -> None:
        self._company.closed_until = datetime.now(UTC).date()
        self._company.save()

    def count_documents(self, reference: str) -> int:
        orders = CustomerOrder.objects.filter(
            company=self._company, reference=reference
        )
        return orders.exclude(status=OrderStatus.CANCELLED).count()


@contextmanager
def open_desk() -> Iterator[EmbeddedDesk]:
    company = Company.objects.create(name="Contract", slug="contract", currency="USD")
    yield EmbeddedDesk(company)
