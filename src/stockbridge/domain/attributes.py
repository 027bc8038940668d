"""Which field of the books' item feeds which attribute in the store, and its values.

A shop writes Rose, Wine and Red where the store has one Red. A value that nobody has
mapped goes as it is, or its item waits, by the choice of its attribute.
"""

import dataclasses
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from stockbridge.domain.catalog import BooksItem

#: Where nobody has chosen: the two fields that are there for it, under their names.
DEFAULT_NAMES: Mapping[str, str] = {"attribute": "Attribute", "size": "Size"}
_OWN_FIELDS = frozenset({"attribute", "size", "description", "department"})


class Unmapped(StrEnum):
    """What becomes of a value that is not mapped."""

    AS_IS = "as_is"
    WAIT = "wait"  # its item waits


@dataclass(frozen=True, slots=True)
class AttributeRule:
    """One field of the books' items, and the attribute of the store that it feeds."""

    field: str
    name: str = ""  # the attribute; "" = the field does not go to the store
    unmapped: Unmapped = Unmapped.AS_IS
    values: Mapping[str, str] = dataclasses.field(default_factory=dict, hash=False)
    # `value_key` of the books' value → the store's


@dataclass(frozen=True, slots=True)
class Translated:
    """The attributes that an item has in the store, and what it waits for."""

    pairs: tuple[tuple[str, str], ...] = ()  # attribute, value
    waits_for: tuple[tuple[str, str], ...] = ()  # field, value: not mapped yet


@dataclass(frozen=True, slots=True)
class ValueTally:
    """One value of one field: what it becomes, and how many items have it."""

    field: str
    value: str  # as the books write it most often
    count: int
    mapped: str = ""  # the store's; "" = not mapped


def value_key(value: str) -> str:
    """Return a value as it is compared: without regard to case and blanks."""
    return " ".join(value.split()).casefold()


def field_value(item: BooksItem, name: str) -> str:
    """Return what an item says in a field, its own or a further one."""
    if name in _OWN_FIELDS:
        return " ".join(str(getattr(item, name)).split())
    return " ".join(dict(item.extras).get(name, "").split())


def translate(item: BooksItem, rules: Sequence[AttributeRule]) -> Translated:
    """Return an item's attributes in the store, in the order of the rules.

    A field that is empty has no attribute.
    """
    pairs, waits = [], []
    for rule in rules:
        value = field_value(item, rule.field)
        if not (rule.name and value):
            continue
        mapped = rule.values.get(value_key(value), "")
        if not mapped and rule.unmapped is Unmapped.WAIT:
            waits.append((rule.field, value))
            continue
        pairs.append((rule.name, mapped or value))
    return Translated(tuple(pairs), tuple(waits))


def fields_from(
    pairs: Sequence[tuple[str, str]], rules: Sequence[AttributeRule]
) -> dict[str, str]:
    """Return what Attribute and Size of the books' item become: `translate`'s way back.

    By the names that were chosen; else an attribute that is called as sizes are is the
    size; else what is left fills what is left, in the store's order.
    """
    by_name = {value_key(rule.name): rule for rule in rules if rule.name}
    found: dict[str, str] = {}
    left: list[str] = []
    for name, value in pairs:
        rule = by_name.get(value_key(name))
        field = rule.field if rule else ("size" if value_key(name) in _SIZES else "")
        if field and field not in DEFAULT_NAMES:
            continue  # it has a field of its own, which is not ours to fill
        if not field or field in found:
            left.append(value)
            continue
        found[field] = _value_from(value, rule) if rule else value
    free = [field for field in DEFAULT_NAMES if field not in found]
    found |= dict(zip(free, left, strict=False))
    return found


def _value_from(value: str, rule: AttributeRule) -> str:
    """Return a value of the books that becomes this one in the store.

    The same, where that goes as it is; else the first that was mapped to it.
    """
    mapped = rule.values.get(value_key(value), "")
    is_same = mapped == value if mapped else rule.unmapped is Unmapped.AS_IS
    if is_same:
        return value
    keys = sorted(key for key, target in rule.values.items() if target == value)
    return keys[0] if keys else value


#: What shops call the size of a thing, in the languages of those who write to us most.
_SIZES = frozenset(
    {"size", "sizes", "größe", "groesse", "grösse", "taille", "talla", "taglia"}
    | {"maat", "tamanho", "storlek", "størrelse", "koko", "rozmiar", "velikost"}
)


def tally_values(
    items: Iterable[BooksItem], rules: Sequence[AttributeRule]
) -> tuple[ValueTally, ...]:
    """Return the values that items have: by rule, not mapped first, then by number.

    Values that differ in case or blanks only are one.
    """
    used = [rule for rule in rules if rule.name]
    counts: dict[tuple[str, str], Counter[str]] = {}
    for item in items:
        for rule in used:
            value = field_value(item, rule.field)
            if value:
                entry = (rule.field, value_key(value))
                counts.setdefault(entry, Counter())[value] += 1
    found = []
    for rule in used:
        tallies = [
            ValueTally(name, spelled.most_common(1)[0][0], spelled.total(), mapped)
            for (name, key), spelled in counts.items()
            if name == rule.field
            for mapped in [rule.values.get(key, "")]
        ]
        found += sorted(
            tallies, key=lambda one: (bool(one.mapped), -one.count, one.value)
        )
    return tuple(found)
