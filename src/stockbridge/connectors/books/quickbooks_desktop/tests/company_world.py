"""A translator and its simulated company file, joined for a test."""

from dataclasses import dataclass
from decimal import Decimal

import pytest

from stockbridge.connectors.books.quickbooks_desktop.simulator import Company
from stockbridge.connectors.books.quickbooks_desktop.tests.builders import a_post
from stockbridge.connectors.books.quickbooks_desktop.tests.contract_desk import (
    a_company,
    books_of,
)
from stockbridge.connectors.tests.translated_books import (
    TranslatedBooks,
    new_batch_id,
)
from stockbridge.domain.accounting import CustomerRecord, Document, ItemRecord
from stockbridge.domain.errors import ActionNeededError
from stockbridge.domain.money import Money
from stockbridge.ports import (
    LookUp,
    LookUpResult,
    PostRequest,
    PostResult,
    Prepare,
    Prepared,
    Recover,
    Recovered,
    Release,
    Write,
)


@dataclass
class World:
    """Everything a test of one company file needs."""

    company: Company
    books: TranslatedBooks

    def write(self, post: PostRequest, *, batch_id: str = "") -> PostResult | None:
        """Prepare and write one document; None where nothing is known of it."""
        return self.understood(post, self.sent(post, batch_id=batch_id))

    def sent(self, post: PostRequest, *, batch_id: str = "") -> tuple[Write, bytes]:
        """Prepare and send one document; return the write and the answer's bytes."""
        write = self.prepared(post)
        body = self.books.translator.encode(
            [write], batch_id=batch_id or new_batch_id()
        )
        return write, self.company.process(body)

    def prepared(self, post: PostRequest) -> Write:
        """Return the write with what it depends on."""
        basis = ""
        if self.books.translator.needs_preparation(post):
            (told,) = self.books.ask([Prepare(post.attempt_id, post)])
            assert isinstance(told, Prepared), told
            basis = told.basis
        return Write(post.attempt_id, post, basis)

    def understood(
        self, post: PostRequest, sent: tuple[Write, bytes]
    ) -> PostResult | None:
        """Return what the answer says of a write."""
        results = self.books.translator.decode([sent[0]], sent[1])
        return next((r for r in results if isinstance(r, PostResult)), None)

    def refuses(self, document: Document, words: str) -> None:
        """Check that a document is held before it leaves, and why."""
        with pytest.raises(ActionNeededError, match=words) as caught:
            self.books.translator.check_document(a_post(document, "x/1"))
        assert caught.value.remedy

    def look_up(self, post: PostRequest) -> LookUpResult:
        """Look one document up."""
        (found,) = self.books.ask([LookUp(post.attempt_id, post)])
        assert isinstance(found, LookUpResult)
        return found

    def recover(self, batch_id: str, *writes: Write) -> Recovered:
        """Ask for the kept answer of a batch."""
        asked = Recover("recover", batch_id)
        body = self.books.translator.encode([asked], batch_id=new_batch_id())
        answer = self.company.process(body)
        (found,) = self.books.translator.decode([asked, *writes], answer)
        assert isinstance(found, Recovered)
        return found

    def release(self, batch_id: str) -> Recovered:
        """Let the company file forget the answer of a batch."""
        (found,) = self.books.ask([Release("release", batch_id)])
        assert isinstance(found, Recovered)
        return found

    def made(self, document: Document, key: str) -> str:
        """Write a document that has to succeed; return its id."""
        result = self.write(a_post(document, key))
        assert result is not None
        assert result.error is None, result.error
        return result.books_id

    def a_mug(self, units: str = "10") -> str:
        """Create an item that is counted; return its id."""
        price = Money(Decimal("10.00"), "USD")
        record = ItemRecord(
            "Mug", "MUG-1", price=price, initial_quantity=Decimal(units)
        )
        return self.made(record, "item/mug/1")

    def ada(self) -> str:
        """Create a customer; return her id."""
        return self.made(CustomerRecord("Ada Example"), "customer/ada/1")

    def bob(self) -> str:
        """Create another customer; return his id."""
        return self.made(CustomerRecord("Bob Example"), "customer/bob/1")

    def on_hand(self, item: str) -> str:
        """Return the quantity of an item as the books say it."""
        levels = self.books.stock([item])
        total = sum((level.on_hand for level in levels), Decimal(0))
        return f"{total.normalize():f}"


def a_world(**settings: object) -> World:
    """Return a company file with a translator that fits it."""
    company = a_company()
    return World(company, books_of(company, **settings))
