"""Importing store items into the books, with the accounts that a person chose."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from stockbridge.domain.accounting import ItemRecord
from stockbridge.domain.catalog import StoreItem
from stockbridge.domain.identity import digest_of, match_key
from stockbridge.domain.shared_records import item_record
from stockbridge.engine.attribute_rules import rules_of
from stockbridge.engine.carried import CARRIED_ITEMS
from stockbridge.engine.codec import STORE_ITEM
from stockbridge.engine.departments import mapped_departments
from stockbridge.engine.feeds import order_reader
from stockbridge.engine.fetch import ITEMS
from stockbridge.engine.ground import scope_of
from stockbridge.engine.initial import initial_quantities
from stockbridge.engine.models import Binding, Bridge, ItemCode, RunRow, Snapshot
from stockbridge.engine.quantities import read_exactly
from stockbridge.engine.record_look import on_their_way
from stockbridge.engine.records import RecordPlan
from stockbridge.engine.runs import change_rows
from stockbridge.engine.runs.halting import halts
from stockbridge.engine.runs.parameters import ItemImport
from stockbridge.engine.runs.record_rows import created_by, queue_rows
from stockbridge.engine.runs.steps import (
    CHANGE,
    CREATE,
    SKIP,
    RunWork,
    execute_each,
    preview_each,
    sent_back,
)

_TAKEN = {
    "sku": "An item of the books has this SKU already.",
    "lookup": "An item of the books has this lookup code already.",
    "upc": "An item of the books has this UPC already.",
    "name": "An item of the books has this name already.",
}


def preview(work: RunWork) -> bool:
    """Show which items importing would create, and why it skips the others."""
    return preview_each(work, _selected(work), lambda rows: _rows(work, rows))


def execute(work: RunWork) -> bool:
    """Queue the approved items."""
    if halts(work, created_by(work)):
        return True
    _read_quantities(work)
    return execute_each(work, lambda rows: _act(work, rows))


def _read_quantities(work: RunWork) -> None:
    """Read what the store has now; what moves at this moment waits for the next job."""
    assert work.store is not None
    new = work.approved().filter(action=CREATE)
    ids = list(new.values_list("subject_id", flat=True))
    read_orders = order_reader(work.session, work.store)
    read_orders()
    exact = read_exactly(work.session, work.bridge, work.store, ids, read_orders)
    work.waits = frozenset(ids) - exact


def _selected(work: RunWork) -> QuerySet[Snapshot]:
    chosen = work.chosen(ItemImport)
    rows = Snapshot.objects.filter(
        connection=work.bridge.store, feed=ITEMS, deleted_at=None
    ).exclude(data=None)
    if not chosen.all:
        return rows.filter(external_id__in=chosen.items)
    return rows.exclude(data__kind="variable")


def _rows(work: RunWork, snapshots: Sequence[Snapshot]) -> list[RunRow]:
    bridge = work.bridge
    items = [STORE_ITEM.validate_python(one.data) for one in snapshots]
    taken = _taken(bridge, items)
    changed = change_rows.planned_changes(bridge, CARRIED_ITEMS, snapshots)
    moving = on_their_way(bridge, CARRIED_ITEMS, [one.external_id for one in items])
    earlier = _earlier(work, snapshots)
    quantities = initial_quantities(bridge, {one.external_id for one in items})
    rows = []
    for snapshot, item in zip(snapshots, items, strict=True):
        key = _key(bridge, item)
        reason = _why_skipped(item) or taken.get(item.external_id, "")
        if not reason and earlier.setdefault(key, item.external_id) != item.external_id:
            reason = "It is in the selection twice."
        action, plan = SKIP if reason else CREATE, changed.get(item.external_id)
        if plan is not None:
            action, key, reason = CHANGE, plan.key, "It changed in the store."
        elif item.external_id in moving:
            action, reason = SKIP, change_rows.ON_ITS_WAY
        planned = [plan.key] if plan else []
        quantity = quantities.get(item.external_id)
        rows.append(
            RunRow(
                run=work.run,
                subject_kind="item",
                subject_id=item.external_id,
                label=f"{item.sku} · {item.name}"[:300],
                action=action,
                reason=reason,
                digest=digest_of([snapshot.digest, reason, *planned]),
                details={
                    "key": key,
                    "sku": item.sku,
                    "quantity": None if quantity is None else f"{quantity:f}",
                    "price": str(item.price) if item.price else "",
                    **_stock(item, action, quantity),
                    **({"changes": change_rows.shown(plan)} if plan else {}),
                },
            )
        )
    return rows


def _stock(item: StoreItem, action: str, quantity: Decimal | None) -> dict[str, Any]:
    """Return what the books get of an item's stock: only a new one's quantity."""
    is_new = action == CREATE and bool(quantity)
    return {"stock": {item.sku: f"{quantity:f}"} if is_new else {}}


def _why_skipped(item: StoreItem) -> str:
    if item.kind == "variable":
        return "It groups variations; import those."
    if not item.sku.strip():
        return "A required field is missing: SKU."
    if item.is_sku_inherited:
        return "Its SKU is that of its product; give the variation one of its own."
    if not item.name.strip():
        return "A required field is missing: name."
    return ""


def _key(bridge: Bridge, item: StoreItem) -> str:
    scope = scope_of(bridge)
    code = match_key(item.sku)
    identity = f"sku:{code}" if code else f"id:{scope.store}:{item.external_id}"
    return scope.record_key("item", identity)


def _taken(bridge: Bridge, items: Sequence[StoreItem]) -> dict[str, str]:
    """Return why an item cannot be created beside what the books have."""
    linked = set(
        Binding.objects.filter(
            store_connection=bridge.store,
            books_connection=bridge.books,
            kind="item",
            store_id__in=[one.external_id for one in items],
        ).values_list("store_id", flat=True)
    )
    codes = _codes(bridge, items)
    names = _names(bridge, items)
    found = {}
    for one in items:
        if one.external_id in linked:
            found[one.external_id] = "It is linked already."
        elif one.name in names:
            found[one.external_id] = _TAKEN["name"]
        for code in (match_key(one.upc), match_key(one.sku)):
            kinds = codes.get(code, set()) if code else set()
            for kind in sorted(kinds):
                if one.external_id not in linked and _matters(kind, code, one):
                    found[one.external_id] = _TAKEN[kind]
    return found


def _matters(kind: str, code: str, item: StoreItem) -> bool:
    is_upc = code == match_key(item.upc)
    return (kind == "upc") == is_upc or code == match_key(item.sku)


def _codes(bridge: Bridge, items: Sequence[StoreItem]) -> dict[str, set[str]]:
    wanted = {match_key(code) for one in items for code in (one.sku, one.upc)} - {""}
    found: dict[str, set[str]] = defaultdict(set)
    rows = ItemCode.objects.filter(connection=bridge.books, code__in=wanted)
    for kind, code in rows.values_list("kind", "code"):
        found[code].add(kind)
    return found


def _names(bridge: Bridge, items: Sequence[StoreItem]) -> set[str]:
    rows = Snapshot.objects.filter(
        connection=bridge.books,
        feed=ITEMS,
        deleted_at=None,
        name__in=[one.name for one in items],
    )
    return set(rows.values_list("name", flat=True))


def _earlier(work: RunWork, snapshots: Sequence[Snapshot]) -> dict[str, str]:
    rows = RunRow.objects.filter(
        run=work.run, subject_kind="item", action=CREATE
    ).exclude(subject_id__in=[one.external_id for one in snapshots])
    return dict(rows.values_list("details__key", "subject_id"))


def _act(work: RunWork, rows: list[RunRow]) -> None:
    snapshots = list(
        Snapshot.objects.filter(
            connection=work.bridge.store,
            feed=ITEMS,
            external_id__in=[row.subject_id for row in rows],
        ).exclude(data=None)
    )
    fresh = {row.subject_id: row for row in _rows(work, snapshots)}
    same = []
    for row in rows:
        now = fresh.get(row.subject_id)
        if now is None or now.digest != row.digest:
            sent_back(row, now or RunRow(action=SKIP, reason="It is gone."))
        else:
            same.append(row)
    _queue_changes(work, [row for row in same if "changes" in row.details], snapshots)
    records = _records(work, snapshots)
    new = [row for row in same if "changes" not in row.details]
    queue_rows(
        work, new, lambda row: RecordPlan(row.details["key"], records[row.subject_id])
    )


def _queue_changes(
    work: RunWork, rows: Sequence[RunRow], snapshots: Sequence[Snapshot]
) -> None:
    if rows:
        ids = {row.subject_id for row in rows}
        own = [one for one in snapshots if one.external_id in ids]
        plans = change_rows.planned_changes(work.bridge, CARRIED_ITEMS, own)
        change_rows.queue(work, CARRIED_ITEMS, rows, plans)


def _records(work: RunWork, snapshots: Sequence[Snapshot]) -> dict[str, ItemRecord]:
    """Return the records; their first quantity is what the store has at this moment."""
    chosen = work.chosen(ItemImport)
    ids = {one.external_id for one in snapshots}
    quantities = initial_quantities(work.bridge, ids)
    departments = mapped_departments(work.bridge)
    rules = rules_of(work.bridge)
    accounts = tuple(
        sorted((role, one) for role, one in chosen.accounts.items() if one)
    )
    return {
        one.external_id: replace(
            item_record(
                STORE_ITEM.validate_python(one.data),
                rules,
                quantity=quantities.get(one.external_id),
                departments=departments,
            ),
            accounts=accounts,
            location_id=chosen.location,
        )
        for one in snapshots
    }
