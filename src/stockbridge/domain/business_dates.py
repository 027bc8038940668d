"""Which day a document carries: in the company's zone, never in a closed period."""

from datetime import date, datetime, timedelta

from stockbridge.domain.commerce import Order
from stockbridge.domain.planning import Hold
from stockbridge.domain.policy import ClosedPeriod, DateChoice, Ground


def business_date(order: Order, ground: Ground) -> tuple[date, str] | Hold:
    """Return the document's date in the company's zone, and a memo.

    A date in a closed period is held, or moved to the first open day with the
    original date in the memo, by policy.
    """
    moments = {
        DateChoice.PLACED: order.placed_at,
        DateChoice.PAID: order.paid_at or order.placed_at,
        DateChoice.SHIPPED: order.left_at,
    }
    wanted = local_day(moments[ground.policy.date_choice], ground)
    return open_day(wanted, ground, number=order.number)


def local_day(moment: datetime, ground: Ground) -> date:
    """Return the day of a moment in the company's zone."""
    return moment.astimezone(ground.zone).date()


def is_closed(day: date, ground: Ground) -> bool:
    """Whether nothing may be posted to this day any more."""
    return ground.closed_until is not None and day <= ground.closed_until


def open_day(wanted: date, ground: Ground, *, number: str) -> tuple[date, str] | Hold:
    """Return a date that may be posted to, or the hold that a closed period means."""
    closed = ground.closed_until
    if closed is None or wanted > closed:
        return wanted, ""
    if ground.policy.closed_period is ClosedPeriod.FIRST_OPEN_DAY:
        return closed + timedelta(days=1), f"Original date {wanted.isoformat()}"
    return Hold(
        code="closed_period",
        title=f"Order {number} falls into a closed period",
        message=f"Its date is {wanted}; the books are closed up to {closed}.",
        remedy="Open the period in the company's settings, or choose there or in "
        "the connection's options to post on the first open day.",
        details={"date": wanted.isoformat(), "closed_until": closed.isoformat()},
    )
