"""Why items of a store have no counterpart in the books, in words for a person."""

from collections import defaultdict
from collections.abc import Sequence

from stockbridge.domain.identity import match_key
from stockbridge.domain.matching import ItemIndex, ItemKey, NoMatch, match_item
from stockbridge.engine.codec import STORE_ITEM
from stockbridge.engine.fetch import ITEMS
from stockbridge.engine.ground import options_of
from stockbridge.engine.item_marks import GROUPING, INHERITED
from stockbridge.engine.matching import UNLINKED
from stockbridge.engine.models import Bridge, ItemCode, Mapping, Snapshot

BY_HAND = "You unlinked it: it is not linked by itself again."
SOON = "It fits now, and is linked at the next look."
ERASED = "What was known of it was erased."


def why_unlinked(bridge: Bridge, rows: Sequence[Snapshot]) -> dict[str, str]:
    """Return why each of these store items is not linked, by its id.

    The rows have no counterpart, and carry their data.
    """
    by_hand = set(
        Mapping.objects.filter(
            bridge=bridge,
            kind=UNLINKED,
            store_key__in=[row.external_id for row in rows],
        ).values_list("store_key", flat=True)
    )
    index = _index(bridge, rows)
    found = {}
    for row in rows:
        if row.external_id in by_hand:
            found[row.external_id] = BY_HAND
        elif row.problem or not row.data:
            found[row.external_id] = row.problem.partition("\n")[0] or ERASED
        else:
            match = match_item(STORE_ITEM.validate_python(row.data), index)
            found[row.external_id] = (
                match.message if isinstance(match, NoMatch) else SOON
            )
    return found


def _index(bridge: Bridge, rows: Sequence[Snapshot]) -> ItemIndex:
    """Return the books' items that share a code with these, and the codes in doubt."""
    keys: tuple[ItemKey, ...] = (ItemKey.SKU, ItemKey.LOOKUP_CODE)
    if not options_of(bridge).match_by_lookup_code:
        keys = keys[:1]
    codes = {match_key(row.key) for row in rows} - {""}
    ids: dict[tuple[ItemKey, str], list[str]] = defaultdict(list)
    known = ItemCode.objects.filter(
        connection=bridge.books_id, code__in=codes, kind__in=[key.value for key in keys]
    )
    for kind, code, external_id in known.values_list("kind", "code", "external_id"):
        ids[ItemKey(kind), code].append(external_id)
    return ItemIndex(
        {entry: tuple(many) for entry, many in ids.items()},
        keys,
        _twins(bridge, codes),
    )


def _twins(bridge: Bridge, codes: set[str]) -> frozenset[str]:
    """Return the codes that several sellable items of the store have."""
    counts: dict[str, int] = defaultdict(int)
    rows = Snapshot.objects.filter(
        connection=bridge.store_id, feed=ITEMS, match_key__in=codes, deleted_at=None
    ).exclude(marks__contains=GROUPING)
    own = rows.exclude(marks__contains=INHERITED)
    for code in own.values_list("match_key", flat=True):
        counts[code] += 1
    return frozenset(code for code, count in counts.items() if count > 1)
