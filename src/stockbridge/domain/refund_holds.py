"""Why a refund cannot be booked as it is, and what a person can do about it."""

from collections.abc import Mapping

from stockbridge.domain.commerce import Order, Refund
from stockbridge.domain.money import Money
from stockbridge.domain.planning import Hold

_REMEDY = (
    "Correct the refunds in the store, or book the rest by hand and mark the refund "
    "as booked elsewhere."
)


def too_large(refund: Refund, order: Order, given: Money) -> Hold:
    """Return the hold of a refund with which more is back than was billed."""
    return _hold(
        "refund_too_large",
        f"Refunds of order {order.number} exceed its total",
        f"Given back {given}, billed {order.total}.",
        {"refund": refund.external_id, "given": str(given)},
    )


def takes_money(refund: Refund, order: Order) -> Hold:
    """Return the hold of a refund that takes money instead of giving it."""
    return _hold(
        "negative_refund",
        f"A refund of order {order.number} is negative",
        f"The store says that {refund.amount} was given back.",
        {"refund": refund.external_id, "amount": str(refund.amount)},
    )


def not_of_this_order(refund: Refund, order: Order) -> Hold:
    """Return the hold of a refund that belongs to something else, as to a refund."""
    return _hold(
        "refund_of_other",
        f"A refund listed with order {order.number} is not of this order",
        f"It belongs to {refund.order_id}. A refund is never refunded itself.",
        {"refund": refund.external_id, "order": refund.order_id},
    )


def restocked_too_much(refund: Refund, order: Order) -> Hold:
    """Return the hold of a refund that puts back more than was sold."""
    return _hold(
        "restock_too_large",
        f"A refund of order {order.number} puts back more than it sold",
        "The store does not check the quantity of a refund, and has added all of it "
        "to its stock.",
        {"refund": refund.external_id},
    )


def of_adopted_sale(refund: Refund, order: Order) -> Hold:
    """Return the hold of a refund whose sale another tool has booked."""
    return _hold(
        "refund_of_adopted",
        f"Order {order.number} was refunded; another tool booked its sale",
        f"Given back {refund.amount}. How the sale was booked is not known here.",
        {"refund": refund.external_id, "amount": str(refund.amount)},
    )


def _hold(code: str, title: str, message: str, details: Mapping[str, object]) -> Hold:
    return Hold(code, title, message, _REMEDY, details)
