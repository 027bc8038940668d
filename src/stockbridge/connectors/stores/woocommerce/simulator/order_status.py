"""What a change of an order's status brings about: stock, dates, sales, notes."""

from stockbridge.connectors.stores.woocommerce.simulator.order_answer import (
    needs_processing,
    product_of,
)
from stockbridge.connectors.stores.woocommerce.simulator.records import (
    Line,
    Note,
    Order,
    Product,
)
from stockbridge.connectors.stores.woocommerce.simulator.state import (
    ORDER_STATUSES,
    StoreState,
)
from stockbridge.connectors.stores.woocommerce.simulator.stock_rules import (
    change_stock,
    stock_holder,
)

_BY_HAND = (
    "Order status set to refunded. To return funds to the customer you will need to "
    "issue a refund through your payment gateway."
)
_TAKES_STOCK = {"processing", "on-hold", "completed"}
_GIVES_STOCK_BACK = {"cancelled", "failed", "pending"}
_COUNTS_AS_SALE = {"processing", "on-hold", "completed"}
_UNCOUNTS_SALE = {"cancelled", "trash"}


def set_status(
    state: StoreState,
    order: Order,
    status: str,
    *,
    paid: bool = False,
    by_hand: bool = False,
) -> None:
    """Move an order to `status`, with all that follows; the same status does nothing.

    `paid`: because a payment came in. `by_hand`: someone chose the status; where that
    is `refunded`, the caller makes the refund.
    """
    old = order.status
    if status == old:
        return
    order.status = status
    _set_dates(state, order)
    if paid:
        add_note(state, order, "Payment complete.")
    follow_stock(state, order)
    takes_back = status in {"failed", "refunded", "cancelled"}
    if takes_back:
        _note_mails(state, order)
    if status == "refunded" and by_hand:
        add_note(state, order, _BY_HAND)
    if not paid:
        names = {**ORDER_STATUSES, **state.custom_statuses}
        move = f"from {names.get(old, old)} to {names.get(status)}"
        add_note(state, order, f"Order status changed {move}.")
    if not takes_back:
        _note_mails(state, order)
    count_sales(state, order)


def _note_mails(state: StoreState, order: Order) -> None:
    """Note the mails that WooCommerce 11 says it sent."""
    name = _MAILS.get(order.status)
    if name is None or not state.version.since(11):
        return
    new = 'Email "New order" sent.'
    if order.status in _TAKES_STOCK and all(note.text != new for note in order.notes):
        add_note(state, order, new)
    add_note(state, order, f'Email "{name}" sent.')


_MAILS = {
    "processing": "Processing order",
    "completed": "Completed order",
    "on-hold": "Order on-hold",
    "failed": "Failed order",
    "refunded": "Refunded order",
    "cancelled": "Cancelled order",
}


def follow_stock(state: StoreState, order: Order) -> None:
    """Take stock for an order, or give it back, as its status asks."""
    if order.status in _TAKES_STOCK and not order.stock_reduced:
        _move(state, order, takes=True)
        order.stock_reduced = True
    elif order.status in _GIVES_STOCK_BACK and order.stock_reduced:
        _move(state, order, takes=False)
        order.stock_reduced = False


def managed_product(state: StoreState, line: Line) -> Product | None:
    """Return whose stock a line moves, or None if nothing is counted."""
    product = product_of(state, line)
    if product is None or not state.is_on("manage_stock"):
        return None
    holder = stock_holder(state, product)
    return holder if holder.manage_stock else None


def adjust_line_stock(state: StoreState, order: Order, line: Line) -> None:
    """Let stock follow a line's changed quantity, once the order has taken stock."""
    holder = managed_product(state, line)
    if holder is None or not order.stock_reduced:
        return
    taken = int(line.meta_value("_reduced_stock") or 0)
    restocked = int(line.meta_value("_restock_refunded_items") or 0)
    more = line.quantity - restocked - taken
    if not more:
        return
    before, after = change_stock(state, holder, -more)
    _remember(state, line, taken + more)
    state.announce("product.updated", holder.id)
    add_note(
        state, order, _moved("Adjusted stock", line, before, after), author="owner"
    )


def give_back_line(state: StoreState, line: Line) -> None:
    """Give back what a removed line has taken."""
    holder = managed_product(state, line)
    taken = int(line.meta_value("_reduced_stock") or 0)
    if holder is not None and taken:
        change_stock(state, holder, taken)
        state.announce("product.updated", holder.id)


def count_sales(state: StoreState, order: Order) -> None:
    """Keep `total_sales` of the products sold."""
    if order.status in _COUNTS_AS_SALE and not order.sales_recorded:
        sign = 1
    elif order.status in _UNCOUNTS_SALE and order.sales_recorded:
        sign = -1
    else:
        return
    order.sales_recorded = sign == 1
    for line in order.of_kind("line_item"):
        product = state.products.get(line.product_id)
        if product is not None:
            product.total_sales += sign * line.quantity


def add_note(
    state: StoreState,
    order: Order,
    text: str,
    *,
    author: str = "WooCommerce",
    for_customer: bool = False,
) -> Note:
    """Put a note on an order; that does not move its date."""
    note = Note(state.take_id("note"), author, state.now(), text, for_customer)
    order.notes.append(note)
    state.revision += 1
    return note


def _set_dates(state: StoreState, order: Order) -> None:
    if order.paid is None and _counts_as_paid(state, order):
        order.paid = state.now()
    if order.status == "completed":
        order.completed = state.now()


def _counts_as_paid(state: StoreState, order: Order) -> bool:
    if order.payment_method == "cod" and order.created_via != "rest-api":
        return order.status == "completed"  # cash on delivery is paid when delivered
    if order.status == "completed":
        return True
    return order.status == "processing" and needs_processing(state, order)


def _move(state: StoreState, order: Order, *, takes: bool) -> None:
    moves = []
    for line in order.of_kind("line_item"):
        holder = managed_product(state, line)
        taken = int(line.meta_value("_reduced_stock") or 0)
        if holder is None or (takes and taken) or not (takes or taken):
            continue
        by = -line.quantity if takes else taken
        before, after = change_stock(state, holder, by)
        _remember(state, line, line.quantity if takes else 0)
        state.announce("product.updated", holder.id)
        moves.append(f"{line.name} ({before}&rarr;{after})")
    if moves:
        verb = "reduced" if takes else "increased"
        add_note(state, order, f"Stock levels {verb}: {', '.join(moves)}")


def _remember(state: StoreState, line: Line, taken: int) -> None:
    row = next((row for row in line.meta if row.key == "_reduced_stock"), None)
    if row is None:
        line.meta.append(state.new_meta("_reduced_stock", str(taken)))
    elif taken:
        row.value = str(taken)
    else:
        line.meta.remove(row)


def _moved(verb: str, line: Line, before: int, after: int) -> str:
    return f"{verb}: {line.name} ({before}&rarr;{after})"
