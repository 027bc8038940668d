"""What is to be done about an item whose prices differ in store and books.

Only changes travel. What differed before anybody looked stays until a person sends it,
or until the books' price changes. From then on the store is to ask what the books do:
where they change it is written, and what somebody typed there is overwritten, and told.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Standing(StrEnum):
    """Where an item's prices stand."""

    SAME = "same"
    DUE = "due"  # to be written
    BEFORE = "before"  # differed when changes began to travel: a person decides
    LIMIT = "limit"  # a safety limit asks
    REFUSED = "refused"  # by the store
    NONE = "none"  # nothing can be written


#: What stays as it is until one of both sides moves.
_STUCK = frozenset({Standing.LIMIT, Standing.REFUSED})


@dataclass(frozen=True, slots=True)
class Prices:
    """What one side asks for an item."""

    regular: Decimal | None = None
    sale: Decimal | None = None  # None: not on sale, or none of our business
    is_dated: bool = False  # the sale is on from or to a day only


@dataclass(frozen=True, slots=True)
class Seen:
    """What was known of an item when it was last looked at."""

    wanted: Prices  # what the books asked
    shown: Prices  # what the store asked
    standing: Standing
    is_sent: bool = False  # a write left, and no answer was taken in


@dataclass(frozen=True, slots=True)
class Looked:
    """What is to be done, and whether somebody typed another price in the store."""

    standing: Standing
    was_typed: bool = False


def look(
    before: Seen | None, wanted: Prices, shown: Prices, *, is_same: bool
) -> Looked:
    """Return where an item stands; `before` is None where it was never looked at."""
    if is_same:
        return Looked(Standing.SAME)
    if before is None:
        return Looked(Standing.BEFORE)
    if wanted != before.wanted:
        return Looked(Standing.DUE)
    was = before.standing
    if was in (Standing.NONE, Standing.BEFORE):
        return Looked(Standing.BEFORE)
    if shown == before.shown:
        return Looked(was if was in _STUCK else Standing.DUE)
    was_typed = not before.is_sent and was is Standing.SAME
    return Looked(Standing.DUE, was_typed)
