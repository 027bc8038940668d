"""What a journey asks of a simulated QuickBooks: to be set up, and its own records.

Whatever is judged is read from the company's records, never through our own code; nor
through the judge of the demonstration (`web/demo/company_records.py`), which reads the
same records: two that were written apart do not share a mistake.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

from stockbridge.connectors.simulation import SettableClock
from stockbridge.connectors.webconnector.simulator import Computer


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """A document as the company has it."""

    kind: str  # sale, order, refund, payment, money back
    number: str  # the order's, as it is written there
    total: str
    tax: str = ""
    customer: str = ""
    state: str = "live"  # or: taken back; filled


class Office(Protocol):
    """A company of QuickBooks, with whoever works there."""

    slug: str
    clock: SettableClock

    def settings(self) -> dict[str, Any]:
        """Return the options of a connection that fit this company."""

    def entries(self) -> list[Entry]:
        """Return all sales, orders, refunds and payments, sorted."""

    def customers(self) -> list[str]:
        """Return the names of the customers that we made, sorted."""

    def on_hand(self, sku: str) -> Decimal:
        """Return what is on the shelf."""

    def price(self, sku: str) -> Decimal:
        """Return what one costs."""

    def count(self, sku: str, quantity: int) -> None:
        """Let somebody count the shelf."""

    def add_item(self, sku: str, quantity: int) -> None:
        """Let somebody add an item."""

    def open_another(self) -> None:
        """Open another company than ours."""

    def open_ours(self) -> None:
        """Open our company, wherever QuickBooks was before."""


class CallingOffice(Office, Protocol):
    """A company whose Web Connector calls us."""

    def computer(self) -> Computer:
        """Return the computer that the Web Connector runs on."""

    def stamp(self, file_id: str) -> None:
        """Sign the company as the Web Connector does when it is opened first."""

    def show_dialog(self) -> None:
        """Let a window wait for an answer in QuickBooks."""

    def dismiss_dialog(self) -> None:
        """Let somebody answer it."""

    def close_quickbooks(self) -> None:
        """Let somebody close QuickBooks."""

    def forget_item(self, sku: str) -> None:
        """Let an item be gone, so that nobody hears of it."""

    def forget_customer(self, name: str) -> None:
        """Let a customer be gone, so that nobody hears of it."""
