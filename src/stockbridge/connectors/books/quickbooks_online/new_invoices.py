"""Invoices that were written a moment ago: what their payment has to know of them.

Asked for again, they would cost a batch for each thirty payments, of which Intuit lets
an app send forty a minute. What somebody else does to an invoice in that minute
QuickBooks itself minds: it refuses a payment over more than is open.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from stockbridge.connectors.books.quickbooks_online.json_text import Record
from stockbridge.connectors.books.quickbooks_online.naming import Txn

LASTS = timedelta(seconds=60)


@dataclass(slots=True)
class NewInvoices:
    """What QuickBooks answered to the invoices of this job."""

    _kept: dict[str, tuple[datetime, Record]] = field(default_factory=dict)

    def keep(self, invoice: Record, now: datetime) -> None:
        """Remember an invoice as it was just written."""
        self._kept[str(invoice.get("Id"))] = (now, invoice)

    def take(self, txn: Txn, now: datetime) -> Record | None:
        """Return the invoice, once: its payment changes it. None: it has to be read."""
        if txn.entity != "Invoice" or txn.id not in self._kept:
            return None
        written_at, invoice = self._kept.pop(txn.id)
        return invoice if now - written_at < LASTS else None
