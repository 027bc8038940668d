"""Making and deleting refunds, as `wc_create_refund` does."""

from decimal import Decimal

from stockbridge.connectors.stores.woocommerce.simulator.answers import write_meta
from stockbridge.connectors.stores.woocommerce.simulator.errors import bare_error
from stockbridge.connectors.stores.woocommerce.simulator.order_status import (
    managed_product,
    set_status,
)
from stockbridge.connectors.stores.woocommerce.simulator.php import amount, intval
from stockbridge.connectors.stores.woocommerce.simulator.records import (
    ZERO,
    Json,
    Line,
    Order,
    Refund,
    Value,
)
from stockbridge.connectors.stores.woocommerce.simulator.state import StoreState
from stockbridge.connectors.stores.woocommerce.simulator.stock_rules import (
    change_stock,
)
from stockbridge.connectors.stores.woocommerce.simulator.totals import (
    sum_line_taxes,
    update_tax_lines,
)

_CODE = "woocommerce_rest_cannot_create_order_refund"


def create_refund(state: StoreState, order: Order, sent: Json) -> Refund:
    """Refund an order by lines, by amount or both; quantities are not checked.

    Raises `ApiError` with status 500 for an amount below zero or above what is left,
    and where the gateway is asked to pay back but cannot.
    """
    if sent.get("amount") not in (None, "") and amount(sent["amount"]) < 0:
        raise bare_error(
            "woocommerce_rest_invalid_order_refund",
            "Refund amount must be greater than zero.",
            400,
        )
    wanted = _wanted(sent)
    sum_ = amount(sent["amount"]) if sent.get("amount") else _sum_of(wanted)
    left = remaining(state, order)
    if sum_ < 0 or sum_ > left:
        raise bare_error(_CODE, "Invalid refund amount.", 500)
    refund = Refund(state.take_id("post"), order.id, state.now(), sum_)
    refund.reason = str(sent.get("reason") or "")
    refund.refunded_by = intval(sent.get("refunded_by")) or 1
    refund.lines = _lines(state, order, wanted)
    update_tax_lines(state, refund)
    if sent.get("api_refund", True):
        _pay_back(state, order, refund)
    write_meta(state, refund.meta, sent.get("meta_data"))
    _keep(state, order, refund)
    if sent.get("api_restock", True):
        _restock(state, order, wanted)
    is_full = left - sum_ <= 0
    _mark(state, order, refund, "full" if is_full else "partial")
    if is_full and order.status != "refunded":
        set_status(state, order, "refunded")
    return refund


def refund_rest(state: StoreState, order: Order) -> None:
    """Refund what is left, without lines or restocking: status refunded by hand."""
    left = remaining(state, order)
    if left <= 0:
        return
    refund = Refund(state.take_id("post"), order.id, state.now(), left)
    refund.reason = "Order fully refunded."
    _keep(state, order, refund)
    _mark(state, order, refund, "full")


def delete_refund(state: StoreState, order: Order, refund: Refund) -> None:
    """Delete a refund; the order's date does not move, stock is not touched."""
    order.refunds.remove(refund.id)
    del state.refunds[refund.id]
    state.revision += 1


def remaining(state: StoreState, order: Order) -> Decimal:
    """Return how much of an order has not been refunded."""
    given = (state.refunds[refund_id].amount for refund_id in order.refunds)
    return order.total - sum(given, ZERO)


def _wanted(sent: Json) -> dict[int, Json]:
    """Return the sent lines by the id of the order's line."""
    rows = (row for row in sent.get("line_items") or [] if isinstance(row, dict))
    return {intval(row.get("id")): row for row in rows}


def _sum_of(wanted: dict[int, Json]) -> Decimal:
    total = ZERO
    for row in wanted.values():
        total += amount(row.get("refund_total") or 0)
        total += sum(_taxes(row).values(), ZERO)
    return total


def _taxes(row: Json) -> dict[int, Decimal]:
    found: dict[int, Decimal] = {}
    for tax in row.get("refund_tax") or []:
        worth = amount(_text(tax.get("refund_total", tax.get("total", 0))))
        if worth:
            found[intval(tax.get("id"))] = worth
    return found


def _text(value: Value) -> Value:
    return str(value) if isinstance(value, int | float) else value


def _lines(state: StoreState, order: Order, wanted: dict[int, Json]) -> list[Line]:
    found = []
    kinds = ("line_item", "fee", "shipping")
    for line in (line for kind in kinds for line in order.of_kind(kind)):
        row = wanted.get(line.id)
        if row is None:
            continue
        quantity = intval(row.get("quantity"))
        total = amount(_text(row.get("refund_total") or 0))
        taxes = _taxes(row)
        if not (quantity or total or taxes):
            continue
        found.append(_negative(state, line, quantity, total, taxes))
    return found


def _negative(
    state: StoreState,
    line: Line,
    quantity: int,
    total: Decimal,
    taxes: dict[int, Decimal],
) -> Line:
    given = {rate_id: -tax for rate_id, tax in taxes.items()}
    tax = sum_line_taxes(state, given)
    return Line(
        id=state.take_id("line"),
        kind=line.kind,
        name=line.name,
        product_id=line.product_id,
        variation_id=line.variation_id,
        quantity=-quantity,
        tax_class=line.tax_class,
        tax_status=line.tax_status,
        subtotal=-total,
        total=-total,
        subtotal_tax=tax,
        total_tax=tax,
        taxes=given,
        subtotal_taxes=dict(given),
        meta=[state.new_meta("_refunded_item_id", str(line.id))],
        method_id=line.method_id,
        instance_id=line.instance_id,
    )


def _pay_back(state: StoreState, order: Order, refund: Refund) -> None:
    if order.payment_method in state.refundable_gateways:
        refund.refunded_payment = True
        return
    # WooCommerce made the refund first and deletes it again: its id is used up.
    message = (
        "The payment gateway for this order does not support automatic refunds."
        if order.payment_method
        else "The payment gateway for this order does not exist."
    )
    raise bare_error(_CODE, message, 500)


def _keep(state: StoreState, order: Order, refund: Refund) -> None:
    state.refunds[refund.id] = refund
    order.refunds.append(refund.id)
    if state.hpos or state.version.since(8):  # not in 7.1.1
        order.modified = state.now()
    state.put_order(order)
    state.announce("order.updated", order.id)


def _mark(state: StoreState, order: Order, refund: Refund, kind: str) -> None:
    refund.meta.append(state.new_meta("_refund_type", kind))
    state.put_order(order)


def _restock(state: StoreState, order: Order, wanted: dict[int, Json]) -> None:
    for line in order.of_kind("line_item"):
        back = intval(wanted.get(line.id, {}).get("quantity"))
        taken = next((row for row in line.meta if row.key == "_reduced_stock"), None)
        holder = managed_product(state, line)
        if not back or holder is None or taken is None or not int(taken.value):
            continue
        change_stock(state, holder, back)
        state.announce("product.updated", holder.id)
        taken.value = str(int(taken.value) - back)
        restocked = next(
            (row for row in line.meta if row.key == "_restock_refunded_items"), None
        )
        if restocked is None:
            line.meta.append(state.new_meta("_restock_refunded_items", str(back)))
        else:
            restocked.value = str(int(restocked.value) + back)
