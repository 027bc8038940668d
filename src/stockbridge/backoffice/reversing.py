"""Undo: a posted document is taken back by a document of its own.

Journal, stock and order lines get the mirror image. Parts that were posted in the
same act (an order that came paid) are taken back with it, last first.
"""

from decimal import Decimal

from stockbridge.backoffice import costing
from stockbridge.backoffice.batch import Batch
from stockbridge.backoffice.documents import About, add_document
from stockbridge.backoffice.drafts import Header, ReversalDraft
from stockbridge.backoffice.fulfilling import settle_sides
from stockbridge.backoffice.journal import Sides, write_entry
from stockbridge.backoffice.models import (
    CustomerOrder,
    DocumentKind,
    DocumentLine,
    MovementKind,
    OrderStatus,
    Payment,
    PostedDocument,
    Purpose,
    StockMovement,
)
from stockbridge.backoffice.order_lines import COUNTERS, goods_of, status
from stockbridge.backoffice.stock import commit, holding, move
from stockbridge.domain.errors import ConflictError, InvalidInputError
from stockbridge.domain.money import Money, zero

_MONEY_LATER = (DocumentKind.REFUND,)


def post_reversal(batch: Batch, draft: ReversalDraft) -> PostedDocument:
    """Take a document back.

    Raises ConflictError where a later document depends on it.
    """
    target = (
        PostedDocument.objects.filter(company=batch.company, pk=draft.document_id)
        .select_related("order", "partner", "reversed_by")
        .first()
    )
    if target is None:
        raise InvalidInputError("There is no such document.", field="document")
    parts = list(target.parts.filter(reversed_by=None, reverses=None).order_by("-id"))
    if target.kind == DocumentKind.ORDER:
        parts = [*_amendments(target), *parts]
    _refuse_if_needed(target, [target, *parts])
    first = _reverse(batch, draft, target, None)
    for place, part in enumerate(parts):
        _reverse(batch, draft, part, first, place)
    _undo(batch, [*((part, first) for part in parts), (target, first)])
    return first


def _amendments(target: PostedDocument) -> list[PostedDocument]:
    """Return the changes of an order: they end with it, the last first."""
    rows = PostedDocument.objects.filter(
        order=target.order_id,
        kind=DocumentKind.AMENDMENT,
        reversed_by=None,
        reverses=None,
    )
    return list(rows.select_related("order", "partner").order_by("-id"))


def _reverse(
    batch: Batch,
    draft: ReversalDraft,
    target: PostedDocument,
    part_of: PostedDocument | None,
    place: int = 0,
) -> PostedDocument:
    header = draft.header
    # Several parts may be of one kind: each needs a key of its own.
    key = f"{header.key}#{place}" if place else header.key
    about = About(
        DocumentKind(target.kind),
        Money(-target.total, target.currency),
        target.order and batch.order(target.order.pk)[0],
        target.partner,
        number=f"{target.number}-R",
        part_of=part_of,
        reverses=target,
    )
    memo = f"{target.number}: {draft.reason}"
    return add_document(
        batch,
        Header(
            key,
            header.business_date,
            target.reference,
            header.marker,
            memo,
            header.on_closed,
        ),
        about,
    )


def _undo(batch: Batch, pairs: list[tuple[PostedDocument, PostedDocument]]) -> None:
    reversals = {
        document.reverses.pk: document
        for document in batch.news.documents
        if document.reverses is not None
    }
    for target, _ in pairs:
        document = reversals[target.pk]
        sides = Sides(batch.currency)
        _undo_stock(batch, target, document, sides)
        _undo_journal(batch, target, document, sides)
        _undo_order(batch, target, document)
        _undo_payments(batch, target, document)
    order = pairs[-1][0].order
    if order is not None:
        loaded, lines = batch.order(order.pk)
        is_gone = pairs[-1][0].kind == DocumentKind.ORDER
        batch.change(
            loaded, status=OrderStatus.REVERSED.value if is_gone else status(lines)
        )
        batch.touch(loaded)


def _undo_stock(
    batch: Batch, target: PostedDocument, document: PostedDocument, sides: Sides
) -> None:
    movements = list(target.movements.select_related("item", "location").order_by("id"))
    for old in movements:
        level = batch.level(old.item, old.location)
        valued = costing.taken_back(
            holding(batch, level), old.quantity, batch.money(old.value)
        )
        movement = StockMovement(
            item=old.item,
            location=old.location,
            kind=MovementKind.REVERSAL,
            quantity=-old.quantity,
            value=valued.value.amount,
            reason=document.memo[:200],
        )
        move(batch, document, movement)
        # The journal's mirror image says -old.value; stock took valued.value.
        asset = batch.account(Purpose.ASSET, old.item.asset_account_id)
        variance = batch.account(
            Purpose.PURCHASE_VARIANCE, old.item.variance_account_id
        )
        sides.credit(asset, valued.variance)
        sides.debit(variance, valued.variance)


