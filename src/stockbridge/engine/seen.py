"""What turned up in a store: ways to pay, ways to ship, tax rates, categories."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from stockbridge.engine.fetch import ITEMS, ORDERS
from stockbridge.engine.mapping_kinds import (
    CATEGORY,
    PAYMENT,
    SHIPPING,
    mapping_kinds,
)
from stockbridge.engine.models import Bridge, Mapping, Snapshot

ORDERS_READ_MAX = 2_000  # the newest: what nobody uses any more need not be mapped
ITEMS_READ_MAX = 5_000
_TAX = "tax"


@dataclass(frozen=True, slots=True)
class Seen:
    """One key of the store, how often it came, and what it was mapped to."""

    key: str
    label: str
    count: int
    chosen: str = ""  # an id of the books

    @property
    def is_mapped(self) -> bool:
        """Whether a person chose anything."""
        return bool(self.chosen)


@dataclass(frozen=True, slots=True)
class SeenKeys:
    """All that is in use; what is not mapped comes first."""

    of_kind: dict[str, tuple[Seen, ...]]  # by the kind of mapping
    tax_rates: tuple[Seen, ...]


def seen_keys(bridge: Bridge) -> SeenKeys:
    """Return what the newest orders of the bridge's store used, and its categories."""
    counts: dict[str, Counter[str]] = {
        one: Counter() for one in (PAYMENT, SHIPPING, _TAX, CATEGORY)
    }
    names: dict[tuple[str, str], str] = {}
    rows = Snapshot.objects.filter(
        connection=bridge.store_id, feed=ORDERS, deleted_at=None
    ).order_by("-at")[:ORDERS_READ_MAX]
    read = rows.values_list(
        "data__payment_method",
        "data__payment_title",
        "data__lines",
        "data__tax_lines",
    )
    for method, title, lines, tax_lines in read.iterator(chunk_size=500):
        if method:
            counts[PAYMENT][method] += 1
            names.setdefault((PAYMENT, method), title or method)
        for line in lines or ():
            if line.get("kind") == "shipping" and line.get("method_id"):
                counts[SHIPPING][line["method_id"]] += 1
                names.setdefault((SHIPPING, line["method_id"]), line.get("name", ""))
        for line in tax_lines or ():
            counts[_TAX][line["rate_id"]] += 1
            names.setdefault((_TAX, line["rate_id"]), _rate(line))
    kinds = mapping_kinds(bridge)
    if CATEGORY in kinds:
        counts[CATEGORY].update(_categories(bridge))
    found = {}
    for kind, one in kinds.items():
        chosen = _chosen(bridge, kind, one.field)
        for key in chosen:
            counts[kind].setdefault(key, 0)
        found[kind] = _sorted(kind, counts[kind], names, chosen)
    return SeenKeys(found, _sorted(_TAX, counts[_TAX], names, {}))


def _categories(bridge: Bridge) -> Iterable[str]:
    rows = Snapshot.objects.filter(
        connection=bridge.store_id, feed=ITEMS, deleted_at=None
    ).order_by("-id")[:ITEMS_READ_MAX]
    for categories in rows.values_list("data__categories", flat=True):
        yield from categories or ()


def _chosen(bridge: Bridge, kind: str, name: str) -> dict[str, tuple[str, str]]:
    """Return what a person chose of this kind, with its label, by key."""
    rows = Mapping.objects.filter(bridge=bridge, kind=kind)
    return {row.store_key: (str(row.value.get(name, "")), row.label) for row in rows}


def _rate(line: dict[str, object]) -> str:
    label, percent = str(line.get("label") or ""), line.get("rate_percent")
    return f"{label} {percent} %".strip() if percent is not None else label


def _sorted(
    kind: str,
    counts: Counter[str],
    names: dict[tuple[str, str], str],
    chosen: dict[str, tuple[str, str]],
) -> tuple[Seen, ...]:
    found = []
    for key, count in counts.items():
        books_id, label = chosen.get(key, ("", ""))
        found.append(Seen(key, names.get((kind, key)) or label or key, count, books_id))
    return tuple(sorted(found, key=lambda one: (one.is_mapped, -one.count, one.label)))
