"""In which forms may a document have left? Settings may have changed since.

Between sending and looking up somebody may have chosen credit memos, other names or
numbers without #, or a backup was restored and the order planned anew as an invoice.
What left keeps the form that it had.
"""

from collections.abc import Iterator

from stockbridge.connectors.books.quickbooks_online.adjustments import (
    adjustment_number,
)
from stockbridge.connectors.books.quickbooks_online.customers import (
    customer_name,
    other_name,
)
from stockbridge.connectors.books.quickbooks_online.items import item_name
from stockbridge.connectors.books.quickbooks_online.refunds import (
    ENTITIES as REFUND_ENTITIES,
)
from stockbridge.connectors.books.quickbooks_online.refunds import refund_number
from stockbridge.connectors.books.quickbooks_online.sales import (
    ENTITIES as SALE_ENTITIES,
)
from stockbridge.connectors.books.quickbooks_online.sales import reference_of
from stockbridge.connectors.books.quickbooks_online.settings import (
    QuickBooksOnlineSettings,
)
from stockbridge.connectors.books.quickbooks_online.taken import signed_number
from stockbridge.domain.accounting import (
    AdjustmentDocument,
    CustomerRecord,
    ItemRecord,
    PaymentDocument,
    RefundDocument,
    SaleDocument,
)
from stockbridge.domain.errors import ActionNeededError
from stockbridge.ports import PostRequest


def entities_of(post: PostRequest) -> tuple[str, ...]:
    """Return the kinds of QuickBooks that a document may have become; () for none."""
    match post.document:
        case SaleDocument():
            return tuple(SALE_ENTITIES.values())
        case RefundDocument():
            return tuple(REFUND_ENTITIES.values())
        case PaymentDocument():
            return ("Payment",)
        case AdjustmentDocument():
            return ("InventoryAdjustment",)
        case _:
            return ()


def numbers_of(post: PostRequest, settings: QuickBooksOnlineSettings) -> frozenset[str]:
    """Return the numbers that a document may have got; none where it has none."""
    document = post.document
    if isinstance(document, AdjustmentDocument):
        return frozenset({adjustment_number(post)})
    found: set[str] = set()
    for one in _variants(settings, "strip_number_sign", (True, False)):
        try:
            if isinstance(document, SaleDocument):
                found.add(reference_of(document.reference, one))
            elif isinstance(document, RefundDocument):
                found.add(refund_number(post, document, one))
        except ActionNeededError:
            continue  # so it never left
    return frozenset(found | {signed_number(post, number) for number in found})


def customer_names(
    post: PostRequest, record: CustomerRecord, settings: QuickBooksOnlineSettings
) -> frozenset[str]:
    """Return the names under which a customer may have been created."""
    ways = ("name", "last_first", "name_and_email")
    plain = {
        customer_name(record, post.marker, one)
        for one in _variants(settings, "customer_naming", ways)
    }
    return frozenset(plain | {other_name(name, post.marker) for name in plain})


def item_names(
    post: PostRequest, record: ItemRecord, settings: QuickBooksOnlineSettings
) -> frozenset[str]:
    """Return the names under which an item may have been created."""
    return frozenset(
        item_name(record, post.marker, one)
        for one in _variants(settings, "item_naming", ("sku", "name"))
    )


def _variants(
    settings: QuickBooksOnlineSettings, name: str, values: tuple[object, ...]
) -> Iterator[QuickBooksOnlineSettings]:
    """Return the settings with each value that one of them may have had."""
    for value in values:
        yield settings.model_copy(update={name: value})
