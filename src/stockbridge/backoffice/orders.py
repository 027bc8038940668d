"""Customer orders: posted, changed while open, called off, and found again."""

from collections.abc import Sequence
from decimal import Decimal

from stockbridge.backoffice.batch import Batch
from stockbridge.backoffice.documents import About, add_document
from stockbridge.backoffice.drafts import (
    AmendmentDraft,
    CancellationDraft,
    FulfillmentDraft,
    LineDraft,
    OrderDraft,
    PaymentDraft,
)
from stockbridge.backoffice.fulfilling import fulfill
from stockbridge.backoffice.models import (
    CustomerOrder,
    DocumentKind,
    DocumentLine,
    OrderLine,
    OrderStatus,
    PostedDocument,
)
from stockbridge.backoffice.order_lines import apply, goods_of, make_line, refresh
from stockbridge.backoffice.payments import pay
from stockbridge.backoffice.stock import commit
from stockbridge.domain.errors import ConflictError, InvalidInputError
from stockbridge.domain.money import Money, total_of, zero

SERIES = "CO"


def post_order(batch: Batch, draft: OrderDraft) -> PostedDocument:
    """Post a sale: it commits stock; paid or handed over only if the draft says so.

    Raises InvalidInputError when the lines do not add up to the total.
    """
    _check_total(batch, draft.lines, draft.total)
    order = CustomerOrder(
        company=batch.company,
        number=batch.number(SERIES),
        reference=draft.header.reference[:100],
        partner=batch.partner(draft.partner_id),
        location=batch.location(draft.location_id),
        business_date=draft.header.business_date,
        placed_at=draft.placed_at,
        currency=draft.total.currency,
        total=draft.total.amount,
        bill_to=dict(draft.bill_to),
        ship_to=dict(draft.ship_to),
        note=draft.note,
        changed_at=batch.at,
    )
    about = About(
        DocumentKind.ORDER, draft.total, order, order.partner, number=order.number
    )
    document = add_document(batch, draft.header, about)
    order.business_date = document.business_date
    batch.news.orders.append(order)
    lines = _add_lines(batch, order, draft.lines, first=1)
    batch.remember(batch.books.lines, id(order), lines)
    batch.remember(batch.books.orders, draft.header.key, order)
    refresh(batch, order, paid=zero(batch.currency), billed=zero(batch.currency))
    if draft.paid:
        payment = PaymentDraft(draft.header, draft.paid, draft.header.key)
        pay(batch, payment, part_of=document)
    if draft.is_fulfilled:
        handed = FulfillmentDraft(draft.header, draft.header.key)
        fulfill(batch, handed, part_of=document)
    return document


def post_cancellation(batch: Batch, draft: CancellationDraft) -> PostedDocument:
    """Call off what is still open: its promise of stock ends, nothing is billed."""
    order, lines = batch.order(draft.order)
    _refuse_reversed(order)
    dropped = total_of((batch.money(line.unbilled) for line in lines), batch.currency)
    document = add_document(
        batch, draft.header, About(DocumentKind.CANCELLATION, dropped, order)
    )
    _call_off(batch, document, lines)
    nothing = zero(batch.currency)
    refresh(batch, order, paid=nothing, billed=nothing)
    return document


def post_amendment(batch: Batch, draft: AmendmentDraft) -> PostedDocument:
    """Let an open order take another form; the old lines stay, called off.

    Raises ConflictError once something was handed over or given back.
    """
    order, lines = batch.order(draft.order)
    _refuse_reversed(order)
    current = [line for line in lines if not line.is_replaced]
    if order.billed or any(line.fulfilled or line.dropped for line in current):
        raise ConflictError(
            f"{order.number} can no longer be changed: part of it was handed over, "
            "called off or given back.",
            remedy="Book the difference as a refund or as another order.",
        )
    _check_total(batch, draft.lines, draft.total)
    document = add_document(
        batch, draft.header, About(DocumentKind.AMENDMENT, draft.total, order)
    )
    _call_off(batch, document, current)
    for line in current:
        batch.change(line, is_replaced=True)
    lines += _add_lines(batch, order, draft.lines, first=len(lines) + 1)
    ship_to = order.ship_to if draft.ship_to is None else dict(draft.ship_to)
    batch.change(order, total=draft.total.amount, ship_to=ship_to)
    nothing = zero(batch.currency)
    refresh(batch, order, paid=nothing, billed=nothing)
    return document


def _add_lines(
    batch: Batch, order: CustomerOrder, drafts: Sequence[LineDraft], *, first: int
) -> list[OrderLine]:
    lines = [
        make_line(batch, order, line, position)
        for position, line in enumerate(drafts, start=first)
    ]
    batch.news.order_lines.extend(lines)
    for line in lines:
        if line.moves_stock and line.item and line.location:
            commit(batch, line.item, line.location, line.quantity)
    return lines


def _call_off(
    batch: Batch, document: PostedDocument, lines: Sequence[OrderLine]
) -> None:
    goods = goods_of(lines)
    for line in lines:
        units = Decimal(0) if line.billed and line not in goods else line.remaining
        if not units and not line.unbilled:
            continue
        if units and line.moves_stock and line.item_id and line.location_id:
            item, location = batch.item(line.item_id), batch.location(line.location_id)
            commit(batch, item, location, -units)
        effect = DocumentLine(
            position=line.position,
            quantity=units,
            cancelled=units,
            dropped=line.unbilled,
        )
        apply(batch, document, line, effect)


def _check_total(batch: Batch, lines: Sequence[LineDraft], total: Money) -> None:
    batch.checked(total, "total")
    if not lines:
        raise InvalidInputError("An order has at least one line.", field="lines")
    added = total_of((line.amount for line in lines), total.currency)
    if added != total:
        raise InvalidInputError(
            f"The lines add up to {added}, the order's total is {total}.",
            field="total",
            remedy="Correct the lines, or add a rounding line.",
        )


def _refuse_reversed(order: CustomerOrder) -> None:
    if order.status == OrderStatus.REVERSED:
        raise ConflictError(f"{order.number} was reversed.")
