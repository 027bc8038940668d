"""A company behind bytes that books twice if it is told twice, and its translator.

The bytes are JSON: what is tested here is the desk, not a vendor's language.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from pydantic import BaseModel

from stockbridge.domain.accounting import (
    CustomerRecord,
    DocumentKind,
    RefundDocument,
    SaleDocument,
    SaleForm,
)
from stockbridge.domain.catalog import BooksItem, Location, StockLevel
from stockbridge.domain.errors import (
    AnswerLostError,
    ConflictError,
    InvalidInputError,
    RetryableError,
)
from stockbridge.domain.money import Money
from stockbridge.engine.desk import kept
from stockbridge.ports import (
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
    PageRead,
    PostOutcome,
    PostRequest,
    PostResult,
    Prepare,
    Prepared,
    Read,
    ReadFeed,
    Recover,
    Recovered,
    Recovery,
    Release,
    Write,
)

CAPABILITIES = BooksCapabilities(
    kinds=frozenset({DocumentKind.CUSTOMER, DocumentKind.SALE, DocumentKind.REFUND}),
    sale_forms=(SaleForm.SALES_RECEIPT,),
    documents_per_call_max=300,
    sale_moves_stock=True,
    reference_chars_max=30,
)
UNSAYABLE = "unsayable"


@dataclass
class Till:
    """The company: it knows nothing of keys, only of what it was told to write."""

    identity: str = "North Mugs"
    at: datetime = datetime(2026, 3, 10, 15, 0, tzinfo=UTC)
    written: list[PostRequest] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)  # markers
    remarked: set[str] = field(default_factory=set)  # markers: taken, with a remark
    stopping: frozenset[type] = frozenset()  # an error stops what is written with it
    items: list[BooksItem] = field(default_factory=list)
    on_hand: dict[str, Decimal] = field(default_factory=dict)
    answers: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    keeps_answers: bool = False
    knows_other: bool = False  # it has another content by each id that it is asked for
    envelopes: list[list[DeskRequest]] = field(default_factory=list)

    def process(self, envelope: bytes) -> bytes:
        """Do what the envelope says."""
        told = json.loads(envelope)
        requests = kept.loaded(told["requests"])
        self.envelopes.append(list(requests))
        found = self._answers(requests)
        if self.keeps_answers and any(isinstance(one, Write) for one in requests):
            self.answers[told["batch"]] = found
        return json.dumps(found).encode()

    def kinds(self) -> list[str]:
        """Return what kind each envelope was of."""
        return [type(envelope[0]).__name__ for envelope in self.envelopes]

    def sales(self) -> list[SaleDocument]:
        """Return the sales in the books."""
        documents = [post.document for post in self.written]
        return [one for one in documents if isinstance(one, SaleDocument)]

    def _answers(self, requests: Sequence[DeskRequest]) -> list[dict[str, Any]]:
        """Do one after the other; where one stops the others, up to an error."""
        posts = [one.post for one in requests if isinstance(one, Write)]
        stops = any(type(post.document) in self.stopping for post in posts)
        found: list[dict[str, Any]] = []
        for one in requests:
            is_over = stops and any("refused" in row or "late" in row for row in found)
            late = {"id": one.attempt_id, "late": "An error stopped it."}
            found.append(late if is_over else self._answer(one))
        return found

    def _answer(self, request: DeskRequest) -> dict[str, Any]:
        row: dict[str, Any] = {"id": request.attempt_id}
        match request:
            case CheckCompany():
                row |= {"identity": self.identity, "at": self.at.isoformat()}
            case Prepare():
                row["basis"] = "read before"
            case Write(post=post):
                row |= self._write(post)
            case LookUp(post=post):
                row["found"] = next(
                    (n for n, w in enumerate(self.written) if w.marker == post.marker),
                    None,
                )
            case Read():
                row["items"] = [item.external_id for item in self.items]
            case Recover(batch_id=batch_id):
                row["kept"] = self.answers.get(batch_id)
                row["is_other"] = self.knows_other
            case Release(batch_id=batch_id):
                self.answers.pop(batch_id, None)
        return row

    def _write(self, post: PostRequest) -> dict[str, Any]:
        if post.marker in self.refused:
            return {"refused": "The customer is inactive."}
        self.written.append(post)
        told = {"books_id": f"T{len(self.written) - 1}"}
        if post.marker in self.remarked:
            told["remark"] = "Somebody else moved it meanwhile."
        return told


@dataclass
class TillTranslator:
    """The till's language."""

    till: Till
    capabilities: BooksCapabilities = CAPABILITIES
    prepares: frozenset[DocumentKind] = frozenset()
    at_check: Callable[[PostRequest], object] = lambda _: None  # something happens
    unsayable: str = UNSAYABLE  # a reference that the till cannot hold
    unwritable: str = UNSAYABLE  # … or only with what was read before it

    def seconds(self, request: DeskRequest) -> float:
        """Guess."""
        return 0.3

    def needs_preparation(self, post: PostRequest) -> bool:
        """Only what a test says."""
        is_sale = isinstance(post.document, SaleDocument)
        return is_sale and DocumentKind.SALE in self.prepares

    def stops_others(self, post: PostRequest) -> bool:
        """Only what a test says."""
        return type(post.document) in self.till.stopping

    def document_name(self, books_id: str) -> str:
        """Return the id: it says no more."""
        return books_id

    def check_document(self, post: PostRequest) -> None:
        """Refuse one reference."""
        self.at_check(post)
        if getattr(post.document, "reference", "") == self.unsayable:
            raise InvalidInputError("The till cannot say it.", field="reference")

    def encode(self, requests: Sequence[DeskRequest], *, batch_id: str) -> bytes:
        """Return JSON."""
        assert len({type(one) for one in requests}) == 1, "kinds are never mixed"
        for one in requests:
            if isinstance(one, Write) and one.basis:
                self._refuse_unwritable(one.post)
        told = {"batch": batch_id, "requests": kept.dumped(requests)}
        return json.dumps(told).encode()

    def _refuse_unwritable(self, post: PostRequest) -> None:
        if getattr(post.document, "reference", "") == self.unwritable:
            raise InvalidInputError("It has no tax item there.", field="TaxItem")

    def decode(
        self, requests: Sequence[DeskRequest], answer: bytes
    ) -> tuple[DeskResult, ...]:
        """Return what the JSON says."""
        try:
            rows = {row["id"]: row for row in json.loads(answer)}
        except ValueError as error:
            raise AnswerLostError("The answer is no JSON.") from error
        return tuple(
            self._result(request, rows[request.attempt_id], requests)
            for request in requests
            if request.attempt_id in rows
        )

    def was_stopped(self, answer: bytes) -> bool:
        """Return whether the till stopped at an error."""
        try:
            return any("late" in row for row in json.loads(answer))
        except ValueError as error:
            raise AnswerLostError("The answer is no JSON.") from error

    def _result(
        self,
        request: DeskRequest,
        row: Mapping[str, Any],
        requests: Sequence[DeskRequest],
    ) -> DeskResult:
        match request:
            case CheckCompany():
                report = ConnectionReport(())
                at = datetime.fromisoformat(row["at"])
                return CompanyChecked(row["id"], report, row["identity"], at)
            case Prepare():
                return Prepared(row["id"], row["basis"])
            case Write(post=post):
                return _posted(post, row)
            case LookUp(post=post):
                return _looked_up(post, row)
            case Read(feed=feed):
                return self._page(feed, row["id"])
            case Recover():
                return _recovered(row, requests)
        return NotDone(row["id"], "Nothing to say.")

    def _page(self, feed: ReadFeed, attempt_id: str) -> PageRead:
        if feed is ReadFeed.SETUP:
            places = (Location("1", "Shop"),)
            return PageRead(attempt_id, "", is_last=True, locations=places)
        if feed is not ReadFeed.ITEMS:
            return PageRead(attempt_id, "", is_last=True)
        levels = tuple(
            StockLevel(i, "1", count, Decimal(0), self.till.at)
            for i, count in self.till.on_hand.items()
        )
        items = tuple(self.till.items)
        return PageRead(attempt_id, "all", is_last=True, items=items, levels=levels)


