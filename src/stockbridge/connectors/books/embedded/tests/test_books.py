"""The embedded back office, seen through the port that the engine uses."""

from dataclasses import replace
from decimal import Decimal

import pytest

from stockbridge.backoffice.checks import differences
from stockbridge.backoffice.models import (
    CustomerOrder,
    Item,
    OrderStatus,
    Partner,
    PostedDocument,
)
from stockbridge.companies.models import Company
from stockbridge.connectors import registry
from stockbridge.connectors.books.embedded import CONNECTOR
from stockbridge.connectors.books.embedded.books import EmbeddedBooks
from stockbridge.connectors.books.embedded.tests.orders import (
    NOW,
    TODAY,
    a_link,
    a_refund,
    a_request,
    a_sale,
    an_item,
    put,
    usd,
)
from stockbridge.domain.accounting import (
    AdjustmentDocument,
    AmendmentDocument,
    BooksRef,
    CancellationDocument,
    CustomerRecord,
    FulfillmentDocument,
    ItemChange,
    ItemField,
    ItemRecord,
    PaymentDocument,
    ReversalDocument,
)
from stockbridge.domain.accounting import DocumentKind as Kind
from stockbridge.domain.errors import RetryableError
from stockbridge.domain.money import Money, zero
from stockbridge.ports import (
    LookUpOutcome,
    PostOutcome,
)


def test_the_registry_finds_the_back_office() -> None:
    assert CONNECTOR in registry.books()


def test_a_fresh_back_office_is_ready(books: EmbeddedBooks) -> None:
    report = books.check()

    assert report.is_usable
    assert report.facts["currency"] == "USD"
    assert len(books.locations()) == 1
    assert any(account.kind == "receivable" for account in books.accounts())


def test_an_order_s_journey_moves_stock_and_money_once(
    books: EmbeddedBooks, company: Company
) -> None:
    item = an_item(books)
    sale = put(books, a_sale(item), "sale-1")
    paid = PaymentDocument(BooksRef(sale.books_id), usd("26.60"), TODAY, "stripe")
    put(books, paid, "pay-1")
    put(books, FulfillmentDocument(BooksRef(sale.books_id), TODAY), "ship-1")
    refund = put(books, a_refund(sale.books_id), "refund-1")

    order = CustomerOrder.objects.get()
    (level,) = books.stock([item])
    assert sale.total == usd("26.60")
    assert sale.total_tax == usd("1.60")
    assert (refund.total, refund.total_tax) == (usd("11.80"), usd("0.80"))
    assert order.reference == "WEB-727"
    assert level.on_hand == 9
    assert level.committed == 0
    assert order.paid == order.billed == Decimal("14.80")
    assert differences(company) == []


def test_the_same_key_never_has_two_effects(books: EmbeddedBooks) -> None:
    item = an_item(books)
    customer = CustomerRecord("Ada Example", email="ada@example.com")
    for _ in range(2):
        first = put(books, a_sale(item), "sale-1")
        again = put(books, a_sale(item), "sale-1")
        assert first.books_id == again.books_id
        put(books, customer, "customer-1")
        an_item(books)

    assert CustomerOrder.objects.count() == 1
    assert Partner.objects.count() == 1
    assert Item.objects.count() == 1
    (level,) = books.stock([item])
    assert level.on_hand == 10


def test_what_cannot_be_posted_is_refused_by_itself(books: EmbeddedBooks) -> None:
    item = an_item(books)
    off = replace(a_sale(item), total=usd("26.61"))
    requests = [
        a_request(a_sale(item), "sale-1"),
        a_request(off, "sale-2"),
        a_request(CustomerRecord(" "), "customer-1"),
        a_request(CustomerRecord("Ada Example"), "customer-2"),
        a_request(PaymentDocument(BooksRef("999"), usd("1.00"), TODAY), "pay-1"),
        a_request(ItemRecord(name="Other", sku="mug-1"), "item-2"),
    ]

    results = books.post(requests)

    assert [result.outcome for result in results] == [
        PostOutcome.POSTED,
        PostOutcome.REFUSED,
        PostOutcome.REFUSED,
        PostOutcome.POSTED,
        PostOutcome.REFUSED,
        PostOutcome.REFUSED,
    ]
    assert all(result.error for result in results if not result.books_id)


def test_a_look_up_says_for_certain_what_is_there(books: EmbeddedBooks) -> None:
    item = an_item(books)
    put(books, a_sale(item), "sale-1")
    wanted = [
        a_request(a_sale(item), "sale-1"),
        a_request(a_sale(item), "sale-2"),
        a_request(ItemRecord(name="Mug"), "item-MUG-1"),
    ]

    found, missing, record = books.look_up(wanted)

    assert found.outcome is record.outcome is LookUpOutcome.FOUND
    assert missing.outcome is LookUpOutcome.MISSING
    assert found.result is not None
    assert found.result.total == usd("26.60")
    assert record.result is not None
    assert record.result.books_id == item


