"""What follows a sale: its payment, its fulfillment, its refunds, its end."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from stockbridge.domain.accounting import (
    CancellationDocument,
    DocumentKind,
    PaymentDocument,
    ReversalDocument,
    SaleForm,
)
from stockbridge.domain.business_dates import local_day
from stockbridge.domain.commerce import OrderStatus, Refund
from stockbridge.domain.identity import Source, digest_of
from stockbridge.domain.order_bills import (
    Anchor,
    bill_nothing_of,
    bill_of_each,
    bills_of,
)
from stockbridge.domain.order_holds import never_billed, not_billed_yet, taken_back
from stockbridge.domain.order_parts import Opened, fillings_of, is_all_filled
from stockbridge.domain.order_request import Effect, Request, planned_effect
from stockbridge.domain.part_holds import refund_of_several_bills
from stockbridge.domain.planning import (
    CANCELLATION,
    PAYMENT,
    REFUND,
    Hold,
    Planned,
    Skip,
)
from stockbridge.domain.refunding import refund_of, substance_of_refund

CALLED_OFF = frozenset({OrderStatus.CANCELLED, OrderStatus.FAILED})


@dataclass(frozen=True, slots=True)
class Followers:
    """What follows a sale, and what a person must decide first."""

    planned: tuple[Planned, ...] = ()
    holds: tuple[tuple[Source, Hold], ...] = ()
    skips: tuple[tuple[Source, Skip], ...] = ()

    def __add__(self, other: "Followers") -> "Followers":
        return Followers(
            self.planned + other.planned,
            self.holds + other.holds,
            self.skips + other.skips,
        )

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of what is planned."""
        return tuple(planned.key for planned in self.planned)


def followers_of(request: Request, anchor: Anchor) -> Followers:
    """Return all that follows a sale that stands."""
    fulfillment = _fulfillment(request, anchor)
    bills = bills_of(request, anchor, fulfillment.planned)
    payment = payments_of(request, bills)
    # Goods come back after they went out, where both are still to be booked.
    refunds = refunds_of(request, bills, after=fulfillment.keys)
    is_late = request.is_billed_late(anchor.form)
    first = fulfillment + payment if is_late else payment + fulfillment
    return first + refunds + _ending(request, anchor, fulfillment, refunds)


def payments_of(request: Request, bills: Sequence[Anchor]) -> Followers:
    """Return the payment of each bill of an order that was paid, in full."""
    return sum((payment_of(request, bill) for bill in bills), Followers())


def payment_of(request: Request, anchor: Anchor) -> Followers:
    """Return the payment of a bill, in full, where the order was paid.

    It comes after what it pays, and is not dated before it.
    """
    if anchor.form.form is SaleForm.SALES_RECEIPT:
        return Followers()
    order, ground = request.order, request.ground
    moment = order.paid_at or order.completed_at
    if moment is None and order.is_fulfilled:
        moment = order.placed_at
    if not (moment and ground.policy.books_payments and anchor.form.total):
        return Followers()
    dated = _day(request, PAYMENT, moment, anchor)
    if isinstance(dated, Hold):
        return Followers(holds=((request.source, dated),))
    day, memo = dated
    payment = PaymentDocument(
        sale=request.ref_of(anchor.key),
        amount=anchor.form.total,
        business_date=day,
        method=order.payment_method,
        title=order.payment_title,
        account_id=ground.accounts.get(order.payment_method, ""),
        reference=order.transaction_id,
        memo=memo,
    )
    digest = digest_of(["payment", payment.amount])
    effect = Effect(PAYMENT, payment, digest, anchor.needs, anchor.part)
    return Followers((planned_effect(request, effect),))


def refunds_of(
    request: Request, bills: Sequence[Anchor], *, after: tuple[str, ...] = ()
) -> Followers:
    """Return one document per refund of the order."""
    if any(bill.part for bill in bills):
        return _refunds_of_parts(request, bills)
    found = Followers()
    for refund in request.order.refunds:
        if bills:
            found += _refund(request, refund, bills[0], after)
        else:
            found += _unbilled(request, refund)
    return found


def _refunds_of_parts(request: Request, bills: Sequence[Anchor]) -> Followers:
    """Return one document per refund, each of the bill that has what it gives back."""
    order = request.order
    bill_of = bill_of_each(request, bills)
    found = Followers()
    homeless = [r for r in order.refunds if r.external_id not in bill_of]
    for refund in order.refunds:
        bill = bill_of.get(refund.external_id)
        if bill is None:
            found += _of_no_bill(request, refund, bills, homeless)
            continue
        own = tuple(r for r in order.refunds if bill_of.get(r.external_id) == bill)
        mine = replace(request, order=replace(order, refunds=own))
        found += _refund(mine, refund, bill, ())
    return found


def _of_no_bill(
    request: Request,
    refund: Refund,
    bills: Sequence[Anchor],
    homeless: Sequence[Refund],
) -> Followers:
    """Return why a refund waits for a bill to come, or for a person if none will.

    `homeless` are all refunds that no bill has room for.
    """
    order, source = request.order, Source("refund", refund.external_id)
    is_ended = order.status in {*CALLED_OFF, OrderStatus.REFUNDED}
    is_ended = is_ended or request.has_posted(CANCELLATION)
    if not (order.is_fulfilled or is_ended):
        return _unbilled(request, refund)
    if request.has_posted(REFUND, source):
        return Followers()
    if not order.is_fulfilled and bill_nothing_of(homeless, bills, order):
        return Followers(skips=((source, never_billed(refund)),))
    hold = refund_of_several_bills(refund, request.order)
    return Followers(holds=((source, hold),))


