"""What every books connector promises (`ports.Books`), tried on its simulator."""

import itertools
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stockbridge.connectors.tests.books_desk import (
    BooksDesk,
    ClosingDesk,
    DeskModule,
    all_books,
    books_that,
    desk_of,
)
from stockbridge.domain.accounting import (
    BooksRef,
    CancellationDocument,
    CustomerRecord,
    Document,
    DocumentKind,
    DocumentLine,
    DocumentTax,
    FulfillmentDocument,
    ItemRecord,
    PaymentDocument,
    RefundDocument,
    ReversalDocument,
    SaleDocument,
)
from stockbridge.domain.commerce import LineKind
from stockbridge.domain.errors import ActionNeededError
from stockbridge.domain.identity import marker_of
from stockbridge.domain.money import Money, zero
from stockbridge.ports import (
    Books,
    LookUpOutcome,
    PostOutcome,
    PostRequest,
    PostResult,
)

NOW = datetime.now(UTC)
TODAY = NOW.date()

NUMBERS = itertools.count(1000)


@pytest.fixture(params=books_that(all_books))
def desk(request: pytest.FixtureRequest) -> Iterator[BooksDesk]:
    with desk_of(request.param) as opened:
        yield opened


def promise_first(made: DeskModule) -> bool:
    """Whether a sale promises goods, which leave when it is shipped."""
    return not made.capabilities.sale_moves_stock


def can_call_off(made: DeskModule) -> bool:
    """Whether a sale may be cancelled; elsewhere it is done at once."""
    return DocumentKind.CANCELLATION in made.capabilities.kinds


def close_periods(made: DeskModule) -> bool:
    """Whether a day can be closed to what is written."""
    return made.closes_periods


def request_of(document: Document, key: str, *, attempt: int = 1) -> PostRequest:
    return PostRequest(
        attempt_id=f"{key}-{attempt}",
        key=key,
        marker=marker_of(key, generation=1),
        document=document,
    )


def post(books: Books, document: Document, key: str) -> PostResult:
    (result,) = books.post([request_of(document, key)])
    return result


def an_item(books: Books, desk: BooksDesk, *, units: str = "10") -> str:
    price = Money(Decimal("10.00"), desk.currency)
    record = ItemRecord(
        name="Mug", sku="MUG-1", price=price, initial_quantity=Decimal(units)
    )
    result = post(books, record, "item/mug/1")
    assert result.outcome is PostOutcome.POSTED, result.error
    return result.books_id


def a_sale(
    books: Books, desk: BooksDesk, item: str, *, tax: str = "1.60", reference: str = "7"
) -> SaleDocument:
    net, billed = Money(Decimal("20.00"), desk.currency), Decimal(tax)
    line = DocumentLine(
        source_id="11",
        kind=LineKind.ITEM,
        name="Mug",
        quantity=Decimal(2),
        total=net,
        tax=Money(billed, desk.currency),
        item=BooksRef(item),
        units=Decimal(2),
    )
    taxes = (DocumentTax("1", "State tax", Money(billed, desk.currency)),)
    return SaleDocument(
        form=books.capabilities.sale_forms[0],
        reference=reference,
        business_date=TODAY,
        customer=None,
        lines=(line,),
        taxes=taxes if billed else (),
        total=net + Money(billed, desk.currency),
        total_tax=Money(billed, desk.currency),
        placed_at=NOW,
    )


def a_refund(desk: BooksDesk, sale: str, item: str) -> RefundDocument:
    net = Money(Decimal("10.00"), desk.currency)
    tax = Money(Decimal("0.80"), desk.currency)
    line = DocumentLine(
        "11", LineKind.ITEM, "Mug", Decimal(1), net, tax, item=BooksRef(item)
    )
    return RefundDocument(
        sale=BooksRef(sale),
        reference="7",
        business_date=TODAY,
        lines=(line,),
        taxes=(DocumentTax("1", "State tax", tax),),
        total=net + tax,
        total_tax=tax,
        restocked=(("11", Decimal(1)),),
    )


def available(books: Books, item: str) -> Decimal:
    return sum((level.available for level in books.stock([item])), Decimal(0))