def _undo_journal(
    batch: Batch, target: PostedDocument, document: PostedDocument, sides: Sides
) -> None:
    entry = target.entries.order_by("id").first()
    change = zero(batch.currency)
    controls = {
        batch.account(Purpose.CUSTOMER_DEPOSITS).pk,
        batch.account(Purpose.RECEIVABLE).pk,
    }
    if entry is not None:
        for line in entry.lines.select_related("account"):
            amount = batch.money(line.debit - line.credit)
            if target.order_id is not None and line.account_id in controls:
                change += amount
            else:
                sides.credit(line.account, amount, line.memo)
    if target.order_id is not None:
        order, _ = batch.order(target.order_id)
        # Where the customer stands now decides, not where he stood then.
        settle_sides(batch, sides, order, change)
    write_entry(batch, document, sides, memo=document.memo, reverses=entry)


def _undo_order(batch: Batch, target: PostedDocument, document: PostedDocument) -> None:
    if target.order_id is None:
        return
    order, lines = batch.order(target.order_id)
    by_id = {line.pk: line for line in lines}
    goods = goods_of(lines)
    billed = Decimal(0)
    for old in target.lines.all():
        effect = DocumentLine(
            document=document,
            position=old.position,
            order_line=by_id.get(old.order_line_id or 0),
            kind=old.kind,
            item=old.item,
            location=old.location,
            description=old.description,
            quantity=-old.quantity,
            amount=-old.amount,
        )
        for name in COUNTERS:
            setattr(effect, name, -getattr(old, name))
        batch.news.document_lines.append(effect)
        billed += old.billed - (old.amount - old.dropped if _is_refund(target) else 0)
        if effect.order_line is None:
            continue
        line = effect.order_line
        changes = {
            name: getattr(line, name) + getattr(effect, name) for name in COUNTERS
        }
        batch.change(line, **changes)
        reopened = old.fulfilled + old.cancelled
        if reopened and line in goods and line.moves_stock and line.item_id:
            commit(
                batch,
                batch.item(line.item_id),
                batch.location(line.location_id),
                reopened,
            )
    if target.kind == DocumentKind.ORDER:
        _end_promises(batch, order)
    batch.change(order, billed=order.billed - billed)


def _end_promises(batch: Batch, order: CustomerOrder) -> None:
    for line in batch.lines(order):
        if line.moves_stock and line.item_id and line.remaining:
            item, place = batch.item(line.item_id), batch.location(line.location_id)
            commit(batch, item, place, -line.remaining)


def _undo_payments(
    batch: Batch, target: PostedDocument, document: PostedDocument
) -> None:
    for old in target.payments.all():
        batch.news.payments.append(
            Payment(
                company=batch.company,
                document=document,
                order=old.order and batch.order(old.order.pk)[0],
                partner=old.partner,
                method=old.method,
                transaction_id=old.transaction_id,
                account=old.account,
                amount=-old.amount,
                currency=old.currency,
                business_date=document.business_date,
            )
        )
        if old.order_id is not None and target.order_id is not None:
            order, _ = batch.order(target.order_id)
            batch.change(order, paid=order.paid - old.amount)


def _is_refund(target: PostedDocument) -> bool:
    return target.kind == DocumentKind.REFUND


def _refuse_if_needed(target: PostedDocument, group: list[PostedDocument]) -> None:
    if target.reverses_id is not None:
        raise ConflictError(f"{target.number} is itself a reversal.")
    if hasattr(target, "reversed_by"):
        raise ConflictError(
            f"{target.number} was reversed before, by {target.reversed_by.number}."
        )
    if target.kind == DocumentKind.AMENDMENT:
        raise ConflictError(
            "A change of an order is not reversed.",
            remedy="Change the order again, or reverse the order.",
        )
    if target.order_id is None:
        return
    later = PostedDocument.objects.filter(
        order=target.order_id, reversed_by=None, reverses=None, pk__gt=target.pk
    ).exclude(pk__in=[document.pk for document in group])
    if target.kind == DocumentKind.PAYMENT:
        later = later.filter(kind__in=_MONEY_LATER)
    elif target.kind != DocumentKind.ORDER:
        later = later.exclude(kind=DocumentKind.PAYMENT)
    needing = later.order_by("id").first()
    if needing is not None:
        raise ConflictError(
            f"{needing.number} was posted later and depends on {target.number}.",
            remedy=f"Reverse {needing.number} first.",
        )
