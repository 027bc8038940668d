"""What an order wants the books to hold, given what they hold already."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from stockbridge.domain.accounting import (
    AmendmentDocument,
    BooksRef,
    CancellationDocument,
    Document,
    FulfillmentDocument,
    PaymentDocument,
    SaleDocument,
)
from stockbridge.domain.commerce import Order, OrderStatus, Refund
from stockbridge.domain.identity import Source, digest_of
from stockbridge.domain.order_holds import (
    cancelled_late,
    changed_late,
    deleted,
    revived,
)
from stockbridge.domain.planning import (
    CANCELLATION,
    FULFILLMENT,
    PAYMENT,
    REFUND,
    SALE,
    Booked,
    Hold,
    Planned,
)
from stockbridge.domain.policy import Billing, Ground
from stockbridge.domain.posting import sale_of, substance_of
from stockbridge.domain.refunding import refund_of, substance_of_refund
from stockbridge.domain.shared_records import shared_records, with_created_items

CALLED_OFF = frozenset({OrderStatus.CANCELLED, OrderStatus.FAILED})


@dataclass(frozen=True, slots=True)
class Request:
    """One order to be planned, with what the outbox already has of it."""

    order: Order
    booked: Sequence[Booked]  # live deliveries of the order and of its refunds
    billing: Billing | Hold
    ground: Ground
    generations: Mapping[tuple[str, Source], int]  # where not 1

    @property
    def source(self) -> Source:
        """The order, as the source of effects."""
        return Source("order", self.order.external_id)

    def find(self, effect: str, source: Source | None = None) -> Booked | None:
        """Return the live delivery of this effect, if there is one."""
        wanted = source or self.source
        for booked in self.booked:
            if booked.effect == effect and booked.source == wanted:
                return booked
        return None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What should exist, and what a person must decide first."""

    planned: tuple[Planned, ...] = ()
    holds: tuple[tuple[Source, Hold], ...] = ()


def first_effects(request: Request) -> Wanted:
    """Return what an order wants that is not in the books yet."""
    if isinstance(request.billing, Hold):
        return Wanted(holds=((request.source, request.billing),))
    ground = with_created_items(request.order, request.ground)
    made = sale_of(request.order, ground, request.billing.ref)
    if isinstance(made, Hold):
        return Wanted(holds=((request.source, made),))
    shared = shared_records(request.order, request.billing, request.ground)
    needs = tuple(record.key for record in shared)
    sale = _planned(request, SALE, made, substance_of(made), needs)
    return _with_followers(request, made, sale, (*shared, sale))


def later_effects(request: Request, sale: Booked) -> Wanted:
    """Return what an order wants whose sale is in the books."""
    if sale.document is None:  # adopted from another tool: nothing to compare
        return Wanted((_kept(request, sale, None),))
    order = request.order
    kept = _kept(request, sale, sale.document)
    if order.status is OrderStatus.DELETED:
        return Wanted((kept,), ((request.source, deleted(order)),))
    if order.status in CALLED_OFF:
        return _called_off(request, sale, kept)
    cancelled = request.find(CANCELLATION)
    if cancelled and cancelled.is_posted and order.status is not OrderStatus.REFUNDED:
        return Wanted((kept,), ((request.source, revived(order)),))
    amended = _amended(request, sale)
    if isinstance(amended, Hold):
        return Wanted((kept,), ((request.source, amended),))
    document = _form(amended) or sale.document
    return _with_followers(request, document, kept, (kept, *amended))


def _with_followers(
    request: Request, document: SaleDocument, sale: Planned, so_far: tuple[Planned, ...]
) -> Wanted:
    payment = _payment(request, document, sale)
    fulfillment = _fulfillment(request, document, sale)
    refunds = _refunds(request, document, sale, fulfillment)
    ending = _ending(request, sale, refunds)
    return Wanted(
        (*so_far, *payment, *fulfillment, *refunds.planned, *ending), refunds.holds
    )


def _called_off(request: Request, sale: Booked, kept: Planned) -> Wanted:
    if request.find(FULFILLMENT):
        return Wanted((kept,), ((request.source, cancelled_late(request.order)),))
    assert sale.document is not None
    payment = _payment(request, sale.document, kept)
    refunds = _refunds(request, sale.document, kept, ())
    cancellation = _cancellation(request, kept, (kept.key,))
    return Wanted((kept, *payment, cancellation, *refunds.planned), refunds.holds)


def _amended(request: Request, sale: Booked) -> tuple[Planned, ...] | Hold:
    """Return the amendment that a changed order needs, if any."""
    assert sale.document is not None
    # The day is stored with the document and never computed again.
    ground = replace(
        with_created_items(request.order, request.ground), closed_until=None
    )
    made = sale_of(request.order, ground, sale.document.customer)
    if isinstance(made, Hold):
        return made
    old = sale.document
    made = replace(
        made,
        form=old.form,
        business_date=old.business_date,
        memo=old.memo,
        reference=old.reference,
        location_id=old.location_id,
    )
    done = [b for b in request.booked if _is_amendment(b) and b.is_posted]
    digest = substance_of(made)
    if digest == (done[-1].digest if done else substance_of(old)):
        return ()
    if request.find(FULFILLMENT) or not request.ground.policy.can_amend:
        return changed_late(request.order)
    # The count tells a change back to an earlier form from that earlier change.
    effect = f"amendment:{len(done) + 1}:{digest[:8]}"
    document = AmendmentDocument(sale=sale.ref, document=made)
    return (_planned(request, effect, document, digest, (sale.key,)),)


