"""Adjustments, sales orders and reversals, and the documents for the statement."""

from decimal import Decimal

import pytest

from stockbridge.connectors.books.quickbooks_pos.settings import SaleDocumentKind
from stockbridge.connectors.books.quickbooks_pos.tests.building import (
    DAY,
    NOON,
    Counter,
    a_line,
    a_refund,
    a_request,
    a_sale,
    money,
    settings,
)
from stockbridge.connectors.simulation import SettableClock
from stockbridge.domain.accounting import (
    AdjustmentDocument,
    BooksRef,
    CancellationDocument,
    DocumentKind,
    ReversalDocument,
    SaleForm,
)
from stockbridge.domain.commerce import LineKind
from stockbridge.domain.errors import ConflictError, DefectError, InvalidInputError
from stockbridge.ports import (
    PageRead,
    PostOutcome,
    PostResult,
    Prepare,
    Prepared,
    Read,
    ReadFeed,
    StoredDocument,
    Write,
)


def an_order_counter() -> Counter:
    counter = Counter(settings=settings(sale_document=SaleDocumentKind.SALES_ORDER))
    counter.company.records.customers.rows["-5"] = {"ListID": "-5", "LastName": "E"}
    return counter


def documents_of(
    counter: Counter, cursor: str = "2026-01-01..2026-01-31"
) -> list[StoredDocument]:
    found: list[StoredDocument] = []
    while True:
        (page,) = counter.ask(Read("read", ReadFeed.DOCUMENTS, cursor, 2, NOON))
        assert isinstance(page, PageRead)
        found += page.documents
        cursor = page.cursor
        if page.is_last:
            return found


def test_an_adjustment_sets_what_is_on_hand_plus_the_difference() -> None:
    counter = Counter()
    mug = counter.item(on_hand="10")

    result = counter.write(AdjustmentDocument(BooksRef(mug), "", Decimal(-3), "x", DAY))

    assert result.outcome is PostOutcome.POSTED
    assert result.error is None
    assert counter.on_hand(mug) == 7
    (row,) = counter.company.records.adjustments.all()
    assert (row["Reason"], row["StoreNumber"]) == ("ONLINE", "1")


def test_stock_that_moved_while_it_was_adjusted_is_said() -> None:
    counter = Counter()
    mug = counter.item(on_hand="10")
    request = a_request(AdjustmentDocument(BooksRef(mug), "", Decimal(-3), "x", DAY))
    (prepared,) = counter.ask(Prepare("prepare", request))
    assert isinstance(prepared, Prepared)
    counter.company.records.items.rows[mug]["OnHandStore01"] = "9.00"

    (result,) = counter.ask(Write("write", request, prepared.basis))

    assert isinstance(result, PostResult)
    assert result.outcome is PostOutcome.POSTED
    assert isinstance(result.error, ConflictError)


def test_an_adjustment_without_a_present_quantity_never_leaves() -> None:
    counter = Counter()
    request = a_request(AdjustmentDocument(BooksRef("-1"), "", Decimal(1), "x", DAY))

    assert counter.translator.needs_preparation(request)
    with pytest.raises(DefectError, match="present quantity"):
        counter.translator.encode([Write("write", request)], batch_id="b")


def test_a_sales_order_promises_goods_and_can_be_called_off() -> None:
    counter = an_order_counter()
    mug = counter.item(on_hand="10")
    sale = a_sale(
        a_line(mug, tax="0.80"), customer=BooksRef("-5"), form=SaleForm.SALES_ORDER
    )

    made = counter.write(sale)
    row = counter.company.records.items.rows[mug]
    promised = row["QuantityOnCustomerOrder"]
    ended = counter.write(
        CancellationDocument(BooksRef(made.books_id), DAY), "cancel/12/1"
    )

    assert (made.number, made.total) == ("WEB-12", money("10.80"))
    assert (counter.on_hand(mug), promised) == (Decimal(10), "1.00")
    assert ended.outcome is PostOutcome.POSTED
    assert row["QuantityOnCustomerOrder"] == "0.00"
    assert not counter.company.records.orders.rows


def test_by_choice_every_sale_is_an_order_whatever_the_plan_calls_it() -> None:
    counter = an_order_counter()
    sale = a_sale(a_line(counter.item()), customer=BooksRef("-5"))

    made = counter.write(sale)

    assert made.books_id.startswith("order:")
    assert not counter.receipts()


def test_a_sales_order_needs_a_customer() -> None:
    sale = a_sale(a_line(an_order_counter().item()), form=SaleForm.SALES_ORDER)

    with pytest.raises(InvalidInputError, match="needs a customer"):
        Counter().translator.check_document(a_request(sale))


def test_a_receipt_cannot_be_called_off() -> None:
    ending = CancellationDocument(BooksRef("-12"), DAY)

    with pytest.raises(InvalidInputError, match="took the goods"):
        Counter().translator.check_document(a_request(ending))


