"""Stock carried from one location to another, and its value with it."""

from decimal import Decimal

from stockbridge.backoffice import costing
from stockbridge.backoffice.batch import Batch
from stockbridge.backoffice.documents import About, add_document
from stockbridge.backoffice.drafts import TransferDraft
from stockbridge.backoffice.journal import Sides, write_entry
from stockbridge.backoffice.models import (
    DocumentKind,
    MovementKind,
    PostedDocument,
    Purpose,
    StockMovement,
)
from stockbridge.backoffice.stock import (
    asset_account,
    holding,
    move,
    note_line,
    tracked_item,
)
from stockbridge.domain.errors import InvalidInputError


def post_transfer(batch: Batch, draft: TransferDraft) -> PostedDocument:
    """Carry units, and their value, from one location to another."""
    source = batch.location(draft.from_location_id, "from_location")
    target = batch.location(draft.to_location_id, "to_location")
    if source == target:
        raise InvalidInputError(
            "Both locations are the same.",
            field="to_location",
            remedy="Choose another location.",
        )
    about = About(DocumentKind.TRANSFER, total=batch.money(Decimal(0)))
    document = add_document(batch, draft.header, about)
    sides = Sides(batch.currency)
    for index, (item_id, units) in enumerate(draft.units):
        item = tracked_item(batch, item_id, f"units.{index}.item")
        if units <= 0:
            raise InvalidInputError(
                "A transfer carries at least something.",
                field=f"units.{index}.quantity",
            )
        out = costing.take_out(
            holding(batch, batch.level(item, source)), units, batch.money(item.cost)
        )
        into = costing.put_in(holding(batch, batch.level(item, target)), units, out)
        for place, quantity, value in (
            (source, -units, -out),
            (target, units, into.value),
        ):
            movement = StockMovement(
                item=item,
                location=place,
                kind=MovementKind.TRANSFER,
                quantity=quantity,
                value=value.amount,
                reason=draft.header.memo[:200],
            )
            move(batch, document, movement)
        note_line(batch, document, movement, index + 1)
        variance = batch.account(Purpose.PURCHASE_VARIANCE, item.variance_account_id)
        sides.debit(variance, into.variance)
        sides.credit(asset_account(batch, item), into.variance)
    write_entry(batch, document, sides)
    return document
