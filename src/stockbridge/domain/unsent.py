"""Telling whether a document that has not left is wanted otherwise by now.

Its digest tells what it books. Who is billed, on which items and accounts, and what a
rule gives it do not stand in that: they may change while it waits, and then it is
planned anew. What left keeps them.
"""

from stockbridge.domain.accounting import BooksRef, SaleDocument
from stockbridge.domain.order_request import Request
from stockbridge.domain.planning import SALE, Booked, Planned


def is_chosen_otherwise(request: Request, want: Planned, booked: Booked) -> bool:
    """Whether a sale names other records of the books than it was planned with."""
    before, after = booked.document, want.document
    if want.effect != SALE or before is None or not isinstance(after, SaleDocument):
        return False
    return _choices(before) != _choices(after) or not _same_records(
        request, before, after
    )


def _choices(sale: SaleDocument) -> tuple[str, ...]:
    return (
        sale.account_id,
        sale.class_id,
        sale.tax_code,
        sale.department_id,
        sale.terms_id,
    )


def _same_records(request: Request, before: SaleDocument, after: SaleDocument) -> bool:
    pairs = [(before.customer, after.customer)]
    items = {line.source_id: line.item for line in before.lines}
    pairs += [(items.get(line.source_id), line.item) for line in after.lines]
    return all(_is_same(request, old, new) for old, new in pairs)


def _is_same(request: Request, old: BooksRef | None, new: BooksRef | None) -> bool:
    """Whether two names are one record's: a key turns into an id once it is posted."""
    if old is None or new is None:
        return old is new
    if old.key and old.key == new.key:
        return True
    ids = [one.books_id or request.ref_of(one.key).books_id for one in (old, new)]
    return bool(ids[0]) and ids[0] == ids[1]
