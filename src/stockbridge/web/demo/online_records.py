"""What a simulated QuickBooks Online company holds, read from its own records.

For judges, as `company_records.py`: the connector's translation has no part in it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from stockbridge.connectors.books.quickbooks_online.simulator import Company
from stockbridge.web.demo.company_records import Booked

#: A sign behind the order's number: on refunds, and where it was booked before.
_SIGN = re.compile(r"-R?[2-7A-Z]{4}$")
_SALES = ("SalesReceipt", "Invoice")
_REFUNDS = ("RefundReceipt", "CreditMemo")


@dataclass(frozen=True, slots=True)
class OnlineRecords:
    """The records of a company in QuickBooks Online."""

    company: Company

    def sales(self) -> tuple[Booked, ...]:
        """Return the sales receipts and invoices."""
        return tuple(self._documents(*_SALES))

    def refunds(self) -> tuple[Booked, ...]:
        """Return the refund receipts and credit memos, by the number of their order."""
        return tuple(self._documents(*_REFUNDS))

    def customers(self) -> tuple[str, ...]:
        """Return the e-mail address of each customer who has one."""
        rows = self.company.of("Customer")
        found = (row.get("PrimaryEmailAddr", {}).get("Address", "") for row in rows)
        return tuple(address for address in found if address)

    def on_hand(self) -> dict[str, Decimal]:
        """Return what is there, by folded SKU."""
        return {
            str(row["Sku"]).casefold(): Decimal(row["QtyOnHand"])
            for row in self.company.of("Item")
            if row.get("Sku") and "QtyOnHand" in row
        }

    def money_out(self) -> Decimal:
        """Return what refund receipts paid out."""
        paid = (Decimal(row["TotalAmt"]) for row in self.company.of("RefundReceipt"))
        return sum(paid, Decimal(0))

    def _documents(self, *kinds: str) -> Iterator[Booked]:
        for kind in kinds:
            for row in self.company.of(kind):
                number = _SIGN.sub("", str(row.get("DocNumber", "")))
                yield Booked(number, Decimal(row["TotalAmt"]), not _is_void(row))


def _is_void(row: dict[str, Any]) -> bool:
    return str(row.get("PrivateNote", "")).startswith("Voided")
