"""Turns the answer of Point of Sale into results, each by its attempt id. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lxml import etree

from stockbridge.connectors.books.quickbooks_pos import (
    adjustments,
    amending,
    company,
    customer_changes,
    customers,
    filling,
    item_changes,
    items,
    orders,
    receipts,
    reversals,
)
from stockbridge.connectors.books.quickbooks_pos.envelopes import Response, responses
from stockbridge.connectors.books.quickbooks_pos.errors import (
    NOT_PROCESSED,
    refusal_of,
)
from stockbridge.connectors.books.quickbooks_pos.facts import CompanyFacts
from stockbridge.connectors.books.quickbooks_pos.lookups import looked_up, taken_back
from stockbridge.connectors.books.quickbooks_pos.pages import Reader
from stockbridge.connectors.books.quickbooks_pos.receipts import store_of
from stockbridge.connectors.books.quickbooks_pos.settings import PosSettings
from stockbridge.domain.accounting import (
    AdjustmentDocument,
    AmendmentDocument,
    CancellationDocument,
    CustomerChange,
    CustomerRecord,
    FulfillmentDocument,
    ItemChange,
    ItemRecord,
    RefundDocument,
    ReversalDocument,
    SaleDocument,
)
from stockbridge.domain.errors import DefectError, RetryableError
from stockbridge.ports import (
    CheckCompany,
    DeskRequest,
    DeskResult,
    LookUp,
    LookUpOutcome,
    LookUpResult,
    NotDone,
    PostOutcome,
    PostRequest,
    PostResult,
    Prepare,
    Prepared,
    Read,
    ReadFeed,
    Write,
)

_ROWS = (
    customers.ROW,
    items.ROW,
    orders.ROW,
    receipts.ROW,
    adjustments.ROW,
)


@dataclass(frozen=True, slots=True)
class Decoder:
    """How answers to one connection's requests are read."""

    settings: PosSettings
    facts: CompanyFacts

    def results(
        self, requests: Sequence[DeskRequest], answer: bytes
    ) -> tuple[DeskResult, ...]:
        """Return one result per request that the answer speaks of.

        A write of which it does not speak is in doubt; the others were not done.
        Raises AnswerLostError for an answer that cannot be read.
        """
        answers = responses(answer)
        found = [self._result(request, answers) for request in requests]
        return tuple(result for result in found if result is not None)

    def _result(
        self, request: DeskRequest, answers: Mapping[str, Response]
    ) -> DeskResult | None:
        response = answers.get(request.attempt_id)
        try:
            if isinstance(request, Write):
                return self._written(request, response) if response else None
            if isinstance(request, LookUp):
                return looked_up(request, answers, self.settings)
            if response is None:
                return NotDone(request.attempt_id, "The answer does not speak of it.")
            return self._read(request, response, answers)
        except ValueError as error:
            if isinstance(request, Write):
                return None
            return _unclear(request, str(error))

    def _read(
        self,
        request: DeskRequest,
        response: Response,
        answers: Mapping[str, Response],
    ) -> DeskResult:
        match request:
            case CheckCompany():
                return company.checked(request, answers, self.settings, self.facts)
            case Read(feed=ReadFeed.SETUP):
                return company.set_up(request.attempt_id, answers, self.settings)
            case Read():
                return Reader(self.settings, self.facts).page(request, response)
            case Prepare():
                return self._prepared(request, response)
            case _:
                raise DefectError(f"{type(request).__name__} has no answer here.")

    def _prepared(self, request: Prepare, response: Response) -> DeskResult:
        document = request.post.document
        if isinstance(document, FulfillmentDocument):
            return filling.prepared(request, document, response, self.settings)
        if isinstance(document, AmendmentDocument):
            return amending.prepared(request, document, response, self.settings)
        is_customer = isinstance(document, CustomerChange)
        rows = response.rows(customers.ROW if is_customer else items.ROW)
        if response.is_error or not rows:
            noun = "customer" if is_customer else "item"
            return NotDone(
                request.attempt_id,
                f"Point of Sale did not give the {noun}: {response.text}",
                remedy=f"Check that the {noun} is still there, or link another one.",
                is_retryable=response.is_error,
            )
        if isinstance(document, CustomerChange):
            basis = customer_changes.read_before(document, rows[0])
            return Prepared(request.attempt_id, basis)
        if isinstance(document, ItemChange):
            basis = item_changes.read_before(document, rows[0], self.settings)
            return Prepared(request.attempt_id, basis)
        if not isinstance(document, AdjustmentDocument):
            raise DefectError(f"{type(document).__name__} needs no preparation.")
        store = store_of(document.location_id, self.settings)
        basis = adjustments.present_quantity(rows[0], store)
        return Prepared(request.attempt_id, basis)

    def _written(self, request: Write, response: Response) -> PostResult | None:
        """Return what became of a write; None: it says nothing, so it is in doubt."""
        if response.is_error:
            error = refusal_of(response, self.settings, request.post.document)
            is_later = isinstance(error, RetryableError)
            outcome = PostOutcome.RETRY if is_later else PostOutcome.REFUSED
            was_tried = response.code != NOT_PROCESSED
            return PostResult(
                request.attempt_id, outcome, error=error, was_tried=was_tried
            )
        document = request.post.document
        if isinstance(document, ReversalDocument | CancellationDocument):
            if response.code != "0":
                return None
            wanted = taken_back(document)
            return reversals.posted_reversal(
                request.attempt_id, response.element, wanted
            )
        rows = [row for tag in _ROWS for row in response.rows(tag)]
        if len(rows) != 1:
            return None
        if isinstance(document, CustomerChange):
            result = customer_changes.posted_change(
                request.attempt_id, rows[0], request.basis
            )
        elif isinstance(document, ItemChange):
            result = item_changes.posted_change(
                request.attempt_id, rows[0], request.basis
            )
        else:
            result = self._posted(request.post, request.attempt_id, rows[0])
        return result if result.books_id else None

    def _posted(
        self, post: PostRequest, attempt_id: str, row: etree._Element
    ) -> PostResult:
        match post.document:
            case CustomerRecord():
                return customers.posted_customer(attempt_id, row)
            case ItemRecord():
                return items.posted_item(attempt_id, row)
            case SaleDocument() | AmendmentDocument() if row.tag == orders.ROW:
                return orders.posted_order(attempt_id, row, self.settings)
            case SaleDocument() | RefundDocument() | FulfillmentDocument():
                return receipts.posted_receipt(attempt_id, row, self.settings)
            case AdjustmentDocument() as document:
                return adjustments.posted_adjustment(attempt_id, row, document)
            case _:
                name = type(post.document).__name__
                raise DefectError(f"Point of Sale has no {name}.")


def _unclear(request: DeskRequest, message: str) -> DeskResult:
    if isinstance(request, LookUp):
        return LookUpResult(request.attempt_id, LookUpOutcome.UNCLEAR)
    return NotDone(request.attempt_id, message, is_retryable=False)
