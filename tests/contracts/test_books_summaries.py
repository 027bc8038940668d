"""One document made of many orders, as every books connector has to bear it.

Daily summaries and payouts have many sources (CORRECTNESS 1); one of them may be
refunded, and taken back, long after.
"""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest

from stockbridge.connectors.tests.books_desk import (
    BooksDesk,
    all_books,
    books_that,
    desk_of,
)
from stockbridge.domain.accounting import (
    BooksRef,
    DocumentKind,
    DocumentTax,
    FulfillmentDocument,
    RefundDocument,
    ReversalDocument,
    SaleDocument,
)
from stockbridge.domain.identity import Scope, Source
from stockbridge.domain.money import total_of
from stockbridge.ports import Books, LookUpOutcome, PostOutcome
from tests.contracts.test_books_contract import (
    TODAY,
    a_refund,
    a_sale,
    an_item,
    on_hand,
    post,
    request_of,
)

ORDERS = ("901", "902", "903")
SCOPE = Scope("installation", "bridge", "books", "store")
KEY = SCOPE.document_key("summary", Source("day", "2026-03-10"))


@pytest.fixture(params=books_that(all_books))
def desk(request: pytest.FixtureRequest) -> Iterator[BooksDesk]:
    with desk_of(request.param) as opened:
        yield opened


def a_summary(books: Books, desk: BooksDesk, item: str) -> SaleDocument:
    """Return one sale of three orders, two mugs each."""
    one = a_sale(books, desk, item, reference="DAY-1")
    lines = tuple(
        replace(line, source_id=f"{order}:{line.source_id}")
        for order in ORDERS
        for line in one.lines
    )
    tax = total_of([one.total_tax] * len(ORDERS), desk.currency)
    return replace(
        one,
        lines=lines,
        taxes=(DocumentTax("1", "State tax", tax),),
        total=total_of([one.total] * len(ORDERS), desk.currency),
        total_tax=tax,
    )


def a_refund_of(order: str, desk: BooksDesk, sale: str, item: str) -> RefundDocument:
    """Return the refund of one mug of one of the orders."""
    refund = a_refund(desk, sale, item)
    line = replace(refund.lines[0], source_id=f"{order}:11")
    return replace(refund, lines=(line,), restocked=((f"{order}:11", Decimal(1)),))


def test_three_orders_are_one_document_with_one_total(desk: BooksDesk) -> None:
    books = desk.books()
    summary = a_summary(books, desk, an_item(books, desk))

    result = post(books, summary, KEY)
    again = post(desk.books(), summary, KEY)
    (found,) = desk.books().look_up([request_of(summary, KEY)])

    assert result.outcome is PostOutcome.POSTED, result.error
    assert result.total == summary.total
    assert again.books_id == result.books_id
    assert found.outcome is LookUpOutcome.FOUND
    assert desk.count_documents("DAY-1") == 1


def test_one_of_three_orders_is_refunded_and_no_other(desk: BooksDesk) -> None:
    books = desk.books()
    item = an_item(books, desk)
    summary = post(books, a_summary(books, desk, item), KEY)
    if not books.capabilities.sale_moves_stock:
        post(books, FulfillmentDocument(BooksRef(summary.books_id), TODAY), "out/1")

    first = post(books, a_refund_of("902", desk, summary.books_id, item), "refund/70/1")
    second = post(
        books, a_refund_of("903", desk, summary.books_id, item), "refund/71/1"
    )

    assert first.outcome is PostOutcome.POSTED, first.error
    assert second.outcome is PostOutcome.POSTED, second.error
    assert first.books_id != second.books_id
    assert on_hand(books, item) == 10 - 3 * 2 + 2
    assert desk.count_documents("DAY-1") == 1


def test_a_refund_taken_back_may_be_given_again_as_the_next_generation(
    desk: BooksDesk,
) -> None:
    books = desk.books()
    item = an_item(books, desk)
    summary = post(books, a_summary(books, desk, item), KEY)
    source, refund = (
        Source("refund", "70"),
        a_refund_of("902", desk, summary.books_id, item),
    )
    keys = [SCOPE.document_key("refund", source, generation=n) for n in (1, 2)]
    first = post(books, refund, keys[0])
    undo = ReversalDocument(
        BooksRef(first.books_id), DocumentKind.REFUND, TODAY, "deleted in the store"
    )
    undone = post(books, undo, "reversal/70/1")

    second = post(books, refund, keys[1])

    assert undone.outcome is PostOutcome.POSTED, undone.error
    assert second.outcome is PostOutcome.POSTED, second.error
    assert second.books_id != first.books_id
    can = books.capabilities
    # Books without keys of their own rely on the engine, which never sends it again.
    if can.is_in_process or can.keeps_answers:
        old = post(books, refund, keys[0])
        assert old.books_id == first.books_id
