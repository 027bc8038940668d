"""The port `Books` on a translator with its simulated company behind it.

It does for one caller what the engine's desk does with the Web Connector between:
look up, prepare, write, and read page by page.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from stockbridge.connectors.books.quickbooks_desktop.simulator import Company
from stockbridge.domain.catalog import BooksCustomer, BooksItem, Location, StockLevel
from stockbridge.domain.errors import ActionNeededError
from stockbridge.ports import (
    BooksAccount,
    BooksCapabilities,
    CheckCompany,
    CompanyChecked,
    ConnectionReport,
    DeskRequest,
    DeskResult,
    LookUp,
    LookUpOutcome,
    LookUpResult,
    NotDone,
    Page,
    PageRead,
    PostOutcome,
    PostRequest,
    PostResult,
    Prepare,
    Prepared,
    Read,
    ReadFeed,
    StoredDocument,
    Translator,
    Write,
)

_NUMBERS = itertools.count(1)


def new_batch_id() -> str:
    """Return a batch id that no test has used."""
    return f"B{next(_NUMBERS):022d}"


@dataclass(slots=True)
class DeskBooks:
    """Implements `ports.Books`."""

    translator: Translator
    company: Company

    @property
    def capabilities(self) -> BooksCapabilities:
        return self.translator.capabilities

    def check(self) -> ConnectionReport:
        (checked,) = self.ask([CheckCompany("check")])
        assert isinstance(checked, CompanyChecked)
        return checked.report

    def post(self, requests: Sequence[PostRequest]) -> tuple[PostResult, ...]:
        """Write what is not there yet; a key that comes twice is written once."""
        by_key: dict[str, PostResult] = {}
        found = []
        for post in requests:
            if post.key not in by_key:
                by_key[post.key] = self._post_one(post)
            found.append(by_key[post.key])
        return tuple(found)

    def look_up(self, requests: Sequence[PostRequest]) -> tuple[LookUpResult, ...]:
        asked = [LookUp(post.attempt_id, post) for post in requests]
        return tuple(r for r in self.ask(asked) if isinstance(r, LookUpResult))

    def changed_items(self, cursor: str, *, limit: int) -> Page[BooksItem]:
        page = self.read(ReadFeed.ITEMS, cursor, limit=limit)
        return Page(page.items, page.cursor, page.is_last, page.unreadable)

    def changed_customers(self, cursor: str, *, limit: int) -> Page[BooksCustomer]:
        page = self.read(ReadFeed.CUSTOMERS, cursor, limit=limit)
        return Page(page.customers, page.cursor, page.is_last, page.unreadable)

    def changed_stock(self, cursor: str, *, limit: int) -> Page[StockLevel]:
        page = self.read(ReadFeed.ITEMS, cursor, limit=limit)
        return Page(page.levels, page.cursor, page.is_last, page.unreadable)

    def stock(self, item_ids: Sequence[str]) -> tuple[StockLevel, ...]:
        page = self.read(ReadFeed.ITEMS, "", limit=1000)
        return tuple(level for level in page.levels if level.item_id in item_ids)

    def locations(self) -> tuple[Location, ...]:
        return self.read(ReadFeed.SETUP, "", limit=1000).locations

    def accounts(self) -> tuple[BooksAccount, ...]:
        return self.read(ReadFeed.SETUP, "", limit=1000).accounts

    def documents(
        self, first: date, last: date, *, cursor: str, limit: int
    ) -> Page[StoredDocument]:
        """Return the documents of all kinds, one page of each query."""
        rows: list[StoredDocument] = []
        cursor = cursor or f"{first}/{last}"
        while True:
            page = self.read(ReadFeed.DOCUMENTS, cursor, limit=limit)
            rows += page.documents
            cursor = page.cursor
            if page.is_last:
                return Page(tuple(rows), cursor, is_last=True)

    def read(self, feed: ReadFeed, cursor: str, *, limit: int) -> PageRead:
        now = datetime.now(UTC)
        (page,) = self.ask([Read("read", feed, cursor, limit, now)])
        assert isinstance(page, PageRead), page
        return page

    def ask(self, requests: Sequence[DeskRequest]) -> tuple[DeskResult, ...]:
        """Send one envelope and understand its answer."""
        body = self.translator.encode(requests, batch_id=new_batch_id())
        return self.translator.decode(requests, self.company.process(body))

    def _post_one(self, post: PostRequest) -> PostResult:
        try:
            self.translator.check_document(post)
        except ActionNeededError as error:
            return PostResult(post.attempt_id, PostOutcome.REFUSED, error=error)
        (looked,) = self.look_up([post])
        if looked.outcome is LookUpOutcome.FOUND and looked.result is not None:
            return looked.result
        basis = ""
        if self.translator.needs_preparation(post):
            (prepared,) = self.ask([Prepare(post.attempt_id, post)])
            if isinstance(prepared, NotDone):
                refusal = ActionNeededError(prepared.message, remedy=prepared.remedy)
                return PostResult(post.attempt_id, PostOutcome.REFUSED, error=refusal)
            assert isinstance(prepared, Prepared)
            basis = prepared.basis
        (result,) = self.ask([Write(post.attempt_id, post, basis)])
        assert isinstance(result, PostResult)
        return result
