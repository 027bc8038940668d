"""The rows of products that group a style: approved with what needs them, and first.

A product that an earlier, lost answer left in the store is found by its SKU and goes
on from there.
"""

from collections.abc import Sequence

from stockbridge.domain.catalog import StoreItem
from stockbridge.domain.errors import SyncError
from stockbridge.domain.identity import digest_of
from stockbridge.domain.styles import Pairs
from stockbridge.engine.codec import BOOKS_ITEM
from stockbridge.engine.departments import departments_of
from stockbridge.engine.export_items import look_first, product_write
from stockbridge.engine.fetch import ITEMS, STORE_ITEMS
from stockbridge.engine.fetch import keep as keep_items
from stockbridge.engine.ground import options_of
from stockbridge.engine.models import RunRow, Snapshot
from stockbridge.engine.runs.parameters import ItemExport
from stockbridge.engine.runs.steps import CHANGE, CREATE, FAILED, RunWork, sent_back
from stockbridge.engine.runs.store_writes import Outgoing
from stockbridge.engine.styles import GROUPING, StylePlan, plans_of
from stockbridge.ports import ItemWrite, WriteResult

KIND = "style"


def row_of(work: RunWork, plan: StylePlan) -> RunRow:
    """Return the row of a product that is made, or that is to offer more."""
    action = CREATE if plan.product is None else CHANGE
    offers = plan.offers
    count = len(plan.new)
    return RunRow(
        run=work.run,
        subject_kind=KIND,
        subject_id=plan.sku,
        label=f"{plan.style.name} · {_counted(count)}"[:300],
        action=action,
        # Not whether it is there: a lost answer may have made it meanwhile.
        digest=digest_of([plan.sku, plan.style.name, sorted(offers)]),
        details={
            "is_required": True,
            "sku": plan.sku,
            "member": plan.style.members[0].item.external_id,
            "store_id": plan.product.external_id if plan.product else "",
            "changes": _changes(plan, offers),
        },
    )


def prepare(work: RunWork, rows: Sequence[RunRow]) -> list[Outgoing]:
    """Return the products that leave now; each other row gets an outcome."""
    members = Snapshot.objects.filter(
        connection=work.bridge.books,
        feed=ITEMS,
        external_id__in=[row.details["member"] for row in rows],
    ).exclude(data=None)
    items = [BOOKS_ITEM.validate_python(one.data) for one in members]
    is_marked_only = work.chosen(ItemExport).marked_only
    found = plans_of(work.bridge, items, marked_only=is_marked_only)
    plans = {one.sku: one for one in found.values()}
    outgoing = []
    for row in rows:
        plan = plans.get(row.subject_id)
        if plan is None or not plan.new:
            row.outcome, row.message = FAILED, "Its items are no longer one style."
            continue
        fresh = row_of(work, plan)
        if fresh.digest != row.digest:
            sent_back(row, fresh)
            continue
        write = _write(work, row, plan)
        if write is not None:
            outgoing.append(Outgoing(row, write))
    return outgoing


def settle(work: RunWork, row: RunRow, result: WriteResult) -> None:
    """Keep the product as the store has it now: its variations need its id."""
    row.details = {**row.details, "store_id": result.item_id}
    if result.item is not None:
        keep_items(work.session, STORE_ITEMS, [result.item])


def _write(work: RunWork, row: RunRow, plan: StylePlan) -> ItemWrite | None:
    if plan.product is not None:
        return _offering(plan.product, plan.offers)
    assert work.store is not None
    options, departments = options_of(work.bridge), departments_of(work.bridge)
    write = product_write(plan.style, plan.sku, plan.offers, options, departments)
    found = look_first(work.store, write)
    if found is None:
        return write
    if isinstance(found, SyncError):
        row.outcome, row.message = FAILED, found.message
        return None
    if found.kind != GROUPING:
        row.outcome = FAILED
        row.message = f"The store has something else under the SKU {plan.sku}."
        return None
    return _offering(found, plan.offers)


def _offering(product: StoreItem, offers: Pairs) -> ItemWrite:
    return ItemWrite(
        product.external_id, product.external_id, GROUPING, attributes=offers
    )


def _changes(plan: StylePlan, offers: Pairs) -> list[dict[str, str]]:
    before = dict(plan.product.attributes) if plan.product else {}
    names = dict.fromkeys(name for name, _ in offers)
    return [
        {
            "field": name,
            "before": before.get(name, ""),
            "after": ", ".join(value for other, value in offers if other == name),
        }
        for name in names
    ]


def _counted(count: int) -> str:
    return f"product with {count} variation{'' if count == 1 else 's'}"
