"""The totals of an order: lines, taxes, discounts, rounding.

Follows `WC_Abstract_Order::calculate_totals` and `update_taxes`; the order of the
roundings decides over the last cent.
"""

from collections.abc import Callable
from decimal import Decimal

from stockbridge.connectors.stores.woocommerce.simulator.php import round_half_up
from stockbridge.connectors.stores.woocommerce.simulator.records import (
    ZERO,
    Line,
    Order,
    Refund,
    TaxLine,
    TaxRate,
)
from stockbridge.connectors.stores.woocommerce.simulator.state import StoreState
from stockbridge.connectors.stores.woocommerce.simulator.taxes import (
    Place,
    Taxes,
    place_of,
    rates_for,
    round_tax,
    tax_on_net,
    total_of,
)


def calculate_totals(state: StoreState, order: Order) -> None:
    """Compute taxes and totals of an order anew from its lines."""
    places = state.decimals
    cart_subtotal = _rounded_sum(state, order, lambda line: line.subtotal)
    cart_total = _rounded_sum(state, order, lambda line: line.total)
    order.shipping_total = sum(
        (round_half_up(line.total, places) for line in order.of_kind("shipping")), ZERO
    )
    fees = _fee_total(order, cart_total, places)
    calculate_taxes(state, order)
    items = order.of_kind("line_item")
    before = sum((total_of(line.subtotal_taxes) for line in items), ZERO)
    after = sum((total_of(line.taxes) for line in items), ZERO)
    order.discount_total = round_half_up(cart_subtotal - cart_total, places)
    order.discount_tax = round_tax(state, before - after)
    total = cart_total + fees + order.shipping_total
    total += order.cart_tax + order.shipping_tax
    order.total = round_half_up(total, places)


def calculate_taxes(state: StoreState, order: Order) -> None:
    """Tax each line by its class, then sum the taxes by rate."""
    place = place_of(state, order)
    for line in order.of_kind("line_item"):
        rates = _line_rates(state, line, place)
        line.taxes = tax_on_net(line.total, rates)
        line.subtotal_taxes = tax_on_net(line.subtotal, rates)
        if total_of(line.subtotal_taxes) < total_of(line.taxes):
            line.subtotal_taxes = dict(line.taxes)
        _sum_line(state, line)
    _tax_shipping(state, order, place)
    for line in order.of_kind("fee"):
        if line.total < 0:
            line.taxes = _share_of_discount(state, order, line, place)
        else:
            line.taxes = tax_on_net(line.total, _line_rates(state, line, place))
        _sum_line(state, line)
    update_tax_lines(state, order)


def update_tax_lines(state: StoreState, order: Order | Refund) -> None:
    """Sum the lines' taxes by rate, and keep one tax line for each rate."""
    cart = _by_rate(state, order.lines, ("line_item", "fee"))
    shipping = _by_rate(state, order.lines, ("shipping",))
    kept = [line for line in order.tax_lines if line.rate_id in cart | shipping]
    known = {line.rate_id for line in kept}
    for rate_id in [*cart, *(rate for rate in shipping if rate not in cart)]:
        if rate_id not in known:
            kept.append(_new_tax_line(state, rate_id))
    for line in kept:
        line.tax_total = cart.get(line.rate_id, ZERO)
        line.shipping_tax_total = shipping.get(line.rate_id, ZERO)
    order.tax_lines = kept
    cart_tax = round_half_up(total_of(cart), state.decimals)
    shipping_tax = round_half_up(total_of(shipping), state.decimals)
    order.total_tax = cart_tax + shipping_tax
    if isinstance(order, Order):
        order.cart_tax, order.shipping_tax = cart_tax, shipping_tax


def sum_line_taxes(state: StoreState, taxes: Taxes) -> Decimal:
    """Return a line's tax: its rates rounded one by one, or all at the end."""
    if state.is_on("tax_round_at_subtotal"):
        return total_of(taxes)
    return sum((round_tax(state, tax) for tax in taxes.values()), ZERO)


def _sum_line(state: StoreState, line: Line) -> None:
    line.total_tax = sum_line_taxes(state, line.taxes)
    line.subtotal_tax = sum_line_taxes(state, line.subtotal_taxes)


def _line_rates(state: StoreState, line: Line, place: Place) -> list[TaxRate]:
    if line.tax_status != "taxable":
        return []
    return rates_for(state, place, line.tax_class)


def _tax_shipping(state: StoreState, order: Order, place: Place) -> None:
    tax_class = state.setting("shipping_tax_class")
    if tax_class == "inherit":
        classes = [
            line.tax_class
            for line in order.of_kind("line_item")
            if line.tax_status in {"taxable", "shipping"}
        ]
        tax_class = "" if "" in classes or not classes else classes[0]
    rates = rates_for(state, place, tax_class, shipping=True)
    for line in order.of_kind("shipping"):
        line.taxes = (
            tax_on_net(line.total, rates) if line.tax_status == "taxable" else {}
        )
        _sum_line(state, line)


def _share_of_discount(
    state: StoreState, order: Order, fee: Line, place: Place
) -> Taxes:
    """Take tax off with a negative fee, in the proportion of the tax classes."""
    costs: dict[str, Decimal] = {}
    for line in order.lines:
        if line.kind == "coupon" or line.total < 0 or line is fee:
            continue
        name = line.tax_class if line.tax_status == "taxable" else "non-taxable"
        costs[name] = costs.get(name, ZERO) + line.total
    whole = sum(costs.values(), ZERO)
    taxes: Taxes = {}
    for tax_class, cost in costs.items():
        if tax_class == "non-taxable" or not whole:
            continue
        part = tax_on_net(fee.total * cost / whole, rates_for(state, place, tax_class))
        for rate_id, tax in part.items():
            taxes[rate_id] = taxes.get(rate_id, ZERO) + tax
    return taxes


def _fee_total(order: Order, cart_total: Decimal, places: int) -> Decimal:
    total = ZERO
    for fee in order.of_kind("fee"):
        if fee.total < 0:
            room = -round_half_up(cart_total + total + order.shipping_total, places)
            if fee.total < room < 0:
                fee.total = room
        total += fee.total
    return total


def _rounded_sum(
    state: StoreState, order: Order, value: Callable[[Line], Decimal]
) -> Decimal:
    lines = order.of_kind("line_item")
    if state.is_on("tax_round_at_subtotal"):
        return sum((value(line) for line in lines), ZERO)
    return sum((round_half_up(value(line), state.decimals) for line in lines), ZERO)


def _by_rate(state: StoreState, lines: list[Line], kinds: tuple[str, ...]) -> Taxes:
    sums: Taxes = {}
    keeps_fractions = state.is_on("tax_round_at_subtotal")
    for kind in kinds:
        for line in lines:
            if line.kind != kind:
                continue
            for rate_id, tax in line.taxes.items():
                part = tax if keeps_fractions else round_tax(state, tax)
                sums[rate_id] = sums.get(rate_id, ZERO) + part
    return sums


def _new_tax_line(state: StoreState, rate_id: int) -> TaxLine:
    rate = state.rates.get(rate_id)
    line_id = state.take_id("line")
    if rate is None:
        return TaxLine(line_id, rate_id, "", "Tax", compound=False, percent=ZERO)
    return TaxLine(
        line_id,
        rate_id,
        rate.code,
        rate.name,
        compound=rate.compound,
        percent=rate.rate,
    )
