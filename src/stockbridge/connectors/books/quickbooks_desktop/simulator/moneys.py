"""Payments, refunds and adjustments of stock; voiding, deleting, closing."""

from datetime import date
from decimal import Decimal

from stockbridge.connectors.books.quickbooks_desktop.simulator import shapes
from stockbridge.connectors.books.quickbooks_desktop.simulator.filling import (
    link_to,
    refresh_order,
)
from stockbridge.connectors.books.quickbooks_desktop.simulator.lists import touch
from stockbridge.connectors.books.quickbooks_desktop.simulator.refusals import (
    RequestRefusedError,
    invalid_reference,
    not_found,
)
from stockbridge.connectors.books.quickbooks_desktop.simulator.sales import (
    add_document,
    check_open,
    refuse_closed,
    resolved,
)
from stockbridge.connectors.books.quickbooks_desktop.simulator.state import (
    Element,
    Record,
    State,
)

_NOTHING = Decimal(0)


def add_payment(state: State, told: Element) -> Record:
    """Add a payment and apply it; never more than the invoice still owes."""
    check_open(state, told)
    refs = resolved(state, told)
    applied: list[tuple[Record, Decimal]] = []
    for row in told.iter("AppliedToTxnAdd"):
        payer = told.findtext("CustomerRef/ListID")
        invoice = _open_one(state, "Invoice", row, payer)
        amount = Decimal(row.findtext("PaymentAmount") or "0")
        if amount > balance(state, invoice):
            raise RequestRefusedError(
                3210,
                f'The "AppliedToTxnAdd payment amount" field has an invalid value '
                f'"{amount}". QuickBooks error message: You cannot pay more than the '
                "amount due.",
            )
        applied.append((invoice, amount))
    record = add_document(state, "ReceivePayment", refs)
    record.links = {invoice.id: amount for invoice, amount in applied}
    for invoice, _ in applied:
        refresh(state, invoice)
    return record


def add_refund(state: State, told: Element) -> Record:
    """Give money back for credit memos; never more than they still credit."""
    check_open(state, told)
    refs = resolved(state, told)
    total, links = _NOTHING, {}
    for row in told.iter("RefundAppliedToTxnAdd"):
        payee = told.findtext("CustomerRef/ListID")
        memo = _open_one(state, "CreditMemo", row, payee)
        amount = Decimal(row.findtext("RefundAmount") or "0")
        if amount > balance(state, memo):
            raise RequestRefusedError(
                3210,
                f'The "RefundAmount" field has an invalid value "{amount}". QuickBooks '
                "error message: You cannot refund more than the remaining credit.",
            )
        links[memo.id] = amount
        total += amount
    sums = shapes.leaf("TotalAmount", f"{total:.2f}")
    record = add_document(state, "ARRefundCreditCard", [*refs, sums])
    record.links = links
    for memo_id in links:
        refresh(state, state.records[memo_id])
    return record


