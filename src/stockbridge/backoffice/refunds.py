"""Money given back, with or without goods back.

What was not yet recognised as sold is dropped from the order; what was, is credited.
Stock moves by `restock` alone: units that were still to be handed over are no longer
promised, others go back on the shelf at what they cost when they left.
"""

from collections.abc import Sequence
from decimal import Decimal

from stockbridge.backoffice import costing
from stockbridge.backoffice.batch import Batch
from stockbridge.backoffice.documents import About, add_document
from stockbridge.backoffice.drafts import RefundDraft, RefundLineDraft
from stockbridge.backoffice.fulfilling import settle_sides
from stockbridge.backoffice.journal import Sides, write_entry
from stockbridge.backoffice.models import (
    CustomerOrder,
    DocumentKind,
    DocumentLine,
    MovementKind,
    OrderLine,
    OrderStatus,
    PostedDocument,
    Purpose,
    StockMovement,
)
from stockbridge.backoffice.order_lines import (
    apply,
    find_line,
    goods_of,
    income_account,
    line_of,
    refresh,
)
from stockbridge.backoffice.payments import add_payment, deposit_account
from stockbridge.backoffice.stock import asset_account, commit, holding, move
from stockbridge.domain.errors import ConflictError, InvalidInputError
from stockbridge.domain.money import Money, total_of, zero


def post_refund(batch: Batch, draft: RefundDraft) -> PostedDocument:
    """Post a refund. Raises InvalidInputError for more than was sold."""
    order, lines = batch.order(draft.order)
    if order.status == OrderStatus.REVERSED:
        raise ConflictError(f"{order.number} was reversed.")
    _check_total(batch, draft, order, lines)
    document = add_document(
        batch, draft.header, About(DocumentKind.REFUND, draft.total, order)
    )
    sides = Sides(batch.currency)
    credited = zero(batch.currency)
    for index, line in enumerate(draft.lines):
        credited += _give_back(batch, document, sides, (index, line))
    paid = zero(batch.currency)
    if draft.paid_out:
        paid = draft.paid_out.amount
        batch.checked(paid, "paid_out.amount")
        account = deposit_account(batch, draft.paid_out)
        add_payment(batch, document, draft.paid_out, account, is_outgoing=True)
        sides.credit(account, paid)
    settle_sides(batch, sides, order, credited - paid)
    write_entry(batch, document, sides)
    refresh(batch, order, paid=-paid, billed=-credited)
    return document


def _give_back(
    batch: Batch,
    document: PostedDocument,
    sides: Sides,
    row: tuple[int, RefundLineDraft],
) -> Money:
    """Add one line; return how much of it is credited, not dropped."""
    index, draft = row
    batch.checked(draft.amount, f"lines.{index}.amount")
    effect = DocumentLine(
        position=index + 1,
        quantity=draft.quantity,
        amount=draft.amount.amount,
        description=draft.description[:500],
    )
    if draft.account_id is not None:
        effect.account = batch.account(
            Purpose.ALLOWANCE, draft.account_id, f"lines.{index}.account"
        )
    lines = batch.lines(document.order) if document.order else []
    line = _named(lines, draft, f"lines.{index}")
    if line is None or document.order is None:
        effect.document, effect.kind = document, draft.kind
        batch.news.document_lines.append(effect)
        sides.debit(income_account(batch, effect), draft.amount)
        return draft.amount
    is_goods = line in goods_of(lines)
    _plan_units(line, draft, effect, f"lines.{index}", is_goods=is_goods)
    dropped = batch.money(_dropped(document.order, line, draft, is_goods=is_goods))
    credited = draft.amount - dropped
    effect.dropped = dropped.amount
    _put_back(batch, document, sides, (line, draft, effect))
    apply(batch, document, line, effect)
    account = effect.account or income_account(batch, line)
    sides.debit(account, credited)
    return credited


