"""Why an order cannot be booked as it is, and what a person can do about it."""

from collections.abc import Sequence

from stockbridge.domain.commerce import Order, OrderLine
from stockbridge.domain.planning import Hold
from stockbridge.domain.policy import PostingPolicy

_BY_HAND = "Book it by hand, then mark it as booked elsewhere."


def negative_total(order: Order) -> Hold:
    """Return the hold of an order that gives money instead of taking it."""
    return Hold(
        code="negative_total",
        title=f"Order {order.number} has a negative total",
        message=f"The store bills {order.total}.",
        remedy=_BY_HAND,
    )


def no_lines(order: Order) -> Hold:
    """Return the hold of an order that bills something for nothing."""
    return Hold(
        code="no_lines",
        title=f"Order {order.number} has no lines",
        message=f"The store bills {order.total}, and does not say what for.",
        remedy="Correct the order in the store, or mark it as booked elsewhere.",
    )


def other_currency(order: Order, currency: str) -> Hold:
    """Return the hold of an order in a currency that the books do not keep."""
    return Hold(
        code="other_currency",
        title=f"Order {order.number} is in {order.currency}",
        message=f"The books keep {currency}; the store bills {order.total}.",
        remedy=_BY_HAND,
        details={"currency": order.currency, "books": currency},
    )


def reference_too_long(order: Order, policy: PostingPolicy) -> Hold:
    """Return the hold of an order whose number would be cut: two could be one."""
    number = policy.prefix + order.number
    return Hold(
        code="reference_too_long",
        title=f"The number of order {order.number} is too long for the books",
        message=f"{number} has {len(number)} characters; the books hold "
        f"{policy.reference_chars_max}.",
        remedy="Choose a shorter prefix of order numbers in the connection's options.",
    )


def unsellable_lines(order: Order, lines: Sequence[OrderLine]) -> Hold:
    """Return the hold of an order that sells none of an item, or fewer."""
    what = ", ".join(f"{line.quantity} × {_label(line)}" for line in lines)
    return Hold(
        code="odd_quantity",
        title=f"Order {order.number} has a quantity that cannot be sold",
        message=f"A line that bills an amount sells more than none: {what}.",
        remedy="Correct the quantity in the store; goods given back are a refund.",
        details={"lines": [line.external_id for line in lines]},
    )


def missing_items(order: Order, lines: Sequence[OrderLine]) -> Hold:
    """Return the hold of an order whose items are not in the books."""
    names = ", ".join(_label(line) for line in lines)
    return Hold(
        code="missing_items",
        title=f"Order {order.number}: {_counted(len(lines))} without a match",
        message=f"Not found in the books: {names}.",
        remedy="Give the items the same SKU on both sides, link them on the Items "
        "screen, or import them from the store. What is imported automatically then "
        "goes on by itself.",
        details={"missing": _listed(lines)},
    )


def no_fallback(order: Order, lines: Sequence[OrderLine]) -> Hold:
    """Return the hold when the item that stands for unknown ones is not chosen."""
    names = ", ".join(_label(line) for line in lines)
    return Hold(
        code="no_fallback_item",
        title=f"Order {order.number}: no item stands for the unknown ones",
        message=f"Not found in the books: {names}.",
        remedy="Choose the fallback item in the connection's options.",
        details={"missing": _listed(lines)},
    )


def _listed(lines: Sequence[OrderLine]) -> list[dict[str, str]]:
    return [
        {"sku": line.sku, "name": line.name, "item_id": line.item_id} for line in lines
    ]


def _counted(count: int) -> str:
    return "1 item" if count == 1 else f"{count} items"


def _label(line: OrderLine) -> str:
    return f"{line.sku or 'no SKU'} ({line.name})"