def test_an_open_sale_takes_its_order_s_later_form(
    books: EmbeddedBooks, company: Company
) -> None:
    item = an_item(books)
    sale = put(books, a_sale(item), "sale-1")
    later = a_sale(item, units="3", tax="2.00")

    amended = put(books, AmendmentDocument(BooksRef(sale.books_id), later), "amend-1")

    (level,) = books.stock([item])
    (stored,) = (
        row
        for row in books.documents(TODAY, TODAY, cursor="", limit=50).records
        if row.kind is Kind.SALE
    )
    assert amended.total == stored.total == usd("27.00")
    assert stored.total_tax == usd("2.00")
    assert stored.shipping == usd("5.00")
    assert level.committed == 3
    assert differences(company) == []


def test_a_cancelled_sale_promises_nothing_and_is_no_longer_live(
    books: EmbeddedBooks,
) -> None:
    item = an_item(books)
    sale = put(books, a_sale(item), "sale-1")

    put(books, CancellationDocument(BooksRef(sale.books_id), TODAY, "why"), "end-1")

    (level,) = books.stock([item])
    page = books.documents(TODAY, TODAY, cursor="", limit=50)
    assert level.committed == 0
    assert [row.is_live for row in page.records if row.kind is Kind.SALE] == [False]


def test_a_refund_is_taken_back_by_a_document_of_its_own(
    books: EmbeddedBooks, company: Company
) -> None:
    item = an_item(books)
    sale = put(books, a_sale(item), "sale-1")
    put(books, FulfillmentDocument(BooksRef(sale.books_id), TODAY), "ship-1")
    refund = put(books, a_refund(sale.books_id), "refund-1")
    taken_back = ReversalDocument(
        BooksRef(refund.books_id), Kind.REFUND, TODAY, "deleted in the store"
    )

    result = put(books, taken_back, "reversal-1")

    assert result.outcome is PostOutcome.POSTED
    assert PostedDocument.objects.get(key="reversal-1").reverses_id == int(
        refund.books_id
    )
    assert CustomerOrder.objects.get().status == OrderStatus.FULFILLED
    assert differences(company) == []


def test_a_sale_in_another_currency_is_refused(books: EmbeddedBooks) -> None:
    item = an_item(books)
    euros = Money(Decimal("5.00"), "EUR")
    sale = a_sale(item)
    line = replace(sale.lines[1], total=euros, tax=zero("EUR"))

    result = put(books, replace(sale, lines=(line,), taxes=(), total=euros), "sale-1")

    assert result.outcome is PostOutcome.REFUSED
    assert result.error is not None
    assert "USD" in str(result.error)


def test_an_item_whose_units_stay_on_the_shelf_promises_none(
    books: EmbeddedBooks,
) -> None:
    item = an_item(books)
    sale = a_sale(item)
    unmoved = replace(sale.lines[0], units=Decimal(0))

    put(books, replace(sale, lines=(unmoved, sale.lines[1])), "sale-1")

    (level,) = books.stock([item])
    assert level.committed == 0


def test_an_adjustment_moves_what_is_on_hand(books: EmbeddedBooks) -> None:
    item = an_item(books)
    (place,) = books.locations()
    change = AdjustmentDocument(
        BooksRef(item), place.external_id, Decimal(-3), "changed in the store", TODAY
    )

    put(books, change, "adjust-1")

    (level,) = books.stock([item])
    assert level.on_hand == 7


def test_feeds_give_what_changed_and_then_nothing(books: EmbeddedBooks) -> None:
    an_item(books, "A")
    an_item(books, "B")

    first = books.changed_items("", limit=1)
    second = books.changed_items(first.cursor, limit=1)
    done = books.changed_items(second.cursor, limit=1)
    levels = books.changed_stock("", limit=10)

    assert [r.sku for r in (*first.records, *second.records)] == ["A", "B"]
    assert not first.is_last
    assert done.is_last
    assert done.records == ()
    assert done.cursor == second.cursor
    assert len(levels.records) == 2
    assert levels.records[0].began_at == NOW


def test_an_item_that_is_updated_again_under_the_same_key_is_not(
    books: EmbeddedBooks,
) -> None:
    item = an_item(books)
    record = ItemChange(
        BooksRef(item),
        ItemRecord("Mug", sku="MUG-1"),
        ItemRecord("Big mug", sku="MUG-1"),
        (ItemField.NAME,),
        (ItemField.NAME,),
    )
    put(books, record, "update-1")
    Item.objects.update(name="Renamed since")

    put(books, record, "update-1")

    assert Item.objects.get().name == "Renamed since"


def test_nothing_is_written_once_the_lease_ends_too_soon(company: Company) -> None:
    books = EmbeddedBooks(a_link(company, is_cut=True))

    with pytest.raises(RetryableError):
        books.post([a_request(CustomerRecord("Ada Example"), "customer-1")])

    assert not Partner.objects.exists()


def test_a_company_sees_its_own_books_only(books: EmbeddedBooks) -> None:
    item = an_item(books)
    other = Company.objects.create(name="Cups", slug="cups", currency="USD")
    theirs = EmbeddedBooks(a_link(other))

    assert theirs.changed_items("", limit=10).records == ()
    assert theirs.stock([item]) == ()
    assert put(theirs, a_sale(item), "sale-1").outcome is PostOutcome.REFUSED
    (found,) = theirs.look_up([a_request(a_sale(item), "item-MUG-1")])
    assert found.outcome is LookUpOutcome.MISSING
