"""Domain values to JSON and back, for the rows that keep them."""

from typing import Any, Protocol

from pydantic import TypeAdapter

from stockbridge.domain.accounting import (
    AdjustmentDocument,
    AmendmentDocument,
    CancellationDocument,
    CustomerChange,
    CustomerRecord,
    Document,
    DocumentKind,
    FulfillmentDocument,
    ItemChange,
    ItemRecord,
    PaymentDocument,
    RefundDocument,
    ReversalDocument,
    SaleDocument,
)
from stockbridge.domain.catalog import BooksCustomer, BooksItem, StoreItem
from stockbridge.domain.commerce import Customer, Order
from stockbridge.domain.counter_receipts import CounterReceipt
from stockbridge.domain.identity import digest_of

ORDER: TypeAdapter[Order] = TypeAdapter(Order)
STORE_ITEM: TypeAdapter[StoreItem] = TypeAdapter(StoreItem)
CUSTOMER: TypeAdapter[Customer] = TypeAdapter(Customer)
BOOKS_ITEM: TypeAdapter[BooksItem] = TypeAdapter(BooksItem)
BOOKS_CUSTOMER: TypeAdapter[BooksCustomer] = TypeAdapter(BooksCustomer)
COUNTER_RECEIPT: TypeAdapter[CounterReceipt] = TypeAdapter(CounterReceipt)
CUSTOMER_RECORD: TypeAdapter[CustomerRecord] = TypeAdapter(CustomerRecord)
ITEM_RECORD: TypeAdapter[ItemRecord] = TypeAdapter(ItemRecord)

_DOCUMENTS: dict[DocumentKind, TypeAdapter[Any]] = {
    DocumentKind.CUSTOMER: TypeAdapter(CustomerRecord),
    DocumentKind.ITEM: TypeAdapter(ItemRecord),
    DocumentKind.SALE: TypeAdapter(SaleDocument),
    DocumentKind.PAYMENT: TypeAdapter(PaymentDocument),
    DocumentKind.FULFILLMENT: TypeAdapter(FulfillmentDocument),
    DocumentKind.REFUND: TypeAdapter(RefundDocument),
    DocumentKind.CANCELLATION: TypeAdapter(CancellationDocument),
    DocumentKind.AMENDMENT: TypeAdapter(AmendmentDocument),
    DocumentKind.ADJUSTMENT: TypeAdapter(AdjustmentDocument),
    DocumentKind.REVERSAL: TypeAdapter(ReversalDocument),
    DocumentKind.CUSTOMER_CHANGE: TypeAdapter(CustomerChange),
    DocumentKind.ITEM_CHANGE: TypeAdapter(ItemChange),
}

#: What documents did not always have: left out where it says nothing, so that no
#: upgrade changes a digest of what was shown, or planned, before it.
_LATER: dict[str, object] = {
    **dict.fromkeys(("tax_code", "department_id", "terms_id"), ""),
    "order_fields": [],
    "whole": None,
    "gone": [],
    "is_rest": False,
}
_WITHIN = ("document", "before", "billed")  # a sale as a part of another document
_MADE = "_made_document"  # the attribute of a row
#: Not part of what a record *is*: dates move and quantities echo our own writes.
_VOLATILE = ("changed_at", "created_at", "stock_quantity", "mark")


def dumped(adapter: TypeAdapter[Any], value: object) -> dict[str, Any]:
    """Return the value as JSON data; decimals as text, never as floats."""
    found: dict[str, Any] = adapter.dump_python(value, mode="json")
    return found


def digest(data: dict[str, Any]) -> str:
    """Return a digest of dumped data without what is volatile."""
    return digest_of(
        {k: _lasting(k, v) for k, v in data.items() if not _is_left_out(k, v)}
    )


def _lasting(name: str, value: Any) -> Any:  # noqa: ANN401
    """Return of an order's customer what orders always said of one."""
    if name != "customer" or not isinstance(value, dict):
        return value
    return {k: v for k, v in value.items() if k != "created_at"}


def _is_left_out(name: str, value: object) -> bool:
    """Whether it says nothing of what a record is; unsaid shipments say nothing."""
    return name in _VOLATILE or (name == "shipments" and value is None)


def dump_document(kind: DocumentKind, document: Document) -> dict[str, Any]:
    """Return a document as JSON data."""
    found = dumped(_DOCUMENTS[kind], document)
    for part in (found, *(found.get(name) for name in _WITHIN)):
        if not isinstance(part, dict):
            continue
        for name, nothing in _LATER.items():
            if name in part and part[name] == nothing:
                del part[name]
    return found


class KeepsDocument(Protocol):
    """A row that keeps a document as JSON data."""

    kind: str
    document: Any


def document_of(row: KeepsDocument) -> Document:
    """Return a row's document; made once as long as the row holds the same data."""
    made: tuple[object, Document] | None = vars(row).get(_MADE)
    if made is None or made[0] is not row.document:
        made = (row.document, load_document(row.kind, row.document))
        vars(row)[_MADE] = made
    return made[1]


def load_document(kind: str, data: object) -> Document:
    """Return the document that was kept."""
    found: Document = _DOCUMENTS[DocumentKind(kind)].validate_python(data)
    return found
