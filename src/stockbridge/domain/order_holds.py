"""What a person has to decide when an order changes after it was booked.

The details tell one change from the next: a person who settled one has not settled
what comes later.
"""

from stockbridge.domain.commerce import Order, Refund
from stockbridge.domain.planning import Hold, Outcome, Skip

_CHOICES = "Book the difference by hand, then mark this change as settled."


def cancelled_late(order: Order) -> Hold:
    """Return the choice when an order is called off after its goods went out."""
    return Hold(
        code="cancelled_after_shipping",
        title=f"Order {order.number} was cancelled after it was shipped",
        message="The books have its sale and its shipment.",
        remedy="If goods or money come back, refund the order in the store; it "
        "is then booked by itself. Otherwise mark this change as settled.",
    )


def cancelled_after_refund(order: Order) -> Hold:
    """Return the choice when a receipt of which a part was given back is called off."""
    return Hold(
        code="cancelled_after_refund",
        title=f"Order {order.number} was cancelled after a part was refunded",
        message="The books have its sale and its refund; taking the whole sale back "
        "would give that part back twice.",
        remedy="Refund the rest in the store; it is then booked by itself. Or book it "
        "by hand, and mark this change as settled.",
    )


TAKEN_BACK = "sale_taken_back"


def taken_back(refund: Refund) -> Skip:
    """Return why a refund of a sale that was called off as a whole is not booked."""
    reason = f"The whole sale was taken back in the books, {refund.amount} with it."
    return Skip(Outcome.IGNORED, TAKEN_BACK, reason)


def never_billed(refund: Refund) -> Skip:
    """Return why the refund of an order that never became a bill is not booked."""
    reason = (
        f"The order ended before the books billed it: they never had the "
        f"{refund.amount} that went back."
    )
    return Skip(Outcome.IGNORED, "never_billed", reason)


def not_billed_yet(refund: Refund) -> Skip:
    """Return why a refund waits whose order is still open in the books."""
    reason = (
        f"The books bill this order when its goods go out; the {refund.amount} given "
        "back is booked then."
    )
    return Skip(Outcome.WAITING, "not_billed_yet", reason)


def changed_late(order: Order, digest: str = "") -> Hold:
    """Return the choice when a sale can no longer follow its order."""
    return Hold(
        code="changed_after_booking",
        title=f"Order {order.number} was changed after it was booked",
        message="Its lines or total differ from the sale in the books, which can "
        "no longer be changed.",
        remedy=_CHOICES,
        details={"change": digest} if digest else {},
    )


def deleted(order: Order) -> Hold:
    """Return the choice when a booked order vanished from the store."""
    return Hold(
        code="deleted_after_booking",
        title=f"Order {order.number} was deleted in the store",
        message="Its sale is still in the books.",
        remedy="Undo the import if the sale never was; otherwise mark this change "
        "as settled and the sale stays.",
    )


def adopted_ended(order: Order) -> Hold:
    """Return the choice when an order ends whose sale we have not written."""
    return Hold(
        code="adopted_ended",
        title=f"Order {order.number} was called off; its sale is still in the books",
        message="How the sale was booked is not known here, so it is not taken back.",
        remedy="Void the sale in the books if it never was, then mark this change as "
        "settled.",
    )


def revived(order: Order) -> Hold:
    """Return the choice when a cancelled order came back to life."""
    return Hold(
        code="revived",
        title=f"Order {order.number} is open again after it was cancelled",
        message="The books have cancelled its sale.",
        remedy="Undo its import and import the order again, or mark this change as "
        "settled.",
    )


def booked_otherwise(order: Order, what: str, digest: str = "") -> Hold:
    """Return the choice when a posted payment or refund differs from the store."""
    return Hold(
        code=f"{what}_changed",
        title=f"A {what} of order {order.number} changed after it was booked",
        message="The store and the books now say different amounts.",
        remedy=_CHOICES,
        details={"change": digest} if digest else {},
    )
