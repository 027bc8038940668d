"""Taking back: void where QuickBooks can, delete where it cannot, close an order.

A voided document stays, with its number and amounts of zero, so the books show what
happened. Payments cannot be voided (they are no TxnVoidType) and are deleted; so are
customers and items that we created, which QuickBooks refuses once they are in use.
"""

from stockbridge.connectors.books.quickbooks_desktop import naming
from stockbridge.connectors.books.quickbooks_desktop.basis import Basis
from stockbridge.connectors.books.quickbooks_desktop.qbxml import (
    Element,
    leaf,
    node,
    request,
)
from stockbridge.domain.accounting import (
    CancellationDocument,
    DocumentKind,
    ReversalDocument,
)
from stockbridge.domain.errors import InvalidInputError
from stockbridge.ports import PostRequest

VOIDABLE = frozenset(
    {"ARRefundCreditCard", "Check", "CreditMemo", "InventoryAdjustment", "Invoice"}
    | {"SalesReceipt"}
)
DELETABLE = frozenset({"ReceivePayment", "SalesOrder"})
LIST_KINDS = frozenset({DocumentKind.CUSTOMER, DocumentKind.ITEM})


def targets_of(reversal: ReversalDocument) -> tuple[naming.Txn, ...]:
    """Return the documents to take back, the later one first."""
    found = naming.txns_of(reversal.target.books_id)
    odd = [txn for txn in found if txn.type not in VOIDABLE | DELETABLE]
    if odd:
        raise InvalidInputError(f"{odd[0]} cannot be taken back.", field="target")
    return tuple(reversed(found))


def reversal_requests(post: PostRequest, basis: Basis | None) -> list[Element]:
    """Return the requests that take a document or a record back."""
    reversal = post.document
    if not isinstance(reversal, ReversalDocument):
        raise TypeError("a reversal is wanted")
    if reversal.target_kind in LIST_KINDS:
        is_item = reversal.target_kind is DocumentKind.ITEM
        kind = basis.type if is_item and basis else "Customer"
        number = naming.request_id(post.attempt_id)
        listed = leaf("ListDelType", kind), leaf("ListID", reversal.target.books_id)
        return [request("ListDelRq", number, *listed)]
    return [
        _undo(txn, naming.request_id(post.attempt_id, part))
        for part, txn in enumerate(targets_of(reversal), start=1)
    ]


def cancellation_request(post: PostRequest, basis: Basis | None) -> Element:
    """Return the request that calls an open sale off.

    A sales order is closed by hand: it then promises nothing, and can still be read.
    """
    ended = post.document
    if not isinstance(ended, CancellationDocument):
        raise TypeError("a cancellation is wanted")
    sale = naming.txn_of(ended.sale.books_id)
    number = naming.request_id(post.attempt_id)
    if sale.type != "SalesOrder":
        return _undo(sale, number)
    body = node(
        "SalesOrderMod",
        leaf("TxnID", sale.id),
        leaf("EditSequence", basis.edit_sequence if basis else ""),
        leaf("IsManuallyClosed", "true"),
    )
    return request("SalesOrderModRq", number, body)


def _undo(txn: naming.Txn, number: str) -> Element:
    verb = "Void" if txn.type in VOIDABLE else "Del"
    return request(
        f"Txn{verb}Rq",
        number,
        leaf(f"Txn{verb}Type", txn.type),
        leaf("TxnID", txn.id),
    )