def on_hand(books: Books, item: str) -> Decimal:
    return sum((level.on_hand for level in books.stock([item])), Decimal(0))


def test_books_that_work_say_so(desk: BooksDesk) -> None:
    report = desk.books().check()

    assert report.is_usable
    assert desk.books().locations()
    assert desk.books().accounts()


def test_a_sale_is_stored_with_its_total_and_its_tax(desk: BooksDesk) -> None:
    books = desk.books()
    sale = a_sale(books, desk, an_item(books, desk))

    result = post(books, sale, "sale/7/1")

    assert result.outcome is PostOutcome.POSTED
    assert result.books_id
    assert (result.total, result.total_tax) == (sale.total, sale.total_tax)


def test_the_same_key_never_has_two_effects(desk: BooksDesk) -> None:
    books = desk.books()
    sale = a_sale(books, desk, an_item(books, desk))
    first = post(books, sale, "sale/7/1")

    again = post(desk.books(), sale, "sale/7/1")
    (twice, thrice) = desk.books().post(
        [request_of(sale, "sale/7/1", attempt=n) for n in (2, 3)]
    )

    ids = {first.books_id, again.books_id, twice.books_id, thrice.books_id}
    assert ids == {first.books_id}
    assert desk.count_documents("7") == 1


def test_shared_records_are_made_once(desk: BooksDesk) -> None:
    books = desk.books()
    ada = CustomerRecord("Ada Example", email="ada@example.com")

    first = post(books, ada, "customer/ada/1")
    again = post(desk.books(), ada, "customer/ada/1")

    assert first.books_id == again.books_id
    found = books.changed_customers("", limit=100).records
    assert [c.email for c in found].count("ada@example.com") == 1


def test_a_refused_document_leaves_the_others_alone(desk: BooksDesk) -> None:
    books = desk.books()
    good = a_sale(books, desk, an_item(books, desk), reference="8")
    bad = PaymentDocument(
        sale=BooksRef("999999"),
        amount=Money(Decimal("1.00"), desk.currency),
        business_date=TODAY,
    )

    refused, posted = books.post(
        [request_of(bad, "payment/9/1"), request_of(good, "sale/8/1")]
    )

    assert refused.outcome is PostOutcome.REFUSED
    assert isinstance(refused.error, ActionNeededError)
    assert refused.error.message
    assert posted.outcome is PostOutcome.POSTED


def test_what_was_posted_is_found_and_what_was_not_is_missing(desk: BooksDesk) -> None:
    books = desk.books()
    sale = a_sale(books, desk, an_item(books, desk))
    posted = post(books, sale, "sale/7/1")

    found, missing = desk.books().look_up(
        [request_of(sale, "sale/7/1"), request_of(sale, "sale/77/1")]
    )

    assert found.outcome is LookUpOutcome.FOUND
    assert found.result is not None
    assert found.result.books_id == posted.books_id
    assert found.result.total == sale.total
    assert missing.outcome is LookUpOutcome.MISSING


@pytest.mark.parametrize("desk", books_that(promise_first), indirect=True)
def test_an_open_sale_promises_and_a_shipped_one_moves(desk: BooksDesk) -> None:
    books = desk.books()
    item = an_item(books, desk)

    sale = post(books, a_sale(books, desk, item), "sale/7/1")
    promised = (on_hand(books, item), available(books, item))
    post(books, FulfillmentDocument(BooksRef(sale.books_id), TODAY), "fulfillment/7/1")

    assert promised == (Decimal(10), Decimal(8))
    assert (on_hand(books, item), available(books, item)) == (Decimal(8), Decimal(8))


def test_a_refund_before_shipping_lessens_the_promise(desk: BooksDesk) -> None:
    books = desk.books()
    item = an_item(books, desk)
    sale = post(books, a_sale(books, desk, item), "sale/7/1")

    refund = post(books, a_refund(desk, sale.books_id, item), "refund/70/1")

    assert refund.outcome is PostOutcome.POSTED, refund.error
    assert available(books, item) == 9


