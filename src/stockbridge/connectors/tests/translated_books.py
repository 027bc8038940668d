"""Books that call us, as if we could call them: for tests of one connector only.

A translator, and its simulated company where the caller would carry the bytes. It does
for one caller what the engine's desk does with the Web Connector between: look up,
prepare, write, and read page by page. Every write is looked up first, as after a lost
answer: that is how a key has one effect here.
"""

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
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
    Unreadable,
    Write,
)

_NUMBERS = itertools.count(1)


def new_batch_id() -> str:
    """Return a batch id that no test has used."""
    return f"B{next(_NUMBERS):022d}"


@dataclass(slots=True)
class TranslatedBooks:
    """Implements `ports.Books` by a translator and a company behind bytes."""

    make: Callable[[Mapping[str, str]], Translator]  # from the company's facts
    process: Callable[[bytes], bytes]
    span: str = "{}..{}"  # how the connector's cursor says from day to day
    facts: dict[str, str] = field(default_factory=dict)

    @property
    def translator(self) -> Translator:
        """The translator, by what was last found out of the company."""
        return self.make(self.facts)

    @property
    def capabilities(self) -> BooksCapabilities:
        return self.translator.capabilities

    def check(self) -> ConnectionReport:
        (checked,) = self.ask([CheckCompany("check")])
        assert isinstance(checked, CompanyChecked)
        self.facts = dict(checked.report.facts)
        return checked.report

    def post(self, requests: Sequence[PostRequest]) -> tuple[PostResult, ...]:
        """Write what is not there yet, one after another."""
        return tuple(self._post_one(request) for request in requests)

    def look_up(self, requests: Sequence[PostRequest]) -> tuple[LookUpResult, ...]:
        """Look all of them up in one envelope."""
        found = self.ask([LookUp(one.attempt_id, one) for one in requests])
        looked = tuple(one for one in found if isinstance(one, LookUpResult))
        assert len(looked) == len(requests), found
        return looked

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
        """Return the documents of all kinds, each query's pages to the end."""
        rows: list[StoredDocument] = []
        unreadable: list[Unreadable] = []
        cursor = cursor or self.span.format(first, last)
        while True:
            page = self.read(ReadFeed.DOCUMENTS, cursor, limit=limit)
            rows += page.documents
            unreadable += page.unreadable
            cursor = page.cursor
            if page.is_last:
                return Page(
                    tuple(rows), cursor, is_last=True, unreadable=tuple(unreadable)
                )

    def read(self, feed: ReadFeed, cursor: str, *, limit: int) -> PageRead:
        now = datetime.now(UTC)
        (page,) = self.ask([Read("read", feed, cursor, limit, now)])
        assert isinstance(page, PageRead), page
        return page

    def ask(self, requests: Sequence[DeskRequest]) -> tuple[DeskResult, ...]:
        """Send one envelope and understand its answer."""
        body = self.translator.encode(requests, batch_id=new_batch_id())
        return self.translator.decode(requests, self.process(body))

    def _post_one(self, request: PostRequest) -> PostResult:
        try:
            self.translator.check_document(request)
        except ActionNeededError as error:
            return PostResult(request.attempt_id, PostOutcome.REFUSED, error=error)
        (known,) = self.look_up([request])
        if known.outcome is LookUpOutcome.FOUND and known.result is not None:
            return known.result
        basis = ""
        if self.translator.needs_preparation(request):
            (prepared,) = self.ask([Prepare(request.attempt_id, request)])
            if isinstance(prepared, NotDone):
                refusal = ActionNeededError(prepared.message, remedy=prepared.remedy)
                outcome = PostOutcome.REFUSED
                return PostResult(request.attempt_id, outcome, error=refusal)
            assert isinstance(prepared, Prepared)
            basis = prepared.basis
        (result,) = self.ask([Write(request.attempt_id, request, basis)])
        assert isinstance(result, PostResult)
        return result
