"""Taking a document back: receipts are reversed, orders, customers, items deleted."""

from lxml import etree

from stockbridge.connectors.books.quickbooks_pos.envelopes import Message, text_of
from stockbridge.connectors.books.quickbooks_pos.errors import not_expressible
from stockbridge.connectors.books.quickbooks_pos.orders import txn_of_order
from stockbridge.domain.accounting import DocumentKind, ReversalDocument
from stockbridge.ports import PostOutcome, PostResult

REVERSE, DELETE = "TxnReverseRq", "ListDelRq"
_RECEIPTS = frozenset(
    {DocumentKind.SALE, DocumentKind.FULFILLMENT, DocumentKind.REFUND}
)
_LISTS = {DocumentKind.CUSTOMER: "Customer", DocumentKind.ITEM: "ItemInventory"}
#: What is deleted → with which request and field it is looked up.
QUERIES = {
    "Customer": ("CustomerQueryRq", "ListID", "CustomerRet"),
    "ItemInventory": ("ItemInventoryQueryRq", "ListID", "ItemInventoryRet"),
    "SalesOrder": ("SalesOrderQueryRq", "TxnID", "SalesOrderRet"),
}


def reversal(request_id: str, document: ReversalDocument) -> Message:
    """Return the request that takes the target back; raises ActionNeededError."""
    deleted = deleted_kind(document)
    if deleted:
        children = [("ListDelType", deleted), ("ListID", target_id(document))]
        return Message(DELETE, request_id, children)
    children = [("TxnReverseType", "SalesReceipt"), ("TxnID", target_id(document))]
    return Message(REVERSE, request_id, children)


def deleted_kind(document: ReversalDocument) -> str:
    """Return what ListDel calls the target; "": it is reversed, not deleted."""
    if document.target_kind is DocumentKind.SALE:
        return "SalesOrder" if txn_of_order(document.target.books_id) else ""
    if document.target_kind in _RECEIPTS:
        return ""
    if document.target_kind in _LISTS:
        return _LISTS[document.target_kind]
    raise not_expressible(
        f"Point of Sale cannot take back a document of the kind "
        f"{document.target_kind.value}.",
        field="target",
        remedy="Take it back in Point of Sale by hand.",
    )


def target_id(document: ReversalDocument) -> str:
    """Return the target's own id in POS."""
    books_id = document.target.books_id
    return txn_of_order(books_id) or books_id


def posted_reversal(
    attempt_id: str, element: etree._Element, document: ReversalDocument
) -> PostResult:
    """Return what was reversed or deleted; its id is the reversing document's."""
    books_id = text_of(element, "ReversalTxnID") or target_id(document)
    return PostResult(attempt_id, PostOutcome.POSTED, books_id=books_id)
