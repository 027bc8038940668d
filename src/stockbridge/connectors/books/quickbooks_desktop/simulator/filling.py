"""Sales orders invoiced: which lines an invoice brings, and what is still open.

As Intuit's guide to linked transactions says: `LinkToTxnID` brings every line that is
still open and closes the order; `LinkToTxn` brings one line, without an ItemRef beside
it; the customers have to be the same; the order's address wins. Which codes QuickBooks
refuses with is not written anywhere (?), nor whether Other1 comes along: here it does
not.
"""

import copy
from decimal import ROUND_HALF_UP, Decimal

from stockbridge.connectors.books.quickbooks_desktop.simulator import shapes
from stockbridge.connectors.books.quickbooks_desktop.simulator.refusals import (
    RequestRefusedError,
    not_found,
)
from stockbridge.connectors.books.quickbooks_desktop.simulator.state import (
    Element,
    Record,
    State,
)

_CENT, _NOTHING = Decimal("0.01"), Decimal(0)
_LINE = "SalesOrderLineRet"
#: What a linked line may say otherwise than its order (?).
_TOLD = frozenset({"Desc", "ClassRef", "Amount", "SalesTaxCodeRef", "Other1"})
_KEPT = ("ItemRef", "Desc", "Rate", "ClassRef", "InventorySiteRef", "SalesTaxCodeRef")


class Filling:
    """The orders that one invoice fills, while it is being added."""

    def __init__(self, state: State, told: Element) -> None:
        self._state = state
        self._customer = told.findtext("CustomerRef/ListID") or ""
        whole = [one.text or "" for one in told.findall("LinkToTxnID")]
        single = [one.text for one in told.iterfind("InvoiceLineAdd/LinkToTxn/TxnID")]
        if set(whole) & set(single):
            raise _refused("The same sales order is linked as a whole and by line.")
        self.units: dict[tuple[str, str], Decimal | None] = {}  # None: has no quantity
        self._whole = [self._order(txn_id) for txn_id in whole]

    @property
    def addresses(self) -> list[Element]:
        """The addresses of the orders: they replace what the invoice says."""
        found = [one.ret.find("ShipAddress") for one in self._whole]
        return [copy.deepcopy(one) for one in found if one is not None]

    def expanded(self, told: Element) -> list[Element]:
        """Return the lines of the invoice as if all had been told by item."""
        lines = [self._linked(line) for line in told.iter("InvoiceLineAdd")]
        for order in self._whole:
            rows = [row for row in order.ret.iter(_LINE) if _is_open(order, row)]
            if not rows:
                raise _refused("The sales order is closed or fully invoiced already.")
            lines += [self._line(order, row, None) for row in rows]
        return lines

    def _linked(self, told: Element) -> Element:
        link = told.find("LinkToTxn")
        if link is None:
            return told
        if told.find("ItemRef") is not None:
            raise _refused("A line that is linked names no item.")
        order = self._order(link.findtext("TxnID") or "")
        wanted = link.findtext("TxnLineID")
        rows = [r for r in order.ret.iter(_LINE) if r.findtext("TxnLineID") == wanted]
        if not rows:
            raise not_found(wanted or "")
        left, said = _left(rows[0]), told.findtext("Quantity")
        units = Decimal(said) if said else left
        is_open = _is_open(order, rows[0])
        if left is not None:
            is_open = units is not None and 0 < units <= left
        if not is_open or (left is None and units is not None):
            raise _refused("So much of this line is no longer open.")
        line = self._line(order, rows[0], units)
        for child in told:
            if child.tag in _TOLD:
                for old in line.findall(child.tag):
                    line.remove(old)
                line.append(copy.deepcopy(child))
        return line

    def _line(self, order: Record, row: Element, units: Decimal | None) -> Element:
        units = _left(row) if units is None else units
        self.units[order.id, _id(row)] = units
        kept = [copy.deepcopy(c) for tag in _KEPT if (c := row.find(tag)) is not None]
        line = shapes.group("InvoiceLineAdd", *kept)
        if units is not None:
            line.append(shapes.leaf("Quantity", f"{units.normalize():f}"))
        line.append(shapes.leaf("Amount", f"{_amount(row, units):.2f}"))
        return line

    def _order(self, txn_id: str) -> Record:
        order = self._state.find(("SalesOrder",), txn_id)
        if order is None:
            raise not_found(txn_id)
        if order.text("IsManuallyClosed") == "true":
            raise _refused("The sales order is closed.")
        if order.text("CustomerRef/ListID") != self._customer:
            raise _refused("The sales order belongs to another customer.")
        return order


