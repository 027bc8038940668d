"""Reading quantities: all of them once, then those of items that may have moved.

Whether the change feed reports an item whose quantity only a document moved is not
certain. So the items of changed documents are read, too; and every few hours, or where
a document was deleted, all of them: an item that was taken out of a document is named
by nobody.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from stockbridge.connectors.books.quickbooks_online import queries
from stockbridge.connectors.books.quickbooks_online.answers import rows_of
from stockbridge.connectors.books.quickbooks_online.changes import (
    Changes,
    changes_since,
)
from stockbridge.connectors.books.quickbooks_online.client import CompanyApi
from stockbridge.connectors.books.quickbooks_online.cursors import (
    Place,
    place_of,
    told_at,
)
from stockbridge.connectors.books.quickbooks_online.decode import (
    level_of,
    moved_items,
)
from stockbridge.connectors.books.quickbooks_online.feeds import decoded_by, ids_of
from stockbridge.domain.catalog import StockLevel
from stockbridge.domain.errors import SyncError
from stockbridge.ports import Page

#: Kinds of document that move stock, as far as the change feed knows them.
MOVING = (
    *("SalesReceipt", "Invoice", "RefundReceipt", "CreditMemo"),
    *("InventoryAdjustment", "Bill", "Purchase", "VendorCredit"),
)
WALK_EVERY = timedelta(hours=6)
_COUNTED = ("Type = 'Inventory'", *queries.ALL)


def changed_stock(api: CompanyApi, cursor: str, *, limit: int) -> Page[StockLevel]:
    """Return levels that may have moved since `cursor`."""
    place = place_of(cursor)
    now = api.wire.now()
    since = place.changes_of(now)
    if since is None:
        return _walked(api, place, limit)
    if place.walked and now - datetime.fromisoformat(place.walked) > WALK_EVERY:
        return _walked(api, Place(), limit)
    changes = _changes(api, since)
    if not changes.is_whole or set(changes.deleted) - set(place.gone):
        return _walked(api, Place(gone=changes.deleted), limit)
    levels = levels_now(api, _touched(changes))
    told = {level.item_id: str(level.on_hand) for level in levels}
    after = Place(
        since=changes.told_at.isoformat(),
        walked=place.walked,
        told=told,
        gone=changes.deleted,
    )
    # The overlap brings the same again: what did not move since is not news.
    moved = [one for one in levels if place.told.get(one.item_id) != told[one.item_id]]
    return Page(tuple(moved), after.dumped(), is_last=True)


def levels_now(api: CompanyApi, item_ids: Sequence[str]) -> tuple[StockLevel, ...]:
    """Return the levels of these items, read now; others are left out."""
    began_at = api.wire.now()
    rows = queries.by_ids(api, "Item", list(item_ids))
    levels, _ = decoded_by(lambda row: level_of(row, began_at), rows)
    return levels


def _changes(api: CompanyApi, since: datetime) -> Changes:
    """Ask for all kinds at once; those that QuickBooks does not tell are remembered."""
    try:
        return changes_since(api, ["Item", *_told(api)], since)
    except SyncError as error:
        if error.code not in _NOT_TOLD:
            raise
    refused = [one for one in _told(api) if not _is_told(api, one, since)]
    api.facts.learn({"without_changes": " ".join(refused) or "none"})
    return changes_since(api, ["Item", *_told(api)], since)


#: "Object name not supported", "query cannot be parsed", "not valid".
_NOT_TOLD = frozenset({"500", "2000", "4000", "4001"})


def _told(api: CompanyApi) -> tuple[str, ...]:
    unknown = set(api.facts.get("without_changes").split())
    return tuple(entity for entity in MOVING if entity not in unknown)


def _is_told(api: CompanyApi, entity: str, since: datetime) -> bool:
    try:
        changes_since(api, [entity], since)
    except SyncError as error:
        if error.code not in _NOT_TOLD:
            raise
        return False
    return True


def _touched(changes: Changes) -> list[str]:
    found = dict.fromkeys(ids_of(changes.records["Item"]))
    for entity, rows in changes.records.items():
        if entity != "Item":
            for row in rows:
                found |= dict.fromkeys(moved_items(row))
    return [item for item in found if item.isdigit()]


def _walked(api: CompanyApi, place: Place, limit: int) -> Page[StockLevel]:
    start = place.start or 1
    most = min(limit, queries.PAGE_MAX)
    began_at = api.wire.now().astimezone(UTC)
    statement = queries.select("Item", _COUNTED, start=start, limit=most)
    answer = api.query(statement)
    rows = rows_of(answer, "Item")
    levels, unreadable = decoded_by(lambda row: level_of(row, began_at), rows)
    after = place.next_page(len(rows), told_at(answer, began_at))
    is_last = len(rows) < most
    if is_last:
        after = after.at_end()
    return Page(levels, after.dumped(), is_last, unreadable=unreadable)
