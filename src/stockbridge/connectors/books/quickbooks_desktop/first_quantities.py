"""The first quantity of a new item where QuickBooks keeps stock at several sites.

There an item is added without a quantity, and an adjustment at its site follows in the
same message set. It names the item by its name, for the id is not known yet. So that it
never hits another item of that name, the set stops at the first error (3231 for the
rest, which leave again), and the name is looked for before. The adjustment carries our
marker: it proves that its item is ours. Where only the item was stored, the next try
finds it and sends the rest.
"""

from collections.abc import Sequence

from stockbridge.connectors.books.quickbooks_desktop import naming
from stockbridge.connectors.books.quickbooks_desktop.adjustments import (
    account_needed,
    adjustment_number,
)
from stockbridge.connectors.books.quickbooks_desktop.basis import Basis
from stockbridge.connectors.books.quickbooks_desktop.items import (
    item_name,
    item_request,
    item_type,
)
from stockbridge.connectors.books.quickbooks_desktop.qbxml import (
    Element,
    day,
    leaf,
    named_ref,
    node,
    quantity,
    ref,
    request,
    text_of,
    words,
)
from stockbridge.connectors.books.quickbooks_desktop.sales import MEMO_CHARS_MAX
from stockbridge.connectors.books.quickbooks_desktop.settings import (
    QuickBooksDesktopSettings,
)
from stockbridge.domain.accounting import Document, ItemRecord
from stockbridge.ports import PostRequest

ITEM_PART, QUANTITY_PART = 1, 2
_WHY = "First quantity"


def is_apart(document: Document, settings: QuickBooksDesktopSettings) -> bool:
    """Return whether the first quantity needs an adjustment of its own."""
    return (
        isinstance(document, ItemRecord)
        and settings.uses_sites
        and bool(document.initial_quantity)
        and item_type(document, settings) == "ItemInventory"
    )


def requests_of(
    post: PostRequest, basis: Basis, settings: QuickBooksDesktopSettings
) -> list[Element]:
    """Return the item and its quantity; only what is not there yet of both."""
    record = _record(post)
    if basis.has_quantity:
        return [_nothing(post, basis)]
    both = [] if basis.item else [item_request(post, settings)]
    return [*both, _quantity(post, record, basis, settings)]


def parts_of(basis: Basis) -> list[int]:
    """Return which parts the write consists of."""
    if basis.has_quantity:
        return [ITEM_PART]
    return [QUANTITY_PART] if basis.item else [ITEM_PART, QUANTITY_PART]


def basis_of(
    post: PostRequest, items: Sequence[Element], adjustments: Sequence[Element]
) -> Basis:
    """Return what is there of both, by what was read before the write."""
    ours, has_quantity = found(post, items, adjustments)
    if ours is None:
        return Basis(type="ItemInventory")
    return Basis(
        type="ItemInventory",
        edit_sequence=text_of(ours, "EditSequence"),
        item=text_of(ours, "ListID"),
        has_quantity=has_quantity,
    )


def found(
    post: PostRequest, items: Sequence[Element], adjustments: Sequence[Element]
) -> tuple[Element | None, bool]:
    """Return our item, and whether it has its quantity."""
    adjusted = {
        text_of(line, "ItemRef/ListID")
        for row in adjustments
        if naming.carries(text_of(row, "Memo"), post.marker)
        for line in row.findall("InventoryAdjustmentLineRet")
    }
    guid = naming.guid_of(post.key)
    for row in items:
        has_quantity = text_of(row, "ListID") in adjusted
        if has_quantity or text_of(row, "ExternalGUID").casefold() == guid:
            return row, has_quantity
    return None, False


def _quantity(
    post: PostRequest,
    record: ItemRecord,
    basis: Basis,
    settings: QuickBooksDesktopSettings,
) -> Element:
    assert record.initial_quantity is not None
    name = item_name(record, post.marker, settings)
    item = ref("ItemRef", basis.item) if basis.item else named_ref("ItemRef", name)
    since = record.initial_date
    body = node(
        "InventoryAdjustmentAdd",
        ref("AccountRef", account_needed(settings)),
        day("TxnDate", since) if since else None,
        leaf("RefNumber", adjustment_number(post)),
        ref("InventorySiteRef", record.location_id),
        ref("ClassRef", settings.accounting_class),
        words("Memo", naming.memo(post.marker, _WHY), MEMO_CHARS_MAX),
        node(
            "InventoryAdjustmentLineAdd",
            item,
            node(
                "QuantityAdjustment",
                quantity("QuantityDifference", record.initial_quantity),
            ),
        ),
    )
    number = naming.request_id(post.attempt_id, QUANTITY_PART)
    return request("InventoryAdjustmentAddRq", number, body)


def _nothing(post: PostRequest, basis: Basis) -> Element:
    """Return a change that changes nothing: its answer says that both are there."""
    body = node(
        "ItemInventoryMod",
        leaf("ListID", basis.item),
        leaf("EditSequence", basis.edit_sequence),
    )
    number = naming.request_id(post.attempt_id, ITEM_PART)
    return request("ItemInventoryModRq", number, body)


def _record(post: PostRequest) -> ItemRecord:
    if not isinstance(post.document, ItemRecord):
        raise TypeError("an item is wanted")
    return post.document
