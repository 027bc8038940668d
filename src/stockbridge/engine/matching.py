"""Linking store items to books items by their codes, in bulk and incrementally."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from stockbridge.companies.prepared import prepared
from stockbridge.companies.row_writes import update_each
from stockbridge.domain.catalog import BooksItem
from stockbridge.domain.identity import match_key
from stockbridge.engine.bridge_rows import look_again
from stockbridge.engine.carried import CARRIED_ITEMS
from stockbridge.engine.claims import mark_stale_by_store
from stockbridge.engine.fetch import ITEMS, ORDERS
from stockbridge.engine.ground import options_of
from stockbridge.engine.models import (
    Binding,
    Bridge,
    Disposition,
    ItemCode,
    Mapping,
    Snapshot,
)
from stockbridge.engine.price_signs import forget_prices, links_moved
from stockbridge.engine.record_changes import agree_from_now_on
from stockbridge.engine.session import Session
from stockbridge.engine.targets import ensure_targets

CHUNK = 500
LOOK_AGAIN = timedelta(hours=1)
SKU, LOOKUP, UPC = "sku", "lookup", "upc"
UNLINKED = "unlinked"  # a mapping: store items that a person unlinked


@dataclass(frozen=True, slots=True)
class Linked:
    """What one round of linking did."""

    linked: int = 0
    missing: int = 0


def keep_codes(session: Session, items: Sequence[BooksItem]) -> None:
    """Keep the codes of books items, so that store items find them."""
    if not items:
        return
    ids = [item.external_id for item in items]
    ItemCode.objects.filter(connection=session.connection, external_id__in=ids).delete()
    rows = [
        ItemCode(
            connection=session.connection,
            external_id=item.external_id,
            kind=kind,
            code=code[:200],
        )
        for item in items
        if item.is_active
        for kind, code in _codes(item)
    ]
    ItemCode.objects.bulk_create(rows, ignore_conflicts=True)


def link_items(session: Session, bridge: Bridge) -> Linked:
    """Link every store item that has none yet and finds exactly one counterpart.

    Looks only after something changed that linking depends on (`look_again`); and, to
    be safe, once an hour.
    """
    ((changed, looked, looked_at),) = _marks(bridge.pk)
    is_fresh = looked_at is not None and session.now() - looked_at < LOOK_AGAIN
    if is_fresh and looked == changed:
        return Linked()
    linked, missing, after = 0, 0, 0
    while True:
        rows = _unlinked(bridge.pk, bridge.store_id, bridge.books_id, after)
        if rows:
            with session.fenced():
                found = _link(bridge, rows)
            linked += found
            missing += len(rows) - found
            after = rows[-1].pk
        if len(rows) < CHUNK:
            with session.fenced():
                seen = [(bridge.pk, changed, session.now())]
                update_each(Bridge, ["links_looked", "links_at"], seen)
            return Linked(linked, missing)
        if session.is_over():
            return Linked(linked, missing)


@prepared
def _marks(bridge_id: int) -> QuerySet[Bridge, tuple[int, int, datetime | None]]:
    """Return how far changes have come, how far they were looked at, and when."""
    rows = Bridge.objects.filter(pk=bridge_id)
    return rows.values_list("items_changed", "links_looked", "links_at")


def link_by_hand(
    bridge: Bridge, store_id: str, books_id: str, *, factor: str = "1"
) -> Binding:
    """Link one pair because a person says so; it replaces automatic links."""
    Binding.objects.filter(
        store_connection=bridge.store,
        books_connection=bridge.books,
        kind="item",
        store_id=store_id,
    ).exclude(matched_by="hand").delete()
    row, _ = Binding.objects.update_or_create(
        store_connection=bridge.store,
        books_connection=bridge.books,
        kind="item",
        store_id=store_id,
        books_id=books_id,
        defaults={
            "company": bridge.company,
            "factor": factor,
            "matched_by": "hand",
        },
    )
    _agree(bridge, [store_id])
    after_linking(bridge, [store_id])
    return row


def _agree(bridge: Bridge, store_ids: Sequence[str]) -> None:
    """Note what the store says of new links, where changes are carried from now on."""
    if bridge.items_since is not None:
        agree_from_now_on(bridge, CARRIED_ITEMS, store_ids)


def unlink(bridge: Bridge, store_id: str) -> int:
    """Forget the links of a store item; return how many there were."""
    mark_stale_by_store(bridge, [store_id])  # while the links still say which
    forget_prices(bridge, [store_id])
    count, _ = Binding.objects.filter(
        store_connection=bridge.store,
        books_connection=bridge.books,
        kind="item",
        store_id=store_id,
    ).delete()
    return count


def forbid_linking(bridge: Bridge, store_id: str) -> None:
    """Remember that a person unlinked it: no code links it again by itself."""
    Mapping.objects.update_or_create(
        bridge=bridge, kind=UNLINKED, store_key=store_id, defaults={"value": {}}
    )


def allow_linking(bridge: Bridge, store_id: str) -> None:
    """Forget that a person unlinked it."""
    Mapping.objects.filter(bridge=bridge, kind=UNLINKED, store_key=store_id).delete()
    look_again([bridge.store_id])


def after_linking(bridge: Bridge, store_ids: Iterable[str]) -> None:
    """Make targets, and let the orders that waited for these items be planned."""
    ids = list(store_ids)
    ensure_targets(bridge, ids)
    links_moved(bridge, ids)
    held = Disposition.objects.filter(
        bridge=bridge, is_current=True, code="missing_items"
    ).values_list("order_id", flat=True)
    Snapshot.objects.filter(
        connection=bridge.store, feed=ORDERS, external_id__in=set(held)
    ).update(is_plan_due=True)


@prepared
def _unlinked(
    bridge_id: int, store_id: int, books_id: int, after: int
) -> QuerySet[Snapshot]:
    bound = Binding.objects.filter(
        store_connection=store_id, books_connection=books_id, kind="item"
    ).values("store_id")
    return (
        Snapshot.objects.filter(
            connection=store_id, feed=ITEMS, deleted_at=None, problem="", pk__gt=after
        )
        .exclude(match_key="")
        .exclude(external_id__in=bound)
        .exclude(
            external_id__in=Mapping.objects.filter(
                bridge=bridge_id, kind=UNLINKED
            ).values("store_key")
        )
        .only("id", "external_id", "match_key", "data")
        .order_by("id")[:CHUNK]
    )


def _link(bridge: Bridge, rows: Sequence[Snapshot]) -> int:
    kinds = [SKU, LOOKUP] if options_of(bridge).match_by_lookup_code else [SKU]
    index = _index(bridge, {row.match_key for row in rows}, kinds)
    twins = _twins(bridge, {row.match_key for row in rows})
    made = []
    for row in rows:
        data = row.data or {}
        if data.get("kind") == "variable" or data.get("is_sku_inherited"):
            continue
        if row.match_key in twins:
            continue
        kind, books_id = _only(index, row.match_key, kinds)
        if books_id:
            made.append(
                Binding(
                    company_id=bridge.company_id,
                    store_connection=bridge.store,
                    books_connection=bridge.books,
                    kind="item",
                    store_id=row.external_id,
                    books_id=books_id,
                    matched_by=kind,
                )
            )
    Binding.objects.bulk_create(made, ignore_conflicts=True)
    if made:
        _agree(bridge, [row.store_id for row in made])
        after_linking(bridge, [row.store_id for row in made])
    return len(made)


def _only(
    index: dict[tuple[str, str], set[str]], code: str, kinds: Sequence[str]
) -> tuple[str, str]:
    """Return the one books item with this code, by the first kind that has any."""
    for kind in kinds:
        found = index.get((kind, code), set())
        if len(found) == 1:
            return kind, next(iter(found))
        if found:
            return "", ""  # several: a person must choose
    return "", ""


def _index(
    bridge: Bridge, codes: set[str], kinds: Sequence[str]
) -> dict[tuple[str, str], set[str]]:
    index: dict[tuple[str, str], set[str]] = defaultdict(set)
    rows = ItemCode.objects.filter(
        connection=bridge.books, code__in=codes, kind__in=kinds
    ).values_list("kind", "code", "external_id")
    for kind, code, external_id in rows:
        index[kind, code].add(external_id)
    return index


def _twins(bridge: Bridge, codes: set[str]) -> set[str]:
    """Return the codes that several store items have: none of them may be linked."""
    counts: dict[str, int] = defaultdict(int)
    rows = Snapshot.objects.filter(
        connection=bridge.store, feed=ITEMS, match_key__in=codes, deleted_at=None
    ).only("match_key", "data")
    for row in rows:
        data = row.data or {}
        if data.get("kind") != "variable" and not data.get("is_sku_inherited"):
            counts[row.match_key] += 1
    return {code for code, count in counts.items() if count > 1}


def _codes(item: BooksItem) -> list[tuple[str, str]]:
    found = [(SKU, match_key(item.sku)), (UPC, match_key(item.upc))]
    found += [(LOOKUP, match_key(code)) for code in item.lookup_codes]
    return [(kind, code) for kind, code in dict.fromkeys(found) if code]
