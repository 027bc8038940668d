"""Applying coupons to an order, cent by cent, as `WC_Discounts` does.

Works in whole cents of the store's decimals on what the customer sees: net prices, or
gross ones where prices include tax.
"""

from dataclasses import dataclass
from decimal import ROUND_FLOOR, ROUND_HALF_DOWN, Decimal

from stockbridge.connectors.stores.woocommerce.simulator.records import (
    ZERO,
    Coupon,
    Line,
    Order,
)
from stockbridge.connectors.stores.woocommerce.simulator.state import StoreState
from stockbridge.connectors.stores.woocommerce.simulator.taxes import (
    place_of,
    rates_for,
    round_tax,
    tax_in_gross,
    tax_on_net,
    total_of,
)

Discounts = dict[int, Decimal]  # line id → cents


@dataclass(slots=True)
class _Item:
    line: Line
    price: Decimal  # of the whole line, in cents
    taken: Decimal = ZERO  # by all coupons so far

    @property
    def left(self) -> Decimal:
        return max(ZERO, self.price - self.taken)


def apply_coupons(state: StoreState, order: Order, coupons: list[Coupon]) -> None:
    """Set the totals of the lines and the discounts of the coupon lines.

    Lines begin at their subtotal each time; whoever calls computes the order's totals
    afterwards.
    """
    for line in order.of_kind("line_item"):
        line.total = line.subtotal
    scale = Decimal(10) ** state.decimals
    items = [
        _Item(line, _shown_price(order, line) * scale)
        for line in order.of_kind("line_item")
    ]
    # Dearest unit first, so that a remainder falls on the dearest.
    items.sort(key=lambda item: -(item.price / (item.line.quantity or 1)))
    for coupon in coupons:
        parts = _discounts(coupon, items, scale)
        _set_coupon_line(state, order, coupon, parts, scale)
    for item in items:
        _take_off(state, order, item.line, item.taken / scale)


def _discounts(coupon: Coupon, items: list[_Item], scale: Decimal) -> Discounts:
    parts: Discounts = {item.line.id: ZERO for item in items}
    if coupon.discount_type == "percent":
        _apply_percent(coupon.amount, items, parts)
    elif coupon.discount_type == "fixed_product":
        _apply_each(coupon.amount * scale, items, parts)
    else:
        _apply_cart(coupon.amount * scale, items, parts)
    return {line_id: part for line_id, part in parts.items() if part}


def _apply_percent(percent: Decimal, items: list[_Item], parts: Discounts) -> None:
    whole = ZERO
    taken = ZERO
    for item in items:
        price = item.price.quantize(Decimal(1))
        cut = (price * percent / 100).to_integral_value(ROUND_FLOOR)
        taken += _take(item, min(item.left, cut), parts)
        whole += price
    due = (whole * percent / 100).quantize(Decimal(1), ROUND_HALF_DOWN)
    if taken < due:
        _apply_remainder(due - taken, items, parts)


def _apply_each(cents: Decimal, items: list[_Item], parts: Discounts) -> Decimal:
    taken = ZERO
    for item in items:
        cut = min(item.left, cents * item.line.quantity)
        taken += _take(item, cut, parts)
    return taken


def _apply_cart(cents: Decimal, items: list[_Item], parts: Discounts) -> None:
    priced = [item for item in items if item.price > 0]
    count = sum(item.line.quantity for item in priced)
    while count and cents > 0:
        each = (cents / count).to_integral_value(ROUND_FLOOR)
        if each <= 0:
            _apply_remainder(cents, priced, parts)
            return
        taken = _apply_each(each, priced, parts)
        if taken <= 0:
            return
        cents -= taken


def _apply_remainder(cents: Decimal, items: list[_Item], parts: Discounts) -> None:
    for item in items:
        for _ in range(item.line.quantity):
            if cents <= 0:
                return
            cents -= _take(item, min(item.left, Decimal(1)), parts)


def _take(item: _Item, cents: Decimal, parts: Discounts) -> Decimal:
    item.taken += cents
    parts[item.line.id] += cents
    return cents


def _shown_price(order: Order, line: Line) -> Decimal:
    if order.prices_include_tax:
        return line.subtotal + line.subtotal_tax
    return line.subtotal


def _set_coupon_line(
    state: StoreState,
    order: Order,
    coupon: Coupon,
    parts: Discounts,
    scale: Decimal,
) -> None:
    place = place_of(state, order)
    lines = {line.id: line for line in order.of_kind("line_item")}
    discount = sum(parts.values(), ZERO) / scale
    tax_sum = ZERO
    for line_id, cents in parts.items():
        line = lines[line_id]
        if line.tax_status != "taxable":
            continue
        rates = rates_for(state, place, line.tax_class)
        find = tax_in_gross if order.prices_include_tax else tax_on_net
        tax = total_of(find(cents / scale, rates))
        if not state.is_on("tax_round_at_subtotal"):
            tax = round_tax(state, tax)
        tax_sum += tax
        if order.prices_include_tax:
            discount -= tax
    target = next(line for line in order.of_kind("coupon") if line.name == coupon.code)
    target.discount, target.discount_tax = discount, tax_sum


def _take_off(state: StoreState, order: Order, line: Line, amount: Decimal) -> None:
    if order.prices_include_tax and line.tax_status == "taxable":
        rates = rates_for(state, place_of(state, order), line.tax_class)
        amount -= total_of(tax_in_gross(amount, rates))
    line.total = max(ZERO, line.total - amount)
