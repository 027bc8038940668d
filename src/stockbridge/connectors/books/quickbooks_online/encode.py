"""Every kind of document as QuickBooks Online is told it: one write, without a wire."""

from collections.abc import Callable
from datetime import date

from stockbridge.connectors.books.quickbooks_online.adjustments import adjustment_write
from stockbridge.connectors.books.quickbooks_online.basis import Basis
from stockbridge.connectors.books.quickbooks_online.client import Write
from stockbridge.connectors.books.quickbooks_online.customers import customer_write
from stockbridge.connectors.books.quickbooks_online.items import item_write
from stockbridge.connectors.books.quickbooks_online.payments import payment_write
from stockbridge.connectors.books.quickbooks_online.refunds import refund_write
from stockbridge.connectors.books.quickbooks_online.reversals import reversal_write
from stockbridge.connectors.books.quickbooks_online.sales import sale_write
from stockbridge.domain.accounting import (
    KIND_OF,
    DocumentKind,
    ItemRecord,
)
from stockbridge.domain.errors import InvalidInputError
from stockbridge.ports import PostRequest

_WRITES: dict[DocumentKind, Callable[[PostRequest, Basis], Write]] = {
    DocumentKind.SALE: sale_write,
    DocumentKind.REFUND: refund_write,
    DocumentKind.PAYMENT: payment_write,
    DocumentKind.ADJUSTMENT: adjustment_write,
    DocumentKind.CUSTOMER: customer_write,
    DocumentKind.REVERSAL: reversal_write,
}
_CHANGES = {DocumentKind.CUSTOMER_CHANGE, DocumentKind.ITEM_CHANGE}
KINDS = frozenset({*_WRITES, DocumentKind.ITEM, *_CHANGES})


def write_of(post: PostRequest, basis: Basis, *, today: date) -> Write:
    """Return how this is written; raises ActionNeededError where it cannot be."""
    if isinstance(post.document, ItemRecord):
        return item_write(post, basis, today=today)
    kind = KIND_OF[type(post.document)]
    make = _WRITES.get(kind)
    if make is None:
        raise InvalidInputError(
            f"QuickBooks Online has no {kind.value}.",
            field="kind",
            remedy="A sales receipt or invoice moves the goods itself: there is "
            "nothing to do.",
        )
    return make(post, basis)
