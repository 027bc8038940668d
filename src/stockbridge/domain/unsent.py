"""Telling whether a sale that has not left is wanted otherwise by now.

Its digest tells what it books. Who is billed, on which items and accounts, and what a
rule gives it do not stand in that: they may change while it waits, and then it is
planned anew. What left keeps them.
"""

from stockbridge.domain.accounting import BooksRef, SaleDocument
from stockbridge.domain.commerce import LineKind
from stockbridge.domain.order_request import Request
from stockbridge.domain.planning import SALE, Booked, Planned
from stockbridge.domain.policy import Billing


def is_chosen_otherwise(request: Request, want: Planned, booked: Booked) -> bool:
    """Whether a sale names other records of the books than it was planned with."""
    before, after = booked.document, want.document
    if want.effect != SALE or before is None or not isinstance(after, SaleDocument):
        return False
    items = {line.source_id: line.item for line in before.lines}
    return (
        _choices(before) != _choices(after)
        or _is_for_another(before.customer, after.customer, request)
        or any(_is_other(items.get(li.source_id), li.item) for li in after.lines)
        or _shipping(before) != _shipping(after)
    )


def _choices(sale: SaleDocument) -> tuple[str, ...]:
    return (
        sale.account_id,
        sale.class_id,
        sale.tax_code,
        sale.department_id,
        sale.terms_id,
    )


def _shipping(sale: SaleDocument) -> dict[str, tuple[str, str]]:
    """Return the item and the account of each line of shipping; "" by default."""
    return {
        line.source_id: (line.item.books_id if line.item else "", line.account_id)
        for line in sale.lines
        if line.kind is LineKind.SHIPPING
    }


def _is_for_another(
    old: BooksRef | None, new: BooksRef | None, request: Request
) -> bool:
    """Whether another customer is billed; one who was created meanwhile is the same."""
    if old is None or new is None:
        return old is not new
    if old.is_known == new.is_known:
        return _is_other(old, new)
    is_shared = isinstance(request.billing, Billing) and request.billing.is_shared
    return old.is_known or is_shared


def _is_other(old: BooksRef | None, new: BooksRef | None) -> bool:
    """Whether two ids differ; what is named by a key has its id only later."""
    if old is None or new is None:
        return False
    return old.is_known and new.is_known and old.books_id != new.books_id
