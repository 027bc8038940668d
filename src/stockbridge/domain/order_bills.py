"""The bills of an order: the sale itself, or what bills it when its goods leave.

A sale that is an open order is billed by what fills it: by one bill, or by one for each
part that shipped. Payments are of a bill, each of its amount; a refund is of the oldest
bill that has all the goods and the money that were given back.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from stockbridge.domain.accounting import FulfillmentDocument, SaleDocument, SaleForm
from stockbridge.domain.commerce import LineKind, Order, Refund
from stockbridge.domain.identity import Source
from stockbridge.domain.money import total_of
from stockbridge.domain.order_parts import in_turn
from stockbridge.domain.order_request import Request
from stockbridge.domain.part_amounts import (
    quantities_billed,
    quantities_of,
    quantities_sold,
)
from stockbridge.domain.planning import FULFILLMENT, PART, REFUND, Planned


@dataclass(frozen=True, slots=True)
class Anchor:
    """The sale, or the bill, that others follow: its key, and the form they follow."""

    key: str
    form: SaleDocument
    after: tuple[str, ...] = ()  # keys of amendments that come first
    part: Source | None = None  # the part that it bills; None: all that was left

    @property
    def needs(self) -> tuple[str, ...]:
        """What must be posted before any follower."""
        return (self.key, *self.after)


def bills_of(
    request: Request, anchor: Anchor, planned: Iterable[Planned] = ()
) -> tuple[Anchor, ...]:
    """Return what payments and refunds are of; `planned` is what fills the sale next.

    Nothing: nothing bills it yet, so nothing is owed or can be given back in the books.
    """
    bills = _booked(request, anchor)
    if not bills and not request.is_billed_late(anchor.form):
        return (anchor,)
    for one in planned:
        document = one.document
        if isinstance(document, FulfillmentDocument) and document.billed is not None:
            form = replace(document.billed, business_date=document.business_date)
            bills.append(Anchor(one.key, form, part=_part(one.source)))
    return tuple({bill.key: bill for bill in bills}.values())


def _booked(request: Request, anchor: Anchor) -> list[Anchor]:
    if anchor.form.form is not SaleForm.SALES_ORDER:
        return []
    bills = []
    for part in in_turn(request):
        if part.filled is not None and part.filled.billed is not None:
            day = part.business_date or part.filled.business_date
            form = replace(part.filled.billed, business_date=day)
            bills.append(Anchor(part.key, form, part=part.source))
    booked = request.find(FULFILLMENT)
    if booked is not None and booked.is_posted:
        day = booked.business_date or anchor.form.business_date
        form = anchor.form  # all of it, or what the parts left
        if booked.filled is not None and booked.filled.billed is not None:
            form = booked.filled.billed
        bills.append(Anchor(booked.key, replace(form, business_date=day)))
    return bills


def _part(source: Source) -> Source | None:
    return source if source.kind == PART else None


def bill_of_each(request: Request, bills: Sequence[Anchor]) -> dict[str, Anchor]:
    """Return the bill of each refund that one of them has room for.

    A refund that was planned stays with its bill, whatever the store tells of others
    by now; for the rest the oldest bill is found, in the order in which they were made.
    """
    by_key = {bill.key: bill for bill in bills}
    taken: dict[str, list[Refund]] = {key: [] for key in by_key}
    found: dict[str, Anchor] = {}
    refunds = sorted(request.order.refunds, key=_moment)
    for refund in refunds:
        booked = request.find(REFUND, Source("refund", refund.external_id))
        if booked is not None and booked.sale_key in by_key:
            taken[booked.sale_key].append(refund)
            found[refund.external_id] = by_key[booked.sale_key]
    for refund in refunds:
        if refund.external_id in found:
            continue
        for bill in bills:
            if _has_room(bill.form, [*taken[bill.key], refund]):
                taken[bill.key].append(refund)
                found[refund.external_id] = bill
                break
    return found


def bill_nothing_of(
    refunds: Iterable[Refund], bills: Sequence[Anchor], order: Order
) -> bool:
    """Whether all that refunds give back is goods that no bill has, each named.

    Only then is it sure that the books never had their money.
    """
    left = {
        line.external_id: line.quantity
        for line in order.lines
        if line.kind is LineKind.ITEM
    }
    for bill in bills:
        for line_id, count in quantities_billed(bill.form).items():
            left[line_id] = left.get(line_id, Decimal(0)) - count
    for refund in refunds:
        told = [line.total + line.tax for line in refund.lines]
        if not told or total_of(told, order.currency) != refund.amount:
            return False
        for line in refund.lines:
            if not line.quantity or line.order_line_id not in left:
                return False
            left[line.order_line_id] -= line.quantity
    return all(count >= 0 for count in left.values())


def _has_room(sale: SaleDocument, refunds: Sequence[Refund]) -> bool:
    given = total_of([r.amount.rounded() for r in refunds], sale.total.currency)
    if given > sale.total:
        return False
    ids = {line.source_id for line in sale.lines}
    lines = [line for refund in refunds for line in refund.lines]
    named = {line.order_line_id for line in lines if line.total or line.quantity}
    if not named - {""} <= ids:
        return False
    money = [(li.order_line_id, li.quantity) for li in lines]
    shelf = [one for refund in refunds for one in refund.restocked_units or ()]
    return _fits(sale, ids, money) and _fits(sale, ids, shelf)


def _fits(
    sale: SaleDocument, ids: set[str], units: Sequence[tuple[str, Decimal]]
) -> bool:
    sold, wanted = quantities_sold(sale), quantities_of(sale, units)
    named = {line_id for line_id, count in units if line_id and count}
    return named <= ids and all(
        count <= sold[line_id] for line_id, count in wanted.items()
    )


def _moment(refund: Refund) -> tuple[object, ...]:
    return (refund.refunded_at, len(refund.external_id), refund.external_id)
