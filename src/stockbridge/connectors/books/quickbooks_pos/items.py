"""Items of POS: created, and read with their stock (`item_changes` changes them)."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from lxml import etree

from stockbridge.connectors.books.quickbooks_pos.envelopes import (
    Node,
    flag_of,
    text_of,
)
from stockbridge.connectors.books.quickbooks_pos.errors import not_expressible
from stockbridge.connectors.books.quickbooks_pos.facts import CompanyFacts
from stockbridge.connectors.books.quickbooks_pos.numbers import (
    amount_text,
    coins,
    decimal_of,
    quantity_text,
    time_of,
)
from stockbridge.connectors.books.quickbooks_pos.settings import (
    STORE_NUMBER_MAX,
    MatchKey,
    PosSettings,
)
from stockbridge.connectors.books.quickbooks_pos.texts import fit, is_expressible
from stockbridge.domain.accounting import ItemRecord
from stockbridge.domain.catalog import BooksItem, StockLevel
from stockbridge.domain.errors import SettingNeededError
from stockbridge.domain.money import Money
from stockbridge.ports import PostOutcome, PostResult

ADD, MOD = "ItemInventoryAddRq", "ItemInventoryModRq"
ROW = "ItemInventoryRet"
ALU_CHARS_MAX = 20
UPC_CHARS_MAX = 18
NAME_CHARS_MAX = 30
WEB_DESCRIPTION_CHARS_MAX = 4000
_CODE_FIELDS = {
    MatchKey.ALU: "ALU",
    MatchKey.UPC: "UPC",
    MatchKey.ITEM_NUMBER: "ItemNumber",
}
READ = (
    "ListID",
    "TimeModified",
    "ALU",
    "Attribute",
    "Cost",
    "DepartmentCode",
    "Desc1",
    "Desc2",
    "IsWebItem",
    "ItemNumber",
    "ItemType",
    *(f"OnHandStore{n:02d}" for n in range(1, STORE_NUMBER_MAX + 1)),
    *(f"Price{n}" for n in range(1, 6)),
    "QuantityOnCustomerOrder",
    "AvailableQty",
    "Size",
    "UPC",
    "Keywords",
    "Manufacturer",
    "MSRP",
    "UnitOfMeasure",
    "VendorCode",
    "WebPrice",
)
#: An item's prices by the names that a bridge chooses them by, and where they stand.
PRICES = {
    **{str(level): f"Price{level}" for level in range(1, 6)},
    "msrp": "MSRP",
    "web": "WebPrice",
}
_EXTRAS = {
    "keywords": "Keywords",
    "manufacturer": "Manufacturer",
    "unit": "UnitOfMeasure",
    "vendor": "VendorCode",
}


def new_item(
    record: ItemRecord, settings: PosSettings, facts: CompanyFacts
) -> list[Node]:
    """Return what is inside ItemInventoryAddRq; raises ActionNeededError.

    The alternate lookup is required, whichever code is the SKU: by it the item is found
    if the answer gets lost.
    """
    alu = code_of(record)
    if not alu:
        raise not_expressible(
            f"{record.name} has no SKU: it could not be found again in Point of Sale.",
            field="sku",
            remedy="Give it a SKU in the store.",
        )
    department = _department(record, settings, facts)
    accounts = dict(record.accounts)
    children: list[Node] = [
        ("ALU", alu),
        ("Attribute", fit(record.attribute, 12)),
        ("COGSAccount", fit(accounts.get("cost_of_goods_sold", ""), 159)),
        ("DepartmentListID", department),
        *_descriptions(record),
        ("IncomeAccount", fit(accounts.get("income", ""), 159)),
        ("IsWebItem", "true" if record.is_sold_online else "false"),
        ("ItemType", "Inventory" if record.is_tracked else "NonInventory"),
        *_first_quantity(record, settings),
        *_prices(record, settings),
        ("Size", fit(record.size, 12)),
        ("UPC", _upc(record, settings)),
        ("WebDesc", fit(record.description, WEB_DESCRIPTION_CHARS_MAX)),
    ]
    return [("ItemInventoryAdd", children)]


def code_of(record: ItemRecord) -> str:
    """Return the SKU as an alternate lookup; raises where POS cannot hold it."""
    return _exact(record.sku, ALU_CHARS_MAX, "sku")


def posted_item(attempt_id: str, row: etree._Element) -> PostResult:
    """Return a stored item as a result."""
    return PostResult(
        attempt_id,
        PostOutcome.POSTED,
        books_id=text_of(row, "ListID"),
        number=text_of(row, "ItemNumber"),
        version=text_of(row, "TimeModified"),
    )


def item_of(row: etree._Element, settings: PosSettings) -> BooksItem:
    """Return an item as POS holds it; raises ValueError for what is no number."""
    codes = {key: text_of(row, tag) for key, tag in _CODE_FIELDS.items()}
    sku = codes.pop(settings.match_key)
    if not text_of(row, "ListID"):
        raise ValueError("It has no ListID.")
    changed = text_of(row, "TimeModified")
    return BooksItem(
        external_id=text_of(row, "ListID"),
        name=text_of(row, "Desc1"),
        sku=sku,
        upc=text_of(row, "UPC"),
        lookup_codes=tuple(code for code in codes.values() if code),
        description=text_of(row, "Desc2"),
        price=_money(row, f"Price{settings.price_level}", settings),
        cost=_money(row, "Cost", settings),
        department=text_of(row, "DepartmentCode"),
        attribute=text_of(row, "Attribute"),
        size=text_of(row, "Size"),
        is_tracked=text_of(row, "ItemType") in {"", "Inventory", "Assembly"},
        is_sold_online=flag_of(row, "IsWebItem", default=False),
        prices=_prices_of(row, settings),
        extras=tuple(
            (name, text) for name, tag in _EXTRAS.items() if (text := text_of(row, tag))
        ),
        version=changed,
        changed_at=time_of(changed) if changed else None,
    )


def levels_of(
    row: etree._Element, settings: PosSettings, began_at: datetime
) -> Iterator[StockLevel]:
    """Return the stock at each chosen store; a store that is left out has none there.

    What customers ordered is told per store by newer versions, else for all stores
    together: then it counts at the store that sells.
    """
    orders = _ordered(row, settings)
    for number in range(1, STORE_NUMBER_MAX + 1):
        location = str(number)
        on_hand = text_of(row, f"OnHandStore{number:02d}")
        if not on_hand or (settings.stores and location not in settings.stores):
            continue
        yield StockLevel(
            item_id=text_of(row, "ListID"),
            location_id=location,
            on_hand=decimal_of(on_hand),
            committed=orders.get(location, Decimal(0)),
            began_at=began_at,
        )


def on_hand_at(row: etree._Element, store: str) -> Decimal:
    """Return how many are at one store; raises ValueError where it is not told."""
    return decimal_of(text_of(row, f"OnHandStore{int(store):02d}"))


def _ordered(row: etree._Element, settings: PosSettings) -> dict[str, Decimal]:
    per_store = {
        text_of(part, "StoreNumber"): decimal_of(
            text_of(part, "QuantityOnCustomerOrder") or "0"
        )
        for part in row.findall("AvailableQty")
    }
    total = decimal_of(text_of(row, "QuantityOnCustomerOrder") or "0")
    return per_store or {str(settings.primary_store): total}


def _department(record: ItemRecord, settings: PosSettings, facts: CompanyFacts) -> str:
    known = facts.departments or {}
    for name in (record.department, settings.default_department):
        folded = name.strip().casefold()
        if folded in known:
            return known[folded]
        if name and name in known.values():
            return name
    raise SettingNeededError(
        f"{record.name}: Point of Sale needs a department, and has none named "
        f"{record.department or settings.default_department or '(empty)'}.",
        field="default_department",
        remedy="Choose a Department of new items on the connection's settings.",
    )


def descriptions(record: ItemRecord) -> tuple[str, str]:
    """Return Desc1, the name as far as it fits, and Desc2: the rest of what is said."""
    name = fit(record.name, NAME_CHARS_MAX)
    full = record.name if name != record.name.strip() else record.description
    return name, fit(full, 4000)


def _descriptions(record: ItemRecord) -> list[tuple[str, str]]:
    return list(zip(("Desc1", "Desc2"), descriptions(record), strict=True))


def _first_quantity(record: ItemRecord, settings: PosSettings) -> list[Node]:
    if record.initial_quantity is None or not record.is_tracked:
        return []
    store = int(record.location_id or settings.primary_store)
    return [(f"OnHandStore{store:02d}", quantity_text(record.initial_quantity))]


def _prices(record: ItemRecord, settings: PosSettings) -> list[tuple[str, str]]:
    if record.price is None:
        return []
    price = price_text(record.price, settings)
    levels = {settings.price_level, 1}
    return [(f"Price{level}", price) for level in sorted(levels)]


def price_text(price: Money, settings: PosSettings) -> str:
    """Return a price in coins; raises ActionNeededError where that would round."""
    return amount_text(coins(price, settings.currency))


def _exact(text: str, chars_max: int, field: str) -> str:
    """Return a code as it is: cut or rewritten it would be another one."""
    found = text.strip()
    if len(found) > chars_max or not is_expressible(found):
        raise not_expressible(
            f"Point of Sale cannot hold the {field} {found!r}: at most {chars_max} "
            "characters, of the western alphabet.",
            field=field,
            remedy="Shorten it in the store, or link the item by hand.",
        )
    return found


def upc_of(record: ItemRecord) -> str:
    """Return the UPC; what is none says nothing."""
    digits = record.upc.strip()
    return digits if _is_upc(digits) else ""


def _upc(record: ItemRecord, settings: PosSettings) -> str:
    """Return the UPC; where that is the SKU, one that is no UPC is held."""
    if settings.match_key is not MatchKey.UPC:
        return upc_of(record)
    digits = record.sku.strip()
    if not _is_upc(digits):
        raise not_expressible(
            f"The SKU {digits!r} cannot be a UPC of Point of Sale: at most "
            f"{UPC_CHARS_MAX} digits.",
            field="sku",
            remedy="Give it a SKU of digits in the store, or choose another Code that "
            "is the SKU on the connection's settings.",
        )
    return digits


def _is_upc(digits: str) -> bool:
    is_code = digits.isascii() and digits.isdecimal()
    return is_code and len(digits) <= UPC_CHARS_MAX


def _prices_of(
    row: etree._Element, settings: PosSettings
) -> tuple[tuple[str, Money], ...]:
    """Return all prices that the item has; one that is left out is none."""
    found = ((name, _money(row, tag, settings)) for name, tag in PRICES.items())
    return tuple((name, price) for name, price in found if price is not None)


def _money(row: etree._Element, tag: str, settings: PosSettings) -> Money | None:
    text = text_of(row, tag)
    return Money(decimal_of(text), settings.currency) if text else None
