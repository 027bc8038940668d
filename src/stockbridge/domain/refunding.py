"""Turning a store's refund into a document of the books."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain

from stockbridge.domain.accounting import (
    BooksRef,
    DocumentLine,
    DocumentTax,
    RefundDocument,
    SaleDocument,
    line_id_of,
)
from stockbridge.domain.amounts import exact_shares
from stockbridge.domain.business_dates import local_day, open_day
from stockbridge.domain.commerce import LineKind, Order, Refund, RefundLine, TaxShare
from stockbridge.domain.identity import digest_of
from stockbridge.domain.money import Money, rounded_to, total_of, zero
from stockbridge.domain.planning import Hold, Outcome, Skip
from stockbridge.domain.policy import Ground
from stockbridge.domain.posting import reference_of
from stockbridge.domain.refund_holds import (
    not_of_this_order,
    restocked_too_much,
    takes_money,
    too_large,
)

AMOUNT_LINE = "amount"
Units = tuple[tuple[str, Decimal], ...]  # sale line, units of the books
_HALF = 16  # characters of each half of a refund's digest


@dataclass(frozen=True, slots=True)
class Refunded:
    """What a refund takes back of one sale: the ground on which it is booked."""

    refund: Refund
    order: Order
    sale: SaleDocument  # the form that the books have of it

    @property
    def amount(self) -> Money:
        """What was given back, in coins."""
        return self.refund.amount.rounded()

    @property
    def earlier(self) -> tuple[Refund, ...]:
        """The order's refunds that were made before this one."""
        mine = _moment(self.refund)
        return tuple(r for r in self.order.refunds if _moment(r) < mine)

    @property
    def is_last(self) -> bool:
        """Whether with this one all the money is back."""
        given = [r.amount.rounded() for r in self.earlier]
        return total_of([*given, self.amount], self.order.currency) == self.sale.total


def refund_of(
    refund: Refund, order: Order, sale: SaleDocument, ground: Ground, ref: BooksRef
) -> RefundDocument | Hold | Skip:
    """Return the refund as it should be booked; its total is what was given back.

    What the lines do not explain (a refund of an amount) becomes a line of its own.
    """
    told = Refunded(refund, order, sale)
    restocked = restocked_units(refund, sale, ground)
    before = [restocked_units(earlier, sale, ground) for earlier in told.earlier]
    problem = _impossible(told) or _too_many(told, restocked, before)
    if not problem and not told.amount and not restocked:
        reason = "It gives back neither money nor goods."
        problem = Skip(Outcome.IGNORED, "empty_refund", reason)
    if problem is not None:
        return problem
    wanted = max(local_day(refund.refunded_at, ground), sale.business_date)
    dated = open_day(wanted, ground, number=order.number)
    if isinstance(dated, Hold):
        return dated
    lines = refund_lines(told)
    return RefundDocument(
        sale=ref,
        reference=reference_of(order, ground.policy),
        business_date=dated[0],
        lines=lines,
        taxes=refund_taxes(lines, sale),
        total=told.amount,
        total_tax=total_of([line.tax for line in lines], order.currency),
        restocked=restocked,
        reason=" · ".join(part for part in (refund.reason, dated[1]) if part),
        method=order.payment_method,
        location_id=ground.policy.location_id,
        account_id=ground.accounts.get(order.payment_method, ""),
        # As the sale was booked, whatever the rules say by now: it takes that back.
        class_id=sale.class_id,
        tax_code=sale.tax_code,
        department_id=sale.department_id,
    )


def refund_lines(told: Refunded) -> tuple[DocumentLine, ...]:
    """Return the lines by which a refund is booked: they add up to its amount."""
    return _completed(_lines(told), told)


def substance_of_refund(document: RefundDocument) -> str:
    """Return a digest of what the refund books: its money, then its goods."""
    money = [
        document.total,
        [[line.source_id, line.total, line.tax] for line in document.lines],
    ]
    goods = [[line_id, units.normalize()] for line_id, units in document.restocked]
    return digest_of(money)[:_HALF] + digest_of(goods)[:_HALF]


def is_same_money(one: str, other: str) -> bool:
    """Return whether two refunds' digests say the same money.

    Which goods came back, WooCommerce tells of all refunds of a line together: a
    later refund may blur what was known of an earlier one. That is no change of it.
    """
    return one[:_HALF] == other[:_HALF]


def restocked_units(refund: Refund, sale: SaleDocument, ground: Ground) -> Units:
    """Return which sale lines get units back, in the books' units."""
    store_units = refund.restocked_units
    if store_units is None:
        if not ground.policy.restocks_when_unsaid:
            return ()
        store_units = tuple(
            (line.order_line_id, line.quantity)
            for line in refund.lines
            if line.kind is LineKind.ITEM and line.quantity
        )
    return tuple(
        (line.source_id, units * (line.units / line.quantity))
        for line_id, units in store_units
        for line in sale.lines
        if line_id_of(line.source_id) == line_id and line.units and units
    )


