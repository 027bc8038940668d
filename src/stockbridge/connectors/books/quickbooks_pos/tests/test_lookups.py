"""What became of a write whose answer got lost, by kind of write (README)."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from stockbridge.connectors.books.quickbooks_pos.settings import (
    CustomerSign,
    SaleDocumentKind,
)
from stockbridge.connectors.books.quickbooks_pos.tests.building import (
    DAY,
    Counter,
    a_line,
    a_refund,
    a_request,
    a_sale,
    money,
    settings,
)
from stockbridge.domain.accounting import (
    AdjustmentDocument,
    BooksRef,
    CustomerChange,
    CustomerField,
    CustomerRecord,
    Document,
    DocumentKind,
    ItemChange,
    ItemField,
    ItemRecord,
    PaymentDocument,
    ReversalDocument,
    SaleForm,
)
from stockbridge.domain.errors import ActionNeededError
from stockbridge.ports import LookUpOutcome

ADA = CustomerRecord("Ada Example", email="ada@example.com", last_name="Example")


def an_order_counter() -> Counter:
    counter = Counter(settings=settings(sale_document=SaleDocumentKind.SALES_ORDER))
    counter.company.records.customers.rows["-5"] = {"ListID": "-5", "LastName": "E"}
    return counter


def documents() -> dict[str, tuple[Counter, Document]]:
    """Return one write of each kind, with the counter that takes it."""
    found: dict[str, tuple[Counter, Document]] = {}
    counter = Counter()
    mug = counter.item()
    sold = counter.write(a_sale(a_line(mug)), "sale/1/1").books_id
    gone = counter.write(ADA, "customer/gone/1").books_id
    kept = counter.write(ADA, "customer/kept/1").books_id
    found["customer"] = (counter, ADA)
    found["new item"] = (counter, ItemRecord("Jug", sku="JUG-1", price=money("4.00")))
    found["item, changed"] = (
        counter,
        ItemChange(
            BooksRef(mug),
            ItemRecord("MUG", sku="MUG"),
            ItemRecord("Big mug", sku="MUG", price=money("11.00")),
            tuple(ItemField),
            (ItemField.PRICE,),
        ),
    )
    found["customer, changed"] = (
        counter,
        CustomerChange(
            BooksRef(kept),
            ADA,
            replace(ADA, phone="555-0199"),
            (CustomerField.PHONE,),
        ),
    )
    found["sale"] = (counter, a_sale(a_line(mug)))
    found["refund"] = (counter, a_refund(sold, a_line(mug)))
    found["adjustment"] = (
        counter,
        AdjustmentDocument(BooksRef(mug), "", Decimal(3), "found", DAY),
    )
    undo = ReversalDocument(BooksRef(sold), DocumentKind.SALE, DAY, "undone")
    found["reversal"] = (counter, undo)
    away = ReversalDocument(BooksRef(gone), DocumentKind.CUSTOMER, DAY, "undone")
    found["deletion"] = (counter, away)
    by_notes = Counter(settings=settings(customer_sign=CustomerSign.NOTES))
    found["customer by notes"] = (by_notes, ADA)
    ordering = an_order_counter()
    order = a_sale(
        a_line(ordering.item()), customer=BooksRef("-5"), form=SaleForm.SALES_ORDER
    )
    found["order"] = (ordering, order)
    return found


@pytest.mark.parametrize("kind", documents())
def test_what_arrived_is_found_and_what_did_not_is_missing(kind: str) -> None:
    counter, document = documents()[kind]
    since = counter.company.clock.now()

    before = counter.look_up(document, "it/1/1", since=since)
    posted = counter.write(document, "it/1/1")
    after = counter.look_up(document, "it/1/1", since=since)

    assert before.outcome is LookUpOutcome.MISSING
    assert after.outcome is LookUpOutcome.FOUND
    assert after.result is not None
    assert after.result.total == posted.total
    if kind != "reversal":  # found by its target: the counterpart's id is not told
        assert after.result.books_id == posted.books_id


def test_every_kind_that_can_be_written_has_a_look_up() -> None:
    kinds = set(Counter().translator.capabilities.kinds)

    written = {
        "customer": DocumentKind.CUSTOMER,
        "customer, changed": DocumentKind.CUSTOMER_CHANGE,
        "new item": DocumentKind.ITEM,
        "item, changed": DocumentKind.ITEM_CHANGE,
        "sale": DocumentKind.SALE,
        "refund": DocumentKind.REFUND,
        "adjustment": DocumentKind.ADJUSTMENT,
        "reversal": DocumentKind.REVERSAL,
    }

    assert set(written) <= set(documents())
    assert kinds == set(written.values())


def test_a_kind_without_a_look_up_is_held() -> None:
    payment = PaymentDocument(BooksRef("-1"), money("1.00"), DAY)

    with pytest.raises(ActionNeededError, match="no PaymentDocument") as held:
        Counter().translator.check_document(a_request(payment))

    assert held.value.remedy


def test_a_longer_number_that_contains_ours_is_not_ours() -> None:
    counter = Counter()
    mug = counter.item()
    marker = a_request(a_sale(a_line(mug)), "sale/12/1").marker
    counter.write(a_sale(a_line(mug), reference="WEB-123"), "sale/123/1")
    (other,) = counter.receipts()

    for comments in (f"see {marker}", f"{marker}3 #WEB-12#", f"x{marker} #WEB-12#"):
        other["Comments"] = comments
        found = counter.look_up(a_sale(a_line(mug)), "sale/12/1")
        assert found.outcome is LookUpOutcome.MISSING, comments


@pytest.mark.parametrize(
    "change",
    [
        {"Total": "10.01"},
        {"HistoryDocStatus": "Reversed"},
        {"TxnState": "Held"},
        {"SalesReceiptType": "Return"},
        {"CustomerListID": "-77"},
    ],
)
def test_a_hit_that_is_not_what_we_sent_is_unclear_never_sent_again(
    change: dict[str, Any],
) -> None:
    counter = Counter()
    counter.company.records.customers.rows["-5"] = {"ListID": "-5", "LastName": "E"}
    sale = a_sale(a_line(counter.item()), customer=BooksRef("-5"))
    counter.write(sale)
    counter.receipts()[0].update(change)

    assert counter.look_up(sale).outcome is LookUpOutcome.UNCLEAR


@pytest.mark.parametrize("chosen", list(SaleDocumentKind))
def test_a_sale_is_found_though_sales_are_written_otherwise_by_now(
    chosen: SaleDocumentKind,
) -> None:
    counter = Counter(settings=settings(sale_document=chosen))
    counter.company.records.customers.rows["-5"] = {"ListID": "-5", "LastName": "E"}
    sale = a_sale(a_line(counter.item()), customer=BooksRef("-5"))
    posted = counter.write(sale)
    (other,) = set(SaleDocumentKind) - {chosen}
    counter.settings = settings(sale_document=other)

    found = counter.look_up(sale)

    assert found.outcome is LookUpOutcome.FOUND
    assert found.result is not None
    assert found.result.books_id == posted.books_id


@pytest.mark.parametrize("chosen", list(CustomerSign))
def test_a_customer_is_found_though_our_sign_stands_elsewhere_by_now(
    chosen: CustomerSign,
) -> None:
    counter = Counter(settings=settings(customer_sign=chosen))
    posted = counter.write(ADA, "customer/ada/1")
    (other,) = set(CustomerSign) - {chosen}
    counter.settings = settings(customer_sign=other)

    found = counter.look_up(ADA, "customer/ada/1")

    assert found.outcome is LookUpOutcome.FOUND
    assert found.result is not None
    assert found.result.books_id == posted.books_id


def test_two_with_one_sign_are_unclear() -> None:
    counter = Counter()
    sale = a_sale(a_line(counter.item()))
    counter.write(sale)
    counter.write(sale)

    assert counter.look_up(sale).outcome is LookUpOutcome.UNCLEAR


@pytest.mark.parametrize("change", [{"Total": "10.01"}, {"CustomerListID": "-77"}])
def test_an_order_with_our_sign_that_is_not_what_we_sent_is_unclear(
    change: dict[str, str],
) -> None:
    counter = an_order_counter()
    order = a_sale(
        a_line(counter.item()), customer=BooksRef("-5"), form=SaleForm.SALES_ORDER
    )
    counter.write(order)
    (row,) = counter.company.records.orders.all()
    row.update(change)

    assert counter.look_up(order).outcome is LookUpOutcome.UNCLEAR


def test_a_sale_that_was_reversed_by_hand_is_unclear_and_not_its_next_one() -> None:
    counter = Counter()
    sale = a_sale(a_line(counter.item()))
    sold = counter.write(sale).books_id
    undo = ReversalDocument(BooksRef(sold), DocumentKind.SALE, DAY, "undone")
    counter.write(undo, "reversal/12/1")
    again = counter.write(sale, "sale/12/2")

    reversed_one = counter.look_up(sale)
    next_one = counter.look_up(sale, "sale/12/2")

    assert reversed_one.outcome is LookUpOutcome.UNCLEAR
    assert next_one.result is not None
    assert next_one.result.books_id == again.books_id


def test_a_look_up_asks_for_nothing_older_than_a_time_read_from_the_books() -> None:
    counter = Counter()
    mug = counter.item()
    sale = a_sale(a_line(mug))
    counter.write(sale)
    later = counter.company.clock.now() + timedelta(hours=1)

    found = counter.look_up(sale, since=later)

    assert found.outcome is LookUpOutcome.MISSING
    assert b"GreaterThanEqual" in counter.last_request


def test_a_till_whose_clock_is_a_little_behind_hides_nothing() -> None:
    counter = Counter()
    sale = a_sale(a_line(counter.item()))
    counter.write(sale)
    ahead = counter.company.clock.now() + timedelta(minutes=9)

    assert counter.look_up(sale, since=ahead).outcome is LookUpOutcome.FOUND


def test_an_adjustment_that_somebody_took_back_is_unclear() -> None:
    counter = Counter()
    document = AdjustmentDocument(
        BooksRef(counter.item()), "", Decimal(3), "found", DAY
    )
    counter.write(document)
    (row,) = counter.company.records.adjustments.all()
    row["HistoryDocStatus"] = "Reversed"

    assert counter.look_up(document).outcome is LookUpOutcome.UNCLEAR


def test_an_adjustment_by_another_difference_is_unclear() -> None:
    counter = Counter()
    document = AdjustmentDocument(
        BooksRef(counter.item()), "", Decimal(3), "found", DAY
    )
    counter.write(document)

    other = replace(document, delta=Decimal(2))

    assert counter.look_up(other).outcome is LookUpOutcome.UNCLEAR


def test_an_item_with_our_code_and_another_name_is_unclear() -> None:
    counter = Counter()
    counter.item("JUG-1")

    found = counter.look_up(ItemRecord("Jug", sku="JUG-1"))

    assert found.outcome is LookUpOutcome.UNCLEAR
