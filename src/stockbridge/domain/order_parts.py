"""What hands over an order's goods: all of them at once, or each part that shipped.

Theory of operation. The books' word comes first: parts that they have stay, whatever
the store says of them by now. To those is added what the store tells of further
shipments, one part each, as long as it contradicts nothing that was booked. What
completes the order takes all that is left, so that no part is ever booked twice: not
when it is told again, nor when the option or the source of shipments has changed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from stockbridge.domain.accounting import FulfillmentDocument, SaleDocument
from stockbridge.domain.business_dates import local_day
from stockbridge.domain.commerce import Shipment
from stockbridge.domain.identity import Source, digest_of
from stockbridge.domain.order_request import Effect, Request, planned_effect
from stockbridge.domain.part_amounts import (
    Quantities,
    is_goods,
    left_of,
    part_of_sale,
    quantities_of,
    quantities_sold,
)
from stockbridge.domain.part_holds import (
    part_forgotten,
    shipment_changed,
    shipment_gone,
    shipped_too_much,
)
from stockbridge.domain.planning import FULFILLMENT, PART, Booked, Hold, Planned
from stockbridge.domain.policy import PartShipments
from stockbridge.domain.posting import substance_of
from stockbridge.domain.references import keys_named


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a sale: what it hands over, and what it bills where it does."""

    leaving: Quantities
    billed: SaleDocument | None
    gone: tuple[tuple[str, Decimal], ...] = ()  # units that parts before it took


@dataclass(frozen=True, slots=True)
class Opened:
    """The sale that is to be handed over, as what fills it sees it."""

    request: Request
    key: str  # of the sale
    form: SaleDocument
    needs: tuple[str, ...]

    @property
    def bills(self) -> bool:
        """Whether the sale owes nothing until what fills it bills it."""
        return self.request.is_billed_late(self.form)


@dataclass(frozen=True, slots=True)
class Fillings:
    """What hands goods over that is not in the books yet, and what must be decided."""

    planned: tuple[Planned, ...] = ()
    hold: Hold | None = None


def fillings_of(sale: Opened) -> Fillings:
    """Return what is to hand over goods now."""
    request, policy = sale.request, sale.request.ground.policy
    order = request.order
    if not policy.books_fulfillments:
        return Fillings()
    if policy.fulfillment_bills and not sale.bills:
        return Fillings()  # a receipt or an invoice of before: it took the goods
    contradicted = _contradicted(sale)
    done = booked_parts(request, sale.form)
    if isinstance(done, Hold):
        return Fillings(hold=done if order.is_fulfilled else None)
    if order.is_fulfilled:
        found = _rest(sale, done)
        return replace(found, hold=found.hold or contradicted)
    if not _splits(sale) or contradicted is not None:
        return Fillings(hold=contradicted)
    return _parts(sale, done)


def booked_parts(request: Request, form: SaleDocument) -> list[Part] | Hold:
    """Return the parts that the books have, oldest first, or that one was forgotten."""
    found = []
    for booked in in_turn(request):
        filled = booked.filled
        if filled is None:
            return part_forgotten(request.order)
        found.append(Part(goods_of(filled, form), filled.billed))
    return found


def is_all_filled(
    request: Request, form: SaleDocument, planned: Iterable[Planned] = ()
) -> bool:
    """Whether the books have all goods of a sale handed over, once they have these."""
    if request.has_posted(FULFILLMENT):
        return True
    done = booked_parts(request, form)
    if isinstance(done, Hold):
        return False
    gone = [part.leaving for part in done]
    for one in planned:
        if isinstance(one.document, FulfillmentDocument):
            gone.append(goods_of(one.document, form))
    return bool(gone) and not left_of(form, gone)


def in_turn(request: Request) -> list[Booked]:
    """Return the parts that the books have, in the order in which they were billed.

    Each says what was gone before it; days may be the same, or told later for earlier.
    """
    return sorted(request.parts, key=_in_turn)


def _in_turn(booked: Booked) -> tuple[Decimal, date, str]:
    before = booked.filled.gone if booked.filled is not None else ()
    gone = sum((units for _, units in before), Decimal(0))
    return (gone, booked.business_date or date.min, booked.key)


def goods_of(filled: FulfillmentDocument, form: SaleDocument) -> dict[str, Decimal]:
    """Return what a booked part handed over of each line, in the store's units."""
    if filled.billed is not None:
        return quantities_sold(filled.billed)
    sold = {line.source_id: line for line in form.lines if line.units}
    return {
        line_id: units * sold[line_id].quantity / sold[line_id].units
        for line_id, units in filled.lines
        if line_id in sold
    }


def _contradicted(sale: Opened) -> Hold | None:
    """Return that the store now says otherwise what the books have handed over."""
    request, told = sale.request, sale.request.order.shipments
    if told is None or request.ground.policy.parts is PartShipments.WAIT:
        return None
    by_id = {shipment.external_id: shipment for shipment in told}
    for booked in request.parts:
        shipment = by_id.get(booked.source.external_id)
        if shipment is None:
            return shipment_gone(request.order, booked)
        now = quantities_of(sale.form, shipment.lines)
        if not _is_same(sale.form, now, booked):
            return shipment_changed(request.order, shipment)
    return None