def test_a_refund_after_shipping_puts_goods_back(desk: BooksDesk) -> None:
    books = desk.books()
    item = an_item(books, desk)
    sale = post(books, a_sale(books, desk, item), "sale/7/1")
    post(books, FulfillmentDocument(BooksRef(sale.books_id), TODAY), "fulfillment/7/1")

    post(books, a_refund(desk, sale.books_id, item), "refund/70/1")

    assert available(books, item) == 9


@pytest.mark.parametrize("desk", books_that(can_call_off), indirect=True)
def test_a_cancelled_sale_sets_its_goods_free(desk: BooksDesk) -> None:
    books = desk.books()
    item = an_item(books, desk)
    sale = post(books, a_sale(books, desk, item), "sale/7/1")

    post(books, CancellationDocument(BooksRef(sale.books_id), TODAY), "cancel/7/1")

    assert available(books, item) == 10
    assert desk.count_documents("7") == 0


def test_a_reversed_refund_is_as_if_it_had_not_been(desk: BooksDesk) -> None:
    books = desk.books()
    item = an_item(books, desk)
    sale = post(books, a_sale(books, desk, item), "sale/7/1")
    refund = post(books, a_refund(desk, sale.books_id, item), "refund/70/1")
    undo = ReversalDocument(
        BooksRef(refund.books_id), DocumentKind.REFUND, TODAY, "deleted in the store"
    )

    result = post(books, undo, "reversal/70/1")

    assert result.outcome is PostOutcome.POSTED, result.error
    assert available(books, item) == 8


@pytest.mark.parametrize("desk", books_that(close_periods), indirect=True)
def test_a_closed_day_is_refused_with_a_remedy(desk: BooksDesk) -> None:
    assert isinstance(desk, ClosingDesk)
    books = desk.books()
    sale = a_sale(books, desk, an_item(books, desk))
    desk.close_period_until_today()

    result = post(desk.books(), sale, "sale/7/1")

    assert result.outcome is PostOutcome.REFUSED
    assert isinstance(result.error, ActionNeededError)
    assert result.error.remedy


def test_stock_that_moved_is_read_with_when_the_reading_began(desk: BooksDesk) -> None:
    books = desk.books()
    item = an_item(books, desk)
    cursor = books.changed_stock("", limit=1000).cursor
    post(books, a_sale(books, desk, item), "sale/7/1")

    page = desk.books().changed_stock(cursor, limit=1000)

    assert {level.item_id for level in page.records} == {item}
    assert all(level.began_at.tzinfo is not None for level in page.records)


def test_the_books_tell_what_they_hold_for_the_statement(desk: BooksDesk) -> None:
    books = desk.books()
    item = an_item(books, desk)
    sale = a_sale(books, desk, item)
    stored = post(books, sale, "sale/7/1")
    post(books, a_refund(desk, stored.books_id, item), "refund/70/1")

    day = timedelta(days=1)
    page = books.documents(TODAY - day, TODAY + day, cursor="", limit=100)

    kinds = {row.kind: row for row in page.records}
    assert kinds[DocumentKind.SALE].total == sale.total
    assert kinds[DocumentKind.SALE].total_tax == sale.total_tax
    assert kinds[DocumentKind.REFUND].total.amount == Decimal("10.80")
    assert kinds[DocumentKind.REFUND].sale_id == stored.books_id


@settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(cents=st.integers(0, 999_999), tax=st.integers(0, 9_999))
def test_any_amount_is_stored_to_the_cent(
    desk: BooksDesk, cents: int, tax: int
) -> None:
    number = next(NUMBERS)
    books = desk.books()
    currency = desk.currency
    net = Money(Decimal(cents) / 100, currency)
    billed = Money(Decimal(tax) / 100, currency)
    line = DocumentLine("1", LineKind.FEE, "Anything", Decimal(1), net, billed)
    sale = SaleDocument(
        form=books.capabilities.sale_forms[0],
        reference=str(number),
        business_date=TODAY,
        customer=None,
        lines=(line,),
        taxes=(DocumentTax("1", "Tax", billed),) if tax else (),
        total=net + billed,
        total_tax=billed,
        placed_at=NOW,
    )

    result = post(books, sale, f"sale/{number}/1")

    assert result.outcome is PostOutcome.POSTED, result.error
    assert result.total == net + billed
    assert (result.total_tax or zero(currency)) == billed
