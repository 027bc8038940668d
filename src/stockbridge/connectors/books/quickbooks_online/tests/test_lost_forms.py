"""What left before the settings changed is found in the form that it had then."""

import pytest

from stockbridge.connectors.books.quickbooks_online.tests.builders import (
    CUSTOMER,
    a_line,
    a_mug,
    a_post,
    a_refund,
    a_sale,
    ada,
    posted,
)
from stockbridge.connectors.books.quickbooks_online.tests.signed_in import SignedIn
from stockbridge.domain.accounting import CustomerRecord, Document, ItemRecord, SaleForm
from stockbridge.ports import Books, LookUpOutcome


def found_id(books: Books, document: Document, key: str = "sale/1001/1") -> str:
    """Return the id of what a look-up found."""
    (answer,) = books.look_up([a_post(document, key, attempt=9)])
    assert answer.outcome is LookUpOutcome.FOUND
    assert answer.result is not None
    return answer.result.books_id


@pytest.mark.parametrize(
    ("before", "after"),
    [("refund_receipt", "credit_memo"), ("credit_memo", "refund_receipt")],
)
def test_a_refund_is_found_whatever_a_refund_becomes_by_now(
    connected: SignedIn, before: str, after: str
) -> None:
    books = connected.books(refund_form=before)
    line = a_line(item=a_mug(books))
    sale = posted(books, a_sale(line)).books_id
    refund = a_refund(sale)
    stored = posted(books, refund, "refund/1/1").books_id

    now = connected.books(refund_form=after)

    assert found_id(now, refund, "refund/1/1") == stored


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (SaleForm.SALES_RECEIPT, SaleForm.INVOICE),
        (SaleForm.INVOICE, SaleForm.SALES_RECEIPT),
    ],
)
def test_a_sale_that_was_planned_anew_in_another_form_is_found(
    connected: SignedIn, before: SaleForm, after: SaleForm
) -> None:
    """As after a restore: the order is planned by the settings of today."""
    books = connected.books(document="invoice")
    line = a_line(item=a_mug(books))
    stored = posted(books, a_sale(line, form=before)).books_id

    assert found_id(connected.books(), a_sale(line, form=after)) == stored


@pytest.mark.parametrize("is_stripped", [True, False])
def test_a_sale_is_found_by_its_number_with_the_sign_and_without(
    connected: SignedIn, *, is_stripped: bool
) -> None:
    books = connected.books(strip_number_sign=is_stripped)
    sale = a_sale(a_line(item=a_mug(books)), reference="#1001")
    stored = posted(books, sale).books_id
    connected.records("SalesReceipt")[0]["TxnDate"] = "2026-01-06"

    now = connected.books(strip_number_sign=not is_stripped)

    assert found_id(now, sale) == stored


def test_a_number_that_is_too_long_by_now_is_no_proof_that_nothing_left(
    connected: SignedIn,
) -> None:
    books = connected.books(strip_number_sign=True)
    sale = a_sale(a_line(item=a_mug(books)), reference=f"#{'7' * 21}")
    stored = posted(books, sale).books_id

    now = connected.books(strip_number_sign=False)

    assert found_id(now, sale) == stored


@pytest.mark.parametrize("before", ["name", "last_first", "name_and_email"])
@pytest.mark.parametrize("after", ["name", "last_first", "name_and_email"])
def test_a_customer_is_found_under_every_kind_of_name(
    connected: SignedIn, before: str, after: str
) -> None:
    record = CustomerRecord(
        "Ada Example", email="ada@example.com", first_name="Ada", last_name="Example"
    )
    books = connected.books(customer_naming=before)
    stored = posted(books, record, "customer/ada/1").books_id

    now = connected.books(customer_naming=after)

    assert found_id(now, record, "customer/ada/1") == stored


def test_a_customer_whose_name_was_taken_is_found_under_the_old_policys_sign(
    connected: SignedIn,
) -> None:
    connected.simulator.write("Vendor", {"DisplayName": "Ada Example"})
    books = connected.books(name_taken="suffix")
    stored = posted(books, ada(), "customer/ada/1").books_id

    now = connected.books(name_taken="hold", customer_naming="name_and_email")

    assert stored != CUSTOMER
    assert found_id(now, ada(), "customer/ada/1") == stored


@pytest.mark.parametrize(("before", "after"), [("sku", "name"), ("name", "sku")])
def test_an_item_is_found_under_its_sku_and_under_its_name(
    connected: SignedIn, before: str, after: str
) -> None:
    record = ItemRecord("Lid", sku="LID-1")
    books = connected.books(item_naming=before)
    stored = posted(books, record, "item/lid/1").books_id

    now = connected.books(item_naming=after)

    assert found_id(now, record, "item/lid/1") == stored
