"""Customers and items: added, changed, deleted, with QuickBooks' rules of names."""

from collections.abc import Sequence
from decimal import Decimal

from stockbridge.connectors.books.quickbooks_desktop.simulator import shapes
from stockbridge.connectors.books.quickbooks_desktop.simulator.refusals import (
    RequestRefusedError,
    invalid_reference,
    name_taken,
    outdated,
)
from stockbridge.connectors.books.quickbooks_desktop.simulator.state import (
    ITEMS,
    NAMES,
    Element,
    Record,
    State,
)

_ACCOUNTS = ("IncomeAccountRef", "COGSAccountRef", "AssetAccountRef", "AccountRef")


def add_name(state: State, kind: str, told: Element) -> Record:
    """Add a customer, vendor, employee or other name: all share one space of names."""
    name = _checked_name(told, "customer name", 41)
    if state.named(NAMES, name) is not None:
        raise name_taken(name)
    extra = [shapes.leaf("FullName", name), shapes.leaf("IsActive", "true")]
    extra.append(shapes.leaf("Sublevel", "0"))
    return _added(state, kind, [*told, *extra], shapes.CUSTOMER_PARTS)


def modify_name(state: State, kind: str, told: Element) -> Record:
    """Change a customer; what is not named stays, an empty element empties a field.

    Whether an address that is named in part keeps its other lines nobody could confirm
    (?): here it does, so that whoever leaves a line out is found out.
    """
    record = state.find((kind,), told.findtext("ListID") or "")
    if record is None:
        raise invalid_reference(kind, told.findtext("ListID") or "")
    sequence = told.findtext("EditSequence") or ""
    if sequence != record.text("EditSequence"):
        raise outdated(sequence)
    if told.find("Name") is not None:
        name = _checked_name(told, "customer name", 41)
        other = state.named(NAMES, name)
        if other is not None and other.id != record.id:
            raise name_taken(name)
        record.ret.find("FullName").text = name
    order = (*shapes.LIST_HEAD, *shapes.CUSTOMER_PARTS)
    for child in told[2:]:
        if len(child):
            change_address(record.ret, child, order)
        else:
            _change_text(record.ret, child, order)
    touch(state, record)
    return record


def change_address(ret: Element, told: Element, order: tuple[str, ...]) -> None:
    """Change the lines of an address that are named; an empty one empties it (?)."""
    if ret.find(told.tag) is None:
        shapes.insert(ret, shapes.group(told.tag), order)
    address = ret.find(told.tag)
    for part in told:
        _change_text(address, part, shapes.ADDRESS_PARTS)
    if not len(address):
        ret.remove(address)


def _change_text(parent: Element, told: Element, order: tuple[str, ...]) -> None:
    found = parent.find(told.tag)
    if told.text:
        shapes.put(parent, told.tag, told.text, order)
    elif found is not None:
        parent.remove(found)


def add_item(state: State, kind: str, told: Element) -> Record:
    """Add an item; an inventory item takes its first quantity with it."""
    name = _checked_name(told, "item name", 31)
    if state.named(ITEMS, name) is not None:
        raise name_taken(name)
    for tag in _ACCOUNTS:
        for found in told.iter(tag):
            _check_account(state, found)
    if kind == "ItemInventory":
        missing = [tag for tag in _ACCOUNTS[:3] if told.find(tag) is None]
        if missing:
            raise RequestRefusedError(3140, f"There is no {missing[0]} in the item.")
    extra = [shapes.leaf("FullName", name), shapes.leaf("IsActive", "true")]
    extra.append(shapes.leaf("Sublevel", "0"))
    barcode = told.findtext("BarCode/BarCodeValue")
    if barcode:
        extra.append(shapes.leaf("BarCodeValue", barcode))
    children = [child for child in told if child.tag != "QuantityOnHand"]
    record = _added(state, kind, [*children, *extra], shapes.ITEM_PARTS)
    opening = told.findtext("QuantityOnHand")
    if opening and Decimal(opening):
        record.moves = ((record.id, "", Decimal(opening)),)
    return record


