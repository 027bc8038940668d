"""Which item of the books a store item is, and why (buyers: `customer_matching`).

A match names the key that found it; no match says why none did, so that a person
knows what to mend. Whatever could be two is never guessed.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from stockbridge.domain.catalog import BooksItem, StoreItem
from stockbridge.domain.identity import match_key


class ItemKey(StrEnum):
    """By what a store item finds its counterpart, in the order of trying."""

    SKU = "sku"  # the store's SKU is an item's SKU
    LOOKUP_CODE = "lookup"  # the store's SKU is one of an item's lookup codes
    UPC = "upc"


class WhyNot(StrEnum):
    """Why a store item has no counterpart."""

    GROUPING = "grouping"  # a product that only groups its variations
    NO_CODE = "no_code"
    INHERITED_SKU = "inherited_sku"
    DUPLICATE_IN_STORE = "duplicate_in_store"
    DUPLICATE_IN_BOOKS = "duplicate_in_books"
    NOT_IN_BOOKS = "not_in_books"


@dataclass(frozen=True, slots=True)
class Match:
    """The counterpart, and the key that found it."""

    books_id: str
    key: str  # an ItemKey
    code: str  # as it was compared


@dataclass(frozen=True, slots=True)
class NoMatch:
    """Why there is no counterpart, in words for a person."""

    why: WhyNot
    message: str
    candidates: tuple[str, ...] = ()  # ids, where several would fit


@dataclass(frozen=True, slots=True)
class ItemIndex:
    """The books' items by their codes, and the codes that the store uses twice."""

    ids: Mapping[tuple[ItemKey, str], tuple[str, ...]]
    keys: tuple[ItemKey, ...]
    twins: frozenset[str] = frozenset()


def build_index(
    books_items: Iterable[BooksItem],
    store_items: Iterable[StoreItem] = (),
    *,
    keys: Sequence[ItemKey] = tuple(ItemKey),
) -> ItemIndex:
    """Return an index for `match_item`; inactive items of the books are left out.

    `keys` says what may be compared, in the order of trying. `store_items` are all
    that may share a SKU: without them a SKU that two of them have is not noticed.
    """
    ids: dict[tuple[ItemKey, str], list[str]] = defaultdict(list)
    for item in books_items:
        if item.is_active:
            for entry in _codes(item):
                if entry[0] in keys:
                    ids[entry].append(item.external_id)
    counts = Counter(match_key(item.sku) for item in store_items if _has_own_sku(item))
    twins = frozenset(code for code, count in counts.items() if count > 1)
    found = {entry: tuple(dict.fromkeys(them)) for entry, them in ids.items()}
    return ItemIndex(found, tuple(keys), twins)


def match_item(item: StoreItem, index: ItemIndex) -> Match | NoMatch:
    """Return the counterpart of a store item, or why it has none.

    The first key that finds anything decides: two items with its SKU are no match,
    even where its UPC would tell them apart.
    """
    if item.kind == "variable":
        message = f"{item.name} only groups its variations; they are matched."
        return NoMatch(WhyNot.GROUPING, message)
    sku = match_key(item.sku) if _has_own_sku(item) else ""
    if sku in index.twins:
        message = f"The store has several items with the SKU {item.sku}."
        return NoMatch(WhyNot.DUPLICATE_IN_STORE, message)
    for key in index.keys:
        code = upc_digits(item.upc) if key is ItemKey.UPC else sku
        found = index.ids.get((key, code), ()) if code else ()
        if len(found) == 1:
            return Match(found[0], key, code)
        if found:
            message = f"{len(found)} items of the books have {_NAMES[key]} {code}."
            return NoMatch(WhyNot.DUPLICATE_IN_BOOKS, message, found)
    return _unmatched(item, sku, index)


def upc_digits(upc: str) -> str:
    """Return a UPC, EAN or GTIN as it is compared: its digits, no leading zeros.

    A 12-digit UPC is the 13-digit EAN and the 14-digit GTIN with zeros before it.
    """
    return "".join(sign for sign in upc if sign in "0123456789").lstrip("0")


_NAMES = {
    ItemKey.SKU: "the SKU",
    ItemKey.LOOKUP_CODE: "the lookup code",
    ItemKey.UPC: "the UPC",
}


def _codes(item: BooksItem) -> Iterable[tuple[ItemKey, str]]:
    codes = [(ItemKey.SKU, match_key(item.sku)), (ItemKey.UPC, upc_digits(item.upc))]
    codes += [(ItemKey.LOOKUP_CODE, match_key(code)) for code in item.lookup_codes]
    return [(key, code) for key, code in codes if code]


def _has_own_sku(item: StoreItem) -> bool:
    return bool(item.sku.strip()) and not (
        item.is_sku_inherited or item.kind == "variable"
    )


def _unmatched(item: StoreItem, sku: str, index: ItemIndex) -> NoMatch:
    if item.is_sku_inherited and not sku:
        message = (
            f"{item.name} has no SKU of its own; {item.sku} is its product's, which "
            "all its variations share."
        )
        return NoMatch(WhyNot.INHERITED_SKU, message)
    upc = upc_digits(item.upc) if ItemKey.UPC in index.keys else ""
    if not (sku or upc):
        return NoMatch(WhyNot.NO_CODE, f"{item.name} has no SKU in the store.")
    names = [_NAMES[key] for key in index.keys if key is not ItemKey.UPC]
    said = [f"{' or '.join(names)} {item.sku.strip()}"] if sku and names else []
    said += [f"{_NAMES[ItemKey.UPC]} {upc}"] if upc else []
    message = f"No active item of the books has {' or '.join(said)}."
    return NoMatch(WhyNot.NOT_IN_BOOKS, message)
