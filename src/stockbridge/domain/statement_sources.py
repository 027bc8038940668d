"""What a store tells the statement: its orders and refunds, with their days."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from stockbridge.domain.business_dates import business_date, local_day
from stockbridge.domain.commerce import LineKind, Order, OrderStatus
from stockbridge.domain.identity import Source
from stockbridge.domain.money import total_of, zero
from stockbridge.domain.planning import Hold, Outcome, Verdict
from stockbridge.domain.policy import Ground
from stockbridge.domain.reconciliation import Amounts, Told, nothing_in
from stockbridge.domain.tax_parts import taxes_given_back, taxes_sold

_CALLED_OFF = frozenset(
    {
        OrderStatus.DRAFT,
        OrderStatus.CANCELLED,
        OrderStatus.FAILED,
        OrderStatus.DELETED,
    }
)


def told_of(
    order: Order,
    verdicts: Mapping[Source, Verdict],
    ground: Ground,
    days: Mapping[Source, date],
) -> tuple[Told, ...]:
    """Return an order and its refunds as sources for the statement.

    `days` are the business dates kept with documents: never computed again. What was
    called off and gave nothing back sold nothing.
    """
    source = Source("order", order.external_id)
    has_ended = order.status in _CALLED_OFF or order.status is OrderStatus.REFUNDED
    nothing = zero(order.currency)
    sold = () if _sold_nothing(order) else taxes_sold(order)
    rows = [(source, _day(order, ground), _sold(order), sold)]
    for refund in order.refunds:
        given = Amounts(nothing, nothing, nothing, refund.amount.rounded())
        day = local_day(refund.refunded_at, ground)
        taxes = taxes_given_back(refund, order)
        rows.append((Source("refund", refund.external_id), day, given, taxes))
    found = []
    for one, day, amounts, taxes in rows:
        verdict = verdicts.get(one, Verdict(one, Outcome.PLANNED))
        told = Told(
            source=one,
            order_id=order.external_id,
            number=order.number,
            day=days.get(one, day),
            amounts=amounts,
            outcome=verdict.outcome,
            code=verdict.code,
            reason=verdict.reason,
            has_ended=has_ended,
            taxes=taxes,
            payment_method=order.payment_method,
            is_paid=order.is_paid,
        )
        found.append(told)
    return tuple(found)


def _sold(order: Order) -> Amounts:
    if _sold_nothing(order):
        return nothing_in(order.currency)
    shipping = [li.total for li in order.lines if li.kind is LineKind.SHIPPING]
    return Amounts(
        orders=order.total.rounded(),
        tax=order.total_tax.rounded(),
        shipping=total_of(shipping, order.currency).rounded(),
        refunds=zero(order.currency),
    )


def _sold_nothing(order: Order) -> bool:
    return order.status in _CALLED_OFF and not order.refunds


def _day(order: Order, ground: Ground) -> date:
    dated = business_date(order, replace(ground, closed_until=None))
    return local_day(order.placed_at, ground) if isinstance(dated, Hold) else dated[0]
