"""Taking over the lines that a caller sends for an order."""

from decimal import Decimal

from stockbridge.connectors.stores.woocommerce.simulator.answers import write_meta
from stockbridge.connectors.stores.woocommerce.simulator.errors import (
    ApiError,
    critical_error,
)
from stockbridge.connectors.stores.woocommerce.simulator.order_status import (
    adjust_line_stock,
    give_back_line,
)
from stockbridge.connectors.stores.woocommerce.simulator.php import (
    absent,
    amount,
    intval,
)
from stockbridge.connectors.stores.woocommerce.simulator.product_answer import (
    effective_price,
    product_json,
)
from stockbridge.connectors.stores.woocommerce.simulator.records import (
    Json,
    Line,
    Order,
    Product,
)
from stockbridge.connectors.stores.woocommerce.simulator.state import StoreState
from stockbridge.connectors.stores.woocommerce.simulator.taxes import net_price

_SENT = {"line_items": "line_item", "shipping_lines": "shipping", "fee_lines": "fee"}
# A line whose key field is null is removed.
_KEY_FIELDS = {"line_item": "product_id", "shipping": "method_id", "fee": "name"}


def write_lines(state: StoreState, order: Order, sent: Json, *, is_new: bool) -> None:
    """Take over lines: with an id they change or go, without one they are added.

    Raises `ApiError` for a foreign id or a line that sells nothing.
    """
    for name, kind in _SENT.items():
        for item in sent.get(name) or []:
            if item.get("id"):
                _change_line(state, order, kind, item)
            elif not _is_removed(kind, item):
                _add_line(state, order, kind, item)
            elif is_new and kind == "line_item" and state.version.since(11):
                raise critical_error()  # a TypeError in 11.0.1 itself (284)


def _is_removed(kind: str, item: Json) -> bool:
    key = _KEY_FIELDS[kind]
    if key in item and item[key] is None:
        return True
    return kind == "line_item" and "quantity" in item and intval(item["quantity"]) == 0


def _change_line(state: StoreState, order: Order, kind: str, item: Json) -> None:
    line = next(
        (
            line
            for line in order.lines
            if line.id == intval(item["id"]) and line.kind == kind
        ),
        None,
    )
    if line is None:
        raise ApiError(
            400,
            "woocommerce_rest_invalid_item_id",
            "Order item ID provided is not associated with order.",
        )
    follows = state.version.since(9)  # in 8.9 and 7.1 stock does not follow a line
    if _is_removed(kind, item):
        order.lines.remove(line)
        if follows and kind == "line_item":
            give_back_line(state, line)
        return
    if kind == "line_item" and (item.get("sku") or item.get("product_id")):
        _set_product(state, line, _wanted_product(state, item))
    _write_fields(state, line, item)
    if follows and kind == "line_item":
        adjust_line_stock(state, order, line)


def _add_line(state: StoreState, order: Order, kind: str, item: Json) -> None:
    line = Line(0, kind)
    if kind == "line_item":
        product = _wanted_product(state, item)
        line.quantity = 1 if absent(item, "quantity") else intval(item["quantity"])
        _set_product(state, line, product)
        if product is not None:
            line.total = line.subtotal = _net_total(state, product, line.quantity)
    elif kind == "shipping" and not item.get("method_id"):
        raise ApiError(
            400,
            "woocommerce_rest_invalid_shipping_item",
            "Shipping method ID is required.",
        )
    elif kind == "fee" and not item.get("name"):
        raise ApiError(
            400, "woocommerce_rest_invalid_fee_item", "Fee name is required."
        )
    line.id = state.take_id("line")
    _write_fields(state, line, item)
    order.lines.append(line)
    if kind == "line_item" and state.version.since(9):
        adjust_line_stock(state, order, line)


def _wanted_product(state: StoreState, item: Json) -> Product | None:
    """Return what a line sells; an unknown product makes a ghost line, no error."""
    if item.get("sku"):
        found = state.skus.find(str(item["sku"]).strip())
        return state.products.get(found[0]) if found else None
    wanted = item.get("variation_id") or item.get("product_id")
    if not wanted:
        raise ApiError(
            400,
            "woocommerce_rest_required_product_reference",
            "Product ID or SKU is required.",
        )
    return state.products.get(intval(wanted))


def _set_product(state: StoreState, line: Line, product: Product | None) -> None:
    if product is None:
        return
    is_variation = product.type == "variation"
    line.product_id = product.parent_id if is_variation else product.id
    line.variation_id = product.id if is_variation else 0
    shown = product_json(state, product)
    line.name = str(shown["name"])
    line.tax_class = str(shown["tax_class"])
    line.tax_status = product.tax_status
    for attribute in product.attributes if is_variation else ():
        if line.meta_value(attribute["slug"]) is None:
            line.meta.append(state.new_meta(attribute["slug"], attribute["option"]))


def _net_total(state: StoreState, product: Product, quantity: int) -> Decimal:
    shown = product_json(state, product)["price"] if product.type == "variable" else ""
    price = amount(shown or effective_price(product, state.now()) or "0") * quantity
    if product.tax_status != "taxable":
        return price
    tax_class = product.tax_class
    if tax_class == "parent":
        tax_class = state.products[product.parent_id].tax_class
    return net_price(state, price, tax_class)


def _write_fields(state: StoreState, line: Line, item: Json) -> None:
    if not absent(item, "quantity"):
        line.quantity = intval(item["quantity"])
    for name in ("name", "method_title"):
        if not absent(item, name):
            line.name = str(item[name])
    for name in ("method_id", "instance_id", "tax_class", "tax_status"):
        if not absent(item, name):
            setattr(line, name, str(item[name]))
    for name in ("subtotal", "total"):
        if not absent(item, name):
            setattr(line, name, amount(item[name]))
    line.subtotal = max(line.subtotal, line.total)
    write_meta(state, line.meta, item.get("meta_data"))
