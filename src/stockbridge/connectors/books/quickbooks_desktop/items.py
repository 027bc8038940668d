"""An item to create or update: inventory, non-inventory or service."""

from decimal import Decimal

from stockbridge.connectors.books.quickbooks_desktop import naming
from stockbridge.connectors.books.quickbooks_desktop.basis import Basis
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
from stockbridge.domain.accounting import ItemRecord
from stockbridge.domain.errors import InvalidInputError, SettingNeededError
from stockbridge.domain.money import Money
from stockbridge.ports import PostRequest

NAME_CHARS_MAX = 31
ITEM_TYPES = ("ItemInventory", "ItemNonInventory", "ItemService")
_PART_CHARS, _DESCRIPTION_CHARS, _SIGN_CHARS = 31, 4095, 6
_TYPE_OF = {
    "inventory": "ItemInventory",
    "non_inventory": "ItemNonInventory",
    "service": "ItemService",
}


def item_name(
    record: ItemRecord, marker: str, settings: QuickBooksDesktopSettings
) -> str:
    """Return the item's name: by policy the SKU or the name; unique, 31 characters.

    A longer name is cut, and ends in a sign of its own: two long names that begin
    alike stay two.
    """
    by_sku = settings.item_naming == "sku" and record.sku
    wanted = record.sku if by_sku else record.name or record.sku
    sign = naming.short_sign(marker, _SIGN_CHARS)
    name = listed_name(wanted, 10 * NAME_CHARS_MAX, otherwise=f"Item {sign}")
    if len(name) <= NAME_CHARS_MAX:
        return name
    return f"{name[: NAME_CHARS_MAX - _SIGN_CHARS - 1].strip()} {sign}"


def item_type(record: ItemRecord, settings: QuickBooksDesktopSettings) -> str:
    """Return the type of item that is created."""
    if record.is_tracked:
        return _TYPE_OF[settings.new_item_type]
    is_service = settings.new_item_type == "service"
    return _TYPE_OF["service" if is_service else "non_inventory"]


def item_request(
    post: PostRequest, basis: Basis | None, settings: QuickBooksDesktopSettings
) -> Element:
    """Return the request that creates the item, or updates it (then with a basis)."""
    record = post.document
    if not isinstance(record, ItemRecord):
        raise TypeError("an item is wanted")
    number = naming.request_id(post.attempt_id)
    if record.books_id:
        if basis is None or basis.type not in ITEM_TYPES:
            raise InvalidInputError(
                f"{record.name} is of a type that we do not change.", field="item"
            )
        body = _mod(record, basis)
        return request(f"{basis.type}ModRq", number, body)
    kind = item_type(record, settings)
    return request(f"{kind}AddRq", number, _add(kind, post, record, settings))


def _add(
    kind: str,
    post: PostRequest,
    record: ItemRecord,
    settings: QuickBooksDesktopSettings,
) -> Child:
    accounts = _accounts(record, settings)
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
            words("SalesDesc", _described(record), _DESCRIPTION_CHARS),
            _price("SalesPrice", record.price),
            ref("IncomeAccountRef", _needed(accounts, "income")),
            ref("COGSAccountRef", _needed(accounts, "cost_of_goods_sold")),
            ref("AssetAccountRef", _needed(accounts, "asset")),
            *_opening(record, settings),
            guid,
        )
    sold = node(
        "SalesOrPurchase",
        words("Desc", _described(record), _DESCRIPTION_CHARS),
        _price("Price", record.price or Money(Decimal(0), settings.currency)),
        ref("AccountRef", _needed(accounts, "income")),
    )
    return node(f"{kind}Add", *head, part, code, sold, guid)


def _mod(record: ItemRecord, basis: Basis) -> Child:
    """Return what is changed: the price and the description, nothing else.

    The name stays: other programs and people know the item by it.
    """
    head = [leaf("ListID", record.books_id), leaf("EditSequence", basis.edit_sequence)]
    if basis.type == "ItemInventory":
        return node(
            f"{basis.type}Mod",
            *head,
            words("SalesDesc", record.description, _DESCRIPTION_CHARS),
            _price("SalesPrice", record.price),
        )
    # The two forms exclude each other, and changing between them is refused.
    changed = node(
        "SalesOrPurchaseMod",
        words("Desc", record.description, _DESCRIPTION_CHARS),
        _price("Price", record.price),
    )
    if basis.has_purchase_side:
        changed = node(
            "SalesAndPurchaseMod",
            words("SalesDesc", record.description, _DESCRIPTION_CHARS),
            _price("SalesPrice", record.price),
        )
    return node(f"{basis.type}Mod", *head, changed)


def _barcode(record: ItemRecord) -> Child:
    return node("BarCode", words("BarCodeValue", record.upc, 50))


def _described(record: ItemRecord) -> str:
    return record.description or record.name


def _price(tag: str, price: Money | None) -> Child:
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


_ACCOUNT_SETTINGS = {
    "income": "income_account",
    "cost_of_goods_sold": "cogs_account",
    "asset": "asset_account",
}


def _accounts(
    record: ItemRecord, settings: QuickBooksDesktopSettings
) -> dict[str, str]:
    given = dict(record.accounts)
    cost = given.get("cost_of_goods_sold") or given.get("cogs")
    return {
        "income": given.get("income") or settings.income_account,
        "cost_of_goods_sold": cost or settings.cogs_account,
        "asset": given.get("asset") or settings.asset_account,
    }


def _needed(accounts: dict[str, str], role: str) -> str:
    if not accounts[role]:
        name = role.replace("_", " ")
        raise SettingNeededError(
            f"A new item needs its {name} account.",
            field=_ACCOUNT_SETTINGS[role],
            remedy=f"Choose the {name} account of new items in the connection's "
            "settings.",
        )
    return accounts[role]
