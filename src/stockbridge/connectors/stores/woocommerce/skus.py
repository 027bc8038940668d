"""Finds items by their SKU.

The store's list is narrowed by a comma list of SKUs, ignores case, and shows
variations, too. A SKU may itself hold a comma: it is asked for alone.
"""

from collections.abc import Iterable

from stockbridge.connectors.stores.woocommerce.client import Record, StoreApi
from stockbridge.connectors.stores.woocommerce.decode_items import VARIATION
from stockbridge.connectors.stores.woocommerce.items import ItemReader
from stockbridge.domain.catalog import StoreItem

_FIELDS = "id,sku,type,parent_id,status,meta_data"


def find_by_sku(api: StoreApi, sku: str) -> StoreItem | None:
    """Return the item with this SKU; an exact match goes before one in other case."""
    record = records_by_sku(api, [sku]).get(sku)
    if record is None:
        return None
    item_id = str(record["id"])
    is_variation = record.get("type") == VARIATION
    product_id = str(record.get("parent_id")) if is_variation else item_id
    page = ItemReader(api).by_ref([(item_id, product_id)])
    return page.records[0] if page.records else None


def records_by_sku(api: StoreApi, skus: Iterable[str]) -> dict[str, Record]:
    """Return what the store has under these SKUs: id, type, parent, meta data."""
    wanted = [sku.strip() for sku in dict.fromkeys(skus) if sku.strip()]
    found: list[Record] = []
    for chunk in _chunks(api, wanted):
        query = {"sku": ",".join(chunk), "_fields": _FIELDS, "per_page": "100"}
        found += api.get("products", query).rows
    exact = {sku_of(row): row for row in reversed(found)}
    folded = {sku.casefold(): row for sku, row in exact.items()}
    matches = {sku: exact.get(sku) or folded.get(sku.casefold()) for sku in wanted}
    return {sku: row for sku, row in matches.items() if row is not None}


def sku_of(record: Record) -> str:
    """Return the SKU that a record shows."""
    return str(record.get("sku", "")).strip()


def _chunks(api: StoreApi, skus: Iterable[str]) -> Iterable[list[str]]:
    frame = api.address("products", {"sku": "", "_fields": _FIELDS, "per_page": "100"})
    room = max(api.address_chars_max - len(frame), 60)
    chunk: list[str] = []
    for sku in skus:
        if "," in sku:
            yield [sku]
            continue
        joined = api.address("", {"sku": ",".join([*chunk, sku])})
        frame_only = api.address("", {"sku": ""})
        if chunk and (len(joined) - len(frame_only) > room or len(chunk) >= 50):
            yield chunk
            chunk = []
        chunk.append(sku)
    if chunk:
        yield chunk