def add_check(state: State, told: Element) -> Record:
    """Write a check; applied to credit memos it clears them, and no more than they owe.

    It has to stand against accounts receivable and the memos' own customer for that
    (?): nobody could confirm how QuickBooks says no.
    """
    check_open(state, told)
    refs = resolved(state, told)
    bank = state.find(("Account",), told.findtext("AccountRef/ListID") or "")
    if bank is None or bank.text("AccountType") != "Bank":
        raise invalid_reference("Account", told.findtext("AccountRef/ListID") or "")
    owed, total, rows = _NOTHING, _NOTHING, []
    links: dict[str, Decimal] = {}
    for line in told.iter("ExpenseLineAdd"):
        amount = Decimal(line.findtext("Amount") or "0")
        account = state.find(("Account",), line.findtext("AccountRef/ListID") or "")
        if account is None:
            raise invalid_reference("Account", line.findtext("AccountRef/ListID") or "")
        total += amount
        if account.text("AccountType") == "AccountsReceivable":
            owed += amount
        kids = [child for child in resolved(state, line) if child.tag != "ClassRef"]
        number = shapes.leaf("TxnLineID", state.new_id())
        rows.append(shapes.group("ExpenseLineRet", number, *kids))
    for row in told.iter("ApplyCheckToTxnAdd"):
        payee = told.findtext("ExpenseLineAdd/CustomerRef/ListID")
        memo = _open_one(state, "CreditMemo", row, payee)
        amount = Decimal(row.findtext("Amount") or "0")
        if amount > balance(state, memo) or amount > owed - sum(links.values()):
            raise RequestRefusedError(
                3210,
                f'The "Amount" field has an invalid value "{amount}". QuickBooks error '
                "message: You cannot apply more than the remaining credit.",
            )
        links[memo.id] = amount
    sums = shapes.leaf("Amount", f"{total:.2f}")
    record = add_document(state, "Check", [*refs, sums, *rows])
    record.links = links
    for memo_id in links:
        refresh(state, state.records[memo_id])
    return record


def add_adjustment(state: State, told: Element) -> Record:
    """Change quantities by a difference, or to a new quantity."""
    check_open(state, told)
    refs = resolved(state, told)
    site = told.findtext("InventorySiteRef/ListID") or _default_site(state)
    rows, moves = [], []
    for line in told.iter("InventoryAdjustmentLineAdd"):
        item = _counted_item(state, line)
        said = line.findtext("QuantityAdjustment/QuantityDifference")
        wanted = line.findtext("QuantityAdjustment/NewQuantity")
        held = state.on_hand().get((item.id, site), _NOTHING)
        units = Decimal(said) if said else Decimal(wanted or "0") - held
        moves.append((item.id, site, units))
        name = shapes.leaf("FullName", item.text("FullName"))
        rows.append(
            shapes.group(
                "InventoryAdjustmentLineRet",
                shapes.leaf("TxnLineID", state.new_id()),
                shapes.group("ItemRef", shapes.leaf("ListID", item.id), name),
                shapes.leaf("QuantityDifference", f"{units.normalize():f}"),
                shapes.leaf("ValueDifference", "0.00"),
            )
        )
    record = add_document(state, "InventoryAdjustment", [*refs, *rows])
    record.moves = tuple(moves)
    return record


def _counted_item(state: State, line: Element) -> Record:
    list_id = line.findtext("ItemRef/ListID") or ""
    name = line.findtext("ItemRef/FullName") or ""
    found = state.find(("ItemInventory",), list_id)
    if name:
        found = state.named(("ItemInventory",), name)
    if found is None:
        raise invalid_reference("Item", list_id or name)
    return found


def _default_site(state: State) -> str:
    """Return the site that is taken where none is named (?)."""
    sites = state.of("InventorySite")
    chosen = (one.id for one in sites if one.text("IsDefaultSite") == "true")
    return next(chosen, "")


def void(state: State, kind: str, txn_id: str) -> Record:
    """Void a document: it stays with amounts of zero and a memo that says so."""
    record = _changeable(state, kind, txn_id)
    if not record.is_void:
        record.is_void = True
        record.links = {}
        _zero(record)
        _open_orders(state, record)
        order = shapes.ORDERS[kind]
        shapes.put(record.ret, "Memo", f"VOID: {record.text('Memo')}".strip(), order)
        touch(state, record)
        _refresh_all(state)
    return record


def delete(state: State, kind: str, txn_id: str) -> Record:
    """Delete a document: only the question what was deleted tells of it."""
    record = _changeable(state, kind, txn_id)
    if any(txn_id in one.orders and not one.is_void for one in state.of("Invoice")):
        raise RequestRefusedError(3160, "The sales order is used by an invoice.")
    del state.records[txn_id]
    _open_orders(state, record)
    state.deleted.append(_trace(state, record))
    _refresh_all(state)
    return record


