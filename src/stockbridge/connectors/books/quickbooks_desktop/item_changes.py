"""An item of QuickBooks takes on what the store changed, and keeps all the rest.

Prepared by reading the item: its type, its edit sequence, and what stands in each field
now. Then only what may change is named; QuickBooks leaves what a change does not name.
Stale (3200) is read again: what somebody typed meanwhile is seen then. The name is
that of the naming policy: where that is the SKU, it never changes.
"""

import re
from decimal import Decimal

from stockbridge.connectors.books.quickbooks_desktop import naming
from stockbridge.connectors.books.quickbooks_desktop.basis import Basis
from stockbridge.connectors.books.quickbooks_desktop.items import (
    BARCODE_CHARS,
    DESCRIPTION_CHARS,
    NAME_CHARS_MAX,
    described,
    item_name,
    price_leaf,
)
from stockbridge.connectors.books.quickbooks_desktop.qbxml import (
    Child,
    Element,
    leaf,
    node,
    request,
    text_of,
    told,
)
from stockbridge.connectors.books.quickbooks_desktop.settings import (
    QuickBooksDesktopSettings,
)
from stockbridge.connectors.books.quickbooks_desktop.stored import kind_of
from stockbridge.connectors.books.quickbooks_desktop.text import fitted
from stockbridge.connectors.quickbooks.items import unsigned_name
from stockbridge.domain.accounting import ItemChange, ItemField, ItemRecord
from stockbridge.domain.errors import InvalidInputError
from stockbridge.domain.item_changes import Told, amount_text, price_text, wanted
from stockbridge.domain.record_changes import decide, is_there
from stockbridge.ports import PostRequest

ITEM_TYPES = ("ItemInventory", "ItemNonInventory", "ItemService")
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
#: Where description and price stand, by the half of an item that has them.
_HALVES = {
    "": ("SalesDesc", "SalesPrice"),
    "SalesOrPurchase": ("Desc", "Price"),
    "SalesAndPurchase": ("SalesDesc", "SalesPrice"),
}


def change_request(
    post: PostRequest, basis: Basis, settings: QuickBooksDesktopSettings
) -> Element:
    """Return the request: what may be written, by what was read just before.

    Raises InvalidInputError for an item of a type that we do not change.
    """
    change = change_of(post)
    if basis.type not in ITEM_TYPES:
        raise InvalidInputError(
            f"{change.after.name} is of a type that we do not change.",
            field="item",
            remedy="Change it in QuickBooks by hand.",
        )
    write, after = frozenset(basis.write), change.after
    named: list[Child] = []
    if ItemField.NAME in write:
        named.append(leaf("Name", item_name(after, post.marker, settings)))
    if ItemField.UPC in write:
        code = told("BarCodeValue", fitted(after.upc, BARCODE_CHARS))
        named.append(node("BarCode", code))
    half = _half(basis)
    about, price = _HALVES[half]
    said: list[Child] = []
    if ItemField.DESCRIPTION in write:
        said.append(told(about, fitted(described(after), DESCRIPTION_CHARS)))
    if ItemField.PRICE in write:
        said.append(price_leaf(price, after.price))
    # The two forms exclude each other, and changing between them is refused.
    named += [node(f"{half}Mod", *said)] if half and said else said
    head = [
        leaf("ListID", change.item.books_id),
        leaf("EditSequence", basis.edit_sequence),
    ]
    number = naming.request_id(post.attempt_id)
    body = node(f"{basis.type}Mod", *head, *named)
    return request(f"{basis.type}ModRq", number, body)


def basis_of(
    post: PostRequest, ret: Element, settings: QuickBooksDesktopSettings
) -> Basis:
    """Return the basis of a change: what may be written, by the item as read now."""
    change = change_of(post)
    found = decide(
        change,
        now=_stored(ret),
        before=_fields(change.before, post.marker, settings),
        after=wanted(_fields(change.after, post.marker, settings)),
    )
    return Basis(
        type=kind_of(ret),
        edit_sequence=text_of(ret, "EditSequence"),
        has_purchase_side=ret.find("SalesAndPurchase") is not None,
        write=found.write,
        kept=found.kept,
    )


def was_written(
    post: PostRequest, ret: Element, settings: QuickBooksDesktopSettings
) -> bool:
    """Return whether an item says all that the change would have written."""
    change = change_of(post)
    return is_there(
        change,
        now=_stored(ret),
        before=_fields(change.before, post.marker, settings),
        after=wanted(_fields(change.after, post.marker, settings)),
    )


def change_of(post: PostRequest) -> ItemChange:
    """Return the change that a request is about."""
    if not isinstance(post.document, ItemChange):
        raise TypeError("a change of an item is wanted")
    return post.document


def _half(basis: Basis) -> str:
    if basis.type == "ItemInventory":
        return ""
    return "SalesAndPurchase" if basis.has_purchase_side else "SalesOrPurchase"


def _stored(ret: Element) -> Told:
    half = next((one for one in _HALVES if one and ret.find(one) is not None), "")
    about, price = (f"{half}/{tag}".lstrip("/") for tag in _HALVES[half])
    return {
        ItemField.NAME: (unsigned_name(text_of(ret, "Name"), NAME_CHARS_MAX),),
        ItemField.DESCRIPTION: (text_of(ret, about),),
        ItemField.PRICE: (_amount(text_of(ret, price)),),
        ItemField.UPC: (text_of(ret, "BarCodeValue"),),
    }


def _fields(
    record: ItemRecord, marker: str, settings: QuickBooksDesktopSettings
) -> Told:
    name = item_name(record, marker, settings)
    return {
        ItemField.NAME: (unsigned_name(name, NAME_CHARS_MAX),),
        ItemField.DESCRIPTION: (fitted(described(record), DESCRIPTION_CHARS),),
        ItemField.PRICE: (price_text(record.price),),
        ItemField.UPC: (fitted(record.upc, BARCODE_CHARS),),
    }


def _amount(text: str) -> str:
    return amount_text(Decimal(text)) if _NUMBER.fullmatch(text) else text