def test_a_reversed_sale_puts_its_goods_back() -> None:
    counter = Counter()
    mug = counter.item(on_hand="10")
    sold = counter.write(a_sale(a_line(mug)))
    undo = ReversalDocument(BooksRef(sold.books_id), DocumentKind.SALE, DAY, "undone")

    result = counter.write(undo, "reversal/12/1")

    assert result.outcome is PostOutcome.POSTED
    assert result.books_id not in {"", sold.books_id}
    assert counter.on_hand(mug) == 10


def test_an_adjustment_cannot_be_taken_back_by_itself() -> None:
    undo = ReversalDocument(BooksRef("-1"), DocumentKind.ADJUSTMENT, DAY, "undone")

    with pytest.raises(InvalidInputError, match="adjustment") as held:
        Counter().translator.check_document(a_request(undo))

    assert held.value.remedy


def test_the_statement_lists_our_documents_with_tax_and_shipping() -> None:
    counter = Counter()
    mug = counter.item(on_hand="100")
    ship = a_line(kind=LineKind.SHIPPING, name="Post", total="5.00", source_id="13")
    sale = a_sale(a_line(mug, tax="0.77"), ship)
    sold = counter.write(sale)
    counter.write(a_refund(sold.books_id, a_line(mug)), "refund/70/1")
    other = counter.write(a_sale(a_line(mug), reference="WEB-13"), "sale/13/1")
    undo = ReversalDocument(BooksRef(other.books_id), DocumentKind.SALE, DAY, "undone")
    counter.write(undo, "reversal/13/1")
    by_hand = counter.write(a_sale(a_line(mug)), "sale/99/1")
    rows = counter.company.records.receipts.rows
    rows[by_hand.books_id]["Comments"] = "a sale at the counter"

    found = documents_of(counter)

    told = {one.books_id: one for one in found}
    assert told[sold.books_id].total == money("15.77")
    assert told[sold.books_id].total_tax == money("0.77")
    assert told[sold.books_id].shipping == money("5.00")
    assert told[sold.books_id].reference == "WEB-12"
    assert not told[other.books_id].is_live
    (refund,) = [one for one in found if one.kind is DocumentKind.REFUND]
    assert refund.sale_id == sold.books_id
    assert len(found) == 3


def test_documents_are_also_read_as_they_change() -> None:
    counter = Counter()
    mug = counter.item()
    sold = counter.write(a_sale(a_line(mug)))
    (page,) = counter.ask(Read("read", ReadFeed.DOCUMENTS, "", 100, NOON))
    clock = counter.company.clock
    assert isinstance(clock, SettableClock)
    clock.advance(3600)
    undo = ReversalDocument(BooksRef(sold.books_id), DocumentKind.SALE, DAY, "undone")
    counter.write(undo, "reversal/12/1")

    assert isinstance(page, PageRead)
    (before,) = page.documents
    (after,) = documents_of(counter, page.cursor)

    assert (before.books_id, before.is_live) == (sold.books_id, True)
    assert (after.books_id, after.is_live) == (sold.books_id, False)


def test_documents_of_other_days_are_not_listed() -> None:
    counter = Counter()
    counter.write(a_sale(a_line(counter.item())))

    assert documents_of(counter, "2026-02-01..2026-02-28") == []


def test_the_statement_lists_sales_orders_where_sales_are_orders() -> None:
    counter = an_order_counter()
    sale = a_sale(
        a_line(counter.item()), customer=BooksRef("-5"), form=SaleForm.SALES_ORDER
    )
    made = counter.write(sale)

    (found,) = documents_of(counter)

    assert (found.books_id, found.kind) == (made.books_id, DocumentKind.SALE)
    assert found.is_live


def test_an_order_that_was_deleted_there_is_named() -> None:
    counter = an_order_counter()
    sale = a_sale(
        a_line(counter.item()), customer=BooksRef("-5"), form=SaleForm.SALES_ORDER
    )
    made, other = counter.write(sale), counter.write(sale, "sale/13/1")
    pages = pages_of(counter, "")
    assert gone_in(pages) == []
    clock = counter.company.clock
    assert isinstance(clock, SettableClock)
    clock.advance(3600)
    undo = ReversalDocument(BooksRef(made.books_id), DocumentKind.SALE, DAY, "by hand")
    counter.write(undo, "reversal/12/1")

    later = pages_of(counter, pages[-1].cursor)

    assert gone_in(later) == [made.books_id]
    assert b"FromDeletedDate" in counter.last_request
    assert counter.translator.document_name(other.books_id) == other.books_id


def test_a_receipt_is_never_asked_for_among_the_deleted() -> None:
    counter = Counter()
    counter.write(a_sale(a_line(counter.item())))

    (page,) = pages_of(counter, "")

    assert len(page.documents) == 1
    assert b"Deleted" not in counter.last_request


def pages_of(counter: Counter, cursor: str) -> list[PageRead]:
    pages: list[PageRead] = []
    while not pages or not pages[-1].is_last:
        (page,) = counter.ask(Read("read", ReadFeed.DOCUMENTS, cursor, 100, NOON))
        assert isinstance(page, PageRead)
        pages.append(page)
        cursor = page.cursor
    return pages


def gone_in(pages: list[PageRead]) -> list[str]:
    return [name for page in pages for name in page.gone]
