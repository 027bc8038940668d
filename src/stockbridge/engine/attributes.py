"""A bridge's attributes: what was chosen for each field and value, and what waits."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from stockbridge.domain.attributes import (
    AttributeRule,
    Unmapped,
    ValueTally,
    tally_values,
    value_key,
)
from stockbridge.domain.catalog import BooksItem
from stockbridge.domain.online import why_not_online
from stockbridge.engine.attribute_rules import rules_of
from stockbridge.engine.codec import BOOKS_ITEM
from stockbridge.engine.fetch import ITEMS
from stockbridge.engine.issues import IssueDraft, open_issue, resolve_issues
from stockbridge.engine.models import Bridge, Issue, Snapshot
from stockbridge.engine.online import rule_of

UNMAPPED = "attribute_unmapped"  # the issue's code
_CHUNK = 2_000
_VALUES_SAID = 10

#: How many items wait for a value to be mapped: field and value → items.
Waiting = dict[tuple[str, str], int]


def online_items(bridge: Bridge) -> Iterator[BooksItem]:
    """Yield the items of the books that are in use and are to be sold online."""
    rule = rule_of(bridge)
    rows = Snapshot.objects.filter(
        connection=bridge.books_id, feed=ITEMS, deleted_at=None, status="active"
    ).exclude(data=None)
    for data in rows.values_list("data", flat=True).iterator(chunk_size=_CHUNK):
        item = BOOKS_ITEM.validate_python(data)
        if not why_not_online(item, rule):
            yield item


def tallies(bridge: Bridge, rules: Sequence[AttributeRule]) -> tuple[ValueTally, ...]:
    """Return all values of the items sold online; reads each item once."""
    return tally_values(online_items(bridge), rules)


def ask_for_values(bridge: Bridge, waiting: Waiting, now: datetime) -> None:
    """Keep the one issue that lists the values that items wait for.

    What it lists already stays listed until it is mapped; with nothing left it is
    closed. Part of the caller's transaction.
    """
    issue = _open_issue(bridge)
    listed = _listed(issue) if issue is not None else {}
    still = _not_mapped({**listed, **waiting}, rules_of(bridge))
    if still:
        open_issue(_draft(bridge, still), now=now)
    elif issue is not None:
        resolve_issues(bridge.company, now=now, code=UNMAPPED, bridge=bridge)


def _open_issue(bridge: Bridge) -> Issue | None:
    rows = Issue.objects.filter(
        company=bridge.company_id, bridge=bridge, code=UNMAPPED, resolved_at=None
    )
    return rows.first()


def _listed(issue: Issue) -> Waiting:
    rows: Iterable[tuple[str, str, int]] = issue.details.get("values", [])
    return {(field, value): count for field, value, count in rows}


def _not_mapped(waiting: Waiting, rules: Sequence[AttributeRule]) -> Waiting:
    by_field = {rule.field: rule for rule in rules}
    found: Waiting = {}
    for (field, value), count in waiting.items():
        rule = by_field.get(field)
        if rule is None or not rule.name or rule.unmapped is Unmapped.AS_IS:
            continue
        if not rule.values.get(value_key(value)):
            found[field, value] = count
    return found


def _draft(bridge: Bridge, waiting: Waiting) -> IssueDraft:
    rows = sorted(waiting.items(), key=lambda one: (-one[1], one[0]))
    said = ", ".join(f"{value} ({count})" for (_, value), count in rows[:_VALUES_SAID])
    more = len(rows) - _VALUES_SAID
    title = "A value of items is" if len(rows) == 1 else f"{len(rows)} values are"
    return IssueDraft(
        company=bridge.company,
        code=UNMAPPED,
        title=f"{title} not mapped to the store yet",
        message=f"Items wait for them: {said}{f', and {more} more' if more > 0 else ''}"
        ".",
        remedy="Map each value under Attributes, then push the items again.",
        bridge=bridge,
        connection=bridge.store,
        severity="warning",
        details={"values": [[field, value, n] for (field, value), n in rows]},
        waiting_count=sum(count for _, count in rows),
    )
