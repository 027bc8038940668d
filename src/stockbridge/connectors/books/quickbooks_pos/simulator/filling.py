"""Sales orders filled by receipts: what is sold of them, and what is still promised.

Known are the fields (`SalesOrderTxnID`, `QtySold`, `UnfilledPercent`, `BalanceDue`) and
that an order takes no stock until a receipt fills it. That lines meet by their item,
that a filled order refuses another receipt, and that a reversed receipt opens its order
again is our guess (?).
"""

from decimal import Decimal

from stockbridge.connectors.books.quickbooks_pos.simulator.lists import existing
from stockbridge.connectors.books.quickbooks_pos.simulator.records import (
    Records,
    Row,
    number,
    quantity_text,
)
from stockbridge.connectors.books.quickbooks_pos.simulator.refusals import RefusalError

_HUNDRED = Decimal(100)


def order_to_fill(records: Records, receipt: Row) -> Row | None:
    """Return the open order that a receipt names; None: it names none."""
    txn_id = receipt.get("SalesOrderTxnID")
    if not txn_id:
        return None
    order = existing(records, records.orders, txn_id)
    if order.get("CustomerListID") != receipt.get("CustomerListID"):
        raise RefusalError("3045", f"The order {txn_id} belongs to another customer.")
    if not any(open_quantity(line) for line in order["SalesOrderItemRet"]):
        raise RefusalError("3260", f"The order {txn_id} is filled already.")
    return order


def fill(records: Records, order: Row, receipt: Row, now: str) -> None:
    """Note in an order what a receipt sold of it."""
    for sold in receipt["SalesReceiptItemRet"]:
        left = number(sold, "Qty")
        for line in _lines_of(order, sold):
            part = min(left, open_quantity(line))
            _move(records, line, part)
            left -= part
    _say(order, now)


def empty(records: Records, receipt: Row, now: str) -> None:
    """Open the order again whose receipt was reversed."""
    order = records.orders.rows.get(receipt.get("SalesOrderTxnID", ""))
    if order is None:
        return
    for sold in receipt["SalesReceiptItemRet"]:
        left = number(sold, "Qty")
        for line in _lines_of(order, sold):
            part = min(left, number(line, "QtySold"))
            _move(records, line, -part)
            left -= part
    _say(order, now)


def open_quantity(line: Row) -> Decimal:
    """Return what of a line no receipt has sold yet."""
    return number(line, "Qty") - number(line, "QtySold")


def _lines_of(order: Row, sold: Row) -> list[Row]:
    lines = order["SalesOrderItemRet"]
    return [line for line in lines if line["ListID"] == sold["ListID"]]


def _move(records: Records, line: Row, units: Decimal) -> None:
    line["QtySold"] = quantity_text(number(line, "QtySold") + units)
    item = records.items.rows[line["ListID"]]
    promised = number(item, "QuantityOnCustomerOrder") - units
    item["QuantityOnCustomerOrder"] = quantity_text(promised)


def _say(order: Row, now: str) -> None:
    lines = order["SalesOrderItemRet"]
    whole = sum((number(line, "Qty") for line in lines), Decimal(0))
    left = sum((open_quantity(line) for line in lines), Decimal(0))
    share = left / whole if whole else Decimal(0)
    order["UnfilledPercent"] = f"{share * _HUNDRED:.2f}"
    order["BalanceDue"] = f"{number(order, 'Total') * share:.2f}"
    order["SalesOrderStatusDesc"] = "Open" if left else "Closed"
    order["TimeModified"] = now