def _unbilled(request: Request, refund: Refund) -> Followers:
    """Return why a refund of what nothing bills yet is not booked, unless it was.

    It was where the order was to be billed by hand when it was booked.
    """
    source = Source("refund", refund.external_id)
    if request.has_posted(REFUND, source):
        return Followers()
    skip = never_billed(refund) if _is_over(request) else not_billed_yet(refund)
    return Followers(skips=((source, skip),))


def cancellation_of(
    request: Request, anchor: Anchor, *, after: tuple[str, ...], is_rest: bool = False
) -> Followers:
    """Return what sets free that which an open sale still promises."""
    dated = request.dated(CANCELLATION, request.ground.today)
    if isinstance(dated, Hold):
        return Followers(holds=((request.source, dated),))
    sale = request.ref_of(anchor.key)
    reason = f"{request.order.status.value} in the store"
    document: CancellationDocument | ReversalDocument = CancellationDocument(
        sale, dated[0], reason, is_rest=is_rest or bool(request.parts)
    )
    if not request.ground.policy.books_cancellations:
        document = ReversalDocument(sale, DocumentKind.SALE, dated[0], reason)
    needs = (*anchor.needs, *after)
    effect = Effect(CANCELLATION, document, "cancelled", needs)
    return Followers((planned_effect(request, effect),))


def is_taken_back(request: Request) -> bool:
    """Whether the whole sale, its money too, was or is to be taken back."""
    is_called_off = request.order.status in CALLED_OFF and not was_shipped(request)
    is_over = is_called_off or request.has_posted(CANCELLATION)
    return request.ground.policy.sale_moves_stock and is_over


def was_shipped(request: Request) -> bool:
    """Whether the goods went out, as far as these books can tell."""
    if request.ground.policy.sale_moves_stock:
        # Taken off the shelf by the sale itself: the store alone knows of the parcel.
        is_over = request.has_posted(CANCELLATION)
        return request.order.completed_at is not None and not is_over
    return request.has_filled


def _fulfillment(request: Request, anchor: Anchor) -> Followers:
    found = fillings_of(Opened(request, anchor.key, anchor.form, anchor.needs))
    holds = ((request.source, found.hold),) if found.hold is not None else ()
    return Followers(found.planned, holds)


def _refund(
    request: Request, refund: Refund, anchor: Anchor, after: tuple[str, ...]
) -> Followers:
    source = Source("refund", refund.external_id)
    ground = request.ground_for(REFUND, source)
    ref = request.ref_of(anchor.key)
    is_booked = request.has_posted(REFUND, source)
    if not is_booked and is_taken_back(request):
        return Followers(skips=((source, taken_back(refund)),))
    if is_booked and refund.amount:  # its goods are in the books, whatever is said now
        refund = replace(refund, restocked_units=())
    made = refund_of(refund, request.order, anchor.form, ground, ref)
    if isinstance(made, Hold):
        return Followers(holds=((source, made),))
    if isinstance(made, Skip):
        return Followers(skips=((source, made),))
    is_freed = request.has_posted(CANCELLATION) and anchor.part is None
    if is_freed and not is_booked:
        made = replace(made, restocked=())  # the cancellation has set all free
    effect = Effect(
        REFUND,
        made,
        substance_of_refund(made),
        (*anchor.needs, *after),
        source,
    )
    return Followers((planned_effect(request, effect),))


def _ending(
    request: Request, anchor: Anchor, filling: Followers, refunds: Followers
) -> Followers:
    """All money back and never shipped: what is still promised is set free.

    Parts that are still to be booked go first: a closed order can be filled no more.
    """
    if request.ground.policy.sale_moves_stock:
        return Followers()  # it promised nothing; the refunds took back what they did
    if request.order.is_fulfilled:
        return Followers()  # the rest goes out, too
    is_parted = bool(request.parts or filling.planned)
    is_left = is_parted and not is_all_filled(request, anchor.form, filling.planned)
    is_over = request.order.status is OrderStatus.REFUNDED and is_left
    if not is_over and (is_parted or not _is_refunded_unshipped(request)):
        return Followers()
    after = (*filling.keys, *refunds.keys)
    return cancellation_of(request, anchor, after=after, is_rest=is_parted)


def _is_refunded_unshipped(request: Request) -> bool:
    order = request.order
    went_out = order.completed_at or request.has_filled
    return order.status is OrderStatus.REFUNDED and not went_out


def _is_over(request: Request) -> bool:
    """Whether the order ends without its goods ever going out."""
    is_called_off = request.order.status in CALLED_OFF
    return is_called_off or _is_refunded_unshipped(request)


def _day(
    request: Request, effect: str, moment: datetime, anchor: Anchor
) -> tuple[date, str] | Hold:
    """Return the day of a follower: not before its sale, not in a closed period."""
    day = max(local_day(moment, request.ground), anchor.form.business_date)
    return request.dated(effect, day, anchor.part)