def _posted(post: PostRequest, row: Mapping[str, Any]) -> PostResult:
    if "refused" in row:
        error = InvalidInputError(row["refused"], field="CustomerRef")
        return PostResult(row["id"], PostOutcome.REFUSED, error=error)
    if "late" in row:
        again = RetryableError(row["late"])
        return PostResult(row["id"], PostOutcome.RETRY, error=again, was_tried=False)
    remark = ConflictError(row["remark"]) if "remark" in row else None
    return PostResult(
        row["id"],
        PostOutcome.POSTED,
        row["books_id"],
        total=_total(post),
        error=remark,
    )


def _looked_up(post: PostRequest, row: Mapping[str, Any]) -> LookUpResult:
    if row["found"] is None:
        return LookUpResult(row["id"], LookUpOutcome.MISSING)
    books_id = f"T{row['found']}"
    found = PostResult(row["id"], PostOutcome.POSTED, books_id, total=_total(post))
    return LookUpResult(row["id"], LookUpOutcome.FOUND, found)


def _recovered(row: Mapping[str, Any], requests: Sequence[DeskRequest]) -> Recovered:
    if row["is_other"]:
        return Recovered(row["id"], Recovery.OTHER, code="9001")
    if row["kept"] is None:
        return Recovered(row["id"], Recovery.NOT_KEPT, code="600")
    told = {one["id"]: one for one in row["kept"]}
    results = tuple(
        _posted(one.post, told[one.attempt_id])
        for one in requests
        if isinstance(one, Write)
    )
    return Recovered(row["id"], Recovery.KEPT, results)


def _total(post: PostRequest) -> Money | None:
    document = post.document
    return document.total if isinstance(document, _MONEY) else None


_MONEY = (SaleDocument, RefundDocument)


class NoSettings(BaseModel):
    """Nothing to set."""


def is_customer(post: PostRequest) -> bool:
    """Return whether it writes a customer."""
    return isinstance(post.document, CustomerRecord)
