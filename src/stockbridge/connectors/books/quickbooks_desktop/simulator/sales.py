"""Sales receipts, invoices, sales orders and credit memos: totals, tax and stock."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from stockbridge.connectors.books.quickbooks_desktop.simulator import shapes
from stockbridge.connectors.books.quickbooks_desktop.simulator.filling import (
    Filling,
    link_to,
    refresh_order,
)
from stockbridge.connectors.books.quickbooks_desktop.simulator.lists import touch
from stockbridge.connectors.books.quickbooks_desktop.simulator.refusals import (
    RequestRefusedError,
    invalid_reference,
)
from stockbridge.connectors.books.quickbooks_desktop.simulator.state import (
    ITEMS,
    Element,
    Record,
    State,
)

KINDS = ("SalesReceipt", "Invoice", "SalesOrder", "CreditMemo")
_CENT, _RATE = Decimal("0.01"), Decimal("0.00001")
_OPEN = ("IsManuallyClosed", "IsFullyInvoiced")
_OWED = frozenset({"Invoice", "CreditMemo"})
_NEEDS_CUSTOMER = frozenset(KINDS) - {"SalesReceipt"}
#: Which list a reference is into.
_LISTS = {
    "CustomerRef": ("Customer",),
    "ClassRef": ("Class",),
    "ARAccountRef": ("Account",),
    "AccountRef": ("Account",),
    "DepositToAccountRef": ("Account",),
    "RefundFromAccountRef": ("Account",),
    "OverrideItemAccountRef": ("Account",),
    "PaymentMethodRef": ("PaymentMethod",),
    "ItemRef": ITEMS,
    "ItemSalesTaxRef": ("ItemSalesTax", "ItemSalesTaxGroup"),
    "TermsRef": ("StandardTerms",),
    "TemplateRef": ("Template",),
    "SalesRepRef": ("SalesRep",),
    "InventorySiteRef": ("InventorySite",),
    "SalesTaxCodeRef": ("SalesTaxCode",),
    "CustomerSalesTaxCodeRef": ("SalesTaxCode",),
}


@dataclass(frozen=True, slots=True)
class SoldLine:
    """One line as QuickBooks stores it, and what it moves or promises."""

    ret: Element
    amount: Decimal
    is_taxable: bool
    moved: tuple[str, str, Decimal] | None


def add_sale(state: State, kind: str, told: Element) -> Record:
    """Add a document with lines; QuickBooks computes its tax and its total."""
    refs = resolved(state, told)
    if kind in _NEEDS_CUSTOMER and told.find("CustomerRef") is None:
        raise RequestRefusedError(3140, "There is no customer in the document.")
    check_open(state, told)
    filling = Filling(state, told)
    rows = filling.expanded(told) if kind == "Invoice" else told.iter(f"{kind}LineAdd")
    lines = [sold_line(state, kind, row) for row in rows]
    if not lines:
        raise RequestRefusedError(3180, f"There are no lines in the {kind}.")
    sums = sums_of(state, kind, told, lines)
    for address in filling.addresses:
        refs = [one for one in refs if one.tag != address.tag] + [address]
    if kind == "SalesOrder":
        sums += [shapes.leaf(tag, "false") for tag in _OPEN]
    children = [*refs, *_receivable(state, kind, told), *sums]
    children += [line.ret for line in lines]
    record = add_document(state, kind, children)
    record.fills = filling.units
    for order_id in record.orders:
        order = state.records[order_id]
        touch(state, order)
        refresh_order(state, order)
        shapes.insert(record.ret, link_to(order), shapes.ORDERS[kind])
    moved = tuple(line.moved for line in lines if line.moved is not None)
    if kind == "SalesOrder":
        record.promises = moved
        record.ordered = {
            str(line.ret.findtext("TxnLineID")): line.moved
            for line in lines
            if line.moved is not None
        }
    else:
        sign = 1 if kind == "CreditMemo" else -1
        record.moves = tuple((item, site, sign * units) for item, site, units in moved)
    return record


def _receivable(state: State, kind: str, told: Element) -> list[Element]:
    """Return the account that QuickBooks takes where an invoice or memo names none."""
    if kind not in _OWED or told.find("ARAccountRef") is not None:
        return []
    accounts = state.of("Account")
    kinds = (one for one in accounts if one.text("AccountType") == "AccountsReceivable")
    return [
        shapes.group(
            "ARAccountRef",
            shapes.leaf("ListID", one.id),
            shapes.leaf("FullName", one.text("FullName")),
        )
        for one in itertools.islice(kinds, 1)
    ]


def add_document(state: State, kind: str, children: list[Element]) -> Record:
    """Store a document under a new TxnID."""
    txn_id = state.new_id()
    head = [
        shapes.leaf("TxnID", txn_id),
        shapes.leaf("TimeCreated", state.now()),
        shapes.leaf("TimeModified", state.now()),
        shapes.leaf("EditSequence", state.sequence()),
        shapes.leaf("TxnNumber", str(state.counter)),
    ]
    if not any(child.tag == "TxnDate" for child in children):
        head.append(shapes.leaf("TxnDate", state.now()[:10]))
    ret = shapes.ordered(f"{kind}Ret", [*head, *children], shapes.ORDERS[kind])
    record = Record(kind, txn_id, ret)
    state.records[txn_id] = record
    return record


def resolved(state: State, told: Element) -> list[Element]:
    """Return the header with each reference as id and name; 3140 for a wrong one."""
    return [_resolved(state, child) for child in told]


def check_open(state: State, told: Element) -> None:
    """Refuse a date in a closed period."""
    said = told.findtext("TxnDate")
    day = date.fromisoformat(said) if said else state.clock.now().date()
    refuse_closed(state, day)


def refuse_closed(state: State, day: date) -> None:
    """Raise 3171 for a day on or before the closing date."""
    if state.closed_until is not None and day <= state.closed_until:
        raise RequestRefusedError(
            3171,
            "The transaction is dated on or before the closing date of the company "
            "file.",
        )


def _resolved(state: State, child: Element) -> Element:
    kinds = _LISTS.get(child.tag)
    if kinds is None:
        return child
    list_id, name = child.findtext("ListID"), child.findtext("FullName")
    found = state.find(kinds, list_id) if list_id else state.named(kinds, name or "")
    if found is None:
        raise invalid_reference(kinds[0], list_id or name or "")
    full = found.text("FullName") or found.text("Name") or found.text("Initial")
    return shapes.group(
        child.tag, shapes.leaf("ListID", found.id), shapes.leaf("FullName", full)
    )


def sold_line(state: State, kind: str, told: Element) -> SoldLine:
    """Return a new line; 3140 for a reference into nowhere."""
    refs = [_resolved(state, child) for child in told]
    item = state.find(ITEMS, told.findtext("ItemRef/ListID") or "")
    said = told.findtext("Quantity")
    units = Decimal(said) if said else None
    amount = _amount(told, item, units)
    rate = (amount / units).quantize(_RATE) if units else amount
    extra = [
        shapes.leaf("TxnLineID", state.new_id()),
        shapes.leaf("Rate", f"{rate.normalize():f}"),
    ]
    if told.find("Amount") is None:
        extra.append(shapes.leaf("Amount", f"{amount:.2f}"))
    if kind == "SalesOrder":
        extra += [shapes.leaf("Invoiced", "0"), shapes.leaf(_OPEN[0], "false")]
    kept = [child for child in refs if child.tag not in {"Rate", "LinkToTxn"}]
    ret = shapes.ordered(f"{kind}LineRet", [*extra, *kept], shapes.LINE_PARTS)
    moved = None
    if item is not None and item.kind == "ItemInventory":
        # Without a quantity it is one (?): an inventory item always moves.
        site = told.findtext("InventorySiteRef/ListID") or ""
        moved = (item.id, site, Decimal(1) if units is None else units)
    return SoldLine(ret, amount, is_taxable(state, told, "SalesTaxCodeRef"), moved)


def _amount(told: Element, item: Record | None, units: Decimal | None) -> Decimal:
    said = told.findtext("Amount")
    if said:
        return Decimal(said)
    price = told.findtext("Rate") or (item.text("SalesPrice") if item else "") or "0"
    exact = Decimal(price) * (Decimal(1) if units is None else units)
    return exact.quantize(_CENT, ROUND_HALF_UP)


def is_taxable(state: State, told: Element, tag: str) -> bool:
    """Return whether a tax code says so; where none is named, it does."""
    name = told.findtext(f"{tag}/FullName")
    if name is None:
        return True
    code = state.named(("SalesTaxCode",), name)
    return code is not None and code.text("IsTaxable") == "true"


def rates_of(state: State, told: Element) -> list[Decimal]:
    """Return the rates that are charged: one, or those of a group."""
    if not is_taxable(state, told, "CustomerSalesTaxCodeRef"):
        return []
    named = told.findtext("ItemSalesTaxRef/ListID") or ""
    group = state.find(("ItemSalesTaxGroup",), named)
    ids = [named]
    if group is not None:
        ids = [ref.findtext("ListID") for ref in group.ret.findall("ItemSalesTaxRef")]
    items = [state.find(("ItemSalesTax",), list_id) for list_id in ids]
    return [Decimal(one.text("TaxRate")) for one in items if one is not None]


def sums_of(
    state: State, kind: str, told: Element, lines: Sequence[SoldLine]
) -> list[Element]:
    """Return what QuickBooks computes; it has a rate where a tax item was named."""
    before_tax = sum((line.amount for line in lines), Decimal(0))
    rates = rates_of(state, told)
    taxable = sum((line.amount for line in lines if line.is_taxable), Decimal(0))
    parts = [(taxable * one / 100).quantize(_CENT, ROUND_HALF_UP) for one in rates]
    tax = sum(parts, Decimal(0))  # each tax of a group by itself (?)
    total = before_tax + tax
    if total < 0:
        raise RequestRefusedError(
            3180,
            f"There was an error when saving a {kind}. QuickBooks error message: "
            "Transactions cannot have a negative total.",
        )
    found = {"Subtotal": before_tax, "SalesTaxTotal": tax}
    if told.find("ItemSalesTaxRef") is not None:
        found["SalesTaxPercentage"] = sum(rates, Decimal(0))
    if kind == "Invoice":
        found["AppliedAmount"] = Decimal(0)
        found["BalanceRemaining"] = total
    else:
        found["TotalAmount"] = total
    if kind == "CreditMemo":
        found["CreditRemaining"] = total
    return [shapes.leaf(tag, f"{amount:.2f}") for tag, amount in found.items()]