def _is_same(sale: SaleDocument, now: Quantities, booked: Booked) -> bool:
    """Whether the goods are the same, as far as the books tell them by their units."""
    filled = booked.filled
    if filled is None:
        return True
    if filled.billed is None:
        counted = {line.source_id for line in sale.lines if line.units}
        now = {line_id: count for line_id, count in now.items() if line_id in counted}
    return dict(now) == goods_of(filled, sale)


def _splits(sale: Opened) -> bool:
    request = sale.request
    is_chosen = request.ground.policy.parts is PartShipments.SPLIT
    is_open = not request.has_posted(FULFILLMENT)
    return is_chosen and is_open and any(line.units for line in sale.form.lines)


def _parts(sale: Opened, done: Sequence[Part]) -> Fillings:
    """Return a part for each shipment that the books do not have."""
    request = sale.request
    known = {booked.source.external_id for booked in request.parts}
    told = [s for s in request.order.shipments or () if s.external_id not in known]
    parts, planned = list(done), list[Planned]()
    for shipment in sorted(told, key=lambda s: (s.shipped_at, s.external_id)):
        leaving = quantities_of(sale.form, shipment.lines)
        if not leaving:
            continue
        left = left_of(sale.form, [*(part.leaving for part in parts), leaving])
        if any(count < 0 for count in left.values()):
            hold = shipped_too_much(request.order, shipment)
            return Fillings(tuple(planned), hold)
        dated = _dated(sale, shipment)
        if isinstance(dated, Hold):
            return Fillings(tuple(planned), dated)
        part = _part(sale, parts, leaving)
        if part.billed is not None and part.billed.total.amount < 0:
            break  # what is taken off is more than these goods: it waits for the rest
        memo = " ".join(filter(None, (shipment.carrier, shipment.tracking)))
        dated = (dated[0], " · ".join(filter(None, (dated[1], memo))))
        source = Source(PART, shipment.external_id)
        one = _planned(sale, part, dated, source, after=_unposted(planned))
        if one is not None:
            planned.append(one)
            parts.append(part)
    return Fillings(tuple(planned))


def _unposted(planned: Sequence[Planned]) -> tuple[str, ...]:
    """Return the part that goes before: each bills what those before it left."""
    return (planned[-1].key,) if planned else ()


def _rest(sale: Opened, done: Sequence[Part]) -> Fillings:
    """Return what hands over all that is left of an order that is complete."""
    request, order = sale.request, sale.request.order
    left = left_of(sale.form, [part.leaving for part in done])
    if done and not left:
        return Fillings()
    if any(count < 0 for count in left.values()):
        return Fillings(hold=part_forgotten(order))
    dated = _day(sale, local_day(order.left_at, request.ground), request.source)
    if isinstance(dated, Hold):
        return Fillings(hold=dated)
    if done and sale.bills:
        planned = _planned(sale, _part(sale, done, left), dated, request.source)
    else:  # books that bill by themselves know what is left
        whole = Part({}, sale.form if sale.bills else None)
        planned = _planned(sale, whole, dated, request.source)
    return Fillings((planned,) if planned is not None else ())


def _part(sale: Opened, before: Sequence[Part], leaving: Quantities) -> Part:
    if not sale.bills:
        return Part(leaving, None)
    billed = [part.billed for part in before if part.billed is not None]
    gone = {line.source_id: Decimal(0) for line in sale.form.lines if is_goods(line)}
    for line in (li for part in billed for li in part.lines if li.source_id in gone):
        gone[line.source_id] += line.units
    return Part(leaving, part_of_sale(sale.form, billed, leaving), tuple(gone.items()))


def _planned(
    sale: Opened,
    part: Part,
    dated: tuple[date, str],
    source: Source,
    *,
    after: tuple[str, ...] = (),
) -> Planned | None:
    """Return the effect; None where the books would move and bill nothing."""
    request = sale.request
    lines = tuple(
        (line.source_id, line.units * part.leaving[line.source_id] / line.quantity)
        for line in sale.form.lines
        if line.source_id in part.leaving and (line.units or sale.bills)
    )
    if part.leaving and not lines:
        return None
    fulfillment = FulfillmentDocument(
        sale=request.ref_of(sale.key),
        business_date=dated[0],
        lines=lines,
        location_id=request.ground.policy.location_id,
        memo=dated[1],
        billed=part.billed,
        whole=(sale.form.total, sale.form.total_tax) if part.gone else None,
        gone=part.gone,
    )
    digest, needs = "fulfilled", (*sale.needs, *after)
    if lines:
        said = [[line_id, units.normalize()] for line_id, units in (*part.gone, *lines)]
        digest = digest_of([digest, said])
    if part.billed is not None:
        digest = digest_of([digest, substance_of(part.billed)])
        needs = (*needs, *keys_named(part.billed))
    effect = Effect(FULFILLMENT, fulfillment, digest, needs, source)
    return planned_effect(request, effect)


def _dated(sale: Opened, shipment: Shipment) -> tuple[date, str] | Hold:
    ground = sale.request.ground
    # A day to come is a plan of the shop's: what is told to have left, has.
    day = min(local_day(shipment.shipped_at, ground), ground.today)
    return _day(sale, day, Source(PART, shipment.external_id))


def _day(sale: Opened, day: date, source: Source) -> tuple[date, str] | Hold:
    """Return a day that is not before the sale, and in no closed period."""
    wanted = max(day, sale.form.business_date)
    return sale.request.dated(FULFILLMENT, wanted, source)
