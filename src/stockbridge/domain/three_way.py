"""Who owns a field of an item, and what becomes of it when both sides changed it."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from enum import StrEnum

from stockbridge.domain.catalog import BooksItem, StoreItem
from stockbridge.domain.money import Money


class FieldOwner(StrEnum):
    """Whose value of a field counts."""

    NOBODY = "none"  # each side keeps its own
    BOOKS = "books"
    STORE = "store"
    CHANGED = "changed"  # the side that changed it since both agreed


class Side(StrEnum):
    """Where a value is to be written."""

    BOOKS = "books"
    STORE = "store"


Value = str | Money | None


@dataclass(frozen=True, slots=True)
class ItemFields:
    """The fields of an item that both sides describe."""

    name: str = ""
    description: str = ""
    price: Money | None = None
    sale_price: Money | None = None


@dataclass(frozen=True, slots=True)
class FieldMerge:
    """What becomes of one field. With neither `write_to` nor a conflict: nothing."""

    name: str
    store: Value
    books: Value
    base: Value  # what both said when they last agreed; None: never
    write_to: Side | None = None
    is_conflict: bool = False  # both changed it, differently: a person chooses
    overwrites_change: bool = False  # the other side had changed it, too

    @property
    def value(self) -> Value:
        """What is to be written."""
        return self.books if self.write_to is Side.STORE else self.store


#: What both sides said of a field when they last agreed; a field that is not in it
#: they never agreed on.
Base = Mapping[str, Value]


def merge_item(
    base: Base, store: ItemFields, books: ItemFields, owners: Mapping[str, FieldOwner]
) -> tuple[FieldMerge, ...]:
    """Return what becomes of each field that the sides say differently.

    Fields without an owner are left alone. What differs under CHANGED and never was
    agreed on is a conflict.
    """
    merged = (
        merge_field(
            field.name,
            base,
            (getattr(store, field.name), getattr(books, field.name)),
            owners.get(field.name, FieldOwner.NOBODY),
        )
        for field in fields(ItemFields)
    )
    return tuple(one for one in merged if one.write_to or one.is_conflict)


def merge_field(
    name: str, base: Base, now: tuple[Value, Value], owner: FieldOwner
) -> FieldMerge:
    """Return what becomes of one field; `now` is the store's value, then the books'."""
    store, books = now
    before, is_known = base.get(name), name in base
    store_moved = is_known and not _same(store, before)
    books_moved = is_known and not _same(books, before)
    plain = FieldMerge(name, store, books, before)
    if _same(store, books):
        return plain
    match owner:
        case FieldOwner.NOBODY:
            return plain
        case FieldOwner.BOOKS:
            return replace(plain, write_to=Side.STORE, overwrites_change=store_moved)
        case FieldOwner.STORE:
            return replace(plain, write_to=Side.BOOKS, overwrites_change=books_moved)
        case FieldOwner.CHANGED:
            if not is_known or (store_moved and books_moved):
                return replace(plain, is_conflict=True)
            return replace(plain, write_to=Side.BOOKS if store_moved else Side.STORE)


def agreed_on(base: Base, store: ItemFields, books: ItemFields) -> dict[str, Value]:
    """Return the base for next time: where both say the same now, that; else the old.

    To be asked after what was merged is written, with what the sides then say.
    """
    found = dict(base)
    for field in fields(ItemFields):
        value = getattr(store, field.name)
        if _same(value, getattr(books, field.name)):
            found[field.name] = value
    return found


def store_fields(item: StoreItem) -> ItemFields:
    """Return what a store says of an item."""
    return ItemFields(item.name, item.description, item.price, item.sale_price)


def books_fields(item: BooksItem) -> ItemFields:
    """Return what the books say of an item; they keep no sale price."""
    return ItemFields(item.name, item.description, item.price)


def _same(one: Value, other: Value) -> bool:
    if isinstance(one, str) and isinstance(other, str):
        return " ".join(one.split()) == " ".join(other.split())
    return one == other