def _impossible(told: Refunded) -> Hold | Skip | None:
    refund, order = told.refund, told.order
    if refund.order_id and refund.order_id != order.external_id:
        return not_of_this_order(refund, order)
    if told.amount.amount < 0:
        return takes_money(refund, order)
    given = total_of([r.amount for r in told.earlier], order.currency) + refund.amount
    return (
        too_large(refund, order, given) if given.rounded() > told.sale.total else None
    )


def _too_many(told: Refunded, restocked: Units, before: Sequence[Units]) -> Hold | None:
    left = {line.source_id: line.units for line in told.sale.lines}
    for line_id, units in (*chain.from_iterable(before), *restocked):
        left[line_id] -= units
    is_too_many = any(left[line_id] < 0 for line_id, _ in restocked)
    return restocked_too_much(told.refund, told.order) if is_too_many else None


def _lines(told: Refunded) -> tuple[DocumentLine, ...]:
    sold = {line.source_id: line for line in told.sale.lines}
    lines = [li for li in told.refund.lines if li.total or li.tax or li.quantity]
    amounts = [line.total for line in lines] + [line.tax for line in lines]
    exact = rounded_to(amounts, told.amount)
    if exact is None:  # the amount is another than the lines': see `_completed`
        exact = tuple(amount.rounded() for amount in amounts)
    nets, taxes = exact[: len(lines)], exact[len(lines) :]
    return tuple(
        _line(line, net, tax, sold.get(line.order_line_id))
        for line, net, tax in zip(lines, nets, taxes, strict=True)
    )


def _line(
    line: RefundLine, net: Money, tax: Money, sold: DocumentLine | None
) -> DocumentLine:
    return DocumentLine(
        source_id=line.order_line_id or line.external_id,
        kind=line.kind,
        name=line.name,
        quantity=line.quantity,
        total=net,
        tax=tax,
        taxes=exact_shares(line.taxes, tax),
        item=sold.item if sold else None,
        sku=line.sku or (sold.sku if sold else ""),
        account_id=sold.account_id if sold else "",
    )


def _completed(
    lines: tuple[DocumentLine, ...], told: Refunded
) -> tuple[DocumentLine, ...]:
    """Return the lines with one more for what they do not explain.

    Less than the lines: something was kept back (a restocking fee). More, or no
    lines at all: an amount, whose tax the store does not tell. Once all the money
    is back all the tax is, too; before, the amount is taken as without tax.
    """
    said = total_of([line.total + line.tax for line in lines], told.amount.currency)
    rest = told.amount - said
    if not rest:
        return lines
    taxes = _tax_left(told, lines) if told.is_last else ()
    tax = total_of([share.amount for share in taxes], rest.currency)
    if not zero(rest.currency) <= tax <= rest:
        taxes, tax = (), zero(rest.currency)
    is_more = rest.amount > 0
    extra = DocumentLine(
        source_id=AMOUNT_LINE,
        kind=LineKind.FEE,
        name="Amount refunded" if is_more else "Amount kept back",
        quantity=Decimal(1),
        total=rest - tax,
        tax=tax,
        taxes=taxes,
    )
    return (*lines, extra)


def _tax_left(told: Refunded, lines: Iterable[DocumentLine]) -> tuple[TaxShare, ...]:
    """Return the tax of the sale that no refund line has given back, by rate."""
    left = {tax.rate_id: tax.total for tax in told.sale.taxes}
    given = [share for line in lines for share in line.taxes]
    for refund in told.earlier:
        given += [share for line in refund.lines for share in line.taxes]
    for share in given:
        if share.rate_id in left:
            left[share.rate_id] -= share.amount.rounded()
    return tuple(
        TaxShare(rate_id, amount) for rate_id, amount in left.items() if amount
    )


def refund_taxes(
    lines: tuple[DocumentLine, ...], sale: SaleDocument
) -> tuple[DocumentTax, ...]:
    """Return the tax that these lines give back, by the rates of the sale.

    The rate "" is tax of which the store does not tell the rate.
    """
    known = {tax.rate_id: tax for tax in sale.taxes}
    nothing = zero(sale.total.currency)
    sums: dict[str, Money] = {}
    for line in lines:
        said = total_of([share.amount for share in line.taxes], nothing.currency)
        for share in line.taxes:
            sums[share.rate_id] = sums.get(share.rate_id, nothing) + share.amount
        if line.tax != said:  # tax whose rate the store does not name
            rate = _only_rate(sale)
            sums[rate] = sums.get(rate, nothing) + line.tax - said
    return tuple(
        DocumentTax(
            rate_id=rate_id,
            label=known[rate_id].label if rate_id in known else rate_id or "Tax",
            total=total,
            rate_percent=known[rate_id].rate_percent if rate_id in known else None,
            code=sale.tax_code,
        )
        for rate_id, total in sums.items()
        if total
    )


def _only_rate(sale: SaleDocument) -> str:
    return sale.taxes[0].rate_id if len(sale.taxes) == 1 else ""


def _moment(refund: Refund) -> tuple[object, ...]:
    return (refund.refunded_at, len(refund.external_id), refund.external_id)
