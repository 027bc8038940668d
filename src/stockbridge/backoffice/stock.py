"""Stock: movements and the levels that are their sums, written and read."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from django.db.models import QuerySet

from stockbridge.backoffice import costing
from stockbridge.backoffice.batch import Batch
from stockbridge.backoffice.models import (
    Account,
    DocumentLine,
    Item,
    LineKind,
    Location,
    PostedDocument,
    Purpose,
    StockLevel,
    StockMovement,
)
from stockbridge.companies.models import Company
from stockbridge.companies.prepared import prepared
from stockbridge.companies.statements import Fixed
from stockbridge.domain.errors import InvalidInputError


def holding(batch: Batch, level: StockLevel) -> costing.Holding:
    """Return what a level is worth, as costing sees it."""
    return costing.Holding(level.on_hand, batch.money(level.value))


def commit(batch: Batch, item: Item, location: Location, units: Decimal) -> None:
    """Promise units to an open order; negative: end the promise."""
    level = batch.level(item, location)
    batch.change(level, committed=level.committed + units)
    batch.touch(level)


def move(
    batch: Batch, document: PostedDocument, movement: StockMovement
) -> StockMovement:
    """Write a movement, and the level that it changes, in the same breath."""
    movement.company = batch.company
    movement.document = document
    movement.moved_at = batch.at
    level = batch.level(movement.item, movement.location)
    batch.change(
        level,
        on_hand=level.on_hand + movement.quantity,
        value=level.value + movement.value,
    )
    batch.touch(level)
    batch.news.movements.append(movement)
    return movement


def asset_account(batch: Batch, item: Item) -> Account:
    """Return the account that holds the item's value."""
    return batch.account(Purpose.ASSET, item.asset_account_id)


def tracked_item(batch: Batch, item_id: int, where: str) -> Item:
    """Return an item that has a quantity on hand; raises InvalidInputError."""
    item = batch.item(item_id, where)
    if not item.is_tracked:
        raise InvalidInputError(
            f"{item.name} is not tracked in stock.",
            field=where,
            remedy="Make it a tracked item first.",
        )
    return item


def note_line(
    batch: Batch, document: PostedDocument, movement: StockMovement, position: int
) -> None:
    """Add the document line that tells of a movement."""
    batch.news.document_lines.append(
        DocumentLine(
            document=document,
            position=position,
            kind=LineKind.ITEM,
            item=movement.item,
            location=movement.location,
            description=movement.item.name,
            quantity=movement.quantity,
            amount=movement.value,
        )
    )


def levels_of(company: Company, item_ids: Iterable[int]) -> QuerySet[StockLevel]:
    """Return the levels of these items at all locations."""
    return company.stock_levels.filter(item__in=list(item_ids)).select_related("item")


def levels_changed_after(
    company: Company, seq: int, *, limit: int
) -> Sequence[StockLevel]:
    """Return about `limit` levels that changed after `seq`, in that order."""
    return _changed(company.pk, seq, Fixed(limit))


@prepared
def _changed(company_id: int, seq: int, most: Fixed) -> QuerySet[StockLevel]:
    rows = StockLevel.objects.filter(company=company_id, seq__gt=seq)
    return rows.select_related("item").order_by("seq")[: most.value]