def refresh_order(state: State, order: Record) -> None:
    """Write into an order what of it is invoiced, and what it still promises."""
    fillers = [one for one in state.of("Invoice") if not one.is_void]
    invoiced: dict[str, Decimal] = {}
    seen: set[str] = set()
    for one in fillers:
        for (order_id, line_id), units in one.fills.items():
            if order_id == order.id:
                seen.add(line_id)
                before = invoiced.get(line_id, _NOTHING)
                invoiced[line_id] = before + (units or _NOTHING)
    order.seen = frozenset(seen)
    for row in order.ret.iter(_LINE):
        units = invoiced.get(_id(row), _NOTHING)
        shapes.put(row, "Invoiced", f"{units.normalize():f}", shapes.LINE_PARTS)
    is_all = bool(seen) and not any(_is_open(order, r) for r in order.ret.iter(_LINE))
    flag, parts = "true" if is_all else "false", shapes.ORDERS["SalesOrder"]
    shapes.put(order.ret, "IsFullyInvoiced", flag, parts)
    order.promises = tuple(
        (item, site, _NOTHING if is_all else units - invoiced.get(line_id, _NOTHING))
        for line_id, (item, site, units) in order.ordered.items()
    )
    _link(order, [one for one in fillers if order.id in one.orders])


def _link(order: Record, fillers: list[Record]) -> None:
    for old in order.ret.findall("LinkedTxn"):
        order.ret.remove(old)
    for one in fillers:
        link = link_to(one)
        shapes.insert(order.ret, link, shapes.ORDERS["SalesOrder"])


def link_to(other: Record) -> Element:
    """Return the link by quantity that an order and its invoice have to each other."""
    parts = {
        "TxnID": other.id,
        "TxnType": other.kind,
        "TxnDate": other.text("TxnDate"),
        "RefNumber": other.text("RefNumber"),
        "LinkType": "QUANTYPE",
        "Amount": "0.00",
    }
    kids = [shapes.leaf(tag, text) for tag, text in parts.items() if text]
    return shapes.group("LinkedTxn", *kids)


def _id(row: Element) -> str:
    return str(row.findtext("TxnLineID"))


def _is_open(order: Record, row: Element) -> bool:
    if row.findtext("IsManuallyClosed") == "true":
        return False
    left = _left(row)
    return _id(row) not in order.seen if left is None else left > 0


def _left(row: Element) -> Decimal | None:
    """Return how many units of a line are not invoiced; None: it has no quantity."""
    said = row.findtext("Quantity")
    if said is None:
        return None
    return Decimal(said) - Decimal(row.findtext("Invoiced") or "0")


def _amount(row: Element, units: Decimal | None) -> Decimal:
    amount, all_units = row.findtext("Amount"), row.findtext("Quantity")
    whole = Decimal(amount or "0")
    if units is None or not all_units or units == Decimal(all_units):
        return whole
    part = whole * units / Decimal(all_units)
    return part.quantize(_CENT, ROUND_HALF_UP)


def _refused(words: str) -> RequestRefusedError:
    return RequestRefusedError(
        3180,
        f"There was an error when saving an Invoice. QuickBooks error message: {words}",
    )
