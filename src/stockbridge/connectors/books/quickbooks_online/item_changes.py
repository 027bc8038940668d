"""An item of QuickBooks takes on what the store changed, and keeps all the rest.

The item is read just before: its version, and what stands in each field now. Then only
what may change is sent ("sparse"). QuickBooks Online keeps no UPC. The name is that of
the naming policy: where that is the SKU, it never changes.
"""

from dataclasses import replace
from decimal import Decimal

from stockbridge.connectors.books.quickbooks_online import naming
from stockbridge.connectors.books.quickbooks_online.basis import Basis
from stockbridge.connectors.books.quickbooks_online.client import Write
from stockbridge.connectors.books.quickbooks_online.decode import record_result
from stockbridge.connectors.books.quickbooks_online.items import (
    NAME_CHARS_MAX,
    item_name,
)
from stockbridge.connectors.books.quickbooks_online.json_text import Record
from stockbridge.connectors.books.quickbooks_online.lines import DESCRIPTION_CHARS
from stockbridge.connectors.books.quickbooks_online.payloads import (
    ItemPayload,
    parsed,
)
from stockbridge.connectors.books.quickbooks_online.settings import (
    QuickBooksOnlineSettings,
)
from stockbridge.connectors.books.quickbooks_online.texts import line_of
from stockbridge.connectors.quickbooks.items import unsigned_name
from stockbridge.domain.accounting import ItemChange, ItemField, ItemRecord
from stockbridge.domain.errors import SyncError
from stockbridge.domain.item_changes import (
    Told,
    amount_text,
    kept_remark,
    price_text,
)
from stockbridge.domain.record_changes import Decided, decide, is_there
from stockbridge.ports import PostRequest, PostResult


def change_write(post: PostRequest, basis: Basis) -> Write | None:
    """Return what is written; None where nothing may be, or all is there already.

    Raises ActionNeededError where the item is gone.
    """
    change, found = change_of(post), decided(post, basis)
    if not found.write:
        return None
    txn, after = item_txn(change), change.after
    version = str(basis.record(txn).get("SyncToken", ""))
    body: dict[str, object] = {"Id": txn.id, "SyncToken": version, "sparse": True}
    if ItemField.NAME in found.write:
        body["Name"] = item_name(after, post.marker, basis.settings)
    if ItemField.DESCRIPTION in found.write:
        body["Description"] = _described(after)
    if ItemField.PRICE in found.write and after.price is not None:
        body["UnitPrice"] = after.price.amount
    return Write("Item", body, naming.request_id(post.key, version), "update")


def decided(post: PostRequest, basis: Basis) -> Decided[ItemField]:
    """Return what becomes of the fields, by the item as read just before."""
    change, settings = change_of(post), basis.settings
    return decide(
        change,
        now=_stored(basis.record(item_txn(change))),
        before=_fields(change.before, post.marker, settings),
        after=_fields(change.after, post.marker, settings),
    )


def unwritten(post: PostRequest, basis: Basis) -> PostResult:
    """Return the result of a change that has nothing to write."""
    row = basis.record(item_txn(change_of(post)))
    return replace(record_result(post.attempt_id, row), error=remark(post, basis))


def remark(post: PostRequest, basis: Basis) -> SyncError | None:
    """Return what is said of fields that keep what somebody typed there."""
    return kept_remark(decided(post, basis), where="QuickBooks")


def was_written(
    post: PostRequest, row: Record, settings: QuickBooksOnlineSettings
) -> bool:
    """Return whether an item says all that the change would have written."""
    change = change_of(post)
    return is_there(
        change,
        now=_stored(row),
        before=_fields(change.before, post.marker, settings),
        after=_fields(change.after, post.marker, settings),
    )


def item_txn(change: ItemChange) -> naming.Txn:
    """Return the item; InvalidInputError where the id names none."""
    return naming.Txn("Item", naming.record_id(change.item.books_id, noun="item"))


def change_of(post: PostRequest) -> ItemChange:
    """Return the change that a request is about."""
    if not isinstance(post.document, ItemChange):
        raise TypeError("a change of an item is wanted")
    return post.document


def _stored(row: Record) -> Told:
    said = parsed(ItemPayload, row)
    return {
        ItemField.NAME: (unsigned_name(said.name, NAME_CHARS_MAX),),
        ItemField.DESCRIPTION: (said.description,),
        ItemField.PRICE: (_amount(said.price),),
    }


def _fields(
    record: ItemRecord, marker: str, settings: QuickBooksOnlineSettings
) -> Told:
    name = item_name(record, marker, settings)
    return {
        ItemField.NAME: (unsigned_name(name, NAME_CHARS_MAX),),
        ItemField.DESCRIPTION: (_described(record),),
        ItemField.PRICE: (price_text(record.price),),
    }


def _described(record: ItemRecord) -> str:
    return line_of(record.description or record.name, DESCRIPTION_CHARS)


def _amount(amount: Decimal | None) -> str:
    return "" if amount is None else amount_text(amount)