def modify_item(state: State, kind: str, told: Element) -> Record:
    """Change an item; the edit sequence has to be the newest."""
    record = state.find((kind,), told.findtext("ListID") or "")
    if record is None:
        raise invalid_reference("Item", told.findtext("ListID") or "")
    sequence = told.findtext("EditSequence") or ""
    if sequence != record.text("EditSequence"):
        raise outdated(sequence)
    order = (*shapes.LIST_HEAD, *shapes.ITEM_PARTS)
    for child in told:
        if child.tag == "Name":
            _rename_item(state, record, told)
        elif child.tag == "BarCode":
            code = child.findtext("BarCodeValue") or ""
            _change_text(record.ret, shapes.leaf("BarCodeValue", code), order)
        elif child.tag in {"SalesDesc", "SalesPrice"}:
            _change_text(record.ret, child, order)
        elif str(child.tag).endswith("Mod"):
            _change_half(record, child)
    touch(state, record)
    return record


def _change_half(record: Record, told: Element) -> None:
    half = record.ret.find(str(told.tag).removesuffix("Mod"))
    if half is None:
        raise RequestRefusedError(3170, "The item has no such half.")
    for part in told:
        found = half.find(part.tag)
        if found is None:
            half.insert(0, shapes.leaf(part.tag, part.text or ""))
        else:
            found.text = part.text


def _rename_item(state: State, record: Record, told: Element) -> None:
    name = _checked_name(told, "item name", 31)
    other = state.named(ITEMS, name)
    if other is not None and other.id != record.id:
        raise name_taken(name)
    record.ret.find("Name").text = record.ret.find("FullName").text = name


def delete(state: State, kind: str, list_id: str) -> Record:
    """Delete a list entry, unless a document uses it."""
    record = state.find((kind,), list_id)
    if record is None:
        raise invalid_reference(kind, list_id)
    for other in state.records.values():
        if other.id != list_id and list_id in {
            e.text for e in other.ret.iter("ListID")
        }:
            raise RequestRefusedError(
                3160, f"Cannot delete the {kind}: it is in use by a transaction."
            )
    del state.records[list_id]
    return record


def add_plain(state: State, kind: str, name: str, **parts: str) -> Record:
    """Add an entry of another list, as set up by the shop's own people."""
    kids = [shapes.leaf("Name", name)]
    if kind in {"Account", "Class", *ITEMS} - {"ItemSalesTax"}:
        kids.append(shapes.leaf("FullName", name))
    kids.append(shapes.leaf("IsActive", "true"))
    if kind in {"Account", "Class", *ITEMS} - {"ItemSalesTax"}:
        kids.append(shapes.leaf("Sublevel", "0"))
    kids += [shapes.leaf(tag, text) for tag, text in parts.items()]
    order = tuple(child.tag for child in kids)
    return _added(state, kind, kids, order)


def add_tax_group(state: State, name: str, items: Sequence[str]) -> Record:
    """Add a tax group of these tax items, as set up by the shop's own people."""
    kids = [shapes.leaf("Name", name), shapes.leaf("IsActive", "true")]
    for item in items:
        known = state.records[item]
        parts = shapes.leaf("ListID", item), shapes.leaf("FullName", known.text("Name"))
        kids.append(shapes.group("ItemSalesTaxRef", *parts))
    order = ("Name", "IsActive", "ItemSalesTaxRef")
    return _added(state, "ItemSalesTaxGroup", kids, order)


def touch(state: State, record: Record) -> None:
    """Note that a record was changed."""
    record.ret.find("EditSequence").text = state.sequence()
    record.ret.find("TimeModified").text = state.now()


def _added(
    state: State, kind: str, children: list[Element], order: tuple[str, ...]
) -> Record:
    list_id = state.new_id()
    head = [
        shapes.leaf("ListID", list_id),
        shapes.leaf("TimeCreated", state.now()),
        shapes.leaf("TimeModified", state.now()),
        shapes.leaf("EditSequence", state.sequence()),
    ]
    ret = shapes.ordered(f"{kind}Ret", [*head, *children], (*shapes.LIST_HEAD, *order))
    record = Record(kind, list_id, ret)
    state.records[list_id] = record
    return record


def _checked_name(told: Element, field: str, chars_max: int) -> str:
    name = told.findtext("Name") or ""
    if ":" in name:
        raise RequestRefusedError(
            3090,
            f'There was an error when storing "{name}" in the "{field}" field. '
            "QuickBooks error message: Names in this list cannot contain a colon",
        )
    if not name or len(name) > chars_max:
        raise RequestRefusedError(
            3070, f'The string "{name}" in "{field}" is too long.'
        )
    return name


def _check_account(state: State, told: Element) -> None:
    list_id = told.findtext("ListID") or ""
    if state.find(("Account",), list_id) is None:
        raise invalid_reference("Account", list_id)
