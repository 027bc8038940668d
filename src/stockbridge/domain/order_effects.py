"""What an order wants the books to hold, given what they hold already."""

from dataclasses import astuple, dataclass, replace

from stockbridge.domain.accounting import (
    AmendmentDocument,
    CancellationDocument,
    DocumentKind,
    ReversalDocument,
    SaleDocument,
    SaleForm,
)
from stockbridge.domain.commerce import OrderStatus
from stockbridge.domain.identity import Source, digest_of
from stockbridge.domain.order_bills import Anchor, bills_of
from stockbridge.domain.order_changes import as_now
from stockbridge.domain.order_followers import (
    CALLED_OFF,
    Followers,
    cancellation_of,
    followers_of,
    payments_of,
    refunds_of,
    was_shipped,
)
from stockbridge.domain.order_holds import (
    adopted_ended,
    cancelled_after_refund,
    cancelled_late,
    changed_late,
    deleted,
    revived,
)
from stockbridge.domain.order_parts import is_all_filled
from stockbridge.domain.order_request import Effect, Request, planned_effect
from stockbridge.domain.planning import (
    AMENDMENT,
    CANCELLATION,
    REFUND,
    REVERSAL,
    SALE,
    Booked,
    Hold,
    Planned,
    Skip,
)
from stockbridge.domain.posting import sale_of, substance_of
from stockbridge.domain.references import keys_named
from stockbridge.domain.refund_holds import of_adopted_sale
from stockbridge.domain.shared_records import (
    item_records,
    shared_records,
    with_created_items,
)

__all__ = ["Request", "Wanted", "first_effects", "later_effects"]

#: Forms of a sale that only promise: their goods are handed over later.
_OPEN_FORMS = frozenset({SaleForm.CUSTOMER_ORDER, SaleForm.SALES_ORDER})

