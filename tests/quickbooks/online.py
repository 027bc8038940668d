"""A simulated company in QuickBooks Online, and what stands in its own records."""

import re
from decimal import Decimal
from typing import Any

from stockbridge.connectors.books.quickbooks_online.simulator import (
    UNLIMITED,
    Habits,
    Options,
    QuickBooksOnlineSimulator,
)
from stockbridge.connectors.books.quickbooks_online.simulator.fitting import (
    a_stocked_item,
    adjust,
    fitting_settings,
)
from stockbridge.connectors.simulation import SettableClock
from tests.quickbooks.office import Entry

_GUEST = "Web guest"
_KINDS = {
    "SalesReceipt": "sale",
    "Invoice": "sale",
    "RefundReceipt": "refund",
    "CreditMemo": "refund",
    "Payment": "payment",
}
#: Behind the order's number: on refunds, and where another document of ours has it.
_SIGN = re.compile(r"-R?[2-7A-Z]{4}$")


class Online:
    """A company with automated sales tax that keeps our numbers."""

    slug = "quickbooks_online"

    def __init__(self, clock: SettableClock, **settings: str) -> None:
        self.clock = clock
        habits = Habits(automated_tax=True)
        options = Options(clock=clock, limits=UNLIMITED, habits=habits)
        self.simulator = QuickBooksOnlineSimulator(options)
        self.company = self.simulator.company
        self.company.prefer("SalesFormsPrefs", CustomTxnNumbers=True)
        self._settings = settings
        self._fitting = fitting_settings(self.simulator)
        for sku in ("MUG", "PEN"):
            self.add_item(sku, 20)

    def settings(self) -> dict[str, Any]:
        """Return the options of a connection; the company must have been started."""
        return {"address": self.simulator.url, **self._fitting, **self._settings}

    def entries(self) -> list[Entry]:
        """Return sales, refunds and payments, sorted."""
        found = [
            self._entry(kind, row) for kind in _KINDS for row in self.company.of(kind)
        ]
        return sorted(found)

    def customers(self) -> list[str]:
        """Return the names of the customers, without the one for guests."""
        names = {row["DisplayName"] for row in self.company.of("Customer")}
        return sorted(names - {_GUEST})

    def on_hand(self, sku: str) -> Decimal:
        """Return what is on the shelf."""
        return Decimal(self.company.named("Item", sku)["QtyOnHand"])

    def price(self, sku: str) -> Decimal:
        """Return what one costs."""
        return Decimal(self.company.named("Item", sku).get("UnitPrice", 0))

    def count(self, sku: str, quantity: int) -> None:
        """Let somebody count the shelf: an adjustment by what is missing."""
        item = self.company.named("Item", sku)
        adjust(self.simulator, item["Id"], quantity - item["QtyOnHand"])

    def add_item(self, sku: str, quantity: int) -> None:
        """Let somebody add an item."""
        a_stocked_item(self.simulator, sku, Decimal(quantity))

    def open_another(self) -> None:
        """Let the owner disconnect our app in QuickBooks."""
        self.simulator.authorizer.end_access(self.simulator.realm_id)

    def open_ours(self) -> None:
        """Nothing can be done here: a person has to connect again."""

    def _entry(self, kind: str, row: dict[str, Any]) -> Entry:
        if kind == "Payment":
            paid = [
                self.company.get("Invoice", linked["TxnId"])["DocNumber"]
                for line in row["Line"]
                for linked in line["LinkedTxn"]
            ]
            return Entry("payment", ",".join(paid), f"{row['TotalAmt']:.2f}")
        on_line = sum(
            line["Amount"]
            for line in row["Line"]
            if line.get("SalesItemLineDetail", {}).get("ItemRef", {}).get("value")
            == self._fitting["tax_line_item"]
        )
        tax = row.get("TxnTaxDetail", {}).get("TotalTax", Decimal(0)) + on_line
        customer = row.get("CustomerRef", {}).get("value", "")
        is_void = str(row.get("PrivateNote", "")).startswith("Voided")
        return Entry(
            _KINDS[kind],
            _SIGN.sub("", row["DocNumber"]),
            f"{row['TotalAmt']:.2f}",
            f"{tax:.2f}",
            self.company.get("Customer", customer)["DisplayName"] if customer else "",
            "taken back" if is_void else "live",
        )
