"""What turned up in a store's orders: ways to pay, ways to ship, tax rates."""

from collections import Counter
from dataclasses import dataclass

from stockbridge.engine.fetch import ORDERS
from stockbridge.engine.models import Bridge, Mapping, Snapshot

ORDERS_READ_MAX = 2_000  # the newest: what nobody uses any more need not be mapped


@dataclass(frozen=True, slots=True)
class Seen:
    """One key of the store, how often it came, and what it was mapped to."""

    key: str
    label: str
    count: int
    account_id: str = ""
    is_mapped: bool = False


@dataclass(frozen=True, slots=True)
class SeenKeys:
    """All that the newest orders used; what is not mapped comes first."""

    payment_methods: tuple[Seen, ...]
    shipping_methods: tuple[Seen, ...]
    tax_rates: tuple[Seen, ...]


def seen_keys(bridge: Bridge) -> SeenKeys:
    """Return what the newest orders of the bridge's store used."""
    payment: Counter[str] = Counter()
    shipping: Counter[str] = Counter()
    taxes: Counter[str] = Counter()
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
            payment[method] += 1
            names.setdefault(("payment", method), title or method)
        for line in lines or ():
            if line.get("kind") == "shipping" and line.get("method_id"):
                shipping[line["method_id"]] += 1
                names.setdefault(("shipping", line["method_id"]), line.get("name", ""))
        for line in tax_lines or ():
            taxes[line["rate_id"]] += 1
            names.setdefault(("tax", line["rate_id"]), _rate(line))
    chosen = _chosen(bridge)
    for method in chosen:
        payment.setdefault(method, 0)
    return SeenKeys(
        _sorted("payment", payment, names, chosen),
        _sorted("shipping", shipping, names, {}),
        _sorted("tax", taxes, names, {}),
    )


def _chosen(bridge: Bridge) -> dict[str, Mapping]:
    rows = Mapping.objects.filter(bridge=bridge, kind="payment_method")
    return {row.store_key: row for row in rows}


def _rate(line: dict[str, object]) -> str:
    label, percent = str(line.get("label") or ""), line.get("rate_percent")
    return f"{label} {percent} %".strip() if percent is not None else label


def _sorted(
    kind: str,
    counts: Counter[str],
    names: dict[tuple[str, str], str],
    chosen: dict[str, Mapping],
) -> tuple[Seen, ...]:
    found = []
    for key, count in counts.items():
        row = chosen.get(key)
        label = names.get((kind, key)) or (row.label if row else "") or key
        account = str(row.value.get("account_id", "")) if row else ""
        found.append(Seen(key, label, count, account, is_mapped=bool(account)))
    return tuple(sorted(found, key=lambda one: (one.is_mapped, -one.count, one.label)))
