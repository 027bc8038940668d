"""The amounts of a sale in whole coins: net, tax and rates, as billed.

Theory of operation. Three sums bind: the total, the tax, and so the net. A store may
keep lines finer than a coin, or round each line and each rate by itself, so that its
lines and rates miss those sums by a little. Net amounts move only by rounding: what
it does not explain is held, or becomes a line for the rounding account. The tax of a
line and of a rate only tell how the billed tax is made up: a coin that a store lost
between its own roundings goes where it distorts least, and no further.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from stockbridge.domain.accounting import DocumentTax
from stockbridge.domain.commerce import Order, TaxLine, TaxShare
from stockbridge.domain.money import Money, rounded_to, spread, total_of, zero
from stockbridge.domain.planning import Hold
from stockbridge.domain.policy import CentDifference, PostingPolicy


@dataclass(frozen=True, slots=True)
class Amounts:
    """What each line and each rate of an order is booked with."""

    nets: tuple[Money, ...]  # per order line
    taxes: tuple[Money, ...]  # per order line
    rates: tuple[DocumentTax, ...]
    difference: Money  # for the rounding account; nothing as a rule


def exact_amounts(order: Order, policy: PostingPolicy) -> Amounts | Hold:
    """Return the amounts that add up to what was billed, or why none do."""
    tax = order.total_tax.rounded()
    net = order.total.rounded() - tax
    difference = zero(order.currency)
    nets = rounded_to([line.total for line in order.lines], net)
    if nets is None:
        nets = tuple(line.total.rounded() for line in order.lines)
        difference = net - total_of(nets, order.currency)
        if not _is_tolerable(difference, policy):
            return amounts_differ(order, difference, what="lines and tax")
    rates = exact_rates(order)
    if isinstance(rates, Hold):
        return rates
    sizes = [abs(line.total.amount) for line in order.lines]
    taxes = spread([line.tax for line in order.lines], tax, weights=sizes)
    return Amounts(nets, taxes, rates, difference)


def exact_shares(shares: Sequence[TaxShare], tax: Money) -> tuple[TaxShare, ...]:
    """Return each rate's share of one line's tax, in whole coins."""
    if not shares:
        return ()
    exact = spread([share.amount for share in shares], tax)
    return tuple(
        replace(share, amount=amount)
        for share, amount in zip(shares, exact, strict=True)
    )


def exact_rates(order: Order) -> tuple[DocumentTax, ...] | Hold:
    """Return what each rate charges, in whole coins that add up to the billed tax."""
    tax = order.total_tax.rounded()
    lines = rates_told(order)
    said = [rate.total for rate in lines]
    missing = tax - total_of([amount.rounded() for amount in said], order.currency)
    # A store rounds each rate once for goods and once for shipping.
    if abs(missing.amount) > 2 * len(lines) * tax.unit:
        return amounts_differ(order, missing, what="tax lines")
    exact = spread(said, tax) if lines else ()
    return tuple(
        DocumentTax(rate.rate_id, rate.label, amount, rate.rate_percent)
        for rate, amount in zip(lines, exact, strict=True)
    )


def rates_told(order: Order) -> Sequence[TaxLine]:
    """Return the order's rates, or those of its lines where itself it tells none."""
    if order.tax_lines:
        return order.tax_lines
    nothing = zero(order.currency)
    sums: dict[str, Money] = {}
    for line in order.lines:
        for share in line.taxes:
            sums[share.rate_id] = sums.get(share.rate_id, nothing) + share.amount
    return [
        TaxLine(rate_id, "Tax", None, total, nothing) for rate_id, total in sums.items()
    ]


def _is_tolerable(difference: Money, policy: PostingPolicy) -> bool:
    return (
        policy.cent_difference is CentDifference.ROUNDING_ACCOUNT
        and bool(policy.rounding_account)
        and abs(difference.amount) <= policy.rounding_max
    )


def amounts_differ(order: Order, difference: Money, *, what: str) -> Hold:
    """Return the hold of an order that does not add up."""
    return Hold(
        code="amounts_differ",
        title=f"Order {order.number} does not add up",
        message=f"Its {what} differ from what was billed ({order.total}) by "
        f"{difference}.",
        remedy="Correct the order in the store, or choose a rounding account in "
        "the connection's options.",
        details={"difference": str(difference.amount), "what": what},
    )
