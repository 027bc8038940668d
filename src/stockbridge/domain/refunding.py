"""Turning a store's refund into a document of the books."""

from dataclasses import replace
from decimal import Decimal

from stockbridge.domain.accounting import (
    BooksRef,
    DocumentLine,
    DocumentTax,
    RefundDocument,
    SaleDocument,
)
from stockbridge.domain.commerce import LineKind, Order, Refund, RefundLine
from stockbridge.domain.identity import digest_of
from stockbridge.domain.money import Money, rounded_to, total_of, zero
from stockbridge.domain.planning import Hold
from stockbridge.domain.policy import Ground
from stockbridge.domain.posting import open_day, reference_of

AMOUNT_LINE = "amount"


def refund_of(
    refund: Refund, order: Order, sale: SaleDocument, ground: Ground, ref: BooksRef
) -> RefundDocument | Hold:
    """Return the refund as it should be booked; its total is what was given back.

    What the lines do not explain (a refund of an amount) becomes a line of its own.
    """
    amount = refund.amount.rounded()
    given = total_of([r.amount for r in order.refunds], order.currency)
    if given.amount > order.total.rounded().amount or amount.amount < 0:
        return _too_much(refund, order, given)
    dated = open_day(
        refund.refunded_at.astimezone(ground.zone).date(), ground, number=order.number
    )
    if isinstance(dated, Hold):
        return dated
    lines = _lines(refund, sale)
    lines = _completed(lines, amount)
    taxes = _taxes(lines, sale)
    return RefundDocument(
        sale=ref,
        reference=reference_of(order, ground.policy),
        business_date=dated[0],
        lines=lines,
        taxes=taxes,
        total=amount,
        total_tax=total_of([line.tax for line in lines], order.currency),
        restocked=restocked_units(refund, sale, ground),
        reason=" · ".join(part for part in (refund.reason, dated[1]) if part),
        method=order.payment_method,
        location_id=ground.policy.location_id,
        account_id=ground.accounts.get(order.payment_method, ""),
    )


def substance_of_refund(document: RefundDocument) -> str:
    """Return a digest of what the refund books."""
    return digest_of(
        [
            document.total,
            [[line.source_id, line.total, line.tax] for line in document.lines],
            document.restocked,
        ]
    )


def restocked_units(
    refund: Refund, sale: SaleDocument, ground: Ground
) -> tuple[tuple[str, Decimal], ...]:
    """Return which sale lines get units back, in the books' units."""
    per_store_unit = {
        line.source_id: line.units / line.quantity
        for line in sale.lines
        if line.units and line.quantity
    }
    store_units = refund.restocked_units
    if store_units is None:
        if not ground.policy.restocks_when_unsaid:
            return ()
        store_units = tuple(
            (line.order_line_id, line.quantity)
            for line in refund.lines
            if line.kind is LineKind.ITEM and line.quantity
        )
    return tuple(
        (line_id, units * per_store_unit[line_id])
        for line_id, units in store_units
        if line_id in per_store_unit and units
    )


def _lines(refund: Refund, sale: SaleDocument) -> tuple[DocumentLine, ...]:
    sold = {line.source_id: line for line in reversed(sale.lines)}
    return tuple(
        _line(line, sold.get(line.order_line_id))
        for line in refund.lines
        if line.total or line.tax or line.quantity
    )


def _line(line: RefundLine, sold: DocumentLine | None) -> DocumentLine:
    tax = line.tax.rounded()
    shares = rounded_to([share.amount for share in line.taxes], tax) or ()
    taxes = tuple(
        replace(share, amount=amount)
        for share, amount in zip(line.taxes, shares, strict=False)
    )
    return DocumentLine(
        source_id=line.order_line_id or line.external_id,
        kind=line.kind,
        name=line.name,
        quantity=line.quantity,
        total=line.total.rounded(),
        tax=tax,
        taxes=taxes,
        item=sold.item if sold else None,
        sku=line.sku or (sold.sku if sold else ""),
        account_id=sold.account_id if sold else "",
    )


def _completed(
    lines: tuple[DocumentLine, ...], amount: Money
) -> tuple[DocumentLine, ...]:
    said = total_of([line.total + line.tax for line in lines], amount.currency)
    rest = amount - said
    if not rest:
        return lines
    extra = DocumentLine(
        source_id=AMOUNT_LINE,
        kind=LineKind.FEE,
        name="Amount refunded",
        quantity=Decimal(1),
        total=rest,
        tax=zero(amount.currency),
    )
    return (*lines, extra)


def _taxes(
    lines: tuple[DocumentLine, ...], sale: SaleDocument
) -> tuple[DocumentTax, ...]:
    labels = {tax.rate_id: tax for tax in sale.taxes}
    sums: dict[str, Money] = {}
    for line in lines:
        for share in line.taxes:
            known = sums.get(share.rate_id, zero(line.tax.currency))
            sums[share.rate_id] = known + share.amount
    currency = sale.total.currency
    unsaid = total_of([line.tax for line in lines], currency) - total_of(
        sums.values(), currency
    )
    if unsaid:  # tax whose rate the store does not name
        sums[""] = unsaid
    return tuple(
        DocumentTax(
            rate_id=rate_id,
            label=labels[rate_id].label if rate_id in labels else rate_id or "Tax",
            total=total,
            rate_percent=labels[rate_id].rate_percent if rate_id in labels else None,
        )
        for rate_id, total in sums.items()
        if total
    )


def _too_much(refund: Refund, order: Order, given: Money) -> Hold:
    return Hold(
        code="refund_too_large",
        title=f"Refunds of order {order.number} exceed its total",
        message=f"Given back {given}, billed {order.total}.",
        remedy="Correct the refunds in the store, or book the rest by hand and "
        "mark the refund as booked elsewhere.",
        details={"refund": refund.external_id},
    )
