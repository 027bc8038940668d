"""Taking back: void where QuickBooks can, delete where it cannot.

A voided document stays, with its number and amounts of zero, so the books show what
happened. Refunds and adjustments have no void in the API and are deleted; customers and
items are made inactive, since QuickBooks Online deletes no list entries.
"""

from decimal import Decimal

from stockbridge.connectors.books.quickbooks_online import naming
from stockbridge.connectors.books.quickbooks_online.basis import Basis, needed_of
from stockbridge.connectors.books.quickbooks_online.client import Operation, Write
from stockbridge.connectors.books.quickbooks_online.json_text import Record
from stockbridge.domain.accounting import DocumentKind, ReversalDocument
from stockbridge.domain.errors import ConflictError, InvalidInputError
from stockbridge.ports import PostRequest

VOIDABLE = frozenset({"SalesReceipt", "Invoice", "Payment"})
DELETABLE = frozenset({"RefundReceipt", "CreditMemo", "InventoryAdjustment"})
LIST_KINDS = frozenset({DocumentKind.CUSTOMER, DocumentKind.ITEM})


def reversal_write(post: PostRequest, basis: Basis) -> Write:
    """Return the write that takes a document or a record back."""
    reversal = post.document
    if not isinstance(reversal, ReversalDocument):
        raise TypeError("a reversal is wanted")
    txn = needed_of(post)
    if txn is None or not _is_ours(txn.entity, reversal):
        raise InvalidInputError(f"{txn} cannot be taken back.", field="target")
    record = basis.record(txn)
    version = str(record.get("SyncToken", ""))
    body: dict[str, object] = {"Id": txn.id, "SyncToken": version}
    request_id = naming.request_id(post.key, version)
    if reversal.target_kind in LIST_KINDS:
        _check_unused(record)
        body |= {"sparse": True, "Active": False}
        return Write(txn.entity, body, request_id, "update")
    operation: Operation = "void" if txn.entity in VOIDABLE else "delete"
    if txn.entity == "Invoice":
        _check_unpaid(record)
    if operation == "void" and txn.entity != "Invoice":
        body["sparse"] = True
    return Write(txn.entity, body, request_id, operation)


def is_taken_back(post: PostRequest, basis: Basis) -> bool:
    """Return whether somebody voided, or made inactive, what is to be taken back.

    Then there is nothing to write. What is gone altogether a person looks at.
    """
    if not isinstance(post.document, ReversalDocument):
        return False
    try:
        txn = needed_of(post)
    except InvalidInputError:
        return False  # refused when it is encoded
    record = basis.records.get(txn) if txn is not None else None
    return record is not None and is_undone(record)


def is_undone(record: Record | None) -> bool:
    """Return whether what was to be taken back is: gone, voided or inactive."""
    if record is None or record.get("Active") is False:
        return True
    return not is_live(record)


def is_live(record: Record) -> bool:
    """Return whether a document still counts: not deleted, not voided."""
    if record.get("status") in {"Deleted", "Voided"}:
        return False
    note = str(record.get("PrivateNote", "")).strip()
    is_nothing = not Decimal(record.get("TotalAmt", 1))
    return not (note.startswith(naming.VOIDED) and is_nothing)


def _is_ours(entity: str, reversal: ReversalDocument) -> bool:
    return reversal.target_kind in LIST_KINDS or entity in VOIDABLE | DELETABLE


def _check_unused(record: Record) -> None:
    """Raise ConflictError for a customer that owes or is owed something.

    QuickBooks would write the balance off to make it inactive.
    """
    if Decimal(record.get("Balance", 0)):
        raise ConflictError(
            f"{record.get('DisplayName', 'The customer')} has an open balance in "
            "QuickBooks.",
            code="open_balance",
            remedy="It stays. Make it inactive by hand once nothing is open.",
        )


def _check_unpaid(invoice: Record) -> None:
    """Raise ConflictError for an invoice that money was booked on."""
    links = invoice.get("LinkedTxn") or ()
    if any(link.get("TxnType") == "Payment" for link in links):
        raise ConflictError(
            "A payment is booked on this invoice.",
            code="has_payment",
            remedy="Undo the payment first; else it would stay as the customer's "
            "credit.",
        )
