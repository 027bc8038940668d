"""Items of one style, grouped into one product with variations.

Theory of operation. In QuickBooks POS "every item belongs to a style": those with the
same department and the same item name (Desc1) are one, and a unique combination of
attribute and size tells them apart (its own help, "Style overview" and "Join
style?"). The interface has no number of a style, so that is the rule here, too; books
without departments go by the name alone. A style of one item is a simple product.

In the store the members must differ: one without a value that others have would stand
for any value there, and two with the same values could not be told apart. Whichever
cannot be told apart waits, and blocks no other.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from stockbridge.domain.attributes import AttributeRule, translate, value_key
from stockbridge.domain.catalog import BooksItem
from stockbridge.domain.identity import digest_of

Pairs = tuple[tuple[str, str], ...]  # attribute, value
_SKU_CHARS = 12


class StyleRule(StrEnum):
    """What makes items one style."""

    NONE = "none"  # each item is a product of its own
    DEPARTMENT_AND_NAME = "department_and_name"  # as QuickBooks POS groups them
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Member:
    """One item of a style, as a variation; with `why_not` it waits."""

    item: BooksItem
    attributes: Pairs = ()
    why_not: str = ""
    waits_for: Pairs = ()  # field, value: not mapped yet


@dataclass(frozen=True, slots=True)
class Style:
    """Two or more items that are one product."""

    key: str
    name: str
    members: tuple[Member, ...]

    @property
    def ready(self) -> tuple[Member, ...]:
        """The members that can be variations."""
        return tuple(one for one in self.members if not one.why_not)

    @property
    def offered(self) -> Pairs:
        """The attributes that the product offers, each value once."""
        pairs = (pair for one in self.ready for pair in one.attributes)
        return tuple(dict.fromkeys(pairs))


def style_key(item: BooksItem, rule: StyleRule) -> str:
    """Return what makes items one style; "" for an item that is none.

    Names are compared to the letter: a style's items are made with one name.
    """
    if rule is StyleRule.NONE or not item.name.strip():
        return ""
    if rule is StyleRule.NAME:
        return f"name:{item.name}"
    return f"style:{item.department}/{item.name}"


def style_sku(books: str, key: str) -> str:
    """Return the SKU of the product that groups a style of these books.

    It derives from the style alone: a lost answer or a restored database makes no
    second product.
    """
    return f"STYLE-{digest_of([books, key])[:_SKU_CHARS].upper()}"


def group_styles(
    items: Iterable[BooksItem],
    rule: StyleRule,
    attributes: Sequence[AttributeRule],
    known: Collection[str] = (),
) -> tuple[Style, ...]:
    """Return the styles of two or more items, in the order of their first ones.

    `known` are the items that the store has already: they keep their place, and a new
    one that says the same waits.
    """
    groups: dict[str, list[BooksItem]] = defaultdict(list)
    for item in items:
        if key := style_key(item, rule):
            groups[key].append(item)
    return tuple(
        Style(key, members[0].name, _members(members, attributes, known))
        for key, members in groups.items()
        if len(members) > 1
    )


def _members(
    items: Sequence[BooksItem],
    attributes: Sequence[AttributeRule],
    known: Collection[str],
) -> tuple[Member, ...]:
    translated = [(item, translate(item, attributes)) for item in items]
    names = dict.fromkeys(name for _, told in translated for name, _ in told.pairs)
    same = Counter(_told_apart_by(told.pairs) for _, told in translated)
    twins = defaultdict(list)
    for item, told in translated:
        twins[_told_apart_by(told.pairs)].append(item)
    found = []
    for item, told in translated:
        why = _waiting(told.waits_for) or _lacking(told.pairs, tuple(names))
        alike = _told_apart_by(told.pairs)
        if not why and same[alike] > 1 and item.external_id not in known:
            others = [one for one in twins[alike] if one is not item]
            why = _alike(others[0], told.pairs)
        found.append(Member(item, told.pairs, why, told.waits_for))
    return tuple(found)


def _waiting(waits_for: Pairs) -> str:
    if not waits_for:
        return ""
    values = ", ".join(value for _, value in waits_for)
    return f"Not mapped to a value of the store yet: {values}."


def _lacking(pairs: Pairs, names: Sequence[str]) -> str:
    """Say which value is missing that others of the style have."""
    own = {name for name, _ in pairs}
    missing = [name for name in names if name not in own]
    if not names:
        return "Nothing tells it from the others of its style: no attribute, no size."
    if missing:
        return f"It has no {missing[0]}, as others of its style have."
    return ""


def _alike(other: BooksItem, pairs: Pairs) -> str:
    values = ", ".join(value for _, value in pairs)
    name = other.sku or other.external_id
    return f"{values}: {name} of the same style says the same."


def _told_apart_by(pairs: Pairs) -> frozenset[tuple[str, str]]:
    return frozenset((name, value_key(value)) for name, value in pairs)
