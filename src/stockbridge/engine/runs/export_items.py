"""Creating and updating products in the store from the books' items."""

from collections.abc import Sequence

from django.db.models import QuerySet

from stockbridge.domain.breakers import CountedEffect, EffectKind
from stockbridge.domain.catalog import BooksItem, StoreItem
from stockbridge.domain.errors import SyncError
from stockbridge.domain.identity import digest_of
from stockbridge.engine.codec import BOOKS_ITEM
from stockbridge.engine.export_items import Exported, known_items, look_first
from stockbridge.engine.export_items import plan_export as plan
from stockbridge.engine.fetch import ITEMS, STORE_ITEMS
from stockbridge.engine.fetch import keep as keep_items
from stockbridge.engine.ground import options_of
from stockbridge.engine.limits import note_effects
from stockbridge.engine.matching import after_linking
from stockbridge.engine.models import Binding, RunRow, Snapshot
from stockbridge.engine.runs.halting import halts, is_allowed
from stockbridge.engine.runs.parameters import ItemExport
from stockbridge.engine.runs.record_rows import created_by
from stockbridge.engine.runs.steps import (
    CHANGE,
    CREATE,
    DONE,
    FAILED,
    SKIP,
    RunWork,
    preview_each,
    sent_back,
)
from stockbridge.engine.runs.store_writes import Outgoing, write_each
from stockbridge.ports import WriteResult


def preview(work: RunWork) -> bool:
    """Show which products would be created or changed, field by field."""
    return preview_each(work, _selected(work), lambda rows: _rows(work, rows))


def execute(work: RunWork) -> bool:
    """Write the approved products; look for each SKU before creating it."""
    if halts(work, created_by(work)):
        return True
    return write_each(
        work,
        lambda rows: _prepare(work, rows),
        lambda row, result: _settle(work, row, result),
    )


def _selected(work: RunWork) -> QuerySet[Snapshot]:
    chosen = work.chosen(ItemExport)
    rows = Snapshot.objects.filter(
        connection=work.bridge.books, feed=ITEMS, deleted_at=None
    ).exclude(data=None)
    return rows if chosen.all else rows.filter(external_id__in=chosen.items)


def _rows(work: RunWork, snapshots: Sequence[Snapshot]) -> list[RunRow]:
    items = [BOOKS_ITEM.validate_python(one.data) for one in snapshots]
    known = known_items(work.bridge, items)
    return [_row(work, one, known.get(one.external_id)) for one in items]


def _row(work: RunWork, item: BooksItem, known: StoreItem | None) -> RunRow:
    options = options_of(work.bridge)
    found = plan(item, known, options)
    if work.chosen(ItemExport).marked_only and not item.is_sold_online:
        found = Exported(None, "It is not marked to sell online.")
    action = SKIP if found.write is None else CREATE if found.is_new else CHANGE
    return RunRow(
        run=work.run,
        subject_kind="item",
        subject_id=item.external_id,
        label=f"{item.sku} · {item.name}"[:300],
        action=action,
        reason=found.reason,
        digest=digest_of([action, repr(found.write)]),
        details={
            "sku": item.sku,
            "price": str(item.price or ""),
            "store_id": known.external_id if known else "",
            "changes": [
                {"field": field, "before": before, "after": after}
                for field, before, after in found.changes
            ],
        },
    )


def _prepare(work: RunWork, rows: list[RunRow]) -> list[Outgoing]:
    snapshots = Snapshot.objects.filter(
        connection=work.bridge.books,
        feed=ITEMS,
        external_id__in=[row.subject_id for row in rows],
    ).exclude(data=None)
    items = {one.external_id: BOOKS_ITEM.validate_python(one.data) for one in snapshots}
    known = known_items(work.bridge, list(items.values()))
    same = [row for row in rows if _is_as_approved(work, row, items, known)]
    outgoing = []
    for row in same:
        found = plan(
            items[row.subject_id], known.get(row.subject_id), options_of(work.bridge)
        )
        if found.is_new:
            found = _looked_for(work, row, items[row.subject_id])
        if found.write is not None:
            outgoing.append(Outgoing(row, found.write))
    created = [one.row for one in outgoing if not one.write.item_id]
    with work.session.fenced():
        for is_free in (False, True):
            effects = [
                CountedEffect(EffectKind.CREATED, row.subject_id)
                for row in created
                if is_allowed(row) is is_free
            ]
            now = work.session.now()
            note_effects(work.bridge, effects, now=now, was_allowed=is_free)
    return outgoing


def _is_as_approved(
    work: RunWork,
    row: RunRow,
    items: dict[str, BooksItem],
    known: dict[str, StoreItem],
) -> bool:
    item = items.get(row.subject_id)
    if item is None:
        row.outcome, row.message = FAILED, "It is no longer in the books."
        return False
    fresh = _row(work, item, known.get(row.subject_id))
    if fresh.digest != row.digest:
        sent_back(row, fresh)
        return False
    return True


def _looked_for(work: RunWork, row: RunRow, item: BooksItem) -> Exported:
    """Look for the SKU in the store itself before a product is created."""
    assert work.store is not None
    options = options_of(work.bridge)
    new = plan(item, None, options)
    assert new.write is not None
    found = look_first(work.store, new.write)
    if isinstance(found, SyncError):
        row.outcome, row.message = FAILED, found.message
        return Exported(None)
    if found is None:
        return new
    update = plan(item, found, options)
    if update.write is None:  # an earlier answer was lost: it is there
        with work.session.fenced():
            _keep(work, row, found)
        row.outcome, row.message = DONE, "The store had it already; it was linked."
    return update


def _settle(work: RunWork, row: RunRow, result: WriteResult) -> None:
    row.details = {**row.details, "store_id": result.item_id}
    if result.item is not None:
        _keep(work, row, result.item)


def _keep(work: RunWork, row: RunRow, item: StoreItem) -> None:
    """Keep what the store has now, link it, and let its stock be written."""
    keep_items(work.session, STORE_ITEMS, [item])
    Binding.objects.get_or_create(
        store_connection=work.bridge.store,
        books_connection=work.bridge.books,
        kind="item",
        store_id=item.external_id,
        books_id=row.subject_id,
        defaults={"company_id": work.bridge.company_id, "matched_by": "created"},
    )
    after_linking(work.bridge, [item.external_id])
