"""Creating and updating products in the store from the books' items.

Products that group a style are rows of their own, before their variations, and are
written before them: `style_rows.py`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from django.db.models import QuerySet

from stockbridge.domain.breakers import CountedEffect, EffectKind
from stockbridge.domain.catalog import BooksItem, StoreItem
from stockbridge.domain.errors import SyncError
from stockbridge.domain.identity import digest_of
from stockbridge.domain.online import OnlineRule, why_not_online
from stockbridge.domain.styles import StyleRule
from stockbridge.engine.attribute_rules import rules_of
from stockbridge.engine.attributes import UNMAPPED, Waiting, ask_for_values
from stockbridge.engine.codec import BOOKS_ITEM
from stockbridge.engine.departments import departments_of
from stockbridge.engine.export_items import (
    Exported,
    ExportPolicy,
    Variation,
    known_items,
    look_first,
    packs_and_bundles,
)
from stockbridge.engine.export_items import plan_export as plan
from stockbridge.engine.fetch import ITEMS, STORE_ITEMS
from stockbridge.engine.fetch import keep as keep_items
from stockbridge.engine.ground import options_of
from stockbridge.engine.limits import note_effects
from stockbridge.engine.matching import after_linking
from stockbridge.engine.models import Binding, RunRow, Snapshot
from stockbridge.engine.online import rule_of
from stockbridge.engine.runs import style_rows
from stockbridge.engine.runs.halting import halts, is_allowed, waiting_rows
from stockbridge.engine.runs.parameters import ItemExport
from stockbridge.engine.runs.price_rows import kept_moves, moves_of, note_moves
from stockbridge.engine.runs.record_rows import created_by
from stockbridge.engine.runs.steps import (
    CHANGE,
    CREATE,
    DONE,
    FAILED,
    HOLD,
    SKIP,
    RunWork,
    preview_each,
    sent_back,
)
from stockbridge.engine.runs.store_writes import Outgoing, write_each
from stockbridge.engine.styles import StylePlan, plans_of
from stockbridge.ports import WriteResult

_MAP_THEM = "Map it under Attributes, then push the item again."


@dataclass(frozen=True, slots=True)
class Sight:
    """What some items are looked at with."""

    policy: ExportPolicy
    online: OnlineRule
    known: dict[str, StoreItem]
    styles: dict[str, StylePlan]

    def planned(self, item: BooksItem, known: StoreItem | None = None) -> Exported:
        """Return what an item asks of the store."""
        style = self.styles.get(item.external_id)
        place = None
        if style is not None:
            member = style.member(item.external_id)
            product = style.product.external_id if style.product else ""
            why = style.why_not or member.why_not
            place = Variation(member.attributes, product, why)
        found = known or self.known.get(item.external_id)
        return plan(item, found, self.policy, place)


def preview(work: RunWork) -> bool:
    """Show which products would be created or changed, field by field."""
    is_grouping = options_of(work.bridge).style_rule is not StyleRule.NONE
    is_done = preview_each(
        work,
        _selected(work),
        lambda rows: _rows(work, rows),
        by="name" if is_grouping else "",  # the items of a style in one slice
    )
    if is_done:
        with work.session.fenced():
            ask_for_values(work.bridge, _waiting(work), work.session.now())
    return is_done


def execute(work: RunWork) -> bool:
    """Write the approved products; look for each SKU before creating it."""
    if halts(work, [*created_by(work), *_repriced_by(work)]):
        return True
    return write_each(
        work,
        lambda rows: _prepare(work, rows),
        lambda row, result: _settle(work, row, result),
    )


def _repriced_by(work: RunWork) -> Iterator[tuple[RunRow, CountedEffect]]:
    for row in waiting_rows(work):
        for effect in moves_of(row):
            yield row, effect


def _waiting(work: RunWork) -> Waiting:
    """Count the items that wait for each value."""
    rows = RunRow.objects.filter(run=work.run, action=HOLD, details__code=UNMAPPED)
    found: Waiting = {}
    for values in rows.values_list("details__waits_for", flat=True):
        for field, value in values:
            found[field, value] = found.get((field, value), 0) + 1
    return found


def _selected(work: RunWork) -> QuerySet[Snapshot]:
    chosen = work.chosen(ItemExport)
    rows = Snapshot.objects.filter(
        connection=work.bridge.books, feed=ITEMS, deleted_at=None
    ).exclude(data=None)
    return rows if chosen.all else rows.filter(external_id__in=chosen.items)


def _sight(work: RunWork, items: Sequence[BooksItem]) -> Sight:
    bridge = work.bridge
    own = packs_and_bundles(bridge, [one.external_id for one in items])
    is_marked_only = work.chosen(ItemExport).marked_only
    return Sight(
        ExportPolicy(options_of(bridge), rules_of(bridge), own, departments_of(bridge)),
        rule_of(bridge),
        known_items(bridge, items),
        plans_of(bridge, items, marked_only=is_marked_only),
    )


def _rows(work: RunWork, snapshots: Sequence[Snapshot]) -> list[RunRow]:
    """Return the rows of items, and before them those of the products they need."""
    items = [BOOKS_ITEM.validate_python(one.data) for one in snapshots]
    sight = _sight(work, items)
    rows = [_row(work, one, sight) for one in items]
    needed = {key for row in rows for key in row.details.get("requires", [])}
    styles = {one.sku: one for one in sight.styles.values() if one.sku in needed}
    return [*(style_rows.row_of(work, one) for one in styles.values()), *rows]


def _row(work: RunWork, item: BooksItem, sight: Sight) -> RunRow:
    known = sight.known.get(item.external_id)
    found = sight.planned(item)
    why = why_not_online(item, sight.online)
    if work.chosen(ItemExport).marked_only and why:
        found = Exported(None, why)
    style = sight.styles.get(item.external_id)
    needs_product = found.is_new and style is not None and not style.is_offered
    action = _action(found)
    # Where its product is made in the same run, its id is not known yet.
    write = found.write
    if write is not None and found.is_new:
        write = replace(write, product_id="")
    return RunRow(
        run=work.run,
        subject_kind="item",
        subject_id=item.external_id,
        label=f"{item.sku} · {item.name}"[:300],
        action=action,
        reason=found.reason,
        digest=digest_of([action, repr(write)]),
        details={
            "sku": item.sku,
            "price": str((found.write.price if found.write else None) or ""),
            "store_id": known.external_id if known else "",
            "changes": _changes(found),
            **_moves(known, found),
            **({"requires": [style.sku]} if style and needs_product else {}),
            **_held(found),
        },
    )


def _action(found: Exported) -> str:
    if found.waits_for:
        return HOLD
    return SKIP if found.write is None else CREATE if found.is_new else CHANGE


def _moves(known: StoreItem | None, found: Exported) -> dict[str, object]:
    if known is None or found.prices is None:
        return {}
    return kept_moves(known.external_id, found.prices)


def _changes(found: Exported) -> list[dict[str, str]]:
    """Return what is shown field by field: what changes; of a variation, what it is."""
    changes = list(found.changes)
    if found.write is not None and found.is_new and found.write.kind == "variation":
        values = ", ".join(value for _, value in found.write.attributes or ())
        changes.append(("variation", "", values))
    return [{"field": f, "before": b, "after": a} for f, b, a in changes]


def _held(found: Exported) -> dict[str, object]:
    if not found.waits_for:
        return {}
    return {
        "code": UNMAPPED,
        "waits_for": [list(one) for one in found.waits_for],
        "holds": [{"remedy": _MAP_THEM}],
    }


def _prepare(work: RunWork, rows: list[RunRow]) -> list[Outgoing]:
    """Return what leaves now: products of styles first, by themselves."""
    products = [row for row in rows if row.subject_kind == style_rows.KIND]
    if products:
        outgoing = style_rows.prepare(work, products)
    else:
        outgoing = _prepare_items(work, rows)
    with work.session.fenced():
        created = [one.row for one in outgoing if not one.write.item_id]
        for is_free in (False, True):
            effects = [
                CountedEffect(EffectKind.CREATED, row.subject_id)
                for row in created
                if is_allowed(row) is is_free
            ]
            now = work.session.now()
            note_effects(work.bridge, effects, now=now, was_allowed=is_free)
        note_moves(work, [one.row for one in outgoing])
    return outgoing


def _prepare_items(work: RunWork, rows: list[RunRow]) -> list[Outgoing]:
    snapshots = Snapshot.objects.filter(
        connection=work.bridge.books,
        feed=ITEMS,
        external_id__in=[row.subject_id for row in rows],
    ).exclude(data=None)
    items = {one.external_id: BOOKS_ITEM.validate_python(one.data) for one in snapshots}
    sight = _sight(work, list(items.values()))
    outgoing = []
    for row in rows:
        item = items.get(row.subject_id)
        if item is None:
            row.outcome, row.message = FAILED, "It is no longer in the books."
        elif _is_as_approved(work, row, item, sight):
            found = sight.planned(item)
            if found.is_new:
                found = _looked_for(work, row, item, sight)
            if found.write is not None:
                outgoing.append(Outgoing(row, found.write))
    return outgoing


def _is_as_approved(work: RunWork, row: RunRow, item: BooksItem, sight: Sight) -> bool:
    fresh = _row(work, item, sight)
    if fresh.digest != row.digest:
        sent_back(row, fresh)
        return False
    return True


def _looked_for(work: RunWork, row: RunRow, item: BooksItem, sight: Sight) -> Exported:
    """Look for the SKU in the store itself before a product is created."""
    assert work.store is not None
    new = sight.planned(item)
    assert new.write is not None
    if new.write.kind == "variation" and not new.write.product_id:
        row.outcome = FAILED
        row.message = "The product that it belongs to was not created; see its row."
        return Exported(None)
    found = look_first(work.store, new.write)
    if isinstance(found, SyncError):
        row.outcome, row.message = FAILED, found.message
        return Exported(None)
    if found is None:
        return new
    update = sight.planned(item, found)
    if update.write is None:  # an earlier answer was lost: it is there
        with work.session.fenced():
            _keep(work, row, found)
        row.outcome, row.message = DONE, "The store had it already; it was linked."
    return update


def _settle(work: RunWork, row: RunRow, result: WriteResult) -> None:
    if row.subject_kind == style_rows.KIND:
        style_rows.settle(work, row, result)
        return
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
