"""Which tax rates apply to an address, and how much tax they make.

Follows WooCommerce's `WC_Tax`: one rate per priority, compound rates on top of the
others, every tax rounded to six places before any other rounding.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from stockbridge.connectors.stores.woocommerce.simulator.php import (
    round_half_down,
    round_half_up,
    six_places,
)
from stockbridge.connectors.stores.woocommerce.simulator.records import (
    Order,
    TaxRate,
)
from stockbridge.connectors.stores.woocommerce.simulator.state import StoreState

Taxes = dict[int, Decimal]  # rate id → tax
HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a sale is taxed."""

    country: str
    state: str
    postcode: str
    city: str


def base_place(state: StoreState) -> Place:
    """Return the place of the shop itself."""
    country, _, region = state.setting("default_country").partition(":")
    return Place(
        country, region, state.setting("store_postcode"), state.setting("store_city")
    )


def place_of(state: StoreState, order: Order) -> Place:
    """Return where an order is taxed: by shipping, else billing, else the shop."""
    based_on = state.setting("tax_based_on")
    address = order.shipping if based_on == "shipping" else order.billing
    if based_on == "shipping" and not order.shipping.get("country"):
        address = order.billing
    if based_on == "base" or not address.get("country"):
        return base_place(state)
    return Place(*(address.get(part, "") for part in _PLACE_PARTS))


_PLACE_PARTS = ("country", "state", "postcode", "city")


def rates_for(
    state: StoreState, place: Place, tax_class: str, *, shipping: bool = False
) -> list[TaxRate]:
    """Return the rates that apply, one for each priority."""
    if not state.is_on("calc_taxes"):
        return []
    fitting = [
        rate
        for rate in state.rates.values()
        if rate.tax_class == tax_class and _fits(rate, place)
    ]
    fitting.sort(key=_rank)
    found: dict[int, TaxRate] = {}
    for rate in fitting:
        found.setdefault(rate.priority, rate)
    return [rate for rate in found.values() if rate.shipping or not shipping]


def tax_on_net(net: Decimal, rates: Sequence[TaxRate]) -> Taxes:
    """Return the taxes that come on top of a net amount."""
    taxes = {rate.id: net * rate.rate / HUNDRED for rate in rates if not rate.compound}
    so_far = sum(taxes.values(), Decimal(0))
    for rate in rates:
        if rate.compound:
            taxes[rate.id] = (net + so_far) * rate.rate / HUNDRED
            so_far = sum(taxes.values(), Decimal(0))
    return {rate_id: six_places(tax) for rate_id, tax in taxes.items()}


def tax_in_gross(gross: Decimal, rates: Sequence[TaxRate]) -> Taxes:
    """Return the taxes contained in an amount that includes them."""
    taxes: Taxes = {rate.id: Decimal(0) for rate in rates}
    left = gross
    for rate in reversed([rate for rate in rates if rate.compound]):
        taxes[rate.id] = left - left / (1 + rate.rate / HUNDRED)
        left -= taxes[rate.id]
    plain = [rate for rate in rates if not rate.compound]
    divisor = 1 + sum((rate.rate for rate in plain), Decimal(0)) / HUNDRED
    for rate in plain:
        taxes[rate.id] = left * (rate.rate / HUNDRED) / divisor
    return {rate_id: six_places(tax) for rate_id, tax in taxes.items()}


def round_tax(state: StoreState, tax: Decimal) -> Decimal:
    """Round to the store's decimals; half goes down where prices include tax."""
    if state.is_on("prices_include_tax"):
        return round_half_down(tax, state.decimals)
    return round_half_up(tax, state.decimals)


def total_of(taxes: Taxes) -> Decimal:
    """Return the sum of all rates' taxes."""
    return sum(taxes.values(), Decimal(0))


def net_price(state: StoreState, price: Decimal, tax_class: str) -> Decimal:
    """Return a price without the tax that it was entered with.

    That is always the shop's own tax, wherever the customer lives.
    """
    if not state.is_on("prices_include_tax"):
        return six_places(price)
    rates = rates_for(state, base_place(state), tax_class)
    return six_places(price - total_of(tax_in_gross(price, rates)))


def add_rate(state: StoreState, rate: TaxRate) -> TaxRate:
    """Put a rate into the tax table, under the next id."""
    rate_id = state.take_id("tax")
    numbered = replace(rate, id=rate_id, order=rate.order or rate_id - 1)
    state.rates[rate_id] = numbered
    state.revision += 1
    return numbered


def _fits(rate: TaxRate, place: Place) -> bool:
    if rate.country and rate.country != place.country:
        return False
    if rate.state and rate.state != place.state:
        return False
    if rate.postcodes and not any(
        _covers(pattern, place.postcode) for pattern in rate.postcodes
    ):
        return False
    return not rate.cities or place.city.upper() in {
        city.upper() for city in rate.cities
    }


def _covers(pattern: str, postcode: str) -> bool:
    low, dots, high = pattern.partition("...")
    if dots:
        digits = re.sub(r"\D", "", postcode)
        return bool(digits) and int(low) <= int(digits) <= int(high)
    regex = ".*".join(re.escape(part) for part in pattern.upper().split("*"))
    return re.fullmatch(regex, postcode.upper().strip()) is not None


def _rank(rate: TaxRate) -> tuple[object, ...]:
    # The more exact rate of a priority goes first.
    return (
        rate.priority,
        not rate.country,
        not rate.state,
        not rate.postcodes,
        not rate.cities,
        rate.order,
        rate.id,
    )