def _open_orders(state: State, invoice: Record) -> None:
    """Let the orders of an invoice that counts no more be open again (?)."""
    for order_id in invoice.orders:
        refresh_order(state, state.records[order_id])
    invoice.fills = {}


def _trace(state: State, record: Record) -> Element:
    """Return what is left of a deleted document."""
    number = record.text("RefNumber")
    return shapes.group(
        "TxnDeletedRet",
        shapes.leaf("TxnDelType", record.kind),
        shapes.leaf("TxnID", record.id),
        shapes.leaf("TimeCreated", record.text("TimeCreated")),
        shapes.leaf("TimeDeleted", state.now()),
        *([shapes.leaf("RefNumber", number)] if number else []),
    )


def balance(state: State, record: Record) -> Decimal:
    """Return what an invoice still owes, or a credit memo still credits."""
    if record.is_void:
        return _NOTHING
    used = sum(
        (one.links.get(record.id, _NOTHING) for one in state.records.values()),
        _NOTHING,
    )
    return _total(record) - used


def refresh(state: State, record: Record) -> None:
    """Write balance and links into what queries answer."""
    order = shapes.ORDERS[record.kind]
    left = balance(state, record)
    for old in record.ret.findall("LinkedTxn"):
        record.ret.remove(old)
    for order_id in record.orders:
        shapes.insert(record.ret, link_to(state.records[order_id]), order)
    users = [one for one in state.records.values() if record.id in one.links]
    for user in users:
        shapes.insert(record.ret, _link(user, record.id), order)
    if record.kind == "Invoice":
        shapes.put(record.ret, "BalanceRemaining", f"{left:.2f}", order)
        used = left - _total(record)
        shapes.put(record.ret, "AppliedAmount", f"{used:.2f}", order)
    else:
        shapes.put(record.ret, "CreditRemaining", f"{left:.2f}", order)


def _refresh_all(state: State) -> None:
    for record in state.of("Invoice", "CreditMemo"):
        refresh(state, record)


def _link(user: Record, record_id: str) -> Element:
    parts = {
        "TxnID": user.id,
        "TxnType": user.kind,
        "TxnDate": user.text("TxnDate"),
        "RefNumber": user.text("RefNumber"),
        "LinkType": "AMTTYPE",
        "Amount": f"{-user.links[record_id]:.2f}",
    }
    kids = [shapes.leaf(tag, text) for tag, text in parts.items() if text]
    return shapes.group("LinkedTxn", *kids)


def _total(record: Record) -> Decimal:
    if record.kind == "Invoice":
        tax = Decimal(record.text("SalesTaxTotal") or "0")
        return Decimal(record.text("Subtotal")) + tax
    return Decimal(record.text("TotalAmount") or "0")


def _zero(record: Record) -> None:
    sums = {"Subtotal", "SalesTaxTotal", "TotalAmount", "Amount", "Quantity"}
    for element in record.ret.iter():
        if element.tag in sums | {"BalanceRemaining", "CreditRemaining"}:
            element.text = "0" if element.tag == "Quantity" else "0.00"


def _open_one(state: State, kind: str, row: Element, customer: str | None) -> Record:
    txn_id = row.findtext("TxnID") or ""
    found = state.find((kind,), txn_id)
    if found is None or found.is_void:
        raise not_found(txn_id)
    if found.text("CustomerRef/ListID") != customer:
        raise RequestRefusedError(3210, f"The {kind} belongs to another customer.")
    return found


def _changeable(state: State, kind: str, txn_id: str) -> Record:
    """Return a document that lies in no closed period."""
    record = _document(state, kind, txn_id)
    refuse_closed(state, date.fromisoformat(record.text("TxnDate")))
    return record


def _document(state: State, kind: str, txn_id: str) -> Record:
    found = state.find((kind,), txn_id)
    if found is None:
        raise not_found(txn_id)
    return found
