"""A simulated Desktop company file, and what stands in its own records."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from stockbridge.connectors.books.quickbooks_desktop.company import OWNER_ID
from stockbridge.connectors.books.quickbooks_desktop.simulator import Company, Program
from stockbridge.connectors.books.quickbooks_desktop.simulator.command import (
    fitting_settings,
)
from stockbridge.connectors.books.quickbooks_desktop.simulator.program import PATH
from stockbridge.connectors.books.quickbooks_desktop.simulator.state import (
    NAMES,
    Record,
)
from stockbridge.connectors.simulation import SettableClock
from stockbridge.connectors.webconnector.simulator import Computer, with_desktop
from tests.quickbooks.office import Entry

_ITEM = """<?xml version="1.0" encoding="utf-8"?><?qbxml version="13.0"?>
<QBXML><QBXMLMsgsRq onError="stopOnError"><ItemInventoryAddRq requestID="1">
<ItemInventoryAdd><Name>{sku}</Name><SalesPrice>5.00</SalesPrice>
<IncomeAccountRef><ListID>{income}</ListID></IncomeAccountRef>
<COGSAccountRef><ListID>{cogs}</ListID></COGSAccountRef>
<AssetAccountRef><ListID>{asset}</ListID></AssetAccountRef>
<QuantityOnHand>{quantity}</QuantityOnHand></ItemInventoryAdd></ItemInventoryAddRq>
</QBXMLMsgsRq></QBXML>"""
_ADJUSTMENT = """<?xml version="1.0" encoding="utf-8"?><?qbxml version="13.0"?>
<QBXML><QBXMLMsgsRq onError="stopOnError"><InventoryAdjustmentAddRq requestID="1">
<InventoryAdjustmentAdd>
<AccountRef><FullName>Inventory Shrinkage</FullName></AccountRef>
<InventoryAdjustmentLineAdd><ItemRef><ListID>{item}</ListID></ItemRef>
<QuantityAdjustment><NewQuantity>{quantity}</NewQuantity></QuantityAdjustment>
</InventoryAdjustmentLineAdd></InventoryAdjustmentAdd></InventoryAdjustmentAddRq>
</QBXMLMsgsRq></QBXML>"""
_GUEST = "Web guest"
OTHER_PATH = "C:\\Books\\Another Shop.qbw"
_KINDS = {
    "SalesReceipt": "sale",
    "Invoice": "sale",
    "SalesOrder": "order",
    "CreditMemo": "refund",
    "ARRefundCreditCard": "money back",
    "ReceivePayment": "payment",
}


class Desktop:
    """A company file with ten percent of tax for what is sold online."""

    slug = "quickbooks_desktop"

    def __init__(
        self,
        clock: SettableClock,
        validate: Callable[[bytes], list[str]] | None = None,
        *,
        program: Program | None = None,
        path: str = PATH,
        **settings: str,
    ) -> None:
        self.clock, self.path = clock, path
        self.company = Company(clock=clock, validate=validate)
        self.program = program or Program({}, shown=path)
        self.program.files[path] = self.company
        self._settings = settings
        self._tax = self.company.add("ItemSalesTax", "Web", TaxRate="10.0")
        for sku in ("MUG", "PEN"):
            self.add_item(sku, 20)

    def computer(self) -> Computer:
        """Return the computer that the Web Connector runs on."""
        return with_desktop(self)

    def open(self, path: str) -> str:
        """Let QuickBooks open a file."""
        return self.program.open(path)

    def process(self, request: bytes) -> bytes:
        """Take two seconds."""
        self.clock.advance(2)
        return self.program.process(request)

    def settings(self) -> dict[str, Any]:
        """Return the options of a connection that fit this company file."""
        tax = {"tax_items": f"{self._tax}=10"}
        return {**fitting_settings(self.company), **tax, **self._settings}

    def entries(self) -> list[Entry]:
        """Return sales, orders, credit memos, payments, money given back, sorted."""
        rows = self.company.state.of(*_KINDS)
        return sorted(self._entry(row) for row in rows)

    def customers(self) -> list[str]:
        """Return the names of the customers, without the one for guests."""
        rows = self.company.state.of(*NAMES)
        names = {row.text("FullName") or row.text("Name") for row in rows}
        return sorted(names - {_GUEST})

    def on_hand(self, sku: str) -> Decimal:
        """Return what is on the shelf."""
        held = self.company.state.on_hand()
        return held.get((self.company.id_of("ItemInventory", sku), ""), Decimal(0))

    def price(self, sku: str) -> Decimal:
        """Return what one costs."""
        item = self.company.id_of("ItemInventory", sku)
        return Decimal(self.company.state.records[item].text("SalesPrice") or 0)

    def count(self, sku: str, quantity: int) -> None:
        """Let somebody count the shelf."""
        item = self.company.id_of("ItemInventory", sku)
        self.company.process(_ADJUSTMENT.format(item=item, quantity=quantity).encode())

    def add_item(self, sku: str, quantity: int) -> None:
        """Let somebody add an item."""
        accounts = {
            "income": self.company.id_of("Account", "Sales"),
            "cogs": self.company.id_of("Account", "Cost of Goods Sold"),
            "asset": self.company.id_of("Account", "Inventory Asset"),
        }
        told = _ITEM.format(sku=sku, quantity=quantity, **accounts)
        self.company.process(told.encode())

    def forget_item(self, sku: str) -> None:
        """Let an item be gone, so that nobody hears of it."""
        del self.company.state.records[self.company.id_of("ItemInventory", sku)]

    def forget_customer(self, name: str) -> None:
        """Let a customer be gone, so that nobody hears of it."""
        del self.company.state.records[self.company.id_of("Customer", name)]

    def stamp(self, file_id: str) -> None:
        """Sign the file as the Web Connector does: with what the .qwc file says."""
        self.company.stamps[OWNER_ID] = f"{{{file_id}}}"

    def open_another(self) -> None:
        """Open another company file, which is somebody else's."""
        another = Company(clock=self.clock)
        another.stamps[OWNER_ID] = "{other}"
        self.program.files[OTHER_PATH] = another
        self.program.shown = OTHER_PATH

    def open_ours(self) -> None:
        """Open ours again."""
        self.program.shown = self.path

    def show_dialog(self) -> None:
        """Let a window wait for an answer."""
        self.program.has_dialog = True

    def dismiss_dialog(self) -> None:
        """Let somebody answer it."""
        self.program.has_dialog = False

    def close_quickbooks(self) -> None:
        """Let somebody close QuickBooks."""
        self.program.close()

    def lines(self, number: str) -> list[str]:
        """Return the lines of the sale of an order: item, units, amount."""
        return [
            " ".join(
                line.findtext(name) or "-"
                for name in ("ItemRef/FullName", "Quantity", "Amount")
            )
            for row in self.company.state.of("SalesReceipt", "Invoice", "SalesOrder")
            if row.text("RefNumber") == number
            for line in row.ret.iter(f"{row.kind}LineRet")
        ]

    def _entry(self, row: Record) -> Entry:
        if row.kind == "ReceivePayment":
            paid = [self.company.state.records[one] for one in row.links]
            numbers = ",".join(one.text("RefNumber") for one in paid)
            return Entry("payment", numbers, row.text("TotalAmount"))
        on_line = sum(
            Decimal(line.findtext("Amount") or "0")
            for line in row.ret.iter(f"{row.kind}LineRet")
            if line.findtext("ItemRef/FullName") == "Billed tax"
        )
        tax = Decimal(row.text("SalesTaxTotal") or "0") + on_line
        total = row.text("TotalAmount")
        if not total:
            total = f"{Decimal(row.text('Subtotal')) + tax - on_line:.2f}"
        is_money = row.kind == "ARRefundCreditCard"
        return Entry(
            _KINDS[row.kind],
            row.text("RefNumber"),
            total,
            "" if is_money else f"{tax:.2f}",
            row.text("CustomerRef/FullName"),
            _state(row),
        )


def _state(row: Record) -> str:
    if row.text("IsFullyInvoiced") == "true":
        return "filled"
    is_closed = row.text("IsManuallyClosed") == "true"
    return "taken back" if row.is_void or is_closed else "live"
