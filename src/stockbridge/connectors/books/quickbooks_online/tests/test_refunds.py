"""Refunds as QuickBooks stores them: what comes back, and which sale it is of."""

from decimal import Decimal

import pytest

from stockbridge.connectors.books.quickbooks_online.tests.builders import (
    DAY,
    a_line,
    a_mug,
    a_refund,
    a_sale,
    money,
    on_hand,
    post,
    posted,
    refusal,
)
from stockbridge.connectors.books.quickbooks_online.tests.signed_in import (
    SignedIn,
)
from stockbridge.domain.accounting import (
    ItemRecord,
)
from stockbridge.domain.errors import (
    MappingError,
    SettingNeededError,
)


@pytest.mark.parametrize("form", ["refund_receipt", "credit_memo"])
def test_a_refund_puts_goods_back_and_names_its_sale(
    connected: SignedIn, form: str
) -> None:
    books = connected.books(refund_form=form)
    item = a_mug(books)
    sale = posted(books, a_sale(a_line(item=item)))
    line = a_line(item=item, total="10.00", tax="0.80", units="1")
    refund = a_refund(sale.books_id, line, restocked=(("11", Decimal(1)),))

    result = posted(books, refund, "refund/70/1")

    page = books.documents(DAY, DAY, cursor="", limit=100)
    rows = {row.books_id: row for row in page.records}
    assert on_hand(books, item) == 9
    assert rows[result.books_id].sale_id == sale.books_id
    assert result.total == money("10.80")


def test_two_refunds_of_one_order_have_numbers_of_their_own(
    connected: SignedIn,
) -> None:
    books = connected.books()
    item = a_mug(books)
    sale = posted(books, a_sale(a_line(item=item)))
    line = a_line(item=item, total="5.00", tax="0.40", units="1")

    first = posted(books, a_refund(sale.books_id, line), "refund/70/1")
    second = posted(books, a_refund(sale.books_id, line), "refund/71/1")

    assert first.number != second.number
    assert first.number.startswith("1001-R")


def test_parts_of_a_bundle_come_back_though_the_refund_names_only_the_first(
    connected: SignedIn,
) -> None:
    books = connected.books()
    mug = a_mug(books)
    lid = posted(
        books,
        ItemRecord("Lid", sku="LID", initial_quantity=Decimal(10), initial_date=DAY),
        "item/lid/1",
    ).books_id
    lines = (
        a_line(item=mug),
        a_line(source="11~1", item=lid, total="0", tax="0", units="4"),
    )
    sale = posted(books, a_sale(*lines))
    back = a_line(item=mug, total="10.00", tax="0.80", units="1")
    restocked = (("11", Decimal(1)), ("11~1", Decimal(2)))

    posted(books, a_refund(sale.books_id, back, restocked=restocked), "refund/70/1")

    assert [on_hand(books, mug), on_hand(books, lid)] == [9, 8]


def test_a_refund_of_goods_that_stay_away_moves_no_stock(connected: SignedIn) -> None:
    books = connected.books()
    item = a_mug(books)
    sale = posted(books, a_sale(a_line(item=item)))

    posted(books, a_refund(sale.books_id, a_line(item=item)), "refund/70/1")

    assert on_hand(books, item) == 8


def test_a_refund_receipt_needs_the_account_that_money_comes_from(
    connected: SignedIn,
) -> None:
    books = connected.books(deposit_account="")
    sale = posted(books, a_sale(a_line(item=a_mug(books))))

    error = refusal(post(books, a_refund(sale.books_id), "refund/70/1"))

    assert isinstance(error, SettingNeededError)
    assert error.settings == ("refund_account", "deposit_account")


def test_a_refund_of_a_sale_that_was_deleted_by_hand_is_held(
    connected: SignedIn,
) -> None:
    books = connected.books()
    sale = posted(books, a_sale(a_line(item=a_mug(books))))
    sent = {"Id": sale.books_id.partition(":")[2], "SyncToken": "0"}
    connected.simulator.write("SalesReceipt", sent, "delete")

    error = refusal(post(books, a_refund(sale.books_id), "refund/70/1"))

    assert isinstance(error, MappingError)
