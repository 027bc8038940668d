"""The port `Books` in front of a `Ledger`, as a connector stands before real books."""

from collections.abc import Collection, Sequence
from datetime import date

from stockbridge.domain.account_movements import Move
from stockbridge.domain.accounting import (
    AmendmentDocument,
    DocumentKind,
    PaymentDocument,
    RefundDocument,
    SaleDocument,
    SaleForm,
)
from stockbridge.domain.catalog import BooksCustomer, BooksItem, Location, StockLevel
from stockbridge.domain.commerce import LineKind
from stockbridge.domain.errors import (
    AnswerLostError,
    NotSentError,
    RetryableError,
    SyncError,
)
from stockbridge.domain.money import Money, total_of
from stockbridge.engine.tests.ledger import Entry, Ledger, day_of, kind_of
from stockbridge.engine.tests.ledger_posting import Posting
from stockbridge.ports import (
    Books,
    BooksAccount,
    BooksCapabilities,
    ConnectionReport,
    Finding,
    LookUpOutcome,
    LookUpResult,
    Page,
    PostOutcome,
    PostRequest,
    PostResult,
    Severity,
    StoredDocument,
)


class LedgerBooks(Books):
    """Speaks to a ledger."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    @property
    def capabilities(self) -> BooksCapabilities:
        return BooksCapabilities(
            kinds=frozenset(DocumentKind),
            sale_forms=(SaleForm.CUSTOMER_ORDER,),
            documents_per_call_max=self._ledger.per_call_max,
            can_amend=True,
            prices=(("2", "Price 2"), ("sale", "Sale price")),
            item_fields=(
                ("attribute", "Attribute"),
                ("size", "Size"),
                ("manufacturer", "Manufacturer"),
            ),
        )

    def check(self) -> ConnectionReport:
        ok = Finding("ready", Severity.OK, "The books are open.")
        return ConnectionReport((ok,), facts={"currency": "USD"})

    def post(self, requests: Sequence[PostRequest]) -> tuple[PostResult, ...]:
        ledger = self._ledger
        if ledger.cut_line:
            ledger.cut_line -= 1
            raise NotSentError("The line is down.")
        ledger.envelopes.append(list(requests))
        results = tuple(self._one(request) for request in requests)
        if ledger.lose_answers:
            ledger.lose_answers -= 1
            raise AnswerLostError("The answer got lost.")
        return results

    def look_up(self, requests: Sequence[PostRequest]) -> tuple[LookUpResult, ...]:
        self._ledger.look_ups += 1
        return tuple(self._look_up(request) for request in requests)

    def changed_items(self, cursor: str, *, limit: int) -> Page[BooksItem]:
        keys, end, is_last = self._changed("items", cursor, limit)
        return Page(tuple(self._ledger.items[k] for k in keys), end, is_last)

    def changed_customers(self, cursor: str, *, limit: int) -> Page[BooksCustomer]:
        keys, end, is_last = self._changed("customers", cursor, limit)
        return Page(tuple(self._ledger.customers[k] for k in keys), end, is_last)

    def changed_stock(self, cursor: str, *, limit: int) -> Page[StockLevel]:
        keys, end, is_last = self._changed("stock", cursor, limit)
        return Page(tuple(map(self._level, keys)), end, is_last)

    def stock(self, item_ids: Sequence[str]) -> tuple[StockLevel, ...]:
        known = [one for one in item_ids if one in self._ledger.items]
        return tuple(map(self._level, known))

    def locations(self) -> tuple[Location, ...]:
        return (Location(PLACE, "Main shelf"),)

    def accounts(self) -> tuple[BooksAccount, ...]:
        return (
            BooksAccount("A1", "Sales", "income"),
            BooksAccount("A2", "Stock", "asset"),
            BooksAccount("A3", "Cost of goods", "expense"),
            BooksAccount("A4", "Bank", "asset"),
        )

    def documents(
        self, first: date, last: date, *, cursor: str, limit: int
    ) -> Page[StoredDocument]:
        found = [
            self._stored(entry)
            for entry in self._ledger.entries.values()
            if first <= day_of(entry.document) <= last and _counts(entry)
        ]
        start = int(cursor or 0)
        page = tuple(found[start : start + limit])
        end = start + len(page)
        return Page(page, str(end), is_last=end >= len(found))

    def _changed(
        self, feed: str, cursor: str, limit: int
    ) -> tuple[list[str], str, bool]:
        after = int(cursor or 0)
        ticks = self._ledger.ticks.items()
        due = sorted((t, k) for (name, k), t in ticks if name == feed and t > after)
        chosen = due[:limit]
        end = str(chosen[-1][0]) if chosen else cursor
        return [key for _, key in chosen], end, len(due) <= limit

    def _level(self, item_id: str) -> StockLevel:
        ledger = self._ledger
        return StockLevel(
            item_id,
            PLACE,
            ledger.on_hand[item_id],
            ledger.committed(item_id),
            ledger.now(),
        )

    def _one(self, request: PostRequest) -> PostResult:
        ledger = self._ledger
        known = ledger.keys.get(request.key)
        if known:
            return self._result(request, known)
        try:
            kind = kind_of(request.document)
            if kind in ledger.refused:
                raise ledger.refused[kind]
            if kind in ledger.busy:
                raise RetryableError("The books are busy.")
            books_id = Posting(ledger).post(request.document)
        except RetryableError as error:
            again = PostOutcome.RETRY
            return PostResult(request.attempt_id, again, error=error)
        except SyncError as error:
            return PostResult(request.attempt_id, PostOutcome.REFUSED, error=error)
        ledger.keys[request.key] = books_id
        return self._result(request, books_id)

    def _result(self, request: PostRequest, books_id: str) -> PostResult:
        total = getattr(request.document, "total", None)
        if total is not None:
            total += Money(self._ledger.cents_off, total.currency)
        return PostResult(
            request.attempt_id,
            PostOutcome.POSTED,
            books_id=books_id,
            number=f"N-{books_id}",
            version="1",
            total=total,
        )

    def _look_up(self, request: PostRequest) -> LookUpResult:
        if self._ledger.is_unclear:
            return LookUpResult(request.attempt_id, LookUpOutcome.UNCLEAR)
        known = self._ledger.keys.get(request.key)
        if known is None:
            return LookUpResult(request.attempt_id, LookUpOutcome.MISSING)
        found = self._result(request, known)
        return LookUpResult(request.attempt_id, LookUpOutcome.FOUND, found)

    def _stored(self, entry: Entry) -> StoredDocument:
        document = entry.document
        if isinstance(document, AmendmentDocument):
            document = document.document
        assert isinstance(document, SaleDocument | RefundDocument | PaymentDocument)
        if isinstance(document, PaymentDocument):
            total = document.amount
        else:
            total = document.total
        zero = total - total
        lines = getattr(document, "lines", ())
        shipping = [line.total for line in lines if line.kind is LineKind.SHIPPING]
        return StoredDocument(
            books_id=entry.books_id,
            kind=entry.kind,
            reference=document.reference,
            business_date=document.business_date,
            total=total + Money(self._ledger.cents_off, total.currency),
            total_tax=getattr(document, "total_tax", zero),
            shipping=total_of(shipping, total.currency),
            key=next(k for k, v in self._ledger.keys.items() if v == entry.books_id),
            is_live=entry.is_live,
            sale_id=entry.sale_id,
            account_id=self._account(entry),
        )

    def _account(self, entry: Entry) -> str:
        if entry.kind is DocumentKind.SALE:  # an order owes, its payment moves
            return ""
        planned = getattr(entry.document, "account_id", "") or DEPOSIT
        return self._ledger.moved_to.get(entry.books_id, planned)

    def landing_account(self, kind: DocumentKind, mapped: str) -> str:
        return mapped or DEPOSIT

    def deposit_accounts(self) -> tuple[str, ...]:
        return (DEPOSIT,)

    def moves(
        self, first: date, last: date, accounts: Collection[str]
    ) -> tuple[Move, ...]:
        if self._ledger.silent_moves:
            raise self._ledger.silent_moves
        moved = self._ledger.other_moves
        moved = [one for one in moved if first <= one.day <= last]
        return tuple(one for one in moved if one.account_id in accounts)


def _counts(entry: Entry) -> bool:
    return entry.kind in (
        DocumentKind.SALE,
        DocumentKind.REFUND,
        DocumentKind.PAYMENT,
    )


PLACE = "L1"
DEPOSIT = "A4"