def _payment(
    request: Request, document: SaleDocument, sale: Planned
) -> tuple[Planned, ...]:
    order, ground = request.order, request.ground
    paid_at = order.paid_at or order.completed_at
    if not (paid_at and ground.policy.books_payments and document.total):
        return ()
    payment = PaymentDocument(
        sale=_ref(request, sale),
        amount=document.total,
        business_date=_not_before(paid_at, document, ground),
        method=order.payment_method,
        title=order.payment_title,
        account_id=ground.accounts.get(order.payment_method, ""),
        reference=order.transaction_id,
    )
    digest = digest_of(["payment", payment.amount])
    return (_planned(request, PAYMENT, payment, digest, (sale.key,)),)


def _fulfillment(
    request: Request, document: SaleDocument, sale: Planned
) -> tuple[Planned, ...]:
    order, ground = request.order, request.ground
    done = order.completed_at or order.status is OrderStatus.COMPLETED
    if not (done and ground.policy.books_fulfillments):
        return ()
    moment = order.completed_at or order.paid_at or order.placed_at
    fulfillment = FulfillmentDocument(
        sale=_ref(request, sale),
        business_date=_not_before(moment, document, ground),
        location_id=ground.policy.location_id,
    )
    return (_planned(request, FULFILLMENT, fulfillment, "fulfilled", (sale.key,)),)


def _refunds(
    request: Request,
    document: SaleDocument,
    sale: Planned,
    fulfillment: tuple[Planned, ...],
) -> Wanted:
    made: list[Planned] = []
    holds: list[tuple[Source, Hold]] = []
    # Goods come back after they went out, where both are still to be booked.
    needs = (sale.key, *(planned.key for planned in fulfillment))
    for refund in request.order.refunds:
        found = _refund(request, refund, document, sale)
        source = Source("refund", refund.external_id)
        if isinstance(found, Hold):
            holds.append((source, found))
            continue
        made.append(replace(found, requires=needs))
    return Wanted(tuple(made), tuple(holds))


def _refund(
    request: Request, refund: Refund, document: SaleDocument, sale: Planned
) -> Planned | Hold:
    ref = _ref(request, sale)
    made = refund_of(refund, request.order, document, request.ground, ref)
    if isinstance(made, Hold):
        return made
    source = Source("refund", refund.external_id)
    digest = substance_of_refund(made)
    return _planned(request, REFUND, made, digest, (), source=source)


def _ending(request: Request, sale: Planned, refunds: Wanted) -> tuple[Planned, ...]:
    """All money back and never shipped: what is still promised is set free."""
    order = request.order
    never_shipped = not (order.completed_at or request.find(FULFILLMENT))
    if order.status is not OrderStatus.REFUNDED or not never_shipped:
        return ()
    needs = (sale.key, *(refund.key for refund in refunds.planned))
    return (_cancellation(request, sale, needs),)


def _cancellation(request: Request, sale: Planned, needs: tuple[str, ...]) -> Planned:
    document = CancellationDocument(
        sale=_ref(request, sale),
        business_date=request.ground.today,
        reason=f"{request.order.status.value} in the store",
    )
    return _planned(request, CANCELLATION, document, "cancelled", needs)


def _planned(  # noqa: PLR0913 – an effect has this many sides
    request: Request,
    effect: str,
    document: Document,
    digest: str,
    requires: tuple[str, ...],
    *,
    source: Source | None = None,
) -> Planned:
    cause = source or request.source
    generation = request.generations.get((effect, cause), 1)
    scope = request.ground.scope
    key = scope.document_key(effect, cause, generation=generation)
    total = getattr(document, "total", None) or getattr(document, "amount", None)
    return Planned(
        effect=effect,
        source=cause,
        key=key,
        document=document,
        digest=digest,
        requires=requires,
        amount=total.amount if total is not None else None,
    )


def _kept(request: Request, sale: Booked, document: SaleDocument | None) -> Planned:
    placeholder = document or CancellationDocument(sale.ref, request.ground.today)
    return Planned(SALE, request.source, sale.key, placeholder, sale.digest)


def _form(amended: tuple[Planned, ...]) -> SaleDocument | None:
    for planned in amended:
        if isinstance(planned.document, AmendmentDocument):
            return planned.document.document
    return None


def _is_amendment(booked: Booked) -> bool:
    return booked.effect.startswith("amendment:")


def _ref(request: Request, sale: Planned) -> BooksRef:
    for booked in request.booked:
        if booked.key == sale.key:
            return booked.ref
    return BooksRef(key=sale.key)


def _not_before(moment: datetime, sale: SaleDocument, ground: Ground) -> date:
    return max(moment.astimezone(ground.zone).date(), sale.business_date)
