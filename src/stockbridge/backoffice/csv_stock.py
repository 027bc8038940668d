"""Stock from and to CSV: what was counted, per item and location."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from stockbridge.backoffice.csv_cells import Cells, Report
from stockbridge.backoffice.csv_text import Cell
from stockbridge.backoffice.drafts import AdjustmentDraft, CountDraft, Header
from stockbridge.backoffice.ledger import business_date
from stockbridge.backoffice.models import Item, StockLevel
from stockbridge.backoffice.names import code_key
from stockbridge.backoffice.posting import post
from stockbridge.companies.models import Company
from stockbridge.domain.errors import ActionNeededError, InvalidInputError
from stockbridge.domain.money import Money

COLUMNS = ("sku", "name", "location", "on hand", "committed", "unit cost")
REQUIRED = ("sku", "on hand")


def export(company: Company) -> Iterator[tuple[Cell, ...]]:
    """Yield all levels, titles first."""
    yield (*COLUMNS[:-1], "available", "value")
    rows = company.stock_levels.select_related("item", "location").order_by(
        "item__sku_key", "location__name"
    )
    for level in rows.iterator(chunk_size=2000):
        yield (
            level.item.sku,
            level.item.name,
            level.location.name,
            level.on_hand,
            level.committed,
            level.available,
            level.value,
        )


def load(
    company: Company, rows: Iterable[Cells], report: Report, at: datetime, key: str
) -> None:
    """Move stock to what was counted, in one document; what is right stays."""
    items = {item.sku_key: item for item in company.items.exclude(sku_key="")}
    places = {code_key(place.name): place.pk for place in company.locations.all()}
    levels = {
        (level.item_id, level.location_id): level.on_hand
        for level in StockLevel.objects.filter(company=company)
    }
    default = company.locations.filter(is_default=True).values_list("pk", flat=True)
    places[""] = default[0] if default else 0
    counts: dict[tuple[int, int], CountDraft] = {}
    for cells in rows:
        report.rows += 1
        try:
            count = _count(company, cells, items, places)
            where = (count.item_id, count.location_id or 0)
            if where in counts:
                raise InvalidInputError(
                    "This item and location were there before.", field="sku"
                )
        except InvalidInputError as error:
            report.refuse(cells.row, error)
            continue
        counts[where] = count
        if where in levels and levels[where] == count.counted:
            report.unchanged += 1
        else:
            report.updated += 1
    changed = tuple(c for w, c in counts.items() if levels.get(w) != c.counted)
    if report.errors or not changed:
        return
    header = Header(key=key, business_date=business_date(company, at))
    draft = AdjustmentDraft(header, changed, reason="Counted (from a file)")
    try:
        post(company, draft, at=at)
    except ActionNeededError as error:
        report.refuse(0, InvalidInputError(error.message, remedy=error.remedy))


def _count(
    company: Company, cells: Cells, items: dict[str, Item], places: dict[str, int]
) -> CountDraft:
    sku = cells.needed("sku", chars_max=100)
    item = items.get(code_key(sku))
    if item is None:
        raise InvalidInputError("There is no item with this SKU.", field="sku")
    if not item.is_tracked:
        raise InvalidInputError("This item is not tracked in stock.", field="sku")
    place = places.get(code_key(cells.text("location")))
    if not place:
        raise InvalidInputError("There is no such location.", field="location")
    cost = cells.number("unit cost")
    if cost is not None and cost < 0:
        raise InvalidInputError("An amount is not negative.", field="unit cost")
    return CountDraft(
        item.pk,
        place,
        counted=cells.needed_number("on hand"),
        unit_cost=None if cost is None else Money(cost, company.currency),
    )
