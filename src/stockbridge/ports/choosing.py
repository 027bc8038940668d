"""How a connector says what a setting is chosen from, and in which words.

Both stand among the metadata of a pydantic field:
`Annotated[str, Field(...), ChosenFrom("accounts", kinds=INCOME)]`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from pydantic.fields import FieldInfo

#: Lists that are not read as one: what was read of these records is searched.
ITEMS, CUSTOMERS = "items", "customers"
Mark = TypeVar("Mark")


class Place(StrEnum):
    """Where in a setting's text the id stands."""

    WHOLE = "whole"
    LEFT = "left"  # of each pair, as id=8.25; id=6
    RIGHT = "right"  # of each pair, as stripe=id; cod=id


@dataclass(frozen=True, slots=True)
class ChosenFrom:
    """The setting holds the id of an entry of these lists of the books.

    `lists` are named as in `PageRead`: locations, accounts, the names in `choices`;
    or items and customers, whose feeds are read.
    """

    lists: tuple[str, ...]
    kinds: frozenset[str] = frozenset()  # of accounts; none means any
    is_uncounted: bool = False  # only items that move no stock
    place: Place = Place.WHOLE
    aliases: str = ""  # a list of (other name, id): these names are taken, too
    figures: str = ""  # a list of (id, figure): what stands beside an id by default
    is_open: bool = False  # anything else may be typed, too


@dataclass(frozen=True, slots=True)
class Words:
    """What the values of a choice are called on a screen."""

    of: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class AskedFor:
    """Asked at once, though it is not needed: a key that a person may enter.

    A setting marked so is asked before a person signs in, when all others can wait.
    """


@dataclass(frozen=True, slots=True)
class LeadsElsewhere:
    """A change of it leads to another system: keys and tokens stay behind."""


def chosen_from(info: FieldInfo) -> ChosenFrom | None:
    """Return what a setting is chosen from; None where it names nothing."""
    return _mark(info, ChosenFrom)


def words_of(info: FieldInfo) -> Mapping[str, str]:
    """Return the words of a choice's values; empty where there are none."""
    found = _mark(info, Words)
    return found.of if found else {}


def is_asked_for(info: FieldInfo) -> bool:
    """Return whether a person enters it: what is needed, and what is marked so."""
    return info.is_required() or _mark(info, AskedFor) is not None


def leads_elsewhere(info: FieldInfo) -> bool:
    """Return whether a change of it leads to another system, as one of address does."""
    return _mark(info, LeadsElsewhere) is not None


def ids_in(value: object, place: Place) -> list[str]:
    """Return the ids that a setting holds; what is no pair is left to the model."""
    if isinstance(value, list | tuple):
        return [str(one) for one in value]
    if place is Place.WHOLE:
        return [str(value)] if value not in (None, "") else []
    pairs = [part.partition("=") for part in str(value or "").split(";")]
    found = [left if place is Place.LEFT else right for left, _, right in pairs]
    return [one.strip() for one in found if one.strip()]


def _mark(info: FieldInfo, kind: type[Mark]) -> Mark | None:
    return next((one for one in info.metadata if isinstance(one, kind)), None)
