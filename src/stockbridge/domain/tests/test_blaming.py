"""An id in the books' words is told as the item, customer or sale that was sent."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockbridge.domain.accounting import (
    AdjustmentDocument,
    AmendmentDocument,
    BooksRef,
    CustomerChange,
    CustomerRecord,
    Document,
    DocumentKind,
    DocumentLine,
    FulfillmentDocument,
    PaymentDocument,
    RefundDocument,
    ReversalDocument,
    SaleDocument,
    SaleForm,
)
from stockbridge.domain.blaming import NamedRecord, Noun, record_blamed
from stockbridge.domain.commerce import LineKind
from stockbridge.domain.money import Money

DAY = date(2026, 3, 10)
ZERO = Money(Decimal(0), "USD")
MUG, PEN, ADA = "8261657684473197624", "-7000000000000000009", "80000001-1234567890"
ORDER = BooksRef(books_id="Invoice:1A2-1700000000")


def a_line(books_id: str, sku: str, name: str) -> DocumentLine:
    return DocumentLine(
        source_id=sku,
        kind=LineKind.ITEM,
        name=name,
        quantity=Decimal(1),
        total=ZERO,
        tax=ZERO,
        item=BooksRef(books_id=books_id),
        sku=sku,
    )


LINES = (a_line(MUG, "MUG", "Blue mug"), a_line(PEN, "PEN", "PEN"))
SALE = SaleDocument(
    form=SaleForm.SALES_RECEIPT,
    reference="1042",
    business_date=DAY,
    customer=BooksRef(books_id=ADA),
    lines=LINES,
    taxes=(),
    total=ZERO,
    total_tax=ZERO,
    placed_at=datetime(2026, 3, 10, tzinfo=UTC),
)
REFUND = RefundDocument(
    sale=ORDER,
    reference="1042",
    business_date=DAY,
    lines=LINES,
    taxes=(),
    total=ZERO,
    total_tax=ZERO,
)
BEFORE, AFTER = CustomerRecord("Ada Byron"), CustomerRecord("Ada King")


@pytest.mark.parametrize(
    ("words", "document", "record"),
    [
        (f"Object ItemInventory {MUG} specified cannot be found.", SALE, LINES[0]),
        (f"Object ItemInventory {PEN} specified cannot be found.", SALE, LINES[1]),
        (f"Item {MUG}", AmendmentDocument(ORDER, SALE), LINES[0]),
        (f"Item {MUG}", FulfillmentDocument(ORDER, DAY, billed=SALE), LINES[0]),
        (f"Item {MUG}", REFUND, LINES[0]),
    ],
)
def test_an_item_is_told_by_its_sku_and_name(
    words: str, document: Document, record: DocumentLine
) -> None:
    found = record_blamed(words, document)

    assert found is not None
    assert (found.noun, found.sku, found.name) == (Noun.ITEM, record.sku, record.name)


@pytest.mark.parametrize(
    ("document", "noun", "name"),
    [
        (SALE, Noun.CUSTOMER, ""),
        (
            CustomerChange(BooksRef(books_id=ADA), BEFORE, AFTER, fields=()),
            Noun.CUSTOMER,
            "Ada King",
        ),
        (PaymentDocument(BooksRef(books_id=ADA), ZERO, DAY), Noun.SALE, ""),
        (
            AdjustmentDocument(BooksRef(books_id=ADA), "", Decimal(1), "", DAY),
            Noun.ITEM,
            "",
        ),
        (
            ReversalDocument(BooksRef(books_id=ADA), DocumentKind.CUSTOMER, DAY, ""),
            Noun.CUSTOMER,
            "",
        ),
    ],
)
def test_what_else_a_document_names_is_told_by_its_kind(
    document: Document, noun: Noun, name: str
) -> None:
    words = f'There is an invalid reference to QuickBooks Record "{ADA}".'

    found = record_blamed(words, document)

    assert found == NamedRecord(noun, ADA, name=name)


def test_a_sale_is_known_by_the_id_without_its_type() -> None:
    found = record_blamed('Object "1A2-1700000000" cannot be found.', REFUND)

    assert found is not None
    assert found.noun is Noun.SALE


@given(st.text(alphabet="0123456789", max_size=6))
def test_a_part_of_an_id_is_nobody_s(more: str) -> None:
    near = replace(SALE, customer=None)

    assert record_blamed(f"Object {MUG[:-1]} cannot be found.", near) is None
    if more:
        assert record_blamed(f"Object {MUG}{more} is gone.", near) is None


def test_words_without_an_id_blame_nobody() -> None:
    assert record_blamed("The receipt is not balanced.", SALE) is None


@pytest.mark.parametrize(
    ("record", "said"),
    [
        (NamedRecord(Noun.ITEM, MUG, "MUG", "Blue mug"), "item MUG “Blue mug”"),
        (NamedRecord(Noun.ITEM, PEN, "PEN", "PEN"), "item PEN"),
        (NamedRecord(Noun.CUSTOMER, ADA, name="Ada"), "customer “Ada”"),
        (NamedRecord(Noun.SALE, ADA), "sale"),
    ],
)
def test_a_record_is_called_as_a_person_calls_it(
    record: NamedRecord, said: str
) -> None:
    assert str(record) == said
