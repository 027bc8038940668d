"""An item to create: inventory, non-inventory or service."""

from collections.abc import Iterator
from decimal import Decimal

from stockbridge.connectors.books.quickbooks_desktop import naming
from stockbridge.connectors.books.quickbooks_desktop.qbxml import (
    Child,
    Element,
    day,
    leaf,
    node,
    quantity,
    ref,
    request,
    words,
)
from stockbridge.connectors.books.quickbooks_desktop.qbxml import (
    quantity_text as number_text,
)
from stockbridge.connectors.books.quickbooks_desktop.settings import (
    QuickBooksDesktopSettings,
)
from stockbridge.connectors.books.quickbooks_desktop.text import listed_name
from stockbridge.connectors.quickbooks.items import (
    account_of,
    accounts_of,
    name_within,
    type_of_new_item,
)
from stockbridge.connectors.quickbooks.settings import ITEM_NAMINGS
from stockbridge.domain.accounting import ItemRecord
from stockbridge.domain.money import Money
from stockbridge.ports import PostRequest

NAME_CHARS_MAX = 31
DESCRIPTION_CHARS, BARCODE_CHARS = 4095, 50
_PART_CHARS = 31
_TYPE_OF = {
    "inventory": "ItemInventory",
    "non_inventory": "ItemNonInventory",
    "service": "ItemService",
}


def item_name(
    record: ItemRecord, marker: str, settings: QuickBooksDesktopSettings
) -> str:
    """Return the item's name: 31 characters."""
    return name_within(
        record, marker, settings, chars_max=NAME_CHARS_MAX, listed_name=listed_name
    )


def possible_names(
    record: ItemRecord, marker: str, settings: QuickBooksDesktopSettings
) -> Iterator[str]:
    """Yield each name that the item may have been created under, by any policy."""
    for policy in ITEM_NAMINGS:
        then = settings.model_copy(update={"item_naming": policy})
        yield item_name(record, marker, then)


def item_type(record: ItemRecord, settings: QuickBooksDesktopSettings) -> str:
    """Return QuickBooks' type of the item that is created."""
    return _TYPE_OF[type_of_new_item(record, settings)]


def item_request(post: PostRequest, settings: QuickBooksDesktopSettings) -> Element:
    """Return the request that creates the item."""
    record = post.document
    if not isinstance(record, ItemRecord):
        raise TypeError("an item is wanted")
    number = naming.request_id(post.attempt_id)
    kind = item_type(record, settings)
    return request(f"{kind}AddRq", number, _add(kind, post, record, settings))


def _add(
    kind: str,
    post: PostRequest,
    record: ItemRecord,
    settings: QuickBooksDesktopSettings,
) -> Child:
    accounts = accounts_of(record, settings)
    is_stocked = kind == "ItemInventory"
    part = None
    if kind != "ItemService":
        part = words("ManufacturerPartNumber", record.sku, _PART_CHARS)
    guid = leaf("ExternalGUID", naming.guid_of(post.key))
    head = [leaf("Name", item_name(record, post.marker, settings)), _barcode(record)]
    code = node("SalesTaxCodeRef", leaf("FullName", settings.taxable_code))
    if is_stocked:
        return node(
            f"{kind}Add",
            *head,
            part,
            code,
            words("SalesDesc", described(record), DESCRIPTION_CHARS),
            price_leaf("SalesPrice", record.price),
            ref("IncomeAccountRef", account_of(accounts, "income")),
            ref("COGSAccountRef", account_of(accounts, "cost_of_goods_sold")),
            ref("AssetAccountRef", account_of(accounts, "asset")),
            *_opening(record, settings),
            guid,
        )
    sold = node(
        "SalesOrPurchase",
        words("Desc", described(record), DESCRIPTION_CHARS),
        price_leaf("Price", record.price or Money(Decimal(0), settings.currency)),
        ref("AccountRef", account_of(accounts, "income")),
    )
    return node(f"{kind}Add", *head, part, code, sold, guid)


def _barcode(record: ItemRecord) -> Child:
    return node("BarCode", words("BarCodeValue", record.upc, BARCODE_CHARS))


def described(record: ItemRecord) -> str:
    """Return what a sale says of the item."""
    return record.description or record.name


def price_leaf(tag: str, price: Money | None) -> Child:
    """Return a PRICETYPE: at most five decimals."""
    return None if price is None else leaf(tag, number_text(price.amount))


def _opening(record: ItemRecord, settings: QuickBooksDesktopSettings) -> list[Child]:
    """Return the first quantity; with sites an adjustment (`first_quantities`)."""
    if not record.initial_quantity or settings.uses_sites:
        return []
    since = record.initial_date
    return [
        quantity("QuantityOnHand", record.initial_quantity),
        day("InventoryDate", since) if since else None,
    ]