def _named(
    lines: Sequence[OrderLine], draft: RefundLineDraft, where: str
) -> OrderLine | None:
    """Return the order line meant; a store may name one that the order never had."""
    if isinstance(draft.order_line, int):
        return find_line(lines, draft.order_line, where)
    found = line_of(lines, draft.order_line) if draft.order_line else None
    if found is None and draft.restock:
        raise InvalidInputError(
            "Only what an order line sold can be put back.", field=f"{where}.restock"
        )
    return found


def _plan_units(
    line: OrderLine,
    draft: RefundLineDraft,
    effect: DocumentLine,
    where: str,
    *,
    is_goods: bool,
) -> None:
    """Decide which units were still promised, and which come back."""
    if not is_goods:
        return
    back = line.fulfilled - line.restocked
    if draft.restock > line.remaining + back:
        raise InvalidInputError(
            f"{draft.restock} of “{line.description}” cannot be put back: "
            f"{line.remaining + back} were sold and are not back yet.",
            field=f"{where}.restock",
        )
    effect.cancelled = min(draft.restock, line.remaining)
    effect.restocked = draft.restock - effect.cancelled
    given_back = max(draft.quantity, draft.restock) - effect.cancelled
    effect.returned = max(
        effect.restocked, min(given_back, line.fulfilled - line.returned)
    )


def _dropped(
    order: CustomerOrder, line: OrderLine, draft: RefundLineDraft, *, is_goods: bool
) -> Decimal:
    """Return how much of the amount was not yet recognised as sold."""
    amount, unbilled = draft.amount.amount, line.unbilled
    nothing_sold = not line.billed and (
        not line.fulfilled if is_goods else not order.billed
    )
    if nothing_sold:
        share = amount
    elif is_goods and draft.quantity and line.remaining:
        units = min(draft.restock, line.remaining)
        share = draft.amount.__mul__(units / draft.quantity).rounded().amount
    else:
        share = Decimal(0)
    if (share > 0) != (unbilled > 0):
        return Decimal(0)
    return min(share, unbilled) if share > 0 else max(share, unbilled)


def _put_back(
    batch: Batch,
    document: PostedDocument,
    sides: Sides,
    what: tuple[OrderLine, RefundLineDraft, DocumentLine],
) -> None:
    line, draft, effect = what
    if not (line.moves_stock and line.item_id and line.location_id):
        return
    item, promised = batch.item(line.item_id), batch.location(line.location_id)
    if effect.cancelled:
        commit(batch, item, promised, -effect.cancelled)
    if not effect.restocked:
        return
    place = promised if draft.location_id is None else batch.location(draft.location_id)
    out = line.fulfilled - line.restocked
    left = batch.money(line.cost)
    worth = (
        left if effect.restocked == out else (left * (effect.restocked / out)).rounded()
    )
    valued = costing.put_in(
        holding(batch, batch.level(item, place)), effect.restocked, worth
    )
    movement = StockMovement(
        item=item,
        location=place,
        kind=MovementKind.RETURN,
        quantity=effect.restocked,
        value=valued.value.amount,
    )
    move(batch, document, movement)
    effect.cost, effect.location = -worth.amount, place
    sides.debit(asset_account(batch, item), valued.value)
    sides.credit(
        batch.account(Purpose.COST_OF_GOODS_SOLD, item.cost_account_id), valued.value
    )


def _check_total(
    batch: Batch, draft: RefundDraft, order: CustomerOrder, lines: list[OrderLine]
) -> None:
    batch.checked(draft.total, "total")
    added = total_of((line.amount for line in draft.lines), batch.currency)
    if added != draft.total:
        raise InvalidInputError(
            f"The lines add up to {added}, the refund's total is {draft.total}.",
            field="total",
        )
    sold = batch.money(order.billed + sum(line.unbilled for line in lines))
    if draft.total.amount > sold.amount:
        raise InvalidInputError(
            f"{draft.total} is more than what is left of {order.number}: {sold}.",
            field="total",
            remedy="Look whether this refund was booked before.",
        )
