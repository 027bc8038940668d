"""Receipts, orders and adjustments: arithmetic, balance, stock, reversal."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from lxml import etree

from stockbridge.connectors.books.quickbooks_pos.simulator.filling import (
    empty,
    fill,
    open_quantity,
    order_to_fill,
)
from stockbridge.connectors.books.quickbooks_pos.simulator.lists import (
    existing,
    fields_of,
)
from stockbridge.connectors.books.quickbooks_pos.simulator.records import (
    Records,
    Row,
    move_stock,
    number,
    quantity_text,
)
from stockbridge.connectors.books.quickbooks_pos.simulator.refusals import (
    RefusalError,
    not_equal,
    unbalanced,
)
from stockbridge.connectors.books.quickbooks_pos.simulator.rounding import (
    Taxable,
    TaxRounding,
    tax_on,
)
from stockbridge.domain.errors import DefectError

_CENT = Decimal("0.01")
_TENDERS = ("Cash", "Check", "CreditCard", "DebitCard", "Account", "Deposit")
_ALL_TENDERS = (*_TENDERS, "Gift", "GiftCard")
Rates = dict[str, dict[str, tuple[Decimal, ...]]]  # tax location → code → rates


@dataclass(frozen=True, slots=True)
class Ledger:
    """What a document is written with: the file, its tax table, the time."""

    records: Records
    rates: Rates
    rounding: TaxRounding
    now: str

    def add_receipt(self, element: etree._Element) -> Row:
        """Add a receipt; tenders must be what POS computes (20004)."""
        row = self._priced(element, "SalesReceiptItem")
        tenders = [row.pop(f"Tender{t}Add", []) for t in _ALL_TENDERS]
        paid = sum(number(t, "TenderAmount") for rows in tenders for t in rows)
        total = number(row, "Total")
        if paid != total:
            raise unbalanced(f"{abs(total - paid):.2f}")
        order = order_to_fill(self.records, row)
        row |= {
            f"Tender{t}Ret": rows
            for t, rows in zip(_ALL_TENDERS, tenders, strict=True)
            if rows
        }
        row.setdefault("SalesReceiptType", "Sales")
        row.setdefault("StoreNumber", "1")
        row.setdefault("TxnState", "Normal")
        row["HistoryDocStatus"] = "Regular"
        row["SalesReceiptNumber"] = self.records.new_number()
        self._move(row, back=row["SalesReceiptType"] == "Return")
        if order is not None:
            fill(self.records, order, row, self.now)
        self.records.receipts.rows[row["TxnID"]] = row
        return row

    def reverse(self, request: etree._Element) -> Row:
        """Reverse a receipt: it stays, a counterpart with its comments is added."""
        txn_id = request.findtext("TxnID") or ""
        row = existing(self.records, self.records.receipts, txn_id)
        if row["HistoryDocStatus"] != "Regular":
            raise RefusalError("3260", f"The receipt {txn_id} is reversed already.")
        counterpart = {**row, "TxnID": self.records.new_id()}
        counterpart |= {"HistoryDocStatus": "Reversing", "TimeCreated": self.now}
        counterpart |= {"TimeModified": self.now}
        counterpart["SalesReceiptNumber"] = self.records.new_number()
        self.records.receipts.rows[counterpart["TxnID"]] = counterpart
        row |= {"HistoryDocStatus": "Reversed", "TimeModified": self.now}
        self._move(row, back=row["SalesReceiptType"] != "Return")
        empty(self.records, row, self.now)
        return {
            "TxnReverseType": "SalesReceipt",
            "TxnID": txn_id,
            "ReversalTxnID": counterpart["TxnID"],
        }

    def add_order(self, element: etree._Element) -> Row:
        """Add a sales order: it promises goods, and takes none."""
        row = self._priced(element, "SalesOrderItem")
        row.setdefault("SalesOrderNumber", self.records.new_number())
        for place, line in enumerate(row["SalesOrderItemRet"], start=1):
            line["TxnLineID"] = str(place)
        self._promise(row)
        self.records.orders.rows[row["TxnID"]] = row
        return row

    def change_order(self, element: etree._Element) -> Row:
        """Change a sales order: last writer wins, there is no edit sequence.

        As Intuit's page says: a line that is not named is dropped, one that is named
        by its TxnLineID stays, one with -1 is new. A line that was filled is kept (?).
        """
        changes = fields_of(element)
        row = existing(self.records, self.records.orders, changes["TxnID"])
        named = changes.pop("SalesOrderItemMod", None)
        places = changes.pop("ShippingInformation", [])
        new = {**row, **changes}
        for place in places:
            # Whether parts that are not named stay nobody could confirm (?).
            new["ShippingInformation"] = [{**_shipping_of(row)[0], **place}]
        if named is not None:
            there = row["SalesOrderItemRet"]
            new["SalesOrderItemRet"] = [self._line_named(li, there) for li in named]
            left = [li for li in there if li not in new["SalesOrderItemRet"]]
            if any(number(line, "QtySold") for line in left):
                raise RefusalError("3260", "A line of the order was filled already.")
        new |= self._sums(new, new["SalesOrderItemRet"])
        self.forget_order(row)
        row |= {**new, "TimeModified": self.now}
        self._promise(row)
        return row

    def _line_named(self, told: Row, lines: list[Row]) -> Row:
        if told["TxnLineID"] == "-1":
            return {**self._line(told), "TxnLineID": self.records.new_number()}
        if len(told) > 1:
            raise DefectError("The simulator changes no line in itself.")
        for line in lines:
            if line["TxnLineID"] == told["TxnLineID"]:
                return line
        raise RefusalError("3120", f"There is no line {told['TxnLineID']}.")

    def _promise(self, row: Row) -> None:
        row["BalanceDue"] = row["Total"]
        for line in row["SalesOrderItemRet"]:
            item = self.records.items.rows[line["ListID"]]
            promised = number(item, "QuantityOnCustomerOrder") + open_quantity(line)
            item["QuantityOnCustomerOrder"] = quantity_text(promised)
            item["TimeModified"] = self.now

    def forget_order(self, row: Row) -> None:
        """Set free what a deleted order promised."""
        for line in row["SalesOrderItemRet"]:
            item = self.records.items.rows[line["ListID"]]
            left = number(item, "QuantityOnCustomerOrder") - open_quantity(line)
            item["QuantityOnCustomerOrder"] = quantity_text(left)

    def add_adjustment(self, element: etree._Element) -> Row:
        """Set quantities; the difference is to what is on hand right now."""
        row = fields_of(element)
        store = row.setdefault("StoreNumber", "1")
        lines = []
        for line in row.pop("InventoryQtyAdjustmentItemAdd", []):
            item = existing(self.records, self.records.items, line["ListID"])
            old = number(item, f"OnHandStore{int(store):02d}")
            new = number(line, "NewQuantity")
            move_stock(item, store, new - old)
            item["TimeModified"] = self.now
            lines.append(
                {
                    "ListID": line["ListID"],
                    "OldQuantity": quantity_text(old),
                    "NewQuantity": quantity_text(new),
                    "QtyDifference": quantity_text(new - old),
                }
            )
        row |= self._stamp() | {
            "HistoryDocStatus": "Regular",
            "InventoryAdjustmentNumber": self.records.new_number(),
            "InventoryQtyAdjustmentItemRet": lines,
            "ItemsCount": str(len(lines)),
        }
        self.records.adjustments.rows[row["TxnID"]] = row
        return row

    def _priced(self, element: etree._Element, line_tag: str) -> Row:
        """Return the document with what POS computes: subtotal, tax, total."""
        row = fields_of(element)
        lines = [self._line(line) for line in row.pop(f"{line_tag}Add", [])]
        row |= self._stamp() | {f"{line_tag}Ret": lines} | self._sums(row, lines)
        row.setdefault("TxnDate", self.now[:10])
        return row

    def _sums(self, row: Row, lines: list[Row]) -> Row:
        customer: Row = {}
        if row.get("CustomerListID"):
            customer = existing(
                self.records, self.records.customers, row["CustomerListID"]
            )
        subtotal = sum((number(li, "ExtendedPrice") for li in lines), Decimal(0))
        discount = number(row, "Discount")
        if discount > subtotal:
            raise RefusalError("3045", "The discount is more than the subtotal.")
        category = row.get("TaxCategory") or customer.get("TaxCategory")
        category = category or next(iter(self.rates))
        if category not in self.rates:
            raise RefusalError("3140", f"There is no tax location {category}.")
        share = (subtotal - discount) / subtotal if subtotal else Decimal(1)
        taxable = [
            Taxable(number(li, "Qty"), number(li, "Price") * share, li["TaxCode"])
            for li in lines
        ]
        tax = tax_on(taxable, self.rates[category], self.rounding)
        shipping = number(*_shipping_of(row))
        total = subtotal - discount + tax + shipping
        return {
            "ItemsCount": str(len(lines)),
            "Subtotal": f"{subtotal:.2f}",
            "TaxAmount": f"{tax:.2f}",
            "TaxCategory": category,
            "Total": f"{total:.2f}",
        }

    def _line(self, line: Row) -> Row:
        item = existing(self.records, self.records.items, line["ListID"])
        quantity, price = number(line, "Qty"), number(line, "Price")
        extended = (quantity * price).quantize(_CENT, ROUND_HALF_UP)
        if "ExtendedPrice" in line and number(line, "ExtendedPrice") != extended:
            raise not_equal(item.get("Desc1", ""))
        return {
            **line,
            "ExtendedPrice": f"{extended:.2f}",
            "Price": f"{price:.2f}",
            "Qty": quantity_text(quantity),
            "TaxCode": line.get("TaxCode") or item.get("TaxCode", "Tax"),
            "ItemNumber": item["ItemNumber"],
        }

    def _move(self, row: Row, *, back: bool) -> None:
        if row["TxnState"] == "Held":
            return
        for line in row["SalesReceiptItemRet"]:
            item = self.records.items.rows[line["ListID"]]
            units = number(line, "Qty")
            move_stock(item, row["StoreNumber"], units if back else -units)
            item["TimeModified"] = self.now

    def _stamp(self) -> Row:
        return {
            "TxnID": self.records.new_id(),
            "TimeCreated": self.now,
            "TimeModified": self.now,
        }


def _shipping_of(row: Row) -> tuple[Row, str]:
    inside = row.get("ShippingInformation") or [{}]
    return inside[0], "Shipping"
