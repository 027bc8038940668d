"""Whether a document is in QuickBooks: found, missing, or a person has to look."""

from decimal import Decimal

import pytest

from stockbridge.connectors.books.quickbooks_online.tests.builders import (
    DAY,
    a_line,
    a_mug,
    a_payment,
    a_refund,
    a_sale,
    ada,
    look_up,
    money,
    posted,
)
from stockbridge.connectors.books.quickbooks_online.tests.signed_in import SignedIn
from stockbridge.connectors.simulation import Fault, FaultKind
from stockbridge.domain.accounting import (
    AdjustmentDocument,
    BooksRef,
    Document,
    DocumentKind,
    ItemChange,
    ItemField,
    ItemRecord,
    ReversalDocument,
    SaleDocument,
    SaleForm,
)
from stockbridge.domain.errors import RetryableError
from stockbridge.ports import (
    LookUpOutcome,
)


def a_sale_that_somebody_changed(
    connected: SignedIn, **changes: object
) -> SaleDocument:
    """Book a sale, and change what QuickBooks has of it."""
    books = connected.books()
    sale = a_sale(a_line(item=a_mug(books)))
    posted(books, sale)
    connected.records("SalesReceipt")[0].update(changes)
    return sale


def test_numbers_that_are_quickbooks_own_are_no_way_to_find_a_sale(
    connected: SignedIn,
) -> None:
    connected.simulator.company.prefer("SalesFormsPrefs", CustomTxnNumbers=False)
    books = connected.books()
    sale = a_sale(a_line(item=a_mug(books)), reference="WEB-7")

    result = posted(books, sale)
    found = look_up(connected.books(), sale)

    assert result.number != "WEB-7"
    assert found.outcome is LookUpOutcome.FOUND


def test_a_sale_whose_number_somebody_changed_is_found_by_its_day(
    connected: SignedIn,
) -> None:
    sale = a_sale_that_somebody_changed(connected, DocNumber="changed")

    assert look_up(connected.books(), sale).outcome is LookUpOutcome.FOUND


def test_a_copy_that_somebody_made_is_not_taken_for_the_original(
    connected: SignedIn,
) -> None:
    books = connected.books()
    sale = a_sale(a_line(item=a_mug(books)))
    first = posted(books, sale)
    (stored,) = connected.records("SalesReceipt")
    copy = {k: v for k, v in stored.items() if k not in {"Id", "DocNumber"}}
    connected.simulator.company.put("SalesReceipt", {**copy, "DocNumber": "2"})

    found = look_up(connected.books(), sale)

    assert found.result is not None
    assert found.result.books_id == first.books_id


def test_the_same_sale_without_our_sign_is_unclear_never_missing(
    connected: SignedIn,
) -> None:
    sale = a_sale_that_somebody_changed(connected, PrivateNote="typed by hand")

    assert look_up(connected.books(), sale).outcome is LookUpOutcome.UNCLEAR


def test_another_stores_sale_of_the_same_number_is_none_of_ours(
    connected: SignedIn,
) -> None:
    books = connected.books()
    sale = a_sale(a_line(item=a_mug(books)))
    posted(books, sale, "sale/other-store/1")

    assert look_up(connected.books(), sale).outcome is LookUpOutcome.MISSING


def test_a_sale_that_somebody_changed_is_found_with_its_present_total(
    connected: SignedIn,
) -> None:
    sale = a_sale_that_somebody_changed(connected, TotalAmt=Decimal("22.60"))

    found = look_up(connected.books(), sale)

    assert found.result is not None
    assert found.result.total is not None
    assert found.result.total == money("22.60")
    assert sale.total == money("21.60")


def test_every_kind_of_document_is_found(connected: SignedIn) -> None:
    books = connected.books(document="invoice", name_taken="suffix")
    connected.simulator.write("Vendor", {"DisplayName": "Ada Example"})
    item = a_mug(books)
    line = a_line(item=item)
    invoice = posted(books, a_sale(line, form=SaleForm.INVOICE)).books_id
    documents: dict[str, Document] = {
        "customer/ada/1": ada(),
        "item/lid/1": ItemRecord("Lid", sku="LID"),
        "payment/1/1": a_payment(invoice),
        "refund/1/1": a_refund(invoice, a_line(item=item, total="1.00", tax="0.08")),
        "adjustment/1/1": AdjustmentDocument(
            BooksRef(item), "main", line.quantity, "found", DAY
        ),
    }

    before = {key: look_up(books, one, key).outcome for key, one in documents.items()}
    results = {key: posted(books, one, key) for key, one in documents.items()}
    found = {key: look_up(books, one, key) for key, one in documents.items()}

    assert set(before.values()) == {LookUpOutcome.MISSING}
    assert {key: one.result and one.result.books_id for key, one in found.items()} == {
        key: one.books_id for key, one in results.items()
    }


def test_a_changed_item_is_found_by_what_it_says_now(connected: SignedIn) -> None:
    books = connected.books()
    item = a_mug(books)
    record = ItemChange(
        BooksRef(item),
        ItemRecord("Mug", "MUG-1"),
        ItemRecord("Mug", "MUG-1", price=a_line().total),
        (ItemField.PRICE,),
        (ItemField.PRICE,),
    )

    before = look_up(books, record, "item/price/1").outcome
    posted(books, record, "item/price/1")

    assert before is LookUpOutcome.MISSING
    assert look_up(books, record, "item/price/1").outcome is LookUpOutcome.FOUND


@pytest.mark.parametrize("is_refund", [False, True])
def test_what_was_taken_back_is_found_gone(
    connected: SignedIn, *, is_refund: bool
) -> None:
    books = connected.books()
    sale = posted(books, a_sale(a_line(item=a_mug(books)))).books_id
    target, kind = sale, DocumentKind.SALE
    if is_refund:
        target = posted(books, a_refund(sale), "refund/1/1").books_id
        kind = DocumentKind.REFUND
    undo = ReversalDocument(BooksRef(target), kind, DAY, "deleted in the store")

    before = look_up(books, undo, "reversal/1/1").outcome
    posted(books, undo, "reversal/1/1")
    after = look_up(books, undo, "reversal/1/1")

    assert before is LookUpOutcome.MISSING
    assert after.outcome is LookUpOutcome.FOUND
    assert after.result is not None
    assert after.result.books_id == target


def test_what_quickbooks_cannot_be_asked_for_is_unclear(connected: SignedIn) -> None:
    """Whether adjustments can be queried is not documented."""
    item = a_mug(connected.books())
    document = AdjustmentDocument(BooksRef(item), "main", a_line().quantity, "", DAY)
    connected.simulator.faults.add(
        Fault(FaultKind.HTML, path="InventoryAdjustment", times=None)
    )

    with pytest.raises(RetryableError):
        look_up(connected.books(), document, "adjustment/1/1")
