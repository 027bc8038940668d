"""What attributes and styles would come to, over all items that are sold online.

One pass over the items; of the styles only the first are looked at closely, so that
the memory it takes does not grow with the inventory.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from stockbridge.domain.attributes import ValueTally, tally_values
from stockbridge.domain.catalog import BooksItem
from stockbridge.domain.styles import StyleRule, style_key
from stockbridge.engine.attribute_rules import rules_of
from stockbridge.engine.attributes import online_items
from stockbridge.engine.ground import options_of
from stockbridge.engine.models import Bridge
from stockbridge.engine.styles import StylePlan, plans_of

STYLES_SHOWN = 25


@dataclass(frozen=True, slots=True)
class Outlook:
    """What the choices of a bridge come to."""

    values: tuple[ValueTally, ...]
    items_count: int = 0  # sold online
    styles_count: int = 0  # of two items or more
    grouped_count: int = 0  # items in those
    styles: tuple[StylePlan, ...] = ()  # the first ones, by name
    is_grouping: bool = True


def outlook(bridge: Bridge, *, shown: int = STYLES_SHOWN) -> Outlook:
    """Return what the bridge's choices come to; reads each item once."""
    rule = options_of(bridge).style_rule
    keys: Counter[str] = Counter()
    names: dict[str, BooksItem] = {}
    counted = _counting(online_items(bridge), rule, keys, names)
    values = tally_values(counted, rules_of(bridge))
    several = sorted(key for key, count in keys.items() if key and count > 1)
    return Outlook(
        values,
        items_count=keys.total(),
        styles_count=len(several),
        grouped_count=sum(keys[key] for key in several),
        styles=_first(bridge, [names[key] for key in several[:shown]]),
        is_grouping=rule is not StyleRule.NONE,
    )


def _counting(
    items: Iterator[BooksItem],
    rule: StyleRule,
    keys: Counter[str],
    firsts: dict[str, BooksItem],
) -> Iterator[BooksItem]:
    """Pass the items on, and count their styles on the way."""
    for item in items:
        key = style_key(item, rule)
        keys[key] += 1
        if key:
            firsts.setdefault(key, item)
        yield item


def _first(bridge: Bridge, firsts: Sequence[BooksItem]) -> tuple[StylePlan, ...]:
    found = plans_of(bridge, firsts)
    wanted = {item.external_id for item in firsts}
    plans = {plan.sku: plan for item, plan in found.items() if item in wanted}
    return tuple(sorted(plans.values(), key=lambda one: (one.style.name, one.sku)))
