"""How an order looks in an answer."""

import html
from decimal import Decimal
from typing import Any

from stockbridge.connectors.stores.woocommerce.simulator.answers import (
    links,
    meta_json,
)
from stockbridge.connectors.stores.woocommerce.simulator.dates import date_pair
from stockbridge.connectors.stores.woocommerce.simulator.php import (
    money_text,
    php_number,
)
from stockbridge.connectors.stores.woocommerce.simulator.product_answer import SYMBOLS
from stockbridge.connectors.stores.woocommerce.simulator.records import (
    Json,
    Line,
    Meta,
    Order,
    Product,
    Refund,
    TaxLine,
)
from stockbridge.connectors.stores.woocommerce.simulator.state import StoreState
from stockbridge.connectors.stores.woocommerce.simulator.taxes import Taxes

BILLING_PARTS = (
    "first_name",
    "last_name",
    "company",
    "address_1",
    "address_2",
    "city",
    "state",
    "postcode",
    "country",
    "email",
    "phone",
)
SHIPPING_PARTS = tuple(part for part in BILLING_PARTS if part != "email")
_EDITABLE = {"pending", "on-hold", "auto-draft"}


def order_json(state: StoreState, order: Order, decimals: int | None = None) -> Json:
    """Return an order; `decimals` is the parameter dp, else the store's setting."""
    places = state.decimals if decimals is None else decimals

    def money(value: Decimal) -> str:
        return money_text(value, places)

    body: Json = {
        "id": order.id,
        "parent_id": 0,
        "status": order.status,
        "currency": order.currency,
        "version": order.version,
        "prices_include_tax": order.prices_include_tax,
        **date_pair("date_created", order.created, state.zone),
        **date_pair("date_modified", order.modified, state.zone),
        "discount_total": money(order.discount_total),
        "discount_tax": money(order.discount_tax),
        "shipping_total": money(order.shipping_total),
        "shipping_tax": money(order.shipping_tax),
        "cart_tax": money(order.cart_tax),
        "total": money(order.total),
        "total_tax": money(order.total_tax),
        "customer_id": order.customer_id,
        "order_key": order.order_key,
        "billing": {part: order.billing.get(part, "") for part in BILLING_PARTS},
        "shipping": {part: order.shipping.get(part, "") for part in SHIPPING_PARTS},
        "payment_method": order.payment_method,
        "payment_method_title": order.payment_method_title,
        "transaction_id": order.transaction_id,
        "customer_ip_address": order.customer_ip,
        "customer_user_agent": "",
        "created_via": order.created_via,
        "customer_note": order.customer_note,
        **date_pair("date_completed", order.completed, state.zone),
        **date_pair("date_paid", order.paid, state.zone),
        "cart_hash": "",
        "number": order.number or str(order.id),
        "meta_data": meta_json(order.meta),
        **lines_json(state, order, places),
        "coupon_lines": [
            _coupon_line(state, line, places) for line in order.of_kind("coupon")
        ],
        "refunds": _refunds(state, order, places),
        "payment_url": (
            f"{state.home_url}/checkout/order-pay/{order.id}/?pay_for_order=true"
            f"&key={order.order_key}"
        ),
        "is_editable": order.status in _EDITABLE,
        "needs_payment": order.status in {"pending", "failed"} and order.total > 0,
        "needs_processing": needs_processing(state, order),
        "currency_symbol": html.unescape(SYMBOLS.get(order.currency, order.currency)),
    }
    if state.cost_of_goods:
        body["cost_of_goods_sold"] = {"total_value": _cost(state, order)}
    body["_links"] = _order_links(state, order)
    return body


def shell_json(state: StoreState, order: Order) -> Json:
    """Return the empty draft that the posts have in place of an order of the tables.

    Its lines are kept apart from both, and are shown (753b).
    """
    shell = Order(
        order.id,
        order.created,
        order.created,
        status="draft",
        currency=order.currency,
        created_via="",
        lines=order.lines,
        tax_lines=order.tax_lines,
        refunds=order.refunds,
    )
    totals = ("discount_total", "shipping_total", "cart_tax")
    taxes = ("discount_tax", "shipping_tax")
    blank = dict.fromkeys((*totals, *taxes), "")
    return {**order_json(state, shell), **blank}


def lines_json(state: StoreState, order: Order | Refund, places: int) -> Json:
    """Return the lines of an order or refund, coupons left out."""
    kinds: dict[str, list[Line]] = {"line_item": [], "shipping": [], "fee": []}
    for line in order.lines:
        kinds.setdefault(line.kind, []).append(line)
    return {
        "line_items": [_item(state, line, places) for line in kinds["line_item"]],
        "shipping_lines": [_shipping(line, places) for line in kinds["shipping"]],
        "tax_lines": [_tax_line(line, places) for line in order.tax_lines],
        "fee_lines": [_fee(line, places) for line in kinds["fee"]],
    }


def product_of(state: StoreState, line: Line) -> Product | None:
    """Return what a line sold, if it still exists."""
    return state.products.get(line.variation_id or line.product_id)


def needs_processing(state: StoreState, order: Order) -> bool:
    """Say whether something must be sent: not all is virtual and downloadable."""
    sold = (product_of(state, line) for line in order.of_kind("line_item"))
    return any(
        product is not None and not (product.virtual and product.downloadable)
        for product in sold
    )


