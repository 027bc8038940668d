"""Stock found, lost or counted, and the quantities that a company starts with."""

from decimal import Decimal

from stockbridge.backoffice import costing
from stockbridge.backoffice.batch import Batch
from stockbridge.backoffice.documents import About, add_document
from stockbridge.backoffice.drafts import AdjustmentDraft, CountDraft
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
from stockbridge.domain.money import Money, total_of


def post_adjustment(batch: Batch, draft: AdjustmentDraft) -> PostedDocument:
    """Change levels by a delta or to a count, with a reason."""
    if not draft.reason.strip():
        raise InvalidInputError("An adjustment needs a reason.", field="reason")
    if not draft.lines:
        raise InvalidInputError("There is nothing to adjust.", field="lines")
    kind = DocumentKind.OPENING if draft.is_opening else DocumentKind.ADJUSTMENT
    about = About(kind, total=batch.money(Decimal(0)))
    document = add_document(batch, draft.header, about)
    sides = Sides(batch.currency)
    values = [
        _adjust(batch, document, sides, (index, line, draft))
        for index, line in enumerate(draft.lines)
    ]
    batch.change(document, total=total_of(values, batch.currency).amount)
    write_entry(batch, document, sides, memo=draft.reason)
    return document


def _adjust(
    batch: Batch,
    document: PostedDocument,
    sides: Sides,
    row: tuple[int, CountDraft, AdjustmentDraft],
) -> Money:
    index, line, draft = row
    where = f"lines.{index}"
    item = tracked_item(batch, line.item_id, f"{where}.item")
    location = batch.location(line.location_id, f"{where}.location")
    now = holding(batch, batch.level(item, location))
    delta = _delta(line, now.on_hand, where)
    if not delta:
        return batch.money(Decimal(0))  # counted, and found right
    unit_cost = line.unit_cost or batch.money(item.cost)
    if delta < 0:
        value = -costing.take_out(now, -delta, unit_cost)
    elif line.unit_cost is not None:
        value = costing.put_in(now, delta, (unit_cost * delta).rounded()).value
    else:
        value = costing.found(now, delta, unit_cost)
    movement = StockMovement(
        item=item,
        location=location,
        kind=MovementKind.OPENING if draft.is_opening else MovementKind.ADJUSTMENT,
        quantity=delta,
        value=value.amount,
        reason=draft.reason[:200],
    )
    move(batch, document, movement)
    note_line(batch, document, movement, index + 1)
    counter = (
        batch.account(Purpose.OPENING_EQUITY)
        if draft.is_opening
        else batch.account(Purpose.EXPENSE, item.expense_account_id)
    )
    sides.debit(asset_account(batch, item), value)
    sides.credit(counter, value)
    return value


def _delta(line: CountDraft, on_hand: Decimal, where: str) -> Decimal:
    if (line.delta is None) == (line.counted is None):
        raise InvalidInputError(
            "Say either by how much, or what was counted.", field=f"{where}.delta"
        )
    if line.delta is not None:
        return line.delta
    return (line.counted or Decimal(0)) - on_hand
