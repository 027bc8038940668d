"""A simulated Point of Sale company, and what stands in its own records."""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from lxml import etree

from stockbridge.connectors.books.quickbooks_pos.simulator import Company, a_company
from stockbridge.connectors.books.quickbooks_pos.simulator.records import Row
from stockbridge.connectors.books.quickbooks_pos.simulator.seeding import (
    FEE_ITEM,
    SHIPPING_ITEM,
    TAX_ITEM,
    UNSTOCKED_ITEM,
    Start,
    add_item,
)
from stockbridge.connectors.simulation import SettableClock
from stockbridge.connectors.webconnector.simulator import Computer, with_point_of_sale
from tests.quickbooks.office import Entry

_NUMBER = re.compile(r"#([^#]*)#")
_KINDS = {"Sales": "sale", "Return": "refund"}


class PointOfSale:
    """The till of a small shop, with ten percent of tax."""

    slug = "quickbooks_pos"

    def __init__(
        self,
        clock: SettableClock,
        schema: etree.XMLSchema | None = None,
        quickbooks_file: str = "",
        **settings: str,
    ) -> None:
        self._settings = settings
        rates = {"Local Sales Tax": {"Tax": (Decimal(10),), "Non": ()}}
        self.clock = clock
        start = Start(clock=clock, rates=rates, quickbooks_file=quickbooks_file)
        self.company: Company = a_company(start)
        self.company.schema = schema
        for sku in ("MUG", "PEN"):
            self.add_item(sku, 20)

    def computer(self) -> Computer:
        """Return the computer that the Web Connector runs on."""
        return with_point_of_sale(self)

    def open(self, path: str) -> str:
        """Let Point of Sale open its company."""
        return self.company.open(path)

    def process(self, request: bytes) -> bytes:
        """Take two seconds."""
        self.clock.advance(2)
        return self.company.process(request)

    def settings(self) -> dict[str, Any]:
        """Return the options of a connection that fit this company."""
        return {
            "tax_item": TAX_ITEM,
            "shipping_item": SHIPPING_ITEM,
            "fee_item": FEE_ITEM,
            "unstocked_item": UNSTOCKED_ITEM,
            **self._settings,
        }

    def entries(self) -> list[Entry]:
        """Return receipts and orders, sorted.

        The counterpart of a reversed receipt is none.
        """
        orders = (self._order(row) for row in self.company.records.orders.all())
        return sorted([*(self._entry(row) for row in self._receipts()), *orders])

    def customers(self) -> list[str]:
        """Return the names of the customers, sorted."""
        return sorted(row["FullName"] for row in self.company.records.customers.all())

    def on_hand(self, sku: str) -> Decimal:
        """Return what is on the shelf."""
        return Decimal(self.item(sku)["QuantityOnHand"])

    def price(self, sku: str) -> Decimal:
        """Return what one costs."""
        return Decimal(self.item(sku)["Price1"])

    def count(self, sku: str, quantity: int) -> None:
        """Let somebody count the shelf."""
        row = self.item(sku)
        row["OnHandStore01"] = row["QuantityOnHand"] = f"{quantity}.00"
        row["TimeModified"] = self.company.now()

    def add_item(self, sku: str, quantity: int) -> None:
        """Let somebody add an item."""
        add_item(self.company, sku, on_hand=str(quantity))

    def forget_item(self, sku: str) -> None:
        """Let an item be gone, so that nobody hears of it."""
        del self.company.records.items.rows[self.item(sku)["ListID"]]

    def forget_customer(self, name: str) -> None:
        """Let a customer be gone, so that nobody hears of it."""
        rows = self.company.records.customers.rows
        del rows[next(key for key, row in rows.items() if row["FullName"] == name)]

    def stamp(self, file_id: str) -> None:
        """Do nothing: Point of Sale is not signed."""

    def open_another(self) -> None:
        """Open another company."""
        self.company.company["CompanyName"] = "Another Shop"

    def open_ours(self) -> None:
        """Open ours again."""
        self.company.company["CompanyName"] = Start().name
        self.company.is_open = True

    def show_dialog(self) -> None:
        """Let a window wait for an answer."""
        self.company.has_dialog = True

    def dismiss_dialog(self) -> None:
        """Let somebody answer it."""
        self.company.has_dialog = False

    def close_quickbooks(self) -> None:
        """Let somebody close Point of Sale."""
        self.company.is_open = False

    def item(self, sku: str) -> Row:
        """Return the record of an item."""
        rows = self.company.records.items.rows.values()
        return next(row for row in rows if row.get("ALU") == sku)

    def lines(self, number: str) -> list[str]:
        """Return the lines of the sale of an order: item, units, amount."""
        names = {k: r["Desc1"] for k, r in self.company.records.items.rows.items()}
        return [
            f"{names[line['ListID']]} {line['Qty']} {line['ExtendedPrice']}"
            for row in self._receipts()
            if _number(row) == number and row["SalesReceiptType"] == "Sales"
            for line in row["SalesReceiptItemRet"]
        ]

    def _receipts(self) -> Iterator[Row]:
        for row in self.company.records.receipts.all():
            if row["HistoryDocStatus"] != "Reversing":
                yield row

    def _entry(self, row: Row) -> Entry:
        return Entry(
            _KINDS[row["SalesReceiptType"]],
            _number(row),
            row["Total"],
            _tax(row, "SalesReceiptItemRet"),
            self._customer(row),
            "live" if row["HistoryDocStatus"] == "Regular" else "taken back",
        )

    def _order(self, row: Row) -> Entry:
        is_filled = row.get("SalesOrderStatusDesc") == "Closed"
        return Entry(
            "order",
            row["SalesOrderNumber"],
            row["Total"],
            _tax(row, "SalesOrderItemRet"),
            self._customer(row),
            "filled" if is_filled else "live",
        )

    def _customer(self, row: Row) -> str:
        customers = self.company.records.customers.rows
        return str(customers.get(row.get("CustomerListID", ""), {}).get("FullName", ""))


def _tax(row: Row, line_tag: str) -> str:
    on_line = sum(
        Decimal(line["ExtendedPrice"])
        for line in row[line_tag]
        if line["ListID"] == TAX_ITEM
    )
    return f"{Decimal(row['TaxAmount']) + on_line:.2f}"


def _number(row: Row) -> str:
    found = _NUMBER.search(row.get("Comments", ""))
    return found.group(1) if found else ""
