"""What a person has to decide about the parts of an order that shipped."""

from stockbridge.domain.commerce import Order, Refund, Shipment
from stockbridge.domain.planning import Booked, Hold

_LATER = "Further parts are booked only when the order is complete."
_SETTLE = "then mark this change as settled."


def shipment_gone(order: Order, booked: Booked) -> Hold:
    """Return the choice when the store no longer tells a shipment that is booked."""
    return Hold(
        code="shipment_gone",
        title=f"A shipment of order {order.number} is no longer in the store",
        message=f"The books have handed its goods over. {_LATER}",
        remedy=f"If the goods never left, correct it in the books; {_SETTLE}",
        details={"shipment": booked.source.external_id},
    )


def shipment_changed(order: Order, shipment: Shipment) -> Hold:
    """Return the choice when a shipment has other goods than were booked."""
    said = [f"{line_id}:{units:f}" for line_id, units in shipment.lines]
    return Hold(
        code="shipment_changed",
        title=f"A shipment of order {order.number} was changed after it was booked",
        message="The books have handed over other goods than the store now says. "
        + _LATER,
        remedy=f"Correct it in the store, or in the books; {_SETTLE}",
        details={"shipment": shipment.external_id, "goods": said},
    )


def shipped_too_much(order: Order, shipment: Shipment) -> Hold:
    """Return the choice when more has shipped than was ordered."""
    return Hold(
        code="shipped_too_much",
        title=f"More of order {order.number} has shipped than was ordered",
        message="With this shipment the store says more units than the order has. It "
        "is not booked as a part.",
        remedy="Correct the shipments in the store. When the order is complete, all "
        "that is left of it is booked.",
        details={"shipment": shipment.external_id},
    )


def part_forgotten(order: Order) -> Hold:
    """Return the choice when it is not known any more what a part handed over."""
    return Hold(
        code="part_forgotten",
        title=f"What is left of order {order.number} cannot be told",
        message="A part of it was booked, but what that part was is not known here "
        "any more.",
        remedy="Enter the rest in the books by hand, then mark this change as settled.",
    )


def refund_of_several_bills(refund: Refund, order: Order) -> Hold:
    """Return the choice when no one bill of an order holds all that was given back."""
    return Hold(
        code="refund_of_several_bills",
        title=f"A refund of order {order.number} is of more than one bill",
        message=f"The order was billed in parts; none of them alone has the goods and "
        f"the {refund.amount} that were given back.",
        remedy="Give back by hand, in the books, what each bill has of it and no more; "
        "then mark it as settled.",
    )
