"""Which items of the books are to be sold online: by mark, department or keyword."""

import re
from dataclasses import dataclass
from enum import StrEnum

from stockbridge.domain.catalog import BooksItem
from stockbridge.domain.identity import match_key

#: The field of further ones that holds what an item may be found by.
KEYWORDS = "keywords"
_WORD = re.compile(r"[\w'&+-]+")


class OnlineBy(StrEnum):
    """What says that an item is to be sold online."""

    MARK = "mark"  # the item's own mark (QuickBooks POS: IsWebItem)
    DEPARTMENT = "department"
    KEYWORD = "keyword"


@dataclass(frozen=True, slots=True)
class OnlineRule:
    """How a bridge tells; names are compared without regard to case."""

    by: OnlineBy = OnlineBy.MARK
    departments: tuple[str, ...] = ()
    keyword: str = ""


def why_not_online(item: BooksItem, rule: OnlineRule) -> str:
    """Return why an item is not to be sold online; "" where it is."""
    match rule.by:
        case OnlineBy.MARK:
            return "" if item.is_sold_online else "It is not marked to sell online."
        case OnlineBy.DEPARTMENT:
            chosen = {match_key(name) for name in rule.departments}
            if match_key(item.department) in chosen:
                return ""
            place = item.department or "(none)"
            return f"Its department {place} is not one of those sold online."
        case OnlineBy.KEYWORD:
            if _has_word(item, rule.keyword):
                return ""
            return f"It does not have the keyword {rule.keyword or '(none)'}."


def _has_word(item: BooksItem, keyword: str) -> bool:
    """Whether the words stand in its keywords, its name or its description.

    Whole words, in their order: "web" is not in "webbing".
    """
    wanted = _words(keyword)
    texts = (dict(item.extras).get(KEYWORDS, ""), item.name, item.description)
    return bool(wanted) and any(f" {wanted} " in f" {_words(one)} " for one in texts)


def _words(text: str) -> str:
    return " ".join(_WORD.findall(text.casefold()))
