"""Making and changing orders."""

from stockbridge.connectors.stores.woocommerce.simulator.answers import write_meta
from stockbridge.connectors.stores.woocommerce.simulator.discounts import (
    apply_coupons,
)
from stockbridge.connectors.stores.woocommerce.simulator.errors import ApiError
from stockbridge.connectors.stores.woocommerce.simulator.order_answer import (
    BILLING_PARTS,
    SHIPPING_PARTS,
    needs_processing,
)
from stockbridge.connectors.stores.woocommerce.simulator.order_lines import write_lines
from stockbridge.connectors.stores.woocommerce.simulator.order_parameters import (
    known_statuses,
)
from stockbridge.connectors.stores.woocommerce.simulator.order_status import set_status
from stockbridge.connectors.stores.woocommerce.simulator.php import absent, clean
from stockbridge.connectors.stores.woocommerce.simulator.records import (
    Coupon,
    Json,
    Line,
    Order,
)
from stockbridge.connectors.stores.woocommerce.simulator.refund_write import (
    refund_rest,
)
from stockbridge.connectors.stores.woocommerce.simulator.state import StoreState
from stockbridge.connectors.stores.woocommerce.simulator.totals import calculate_totals

_TEXTS = (
    "customer_note",
    "payment_method",
    "payment_method_title",
    "transaction_id",
    "currency",
)
_MAKE_TOTALS = (
    "billing",
    "shipping",
    "line_items",
    "shipping_lines",
    "fee_lines",
    "coupon_lines",
)


def create_order(state: StoreState, sent: Json, *, via: str = "rest-api") -> Order:
    """Make an order of what was sent.

    A bad coupon raises, but leaves an order behind: a checkout-draft in 11, a listed
    pending one in 8.9 and 7.1 (recording 291).
    """
    _check_customer(state, sent)
    now = state.now()
    order = Order(
        id=0,
        created=now,
        modified=now,
        version=state.version.name,
        currency=state.setting("currency"),
        prices_include_tax=state.is_on("prices_include_tax"),
        order_key=f"wc_order_{state.random_text(13)}",
        created_via=via,
    )
    _write_fields(state, order, sent)
    write_lines(state, order, sent, is_new=True)
    order.id = state.take_id("post")
    calculate_totals(state, order)
    if sent.get("coupon_lines"):
        _apply_or_leave_draft(state, order, sent)
    order.status = "pending"
    state.put_order(order)
    events = ["order.created", "order.updated"]
    if via in {"checkout", "store-api"}:
        events.reverse()  # at checkout the update comes first (473)
    for event in events:
        state.announce(event, order.id)
    _finish(state, order, sent, is_new=True)
    state.put_order(order)
    return order


def update_order(state: StoreState, order: Order, sent: Json) -> Order:
    """Change an order; read-only fields such as `total` are ignored."""
    _check_customer(state, sent)
    _write_fields(state, order, sent)
    write_lines(state, order, sent, is_new=False)
    if any(not absent(sent, name) for name in _MAKE_TOTALS):
        calculate_totals(state, order)
    if sent.get("coupon_lines"):
        _apply(state, order, _wanted_coupons(state, sent))
    old_status = order.status
    _finish(state, order, sent, is_new=False)
    is_touched = state.hpos or order.status != old_status or _changes(sent)
    if is_touched:
        touch_order(state, order)
    else:
        state.put_order(order)
    state.announce("order.updated", order.id)
    return order


def touch_order(state: StoreState, order: Order) -> None:
    """Move an order's `date_modified`."""
    order.modified = state.now()
    state.put_order(order)


def change_status(state: StoreState, order: Order, status: str) -> None:
    """Set an order's status with all that follows, also the refund of the rest."""
    if status == "refunded" and order.status != "refunded":
        refund_rest(state, order)
    set_status(state, order, status, by_hand=True)
    _mark_paying_customer(state, order)


def _finish(state: StoreState, order: Order, sent: Json, *, is_new: bool) -> None:
    if not absent(sent, "status"):
        status = str(sent["status"])
        known = known_statuses(state)
        change_status(state, order, status if status in known else "pending")
    if sent.get("set_paid") is True and (
        is_new or order.status in {"pending", "failed"}
    ):
        _complete_payment(state, order)


