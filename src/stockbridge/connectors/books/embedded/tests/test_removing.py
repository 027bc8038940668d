"""A customer or item that we created goes out of use again, unless it is used."""

from datetime import date
from decimal import Decimal

from stockbridge.backoffice.checks import differences
from stockbridge.backoffice.models import Item, Partner, PostedDocument, StockLevel
from stockbridge.companies.models import Company
from stockbridge.connectors.books.embedded.books import EmbeddedBooks
from stockbridge.connectors.books.embedded.settings import EmbeddedSettings
from stockbridge.connectors.tests.wires import RecordingWire
from stockbridge.domain.accounting import (
    AdjustmentDocument,
    BooksRef,
    CustomerRecord,
    Document,
    DocumentKind,
    ItemRecord,
    ReversalDocument,
)
from stockbridge.ports import Link, LookUpOutcome, PostOutcome, PostRequest, PostResult

DAY = date(2026, 3, 14)


def test_an_unused_customer_goes_out_of_use(company: Company) -> None:
    made = put(company, CustomerRecord("Ada"), "c/1")

    gone = put(company, undo(made, "c/1", DocumentKind.CUSTOMER), "c/1/reversal/1")

    assert gone.outcome is PostOutcome.POSTED
    assert not Partner.objects.get().is_active
    assert not PostedDocument.objects.exists()


def test_an_unused_item_goes_with_its_first_quantity(company: Company) -> None:
    made = put(company, _mug(), "i/1")

    gone = put(company, undo(made, "i/1", DocumentKind.ITEM), "i/1/reversal/1")

    assert gone.outcome is PostOutcome.POSTED
    assert not Item.objects.get().is_active
    assert StockLevel.objects.get().on_hand == 0
    assert differences(company) == []


def test_an_item_with_stock_of_its_own_stays_whole(company: Company) -> None:
    made = put(company, _mug(), "i/1")
    ref = BooksRef(books_id=made.books_id)
    put(company, AdjustmentDocument(ref, "", Decimal(2), "Counted", DAY), "a/1")

    gone = put(company, undo(made, "i/1", DocumentKind.ITEM), "i/1/reversal/1")

    assert gone.outcome is PostOutcome.REFUSED
    assert Item.objects.get().is_active
    assert StockLevel.objects.get().on_hand == 12


def test_the_same_removal_twice_has_one_effect(company: Company) -> None:
    made = put(company, _mug(), "i/1")
    document = undo(made, "i/1", DocumentKind.ITEM)

    first = put(company, document, "i/1/reversal/1")
    again = put(company, document, "i/1/reversal/1")

    request = PostRequest("look", "i/1/reversal/1", "", document)
    found = books(company).look_up([request])
    assert first.books_id == again.books_id
    assert again.outcome is PostOutcome.POSTED
    assert found[0].outcome is LookUpOutcome.FOUND


def test_an_item_created_again_is_the_same_one(company: Company) -> None:
    made = put(company, _mug(), "i/1")
    put(company, undo(made, "i/1", DocumentKind.ITEM), "i/1/reversal/1")

    again = put(company, _mug(), "i/2")

    assert again.books_id == made.books_id
    assert Item.objects.get().is_active
    assert StockLevel.objects.get().on_hand == 10
    assert differences(company) == []


def _mug() -> ItemRecord:
    return ItemRecord(name="Mug", sku="MUG", initial_quantity=Decimal(10))


def undo(made: PostResult, key: str, kind: DocumentKind) -> ReversalDocument:
    target = BooksRef(books_id=made.books_id, key=key)
    return ReversalDocument(target, kind, DAY, "Undone")


def books(company: Company) -> EmbeddedBooks:
    link = Link(str(company.pk), EmbeddedSettings(), {}, RecordingWire())
    return EmbeddedBooks(link)


def put(company: Company, document: Document, key: str) -> PostResult:
    request = PostRequest(f"try-{key}", key, "", document)
    return books(company).post([request])[0]
