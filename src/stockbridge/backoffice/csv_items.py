"""Items from and to CSV. A row is found by SKU; many rows cost few queries."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from stockbridge.backoffice.csv_cells import Cells, Report
from stockbridge.backoffice.csv_text import Cell
from stockbridge.backoffice.items import FIELDS, set_fields, taken
from stockbridge.backoffice.ledger import lock_books, next_seq
from stockbridge.backoffice.models import Item, ItemKind, LookupCode
from stockbridge.backoffice.names import code_key
from stockbridge.companies.models import Company
from stockbridge.domain.errors import InvalidInputError

COLUMNS = (
    "sku",
    "name",
    "description",
    "upc",
    "lookup codes",
    "kind",
    "price",
    "sale price",
    "cost",
    "department",
    "attribute",
    "size",
    "sell online",
    "active",
)
REQUIRED = ("sku",)
CODE_SEPARATOR = "|"
_TEXTS = {
    "name": 255,
    "description": 20_000,
    "upc": 60,
    "department": 100,
    "attribute": 100,
    "size": 100,
}
_AMOUNTS = {"price": "price", "sale price": "sale_price", "cost": "cost"}
_FLAGS = {"sell online": "is_sold_online", "active": "is_active"}
_CHUNK = 500


def export(company: Company) -> Iterator[tuple[Cell, ...]]:
    """Yield all items, titles first."""
    yield COLUMNS
    rows = company.items.prefetch_related("lookup_codes").order_by("sku_key", "id")
    for item in rows.iterator(chunk_size=2000):
        codes = CODE_SEPARATOR.join(code.code for code in item.lookup_codes.all())
        yield (
            item.sku,
            item.name,
            item.description,
            item.upc,
            codes,
            item.kind,
            item.price,
            item.sale_price,
            item.cost,
            item.department,
            item.attribute,
            item.size,
            item.is_sold_online,
            item.is_active,
        )


@dataclass(slots=True)
class _Known:
    """The items that are there, and those that the file makes, by their codes."""

    skus: dict[str, Item] = field(default_factory=dict)
    upcs: dict[str, Item] = field(default_factory=dict)
    codes: dict[str, Item] = field(default_factory=dict)
    codes_of: dict[int, dict[str, str]] = field(default_factory=dict)  # by identity
    seen: dict[str, int] = field(default_factory=dict)  # SKU → line in the file
    created: list[Item] = field(default_factory=list)
    updated: list[Item] = field(default_factory=list)
    recoded: list[Item] = field(default_factory=list)


def load(company: Company, rows: Iterable[Cells], report: Report, at: datetime) -> None:
    """Create and change items; an error is kept in the report and writes nothing."""
    ledger = lock_books(company)
    known = _known(company)
    for cells in rows:
        report.rows += 1
        try:
            _take(company, cells, known, report, at)
        except InvalidInputError as error:
            report.refuse(cells.row, error)
    if report.errors:
        return
    for item in (*known.created, *known.updated):
        item.seq, item.changed_at = next_seq(ledger), at
    Item.objects.bulk_create(known.created, batch_size=_CHUNK)
    columns = sorted({name for name in FIELDS if not name.endswith("_id")})
    Item.objects.bulk_create(
        known.updated,
        batch_size=_CHUNK,
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=[*columns, "sku_key", "seq", "changed_at"],
    )
    _save_codes(company, known)
    ledger.save(update_fields=["change_seq"])


def _take(
    company: Company, cells: Cells, known: _Known, report: Report, at: datetime
) -> None:
    sku = cells.needed("sku", chars_max=100)
    key = code_key(sku)
    if key in known.seen:
        raise InvalidInputError(
            f"Line {known.seen[key]} has the same SKU.", field="sku"
        )
    known.seen[key] = cells.row
    item = known.skus.get(key)
    is_new = item is None
    if item is None:
        item = Item(company=company, currency=company.currency, created_at=at)
    before = _state(item, known)
    old_upc = item.upc
    set_fields(item, _fields(cells, item, sku))
    _claim_upc(item, old_upc, known)
    if cells.has("lookup codes"):
        _claim_codes(item, cells.text("lookup codes", chars_max=5000), known)
    if is_new:
        known.skus[key] = item
        known.created.append(item)
        report.created += 1
    elif _state(item, known) == before:
        report.unchanged += 1
    else:
        known.updated.append(item)
        report.updated += 1


def _fields(cells: Cells, item: Item, sku: str) -> dict[str, Any]:
    fields: dict[str, Any] = {"sku": sku}
    for column, limit in _TEXTS.items():
        if cells.has(column):
            fields[column] = cells.text(column, chars_max=limit)
    for column, name in _AMOUNTS.items():
        if cells.has(column):
            amount = cells.number(column)
            fields[name] = amount if amount is not None or name != "cost" else item.cost
    for column, name in _FLAGS.items():
        if cells.has(column):
            fields[name] = cells.yes_no(column)
    if cells.has("kind"):
        fields["kind"] = cells.text("kind").lower() or ItemKind.TRACKED
    if not fields.get("name") and not item.name:
        raise InvalidInputError("An item needs a name.", field="name")
    if not fields.get("name"):
        fields.pop("name", None)
    return fields


def _claim_upc(item: Item, old: str, known: _Known) -> None:
    if item.upc == old:
        return
    owner = known.upcs.get(item.upc)
    if item.upc and owner is not None and owner is not item:
        raise taken("upc", item.upc, owner)
    known.upcs.pop(old, None)
    if item.upc:
        known.upcs[item.upc] = item


def _claim_codes(item: Item, text: str, known: _Known) -> None:
    wanted = {
        code_key(code): code.strip()
        for code in text.split(CODE_SEPARATOR)
        if code.strip()
    }
    for key, code in wanted.items():
        owner = known.codes.get(key)
        if owner is not None and owner is not item:
            raise taken("lookup codes", code, owner)
        if len(code) > 100:
            raise InvalidInputError("At most 100 characters.", field="lookup codes")
    old = known.codes_of.get(id(item), {})
    if old == wanted:
        return
    for key in old:
        known.codes.pop(key, None)
    known.codes.update(dict.fromkeys(wanted, item))
    known.codes_of[id(item)] = wanted
    known.recoded.append(item)


def _save_codes(company: Company, known: _Known) -> None:
    ids = [item.pk for item in known.recoded]
    for start in range(0, len(ids), _CHUNK):
        LookupCode.objects.filter(item__in=ids[start : start + _CHUNK]).delete()
    LookupCode.objects.bulk_create(
        (
            LookupCode(company=company, item=item, code=code, code_key=key)
            for item in known.recoded
            for key, code in known.codes_of[id(item)].items()
        ),
        batch_size=_CHUNK,
    )


def _known(company: Company) -> _Known:
    known = _Known()
    items = {item.pk: item for item in company.items.all()}
    for item in items.values():
        if item.sku_key:
            known.skus[item.sku_key] = item
        if item.upc:
            known.upcs[item.upc] = item
    for code in company.lookup_codes.all():
        item = items[code.item_id]
        known.codes[code.code_key] = item
        known.codes_of.setdefault(id(item), {})[code.code_key] = code.code
    return known


def _state(item: Item, known: _Known) -> tuple[object, ...]:
    codes = known.codes_of.get(id(item), {})
    return (
        tuple(sorted(codes.items())),
        *(getattr(item, name) for name in sorted(FIELDS)),
    )