def _complete_payment(state: StoreState, order: Order) -> None:
    if order.status not in {"pending", "on-hold", "failed", "cancelled"}:
        return
    if order.paid is None:
        order.paid = state.now()
    status = "processing" if needs_processing(state, order) else "completed"
    set_status(state, order, status, paid=True)
    _mark_paying_customer(state, order)


def _mark_paying_customer(state: StoreState, order: Order) -> None:
    customer = state.customers.get(order.customer_id)
    if customer is not None and order.status == "completed":
        customer.is_paying = True


def _changes(sent: Json) -> bool:
    """Say whether posts storage sees a change: meta alone is none (950)."""
    return any(name != "meta_data" for name in sent)


def _check_customer(state: StoreState, sent: Json) -> None:
    customer_id = sent.get("customer_id")
    if customer_id and customer_id not in state.customers:
        raise ApiError(
            400, "woocommerce_rest_invalid_customer_id", "Customer ID is invalid."
        )


def _write_fields(state: StoreState, order: Order, sent: Json) -> None:
    if not absent(sent, "customer_id"):
        order.customer_id = int(sent["customer_id"])
    for name, parts in (("billing", BILLING_PARTS), ("shipping", SHIPPING_PARTS)):
        if isinstance(sent.get(name), dict):
            target: dict[str, str] = getattr(order, name)
            for part in parts:
                if not absent(sent[name], part):
                    target[part] = clean(str(sent[name][part]))
    for name in _TEXTS:
        if not absent(sent, name):
            setattr(order, name, str(sent[name]))
    if not absent(sent, "created_via") and not order.id:
        order.created_via = str(sent["created_via"])
    customer = state.customers.get(order.customer_id)
    if customer is not None and not order.billing.get("email"):
        order.billing["email"] = customer.email
    write_meta(state, order.meta, sent.get("meta_data"))


def _apply_or_leave_draft(state: StoreState, order: Order, sent: Json) -> None:
    try:
        _apply(state, order, _wanted_coupons(state, sent))
    except ApiError as error:
        leaves_draft = state.version.since(9)
        order.status = "checkout-draft" if leaves_draft else "pending"
        state.put_order(order)
        if leaves_draft and isinstance(error.data, dict):
            error.data = {**error.data, "new_draft_order_id": order.id}
        raise


def _wanted_coupons(state: StoreState, sent: Json) -> list[Coupon]:
    found = []
    for item in sent["coupon_lines"]:
        code = str(item.get("code") or "").strip()
        if not code:
            raise ApiError(
                400, "woocommerce_rest_invalid_coupon", "Coupon code is required."
            )
        coupon = next(
            (row for row in state.coupons.values() if row.code == code.lower()), None
        )
        if coupon is None:
            raise ApiError(
                400,
                "woocommerce_rest_invalid_coupon",
                f"Coupon &quot;{code}&quot; cannot be applied because it does not "
                "exist.",
            )
        found.append(coupon)
    return found


def _apply(state: StoreState, order: Order, coupons: list[Coupon]) -> None:
    wanted = {coupon.code for coupon in coupons}
    order.lines = [
        line for line in order.lines if line.kind != "coupon" or line.name in wanted
    ]
    known = {line.name for line in order.of_kind("coupon")}
    for coupon in coupons:
        if coupon.code not in known:
            order.lines.append(_coupon_line(state, coupon))
            coupon.usage_count += 1
    apply_coupons(state, order, coupons)
    calculate_totals(state, order)


def _coupon_line(state: StoreState, coupon: Coupon) -> Line:
    kind = (
        "null" if coupon.discount_type == "fixed_cart" else f'"{coupon.discount_type}"'
    )
    worth = f"{coupon.amount.normalize():f}"
    info = f'[{coupon.id},"{coupon.code}",{kind},{worth}]'
    meta = [state.new_meta("coupon_info", info)]
    return Line(state.take_id("line"), "coupon", name=coupon.code, meta=meta)
