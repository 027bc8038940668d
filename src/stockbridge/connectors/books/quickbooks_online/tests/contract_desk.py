"""QuickBooks Online for the contract that all books keep."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from stockbridge.connectors.books.quickbooks_online.books import (
    CAPABILITIES,
    QuickBooksOnlineBooks,
)
from stockbridge.connectors.books.quickbooks_online.reversals import is_live
from stockbridge.connectors.books.quickbooks_online.simulator import (
    UNLIMITED,
    Habits,
    Options,
)
from stockbridge.connectors.books.quickbooks_online.tests.signed_in import (
    SignedIn,
    signed_in,
)

capabilities = CAPABILITIES
closes_periods = True
tells_accounts = True


class QuickBooksOnlineDesk:
    """Implements `ClosingDesk`."""

    currency = "USD"

    def __init__(self, connected: SignedIn) -> None:
        self._connected = connected

    def books(self) -> QuickBooksOnlineBooks:
        return self._connected.books()

    def close_period_until_today(self) -> None:
        closed = datetime.now(UTC).date() + timedelta(days=1)
        self._connected.simulator.company.prefer(
            "AccountingInfoPrefs", BookCloseDate=closed.isoformat()
        )

    def count_documents(self, reference: str) -> int:
        sales = [
            *self._connected.records("SalesReceipt"),
            *self._connected.records("Invoice"),
        ]
        return sum(1 for one in sales if one["DocNumber"] == reference and is_live(one))


@contextmanager
def open_desk() -> Iterator[QuickBooksOnlineDesk]:
    habits = Habits(automated_tax=True)
    with signed_in(Options(habits=habits, limits=UNLIMITED)) as connected:
        yield QuickBooksOnlineDesk(connected)