Holds = tuple[tuple[Source, Hold], ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What should exist, needs before what needs them, and what is held."""

    planned: tuple[Planned, ...] = ()
    holds: Holds = ()
    skips: tuple[tuple[Source, Skip], ...] = ()
    keeps_rest: bool = False  # what else is under way stays as it is


def first_effects(request: Request) -> Wanted:
    """Return what an order wants that is not in the books yet."""
    if request.ground.ruled_hold is not None:
        return Wanted(holds=((request.source, request.ground.ruled_hold),))
    if isinstance(request.billing, Hold):
        return Wanted(holds=((request.source, request.billing),))
    ground = with_created_items(request.order, request.ground)
    made = sale_of(request.order, ground, request.billing.ref)
    if isinstance(made, Hold):
        return Wanted(holds=((request.source, made),))
    shared = shared_records(request.order, request.billing, request.ground)
    needs = tuple(record.key for record in shared)
    sale = planned_effect(request, Effect(SALE, made, substance_of(made), needs))
    followers = followers_of(request, Anchor(sale.key, made))
    return _with(followers, (*shared, sale))


def later_effects(request: Request, sale: Booked) -> Wanted:
    """Return what an order wants whose sale is in the books."""
    kept = _kept(request, sale)
    form = booked_form(request, sale)
    order = request.order
    if form is None:  # adopted from another tool: nothing to compare with
        held = [
            (_source(r.external_id), of_adopted_sale(r, order)) for r in order.refunds
        ]
        if _ended_since(request):
            held.append((request.source, adopted_ended(order)))
        return Wanted((kept,), tuple(held), keeps_rest=True)
    is_cancelled = request.has_posted(CANCELLATION)
    if order.status is OrderStatus.DELETED:
        # Called off, then tidied away: the books know already.
        holds = () if is_cancelled else ((request.source, deleted(order)),)
        return Wanted((kept,), holds, keeps_rest=True)
    if order.status in CALLED_OFF:
        wanted = _called_off(request, Anchor(sale.key, form), kept)
    elif is_cancelled and order.status is not OrderStatus.REFUNDED:
        held_back = ((request.source, revived(order)),)
        wanted = Wanted((kept,), held_back, keeps_rest=True)
    else:
        wanted = _followed(request, sale, form, kept)
    return replace(wanted, planned=(*wanted.planned, *_reversals(request)))


def _ended_since(request: Request) -> bool:
    """Whether an order was called off, of which the books do not know it."""
    ended = {*CALLED_OFF, OrderStatus.DELETED}
    return request.order.status in ended and not request.has_posted(CANCELLATION)


def booked_form(request: Request, sale: Booked) -> SaleDocument | None:
    """Return the form that the books have of a sale: its last posted amendment."""
    done = request.amendments
    return (done[-1].document if done else None) or sale.document


def _followed(
    request: Request, sale: Booked, form: SaleDocument, kept: Planned
) -> Wanted:
    """Let an open sale follow its order; else say that it no longer can."""
    made, told = as_now(request.order, request.ground, form)
    booked = Anchor(sale.key, form)
    if isinstance(made, Hold):
        held = ((request.source, made),)
        return _with(followers_of(request, booked), (kept,), held)
    is_open = _is_open(request, form)
    digest = substance_of(made)
    is_same = digest == substance_of(form)
    if is_same and not (is_open and _is_sent_elsewhere(request, made, form)):
        return _with(followers_of(request, Anchor(sale.key, made)), (kept,))
    if not is_open:
        held = ((request.source, changed_late(request.order, digest)),)
        return _with(followers_of(request, booked), (kept,), held)
    items = item_records(told, request.ground)
    named = (*keys_named(form), *keys_named(made))
    needs = (sale.key, *(item.key for item in items), *named)
    # The count tells a change back to an earlier form from that earlier change.
    whole = digest_of([digest, _address_of(made)])
    name = f"{AMENDMENT}:{len(request.amendments) + 1}:{whole[:8]}"
    document = AmendmentDocument(sale=sale.ref, document=made, before=form)
    effect = Effect(name, document, whole, tuple(dict.fromkeys(needs)))
    amendment = planned_effect(request, effect)
    followers = followers_of(request, Anchor(sale.key, made, (amendment.key,)))
    return _with(followers, (kept, *items, amendment))


def _is_open(request: Request, form: SaleDocument) -> bool:
    """Whether the books can still change the sale: it only promises so far."""
    policy = request.ground.policy
    is_open = form.form in _OPEN_FORMS and not request.has_filled
    return policy.can_amend and is_open


def _is_sent_elsewhere(
    request: Request, made: SaleDocument, form: SaleDocument
) -> bool:
    """Whether goods that did not leave yet go to another address by now.

    An address without a street and a city was forgotten here, not changed there.
    """
    gave_back = any(b.effect == REFUND and b.is_posted for b in request.booked)
    address = made.shipping_address
    is_told = bool(address.line1 or address.city)
    return is_told and not gave_back and _address_of(made) != _address_of(form)


def _address_of(sale: SaleDocument) -> tuple[str, ...]:
    return astuple(sale.shipping_address)


def _called_off(request: Request, anchor: Anchor, kept: Planned) -> Wanted:
    bills = bills_of(request, anchor)
    payment = payments_of(request, bills)
    refunds = refunds_of(request, bills)
    if was_shipped(request):
        held = ((request.source, cancelled_late(request.order)),)
        ending = Followers()
        if request.parts and not is_all_filled(request, anchor.form):
            ending = cancellation_of(request, anchor, after=refunds.keys)
        return _with(payment + refunds + ending, (kept,), held)
    if _gave_back(request):
        held = ((request.source, cancelled_after_refund(request.order)),)
        return Wanted((kept,), held, keeps_rest=True)
    ending = cancellation_of(request, anchor, after=refunds.keys)
    return _with(payment + refunds + ending, (kept,))


def _gave_back(request: Request) -> bool:
    """Whether taking the sale back would take back twice what refunds did."""
    done = [b for b in request.booked if b.effect == REFUND and b.is_posted]
    is_new = not request.has_posted(CANCELLATION)
    return request.ground.policy.sale_moves_stock and bool(done) and is_new


def _reversals(request: Request) -> tuple[Planned, ...]:
    """Take back the refunds that were deleted in the store after we booked them."""
    order = request.order
    given = [refund.amount.amount for refund in order.refunds]
    says = order.refunds_total
    is_whole = order.is_refunds_complete and (says is None or says.amount == sum(given))
    present = {refund.external_id for refund in order.refunds}
    return tuple(
        _reversal(request, booked)
        for booked in request.booked
        if booked.effect == REFUND
        and booked.is_posted
        and booked.source.external_id not in present
        and is_whole
    )


def _reversal(request: Request, refund: Booked) -> Planned:
    document = ReversalDocument(
        target=refund.ref,
        target_kind=DocumentKind.REFUND,
        business_date=request.ground.today,
        reason="The refund was deleted in the store.",
    )
    effect = Effect(REVERSAL, document, "reversed", (refund.key,), refund.source)
    return planned_effect(request, effect)


def _with(
    followers: Followers, planned: tuple[Planned, ...], holds: Holds = ()
) -> Wanted:
    return Wanted(
        (*planned, *followers.planned), (*holds, *followers.holds), followers.skips
    )


def _kept(request: Request, sale: Booked) -> Planned:
    """Return the sale as it is in the books, so that it stays there."""
    document = sale.document or CancellationDocument(sale.ref, request.ground.today)
    return Planned(SALE, request.source, sale.key, document, sale.digest)


def _source(refund_id: str) -> Source:
    return Source("refund", refund_id)
