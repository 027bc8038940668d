"""An item to create: inventory, non-inventory or service."""

from datetime import date, timedelta

from stockbridge.connectors.books.quickbooks_online import naming
from stockbridge.connectors.books.quickbooks_online.basis import Basis
from stockbridge.connectors.books.quickbooks_online.client import Write
from stockbridge.connectors.books.quickbooks_online.lines import DESCRIPTION_CHARS
from stockbridge.connectors.books.quickbooks_online.settings import (
    QuickBooksOnlineSettings,
)
from stockbridge.connectors.books.quickbooks_online.texts import line_of, listed_name
from stockbridge.connectors.quickbooks.items import (
    account_of,
    accounts_of,
    name_within,
    type_of_new_item,
)
from stockbridge.domain.accounting import ItemRecord
from stockbridge.domain.errors import ActionNeededError
from stockbridge.domain.identity import match_key
from stockbridge.ports import PostRequest

NAME_CHARS_MAX, SKU_CHARS_MAX = 100, 100
_TYPES = {
    "inventory": "Inventory",
    "non_inventory": "NonInventory",
    "service": "Service",
}


def item_name(
    record: ItemRecord, marker: str, settings: QuickBooksOnlineSettings
) -> str:
    """Return the item's name: 100 characters."""
    return name_within(
        record, marker, settings, chars_max=NAME_CHARS_MAX, listed_name=listed_name
    )


def item_type(record: ItemRecord, settings: QuickBooksOnlineSettings) -> str:
    """Return QuickBooks' type of the item that is created."""
    return _TYPES[type_of_new_item(record, settings)]


def is_same_item(record: ItemRecord, sku: str) -> bool:
    """Return whether an item of the name that we wanted is the one that we wanted."""
    return match_key(line_of(record.sku, SKU_CHARS_MAX)) == match_key(sku)


def item_write(post: PostRequest, basis: Basis, *, today: date) -> Write:
    """Return the item as it is created."""
    record = post.document
    if not isinstance(record, ItemRecord):
        raise TypeError("an item is wanted")
    kind = item_type(record, basis.settings)
    accounts = accounts_of(record, basis.settings)
    body: dict[str, object] = {
        "Name": item_name(record, post.marker, basis.settings),
        "Type": kind,
        "Active": True,
        "IncomeAccountRef": {"value": account_of(accounts, "income")},
    }
    if sku := line_of(record.sku, SKU_CHARS_MAX):
        body["Sku"] = sku
    if description := line_of(record.description or record.name, DESCRIPTION_CHARS):
        body["Description"] = description
    if record.price is not None:
        body["UnitPrice"] = record.price.amount
    if basis.company.is_american:
        body["Taxable"] = True
    if kind == "Inventory":
        body |= _stocked(record, basis, accounts, today)
    elif accounts["cost_of_goods_sold"]:
        body["ExpenseAccountRef"] = {"value": accounts["cost_of_goods_sold"]}
    return Write("Item", body, naming.request_id(post.key))


def _stocked(
    record: ItemRecord, basis: Basis, accounts: dict[str, str], today: date
) -> dict[str, object]:
    if not basis.company.counts_stock:
        raise ActionNeededError(
            "QuickBooks does not track quantities in this company.",
            code="no_inventory",
            remedy="Switch on “Track inventory quantity on hand” in QuickBooks "
            "(Account and settings, Sales; plans Plus and Advanced), or choose another "
            "type of new items here.",
        )
    # Where today is, only the company knows; an item must not begin after its sales.
    since = record.initial_date or today - timedelta(days=1)
    return {
        "TrackQtyOnHand": True,
        "QtyOnHand": record.initial_quantity or 0,
        "InvStartDate": since.isoformat(),
        "ExpenseAccountRef": {"value": account_of(accounts, "cost_of_goods_sold")},
        "AssetAccountRef": {"value": account_of(accounts, "asset")},
    }
