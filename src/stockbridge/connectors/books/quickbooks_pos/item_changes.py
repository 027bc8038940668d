"""An item of POS takes on what the store changed, and keeps all the rest.

POS has no edit sequence: the last writer wins. So the item is read just before, and
only what may change is named; quantities never are.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from lxml import etree

from stockbridge.connectors.books.quickbooks_pos.envelopes import (
    EMPTIED,
    Node,
    text_of,
)
from stockbridge.connectors.books.quickbooks_pos.items import (
    WEB_DESCRIPTION_CHARS_MAX,
    descriptions,
    posted_item,
    price_text,
    upc_of,
)
from stockbridge.connectors.books.quickbooks_pos.numbers import decimal_of
from stockbridge.connectors.books.quickbooks_pos.settings import MatchKey, PosSettings
from stockbridge.connectors.books.quickbooks_pos.texts import fit
from stockbridge.domain.accounting import ItemChange, ItemField, ItemRecord
from stockbridge.domain.item_changes import Told, amount_text, kept_remark, wanted
from stockbridge.domain.item_changes import price_text as price_said
from stockbridge.domain.record_changes import Decided, decide, is_there
from stockbridge.ports import PostResult


def changed_item(change: ItemChange, basis: str, settings: PosSettings) -> list[Node]:
    """Return what is inside ItemInventoryModRq; `basis` is what was read before.

    Raises ActionNeededError for a price that POS cannot hold.
    """
    read: Mapping[str, Any] = json.loads(basis) if basis else {}
    write, after = frozenset(read.get("write", ())), change.after
    name, long_name = descriptions(after)
    web = fit(after.description, WEB_DESCRIPTION_CHARS_MAX)
    texts: dict[str, str] = {}
    if ItemField.NAME in write:
        texts["Desc1"] = name
    if ItemField.DESCRIPTION in write:
        texts |= {"Desc2": long_name, "WebDesc": web}
    if ItemField.PRICE in write and after.price is not None:
        texts[_price_tag(settings)] = price_text(after.price, settings)
    if ItemField.UPC in write:
        texts["UPC"] = upc_of(after)
    named = [(tag, texts[tag] or EMPTIED) for tag in sorted(texts, key=str.lower)]
    return [("ItemInventoryMod", [("ListID", change.item.books_id), *named])]


def read_before(change: ItemChange, row: etree._Element, settings: PosSettings) -> str:
    """Return the basis of a change: what may be written, by the item as read."""
    found = decide(
        change,
        now=_stored(row, settings),
        before=_fields(change.before, settings),
        after=wanted(_fields(change.after, settings)),
    )
    return json.dumps({"write": found.write, "kept": found.kept})


def was_written(change: ItemChange, row: etree._Element, settings: PosSettings) -> bool:
    """Return whether an item says all that the change would have written."""
    return is_there(
        change,
        now=_stored(row, settings),
        before=_fields(change.before, settings),
        after=wanted(_fields(change.after, settings)),
    )


def posted_change(attempt_id: str, row: etree._Element, basis: str) -> PostResult:
    """Return a changed item; what somebody typed in POS is said."""
    read: Mapping[str, Any] = json.loads(basis) if basis else {}
    kept = tuple(ItemField(one) for one in read.get("kept", ()))
    remark = kept_remark(Decided(kept=kept), where="Point of Sale")
    return replace(posted_item(attempt_id, row), error=remark)


def _stored(row: etree._Element, settings: PosSettings) -> Told:
    price = text_of(row, _price_tag(settings))
    return {
        ItemField.NAME: (text_of(row, "Desc1"),),
        ItemField.DESCRIPTION: (text_of(row, "Desc2"), text_of(row, "WebDesc")),
        ItemField.PRICE: (amount_text(decimal_of(price)) if price else "",),
        ItemField.UPC: ("" if _is_key(settings) else text_of(row, "UPC"),),
    }


def _fields(record: ItemRecord, settings: PosSettings) -> Told:
    name, long_name = descriptions(record)
    web = fit(record.description, WEB_DESCRIPTION_CHARS_MAX)
    return {
        ItemField.NAME: (name,),
        ItemField.DESCRIPTION: (long_name, web),
        ItemField.PRICE: (price_said(record.price),),
        ItemField.UPC: ("" if _is_key(settings) else upc_of(record),),
    }


def _is_key(settings: PosSettings) -> bool:
    """Whether the UPC is the SKU: then it is no field that changes."""
    return settings.match_key is MatchKey.UPC


def _price_tag(settings: PosSettings) -> str:
    return f"Price{settings.price_level}"
