"""What the store changed of an item (`record_changes` has the rules).

Quantities are no part of it: they have rules of their own (`stock`). Where the name
changes, the description goes along: books that have only short names keep the whole one
there.
"""

from collections.abc import Mapping
from decimal import Decimal

from stockbridge.domain.accounting import (
    BooksRef,
    ItemChange,
    ItemField,
    ItemRecord,
)
from stockbridge.domain.breakers import CountedEffect, price_move
from stockbridge.domain.errors import SyncError
from stockbridge.domain.money import Money
from stockbridge.domain.record_changes import STORE_WRITES, Decided, Form, Said
from stockbridge.domain.three_way import FieldOwner

Told = Mapping[ItemField, Said]


def change_of(
    item: BooksRef,
    before: ItemRecord,
    after: ItemRecord,
    owners: Mapping[ItemField, FieldOwner],
    *,
    since: ItemRecord | None = None,
) -> ItemChange | None:
    """Return what the store changed and may write; None: nothing.

    `before` is what the books were last told, `since` what changes are counted from
    where that is something else.
    """
    bases = [before] if since is None else [before, since]
    changed = ITEM_FORM.changed(bases, after, owners)
    if not changed:
        return None
    about = owners.get(ItemField.DESCRIPTION, FieldOwner.NOBODY)
    if ItemField.NAME in changed and about in STORE_WRITES:
        wanted = {*changed, ItemField.DESCRIPTION}
        changed = tuple(field for field in ItemField if field in wanted)
    ruled = tuple(one for one in changed if owners[one] is FieldOwner.STORE)
    whole = ITEM_FORM.agreed_record(before, after)  # nothing is emptied on the way
    return ItemChange(item, before, whole, changed, ruled)


def told_part(record: ItemRecord) -> ItemRecord:
    """Return of a record what changes are counted from; the rest says nothing here."""
    return ItemRecord(
        name=record.name,
        sku=record.sku,
        upc=record.upc,
        description=record.description,
        price=record.price,
        store_id=record.store_id,
    )


def wanted(after: Told) -> Told:
    """Return what is to be written: a code that these books cannot hold is left out."""
    return {
        field: said
        for field, said in after.items()
        if field is not ItemField.UPC or any(said)
    }


def price_effect(change: ItemChange, subject: str) -> CountedEffect | None:
    """Return by how much a change moves the item's price; None: it moves none."""
    if ItemField.PRICE not in change.fields:
        return None
    return price_move(subject, change.before.price, change.after.price)


def kept_remark(found: Decided[ItemField], *, where: str) -> SyncError | None:
    """Return what is said of fields that keep what somebody typed; None: of none."""
    return ITEM_FORM.kept_remark(found.kept, where=where)


def said_of(record: ItemRecord, field: ItemField) -> Said:
    """Return a field of the record in the store's own parts."""
    match field:
        case ItemField.NAME:
            return (record.name,)
        case ItemField.DESCRIPTION:
            return (record.description,)
        case ItemField.PRICE:
            return (price_text(record.price),)
        case ItemField.UPC:
            return (record.upc,)


def price_text(price: Money | None) -> str:
    """Return a price as it is compared: 5, 5.0 and 5.00 are one."""
    return "" if price is None else amount_text(price.amount)


def amount_text(amount: Decimal) -> str:
    """Return an amount as it is compared."""
    return f"{amount.normalize():f}"


ITEM_FORM: Form[ItemField, ItemRecord] = Form(
    attributes={
        ItemField.NAME: ("name",),
        ItemField.DESCRIPTION: ("description",),
        ItemField.PRICE: ("price",),
        ItemField.UPC: ("upc",),
    },
    words={
        ItemField.NAME: "the name",
        ItemField.DESCRIPTION: "the description",
        ItemField.PRICE: "the price",
        ItemField.UPC: "the UPC",
    },
    said_of=said_of,
    kept_code="item_kept",
)
