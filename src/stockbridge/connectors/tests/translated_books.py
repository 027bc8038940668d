"""Books that call us, as if we could call them: for the contract only.

A translator, and its simulated company where the caller would carry the bytes. Every
write is looked up first, as after a lost answer: that is how a key has one effect here.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime

from stockbridge.domain.catalog import (
    BooksCustomer,
    BooksItem,
    Location,
    StockLevel,
)
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

MakeTranslator = Callable[[dict[str, str]], Translator]


class TranslatedBooks:
    """Implements `ports.Books` by a translator and a company behind bytes."""

    def __init__(self, make: MakeTranslator, process: Callable[[bytes], bytes]) -> None:
        self._make = make
        self._process = process
        self._facts: dict[str, str] = {}
        self.check()

    @property
    def capabilities(self) -> BooksCapabilities:
        return self._translator.capabilities

    def check(self) -> ConnectionReport:
        found = self._ask(CheckCompany("check"))
        assert isinstance(found, CompanyChecked)
        self._facts = dict(found.report.facts)
        return found.report

    def post(self, requests: Sequence[PostRequest]) -> tuple[PostResult, ...]:
        return tuple(self._post(request) for request in requests)

    def look_up(self, requests: Sequence[PostRequest]) -> tuple[LookUpResult, ...]:
        return tuple(self._look_up(request) for request in requests)

    def changed_items(self, cursor: str, *, limit: int) -> Page[BooksItem]:
        page = self._read(ReadFeed.ITEMS, cursor, limit)
        return Page(page.items, page.cursor, page.is_last, page.unreadable)

    def changed_customers(self, cursor: str, *, limit: int) -> Page[BooksCustomer]:
        page = self._read(ReadFeed.CUSTOMERS, cursor, limit)
        return Page(page.customers, page.cursor, page.is_last, page.unreadable)

    def changed_stock(self, cursor: str, *, limit: int) -> Page[StockLevel]:
        page = self._read(ReadFeed.ITEMS, cursor, limit)
        return Page(page.levels, page.cursor, page.is_last, page.unreadable)

    def stock(self, item_ids: Sequence[str]) -> tuple[StockLevel, ...]:
        page = self._read(ReadFeed.ITEMS, "", 1000)
        return tuple(level for level in page.levels if level.item_id in item_ids)

    def locations(self) -> tuple[Location, ...]:
        return self._read(ReadFeed.SETUP, "", 1000).locations

    def accounts(self) -> tuple[BooksAccount, ...]:
        return self._read(ReadFeed.SETUP, "", 1000).accounts

    def documents(
        self, first: date, last: date, *, cursor: str, limit: int
    ) -> Page[StoredDocument]:
        page = self._read(ReadFeed.DOCUMENTS, cursor or f"{first}..{last}", limit)
        return Page(page.documents, page.cursor, page.is_last, page.unreadable)

    @property
    def _translator(self) -> Translator:
        return self._make(self._facts)

    def _post(self, request: PostRequest) -> PostResult:
        try:
            self._translator.check_document(request)
        except ActionNeededError as error:
            return PostResult(request.attempt_id, PostOutcome.REFUSED, error=error)
        known = self._look_up(request)
        if known.outcome is LookUpOutcome.FOUND and known.result is not None:
            return known.result
        basis = ""
        if self._translator.needs_preparation(request):
            prepared = self._ask(Prepare(request.attempt_id, request))
            assert isinstance(prepared, Prepared)
            basis = prepared.basis
        result = self._ask(Write(request.attempt_id, request, basis))
        assert isinstance(result, PostResult)
        return result

    def _look_up(self, request: PostRequest) -> LookUpResult:
        found = self._ask(LookUp(request.attempt_id, request))
        assert isinstance(found, LookUpResult)
        return found

    def _read(self, feed: ReadFeed, cursor: str, limit: int) -> PageRead:
        page = self._ask(Read("read", feed, cursor, limit, datetime.now(UTC)))
        assert isinstance(page, PageRead)
        return page

    def _ask(self, request: DeskRequest) -> DeskResult:
        envelope = self._translator.encode([request], batch_id="batch")
        (result,) = self._translator.decode([request], self._process(envelope))
        return result