def _item(state: StoreState, line: Line, places: int) -> Json:
    product = product_of(state, line)
    is_variation = line.variation_id != 0 and product is not None
    parent = state.products.get(line.product_id) if is_variation else None
    price = float(line.total) / line.quantity if line.quantity else 0.0
    body: Json = {
        "id": line.id,
        "name": line.name,
        "product_id": line.product_id,
        "variation_id": line.variation_id,
        "quantity": line.quantity,
        "tax_class": line.tax_class,
        "subtotal": money_text(line.subtotal, places),
        "subtotal_tax": money_text(line.subtotal_tax, places),
        "total": money_text(line.total, places),
        "total_tax": money_text(line.total_tax, places),
        "taxes": _taxes(line.taxes, places, line.subtotal_taxes),
        "meta_data": line_meta_json(line.meta, product),
        "sku": product.sku if product else None,
        "global_unique_id": product.global_unique_id if product else None,
        "price": php_number(price),
        "image": {"id": 0 if is_variation or product is None else "", "src": ""},
        "parent_name": parent.name if parent else None,
    }
    if not state.version.since(9, 2):
        del body["global_unique_id"]
    if state.cost_of_goods:
        cost = (product.other.get("cost") or 0) if product else 0
        body["cost_of_goods_sold"] = {"value": php_number(cost * line.quantity)}
    return body


def line_meta_json(rows: list[Meta], product: Product | None = None) -> list[Json]:
    """Return the meta of a line, with what a person would see."""
    labels = {
        item["slug"]: item["name"] for item in (product.attributes if product else ())
    }
    found = []
    for row in meta_json(rows):
        value = row["value"]
        shown = html.escape(value, quote=False) if isinstance(value, str) else value
        found.append(
            {
                **row,
                "display_key": labels.get(row["key"], row["key"]),
                "display_value": shown,
            }
        )
    return found


def _shipping(line: Line, places: int) -> Json:
    return {
        "id": line.id,
        "method_title": line.name,
        "method_id": line.method_id,
        "instance_id": line.instance_id,
        "total": money_text(line.total, places),
        "total_tax": money_text(line.total_tax, places),
        "taxes": _taxes(line.taxes, places),
        "tax_status": line.tax_status,
        "meta_data": line_meta_json(line.meta),
    }


def _fee(line: Line, places: int) -> Json:
    return {
        "id": line.id,
        "name": line.name,
        "tax_class": line.tax_class,
        "tax_status": line.tax_status,
        "amount": "",
        "total": money_text(line.total, places),
        "total_tax": money_text(line.total_tax, places),
        "taxes": _taxes(line.taxes, places),
        "meta_data": line_meta_json(line.meta),
    }


def _tax_line(line: TaxLine, places: int) -> Json:
    return {
        "id": line.id,
        "rate_code": line.code,
        "rate_id": line.rate_id,
        "label": line.label,
        "compound": line.compound,
        "tax_total": money_text(line.tax_total, places),
        "shipping_tax_total": money_text(line.shipping_tax_total, places),
        "rate_percent": php_number(line.percent),
        "meta_data": [],
    }


def _coupon_line(state: StoreState, line: Line, places: int) -> Json:
    coupon = next(
        (row for row in state.coupons.values() if row.code == line.name), None
    )
    return {
        "id": line.id,
        "code": line.name,
        "discount": money_text(line.discount, places),
        "discount_tax": money_text(line.discount_tax, places),
        "meta_data": line_meta_json(line.meta),
        "discount_type": coupon.discount_type if coupon else "fixed_cart",
        "nominal_amount": php_number(coupon.amount) if coupon else 0,
        "free_shipping": False,
    }


def _taxes(taxes: Taxes, places: int, subtotals: Taxes | None = None) -> list[Json]:
    return [
        {
            "id": rate_id,
            "total": money_text(tax, places),
            "subtotal": ""
            if subtotals is None
            else money_text(subtotals.get(rate_id, Decimal(0)), places),
        }
        for rate_id, tax in taxes.items()
    ]


def _refunds(state: StoreState, order: Order, places: int) -> list[Json]:
    refunds = [state.refunds[refund_id] for refund_id in order.refunds]
    refunds.sort(key=lambda refund: (-refund.created, refund.id))
    found = []
    for refund in refunds:
        row: dict[str, Any] = {
            "id": refund.id,
            "reason": refund.reason,
            # A minus before a text: a refund of nothing is "-0.00".
            "total": f"-{money_text(refund.amount, places)}",
        }
        if state.version.since(11):
            row["total_tax"] = money_text(refund.total_tax, places)
        found.append(row)
    return found


def _cost(state: StoreState, order: Order) -> int | float:
    total = Decimal(0)
    for line in order.of_kind("line_item"):
        product = product_of(state, line)
        if product is not None:
            total += Decimal(str(product.other.get("cost") or 0)) * line.quantity
    return php_number(total)


def _order_links(state: StoreState, order: Order) -> Json:
    found = links(state, f"orders/{order.id}")
    base = f"{state.home_url}/wp-json/wc/v3"
    if state.version.since(9, 8):
        href = f"{base}/orders/{order.id}/actions/email_templates"
        found["email_templates"] = [{"embeddable": True, "href": href}]
    if order.customer_id:
        found["customer"] = [{"href": f"{base}/customers/{order.customer_id}"}]
    return found
