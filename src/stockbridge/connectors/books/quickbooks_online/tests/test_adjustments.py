"""Stock that is adjusted."""

from decimal import Decimal

from stockbridge.connectors.books.quickbooks_online.tests.builders import (
    DAY,
    a_mug,
    on_hand,
    posted,
)
from stockbridge.connectors.books.quickbooks_online.tests.signed_in import SignedIn
from stockbridge.domain.accounting import AdjustmentDocument, BooksRef


def test_an_adjustment_moves_stock_by_its_difference(connected: SignedIn) -> None:
    books = connected.books()
    item = a_mug(books)
    less = AdjustmentDocument(BooksRef(item), "main", Decimal(-3), "broken", DAY)

    result = posted(books, less, "adjustment/1/1")

    assert on_hand(books, item) == 7
    assert result.total is None
