"""Goods received from a vendor: stock and its value grow, we owe money."""

from decimal import Decimal

from stockbridge.backoffice import costing
from stockbridge.backoffice.batch import Batch
from stockbridge.backoffice.documents import About, add_document
from stockbridge.backoffice.drafts import ReceiptDraft, ReceiptLineDraft
from stockbridge.backoffice.journal import Sides, write_entry
from stockbridge.backoffice.models import (
    DocumentKind,
    DocumentLine,
    Item,
    LineKind,
    Location,
    MovementKind,
    PostedDocument,
    Purpose,
    StockMovement,
)
from stockbridge.backoffice.stock import asset_account, holding, move
from stockbridge.domain.errors import InvalidInputError
from stockbridge.domain.money import Money, total_of


def post_receipt(batch: Batch, draft: ReceiptDraft) -> PostedDocument:
    """Post goods received; what they cost is owed to the vendor."""
    if not draft.lines:
        raise InvalidInputError("Nothing was received.", field="lines")
    for index, line in enumerate(draft.lines):
        batch.checked(line.amount, f"lines.{index}.amount")
        if line.quantity <= 0 or line.amount.amount < 0:
            raise InvalidInputError(
                "Received goods have a quantity above zero and cost nothing or more.",
                field=f"lines.{index}.quantity",
            )
    total = total_of((line.amount for line in draft.lines), batch.currency)
    location = batch.location(draft.location_id)
    about = About(
        DocumentKind.GOODS_RECEIPT, total, partner=batch.partner(draft.vendor_id)
    )
    document = add_document(batch, draft.header, about)
    sides = Sides(batch.currency)
    for index, line in enumerate(draft.lines):
        item = batch.item(line.item_id, f"lines.{index}.item")
        batch.news.document_lines.append(
            DocumentLine(
                document=document,
                position=index + 1,
                kind=LineKind.ITEM,
                item=item,
                location=location,
                description=line.description[:500] or item.name,
                quantity=line.quantity,
                amount=line.amount.amount,
            )
        )
        _take_in(batch, document, sides, (item, location, line))
    sides.credit(batch.account(Purpose.PAYABLE), total)
    write_entry(batch, document, sides)
    return document


def _take_in(
    batch: Batch,
    document: PostedDocument,
    sides: Sides,
    what: tuple[Item, Location, ReceiptLineDraft],
) -> None:
    item, location, line = what
    if not item.is_tracked:
        expense = batch.account(Purpose.EXPENSE, item.expense_account_id)
        sides.debit(expense, line.amount)
        return
    level = batch.level(item, location)
    valued = costing.put_in(holding(batch, level), line.quantity, line.amount)
    movement = StockMovement(
        item=item,
        location=location,
        kind=MovementKind.RECEIPT,
        quantity=line.quantity,
        value=valued.value.amount,
    )
    move(batch, document, movement)
    sides.debit(asset_account(batch, item), valued.value)
    variance = batch.account(Purpose.PURCHASE_VARIANCE, item.variance_account_id)
    sides.debit(variance, valued.variance)
    _remember_cost(batch, item, line.amount, line.quantity)


def _remember_cost(batch: Batch, item: Item, paid: Money, units: Decimal) -> None:
    cost = round(paid.amount / units, 6)
    if cost and cost != item.cost:
        batch.change(item, cost=cost)
        batch.touch(item)
