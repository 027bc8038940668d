"""An order that was billed in parts, as the statement compares it: a row for each.

Each part stands beside its bill, on that bill's day; what no bill has yet is a
difference with a name. Together they are the order, to the cent.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from stockbridge.domain.accounting import SaleDocument
from stockbridge.domain.commerce import LineKind, Order
from stockbridge.domain.identity import Source
from stockbridge.domain.money import Money, total_of, zero
from stockbridge.domain.planning import Outcome
from stockbridge.domain.reconciliation import Amounts, Told
from stockbridge.domain.tax_parts import taxes_billed, taxes_left

NOT_SHIPPED = "not_shipped_yet"


@dataclass(frozen=True, slots=True)
class PartBill:
    """The bill of a part that shipped, as the books took it."""

    source: Source
    day: date
    books_id: str
    total: Money
    sale: SaleDocument | None  # None: its content was forgotten


def in_parts(
    told: Told, bills: Sequence[PartBill], order: Order | None
) -> tuple[Told, ...]:
    """Return an order as its bills, and what is left of it; `told` is all of it."""
    if not bills:
        return (told,)
    parts = [_part(told, bill, order) for bill in bills]
    left, taxes = told.amounts, told.taxes
    for part in parts:
        left, taxes = left - part.amounts, taxes_left(taxes, part.taxes)
    if not left and not told.entry_ids:  # the last part closes the order
        return (*parts[:-1], replace(parts[-1], source=told.source))
    rest = replace(told, amounts=left, taxes=taxes)
    if not told.entry_ids and told.outcome is Outcome.POSTED and not told.code:
        rest = replace(
            rest, outcome=Outcome.WAITING, code=NOT_SHIPPED, reason="Not shipped yet."
        )
    return (*parts, rest)


def _part(told: Told, bill: PartBill, order: Order | None) -> Told:
    nothing = zero(bill.total.currency)
    amounts = Amounts(bill.total, nothing, nothing, nothing)
    taxes = told.taxes[:0]
    if bill.sale is not None:
        lines = [li for li in bill.sale.lines if li.kind is LineKind.SHIPPING]
        shipping = total_of([li.total for li in lines], bill.total.currency)
        amounts = Amounts(bill.total, bill.sale.total_tax, shipping, nothing)
        taxes = taxes_billed(bill.sale, order) if order is not None else taxes
    return replace(
        told,
        source=bill.source,
        day=bill.day,
        amounts=amounts,
        taxes=taxes,
        outcome=Outcome.POSTED,
        code="" if bill.sale is not None and order is not None else "erased",
        reason="A part that shipped.",
        entry_ids=(bill.books_id,),
    )
