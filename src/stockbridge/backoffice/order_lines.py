"""An order's lines: made from a draft, changed by documents, told apart."""

from collections.abc import Sequence
from decimal import Decimal

from stockbridge.backoffice.batch import Batch
from stockbridge.backoffice.drafts import LineDraft, LineRef
from stockbridge.backoffice.lifecycle import Progress, status_of
from stockbridge.backoffice.models import (
    Account,
    CustomerOrder,
    DocumentLine,
    LineKind,
    Location,
    OrderLine,
    PostedDocument,
    Purpose,
)
from stockbridge.domain.errors import InvalidInputError
from stockbridge.domain.money import Money

_PURPOSES = {
    LineKind.ITEM: Purpose.INCOME,
    LineKind.SHIPPING: Purpose.SHIPPING_INCOME,
    LineKind.FEE: Purpose.FEE_INCOME,
    LineKind.DISCOUNT: Purpose.DISCOUNT,
    LineKind.TAX: Purpose.SALES_TAX,
    LineKind.GIFT_CARD: Purpose.GIFT_CARDS,
    LineKind.ROUNDING: Purpose.ROUNDING,
    LineKind.ALLOWANCE: Purpose.ALLOWANCE,
}
#: The columns of a document line that add up to an order line's counters.
COUNTERS = (
    "fulfilled",
    "cancelled",
    "returned",
    "restocked",
    "billed",
    "dropped",
    "cost",
)


def make_line(
    batch: Batch, order: CustomerOrder, draft: LineDraft, position: int
) -> OrderLine:
    """Return an order line; raises InvalidInputError, naming the field."""
    where = f"lines.{position - 1}"
    amount = batch.checked(draft.amount, f"{where}.amount")
    if draft.kind is LineKind.ITEM and draft.quantity <= 0:
        raise InvalidInputError(
            f"An item line sells more than {draft.quantity} units.",
            field=f"{where}.quantity",
        )
    item = None
    if draft.item_id is not None:
        item = batch.item(draft.item_id, f"{where}.item")
    moves = bool(item and item.is_tracked and draft.moves_stock is not False)
    location: Location | None = None
    if moves:
        location = (
            order.location
            if draft.location_id is None
            else batch.location(draft.location_id, f"{where}.location")
        )
    account = None
    if draft.account_id is not None:
        account = batch.account(Purpose.INCOME, draft.account_id, f"{where}.account")
    quantity = draft.quantity or Decimal(1)
    price = draft.unit_price.amount if draft.unit_price else amount / quantity
    return OrderLine(
        order=order,
        position=position,
        kind=draft.kind,
        item=item,
        location=location,
        moves_stock=moves,
        source_line=draft.source_line[:100],
        description=draft.description[:500],
        quantity=quantity,
        unit_price=round(price, 6),
        amount=amount,
        account=account,
    )


def goods_of(lines: Sequence[OrderLine]) -> list[OrderLine]:
    """Return the lines that are handed over: items; of an order without, all."""
    items = [line for line in lines if line.kind == LineKind.ITEM]
    return items or list(lines)


def find_line(lines: Sequence[OrderLine], ref: LineRef, where: str) -> OrderLine:
    """Return the line named; raises InvalidInputError where there is none."""
    found = line_of(lines, ref)
    if found is None:
        raise InvalidInputError(f"The order has no line {ref}.", field=where)
    return found


def line_of(lines: Sequence[OrderLine], ref: LineRef) -> OrderLine | None:
    """Return the line named, or None; a current one before one that was replaced."""
    found = [
        line
        for line in lines
        if (line.pk == ref if isinstance(ref, int) else line.source_line == ref)
    ]
    return min(found, key=lambda line: (line.is_replaced, line.position), default=None)


def income_account(batch: Batch, line: OrderLine | DocumentLine) -> Account:
    """Return where a line's amount goes when it is recognised."""
    item_account = None
    if line.item_id is not None:
        item_account = batch.item(line.item_id).income_account_id
    purpose = _PURPOSES[LineKind(line.kind)]
    return batch.account(purpose, line.account_id or item_account)


def apply(
    batch: Batch, document: PostedDocument, line: OrderLine, effect: DocumentLine
) -> None:
    """Add what a document does to a line to the line's counters, and keep it."""
    effect.document = document
    effect.order_line = line
    effect.kind = line.kind
    effect.item_id = line.item_id
    effect.location_id = effect.location_id or line.location_id
    effect.description = effect.description or line.description
    batch.change(
        line, **{name: getattr(line, name) + getattr(effect, name) for name in COUNTERS}
    )
    batch.news.document_lines.append(effect)


def refresh(batch: Batch, order: CustomerOrder, *, paid: Money, billed: Money) -> None:
    """Sum up what a document did: status, paid, billed."""
    batch.change(
        order,
        status=status(batch.lines(order)),
        paid=order.paid + paid.amount,
        billed=order.billed + billed.amount,
    )
    batch.touch(order)


def status(lines: Sequence[OrderLine]) -> str:
    """Return the status that the lines' quantities mean."""
    progress = (
        Progress(line.quantity, line.fulfilled, line.cancelled, line.returned)
        for line in goods_of(lines)
    )
    return status_of(progress).value
