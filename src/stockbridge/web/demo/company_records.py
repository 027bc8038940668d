"""What a simulated QuickBooks company holds, read from its own records.

For judges: neither the engine nor the connector's translation has a part in it, nor do
the tests, which read these records on their own (`tests/quickbooks`).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from stockbridge.connectors.books.quickbooks_desktop.simulator import (
    Company as DesktopCompany,
)
from stockbridge.connectors.books.quickbooks_pos.simulator import Company as PosCompany

_NUMBER_IN_COMMENTS = re.compile(r"#([^#]*)#")


@dataclass(frozen=True, slots=True)
class Booked:
    """A sale or refund as the company has it; `number` is the store's order."""

    number: str
    total: Decimal
    is_live: bool = True  # False: reversed or voided


class CompanyRecords(Protocol):
    """What a judge may ask of a company."""

    def sales(self) -> tuple[Booked, ...]:
        """Return all sales, live or not."""

    def refunds(self) -> tuple[Booked, ...]:
        """Return all refunds, live or not."""

    def customers(self) -> tuple[str, ...]:
        """Return the e-mail address of each customer who has one."""

    def on_hand(self) -> dict[str, Decimal]:
        """Return what is there, by folded SKU."""

    def money_out(self) -> Decimal:
        """Return what was paid out for refunds."""


@dataclass(frozen=True, slots=True)
class PosRecords:
    """The records of a Point of Sale company."""

    company: PosCompany

    def sales(self) -> tuple[Booked, ...]:
        """Return the receipts of the type Sales; counterparts are none."""
        return tuple(self._receipts("Sales"))

    def refunds(self) -> tuple[Booked, ...]:
        """Return the receipts of the type Return."""
        return tuple(self._receipts("Return"))

    def customers(self) -> tuple[str, ...]:
        """Return the e-mail address of each customer who has one."""
        rows = self.company.records.customers.all()
        return tuple(row["EMail"] for row in rows if row.get("EMail"))

    def on_hand(self) -> dict[str, Decimal]:
        """Return what is there in all stores, by folded ALU."""
        return {
            row["ALU"].casefold(): Decimal(row.get("QuantityOnHand") or "0")
            for row in self.company.records.items.all()
            if row.get("ALU")
        }

    def money_out(self) -> Decimal:
        """Return what the tenders of the returns add up to."""
        live = (row for row in self._rows("Return") if _is_regular(row))
        return sum(
            (
                Decimal(tender["TenderAmount"])
                for row in live
                for tag, tenders in row.items()
                if tag.startswith("Tender")
                for tender in tenders
            ),
            Decimal(0),
        )

    def _receipts(self, kind: str) -> Iterator[Booked]:
        for row in self._rows(kind):
            found = _NUMBER_IN_COMMENTS.search(row.get("Comments", ""))
            number = found[1] if found else ""
            yield Booked(number, Decimal(row["Total"]), _is_regular(row))

    def _rows(self, kind: str) -> Iterator[dict]:  # type: ignore[type-arg]
        for row in self.company.records.receipts.all():
            is_counterpart = row["HistoryDocStatus"] == "Reversing"
            if row["SalesReceiptType"] == kind and not is_counterpart:
                yield row


@dataclass(frozen=True, slots=True)
class DesktopRecords:
    """The records of a Desktop company file."""

    company: DesktopCompany

    def sales(self) -> tuple[Booked, ...]:
        """Return the sales receipts."""
        return tuple(self._documents("SalesReceipt"))

    def refunds(self) -> tuple[Booked, ...]:
        """Return the credit memos."""
        return tuple(self._documents("CreditMemo"))

    def customers(self) -> tuple[str, ...]:
        """Return the e-mail address of each customer who has one."""
        rows = self.company.state.of("Customer")
        return tuple(row.text("Email") for row in rows if row.text("Email"))

    def on_hand(self) -> dict[str, Decimal]:
        """Return what is there, by folded name: the SKU."""
        held: dict[str, Decimal] = {}
        for (item, _site), units in self.company.state.on_hand().items():
            sku = self.company.state.records[item].text("Name").casefold()
            held[sku] = held.get(sku, Decimal(0)) + units
        return held

    def money_out(self) -> Decimal:
        """Return what was given back for credit memos."""
        rows = self.company.state.of("ARRefundCreditCard")
        return sum(
            (Decimal(row.text("TotalAmount")) for row in rows if not row.is_void),
            Decimal(0),
        )

    def _documents(self, kind: str) -> Iterator[Booked]:
        for row in self.company.state.of(kind):
            total = Decimal(row.text("TotalAmount"))
            yield Booked(row.text("RefNumber"), total, not row.is_void)


def _is_regular(row: dict) -> bool:  # type: ignore[type-arg]
    return bool(row["HistoryDocStatus"] == "Regular")
