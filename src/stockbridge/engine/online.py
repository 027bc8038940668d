"""What a bridge sells online: its options, in the words that the books' items use."""

from stockbridge.domain.identity import match_key
from stockbridge.domain.online import OnlineRule
from stockbridge.engine.desk.lists import LISTS
from stockbridge.engine.ground import options_of
from stockbridge.engine.models import Bridge

#: A list of the books: (name or code of a department, its id); both mean the same.
_NAMES = "department_names"


def rule_of(bridge: Bridge) -> OnlineRule:
    """Return what tells the items that are to be sold online."""
    options = options_of(bridge)
    return OnlineRule(
        by=options.online_by,
        departments=_with_other_names(bridge, options.online_departments),
        keyword=options.online_keyword,
    )


def _with_other_names(bridge: Bridge, chosen: list[str]) -> tuple[str, ...]:
    """Return the departments under each name: a person types one, items say another.

    QuickBooks POS writes the code of a department on its items, as KIT for Kitchen.
    """
    lists = bridge.books.facts.get(LISTS)
    rows = lists.get(_NAMES, []) if isinstance(lists, dict) else []
    ids = {match_key(str(name)): str(record) for name, record in rows}
    wanted = {ids[key] for name in chosen if (key := match_key(name)) in ids}
    others = [str(name) for name, record in rows if str(record) in wanted]
    return tuple(dict.fromkeys([*chosen, *others]))
