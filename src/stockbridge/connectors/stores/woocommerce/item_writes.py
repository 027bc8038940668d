"""Creates and updates items, in batches; looks before it creates.

A creation whose answer got lost may have taken effect. So each one is looked up by
its SKU first: found with our mark, it is done; found without, the SKU is somebody
else's.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from stockbridge.connectors.stores.woocommerce.categories import category_ids
from stockbridge.connectors.stores.woocommerce.client import Record, StoreApi
from stockbridge.connectors.stores.woocommerce.decode import reading
from stockbridge.connectors.stores.woocommerce.decode_items import (
    GROUPING_TYPES,
    VARIATION,
    decode_product,
    decode_variation,
)
from stockbridge.connectors.stores.woocommerce.encode import (
    OUR_MARK,
    differences,
    encoded_creation,
    encoded_item,
    offered_besides,
)
from stockbridge.connectors.stores.woocommerce.errors import from_error_object
from stockbridge.connectors.stores.woocommerce.items import PRODUCTS, ItemReader
from stockbridge.connectors.stores.woocommerce.lists import rows_by_id
from stockbridge.connectors.stores.woocommerce.payloads import dicts_of
from stockbridge.connectors.stores.woocommerce.skus import records_by_sku, sku_of
from stockbridge.connectors.stores.woocommerce.stock import (
    ROWS_MAX,
    alien_id,
    batch_answers,
    batch_path,
    not_tracked,
)
from stockbridge.domain.catalog import StockKeeping, StoreItem
from stockbridge.domain.errors import (
    ActionNeededError,
    ConflictError,
    DefectError,
    MappingError,
    SyncError,
)
from stockbridge.ports import ItemWrite, Unreadable, WriteResult


@dataclass(frozen=True, slots=True)
class _Ready:
    """A row that may leave, and what it says."""

    index: int
    row: ItemWrite
    fields: dict[str, Any]

    @property
    def section(self) -> str:
        return "update" if self.row.item_id else "create"


def write_items(api: StoreApi, rows: Sequence[ItemWrite]) -> tuple[WriteResult, ...]:
    """Create or update; one result per row, in order.

    Raises AnswerLostError when it is not known what took effect: repeating is safe.
    """
    if len(rows) > ROWS_MAX:
        raise DefectError(f"At most {ROWS_MAX} rows at once, not {len(rows)}.")
    results = _looked_up(api, rows)
    categories = category_ids(api, (n for row in rows for n in row.categories or ()))
    offering = _offering(api, rows)
    groups: dict[str, list[_Ready]] = {}
    for index, row in enumerate(rows):
        if index in results:
            continue
        try:
            ready = _ready(index, row, api.currency, categories)
            if _offers_more(row):
                product = _existing(offering, row.item_id)
                ready.fields["attributes"] = offered_besides(product, row)
        except ActionNeededError as error:
            results[index] = WriteResult(row.item_id, error=error)
        else:
            path = batch_path(row.kind, row.product_id)
            groups.setdefault(path, []).append(ready)
    for path, members in groups.items():
        try:
            results.update(_write_group(api, path, members))
        except MappingError as error:  # their product is gone
            for member in members:
                results[member.index] = WriteResult(member.row.item_id, error=error)
    return tuple(results[index] for index in range(len(rows)))


def _offering(api: StoreApi, rows: Sequence[ItemWrite]) -> dict[str, Record]:
    """Return the grouping products that are to offer more than they do.

    The store replaces the whole list of attributes, so the rest of it goes along.
    """
    ids = [row.item_id for row in rows if _offers_more(row)]
    return rows_by_id(api, PRODUCTS, ids) if ids else {}


def _offers_more(row: ItemWrite) -> bool:
    is_grouping = bool(row.item_id) and row.kind in GROUPING_TYPES
    return is_grouping and row.attributes is not None


def _existing(products: Mapping[str, Record], item_id: str) -> Record:
    if item_id not in products:
        raise ActionNeededError(
            f"Product {item_id} is no longer in the store.",
            remedy="Refresh the items of the store, then push again.",
            code="product_gone",
        )
    return products[item_id]


def _looked_up(api: StoreApi, rows: Sequence[ItemWrite]) -> dict[int, WriteResult]:
    """Return the results of creations whose SKU the store has already."""
    skus = [row.sku for row in rows if not row.item_id and row.sku]
    known = records_by_sku(api, skus) if skus else {}
    results = {}
    for index, row in enumerate(rows):
        record = known.get((row.sku or "").strip())
        if row.item_id or record is None:
            continue
        if is_ours(record):
            results[index] = _done_before(api, record)
        else:
            results[index] = WriteResult(str(record["id"]), error=_taken(record))
    return results


def is_ours(record: Record) -> bool:
    """Whether we made what the store has under this SKU; never raises."""
    sku = sku_of(record)
    return any(
        meta.get("key") == OUR_MARK and meta.get("value") == sku
        for meta in dicts_of(record.get("meta_data"))
    )


def _done_before(api: StoreApi, record: Record) -> WriteResult:
    item_id = str(record["id"])
    is_variation = record.get("type") == VARIATION
    product_id = str(record.get("parent_id")) if is_variation else item_id
    page = ItemReader(api).by_ref([(item_id, product_id)])
    if not page.records:
        return WriteResult(item_id, error=_unreadable(page.unreadable))
    item = page.records[0]
    return WriteResult(item_id, shown=item.stock_quantity, item=item)


def _taken(record: Record) -> ConflictError:
    return ConflictError(
        f"In the store product {record['id']} already has the SKU {record.get('sku')}.",
        code="sku_taken",
        remedy="Link the item to that product, or change one of the SKUs.",
    )


def _unreadable(unreadable: Sequence[Unreadable]) -> ActionNeededError:
    first = unreadable[0] if unreadable else Unreadable("", "The item is gone.")
    return ActionNeededError(first.message, remedy=first.remedy, code="unreadable")


def _ready(
    index: int, row: ItemWrite, currency: str, categories: Mapping[str, int]
) -> _Ready:
    alien = alien_id(
        *([row.item_id] if row.item_id else []),
        *([row.product_id] if row.kind == VARIATION else []),
    )
    if alien is not None:
        raise alien
    ids = None
    if row.categories is not None:
        ids = [categories[name] for name in row.categories]
    if not row.item_id:
        return _Ready(index, row, encoded_creation(row, currency, ids))
    fields = encoded_item(row, currency, ids)
    return _Ready(index, row, {"id": int(row.item_id), **fields})


def _write_group(
    api: StoreApi, path: str, members: Sequence[_Ready]
) -> dict[int, WriteResult]:
    sections: dict[str, list[_Ready]] = {}
    for member in members:
        sections.setdefault(member.section, []).append(member)
    payload = {name: [m.fields for m in ms] for name, ms in sections.items()}
    reply = api.post(path, payload)
    parents = _parents(api, members)
    results = {}
    for name, ms in sections.items():
        answers = batch_answers(reply.data, name, len(ms))
        for member, answer in zip(ms, answers, strict=True):
            results[member.index] = _result(api, member, dict(answer), parents)
    return results


def _parents(api: StoreApi, members: Sequence[_Ready]) -> dict[str, Record]:
    ids = [m.row.product_id for m in members if m.row.kind == VARIATION]
    return rows_by_id(api, PRODUCTS, ids) if ids else {}


def _result(
    api: StoreApi, member: _Ready, answer: Record, parents: Mapping[str, Record]
) -> WriteResult:
    row = member.row
    if "error" in answer:
        error = from_error_object(answer["error"], 400, is_write=False)
        return WriteResult(row.item_id, error=error)
    item_id = str(answer.get("id", ""))
    parent = parents.get(row.product_id)
    if row.kind == VARIATION and parent is not None:
        decoded = reading(
            "variation", answer, lambda r: decode_variation(r, parent, api.currency)
        )
    else:
        decoded = reading("product", answer, lambda r: decode_product(r, api.currency))
    if isinstance(decoded, Unreadable):
        return WriteResult(item_id, error=_unreadable([decoded]))
    return WriteResult(
        item_id,
        shown=decoded.stock_quantity,
        item=decoded,
        error=_kept_otherwise(member, answer, decoded),
    )


def _chose_otherwise(row: ItemWrite, item: StoreItem) -> bool:
    """Whether a variation lacks a value: the store drops what its product lacks.

    Without it the variation would stand for any value, and be sold for all.
    """
    kept = {(name.casefold(), value.casefold()) for name, value in item.attributes}
    wanted = {(n.casefold(), value.casefold()) for n, value in row.attributes or ()}
    return not wanted <= kept


def _kept_otherwise(
    member: _Ready, answer: Record, item: StoreItem
) -> SyncError | None:
    """Return an error where the store took the row but changed what it says."""
    keeping = item.stock_keeping
    if member.row.quantity is not None and keeping is not StockKeeping.OWN:
        return not_tracked(item.external_id, keeping)
    changed = differences(member.fields, answer)
    if member.row.kind == VARIATION and _chose_otherwise(member.row, item):
        changed = (*changed, "attributes")
    if not changed:
        return None
    return ActionNeededError(
        f"The store kept {', '.join(changed)} of item {item.external_id} otherwise "
        "than we said.",
        code="kept_otherwise",
        remedy="Look at the item in the store; a plugin may be changing it.",
    )
