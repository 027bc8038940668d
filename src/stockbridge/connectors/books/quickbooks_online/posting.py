"""Writes documents: read what they depend on, send, mend what a rule mends, settle.

At most three calls for thirty documents as a rule: one question for what payments,
refunds and reversals depend on, one batch, and one more where names or numbers are
taken. A payment that follows its invoice at once needs no question.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from stockbridge.connectors.books.quickbooks_online import (
    customer_changes,
    item_changes,
    naming,
    queries,
)
from stockbridge.connectors.books.quickbooks_online.basis import Basis, needed_of
from stockbridge.connectors.books.quickbooks_online.client import CompanyApi, Write
from stockbridge.connectors.books.quickbooks_online.company import company_of
from stockbridge.connectors.books.quickbooks_online.decode import (
    document_result,
    record_result,
)
from stockbridge.connectors.books.quickbooks_online.encode import write_of
from stockbridge.connectors.books.quickbooks_online.errors import (
    NAME_TAKEN,
    NUMBER_TAKEN,
    STALE,
    Effect,
    error_of,
)
from stockbridge.connectors.books.quickbooks_online.json_text import Record
from stockbridge.connectors.books.quickbooks_online.lookups import look_up
from stockbridge.connectors.books.quickbooks_online.naming import Txn
from stockbridge.connectors.books.quickbooks_online.reversals import is_taken_back
from stockbridge.connectors.books.quickbooks_online.sending import Outcome, Sender
from stockbridge.connectors.books.quickbooks_online.taken import (
    Taken,
    names_taken,
    numbers_taken,
)
from stockbridge.domain.accounting import (
    CustomerChange,
    CustomerRecord,
    ItemChange,
    ItemRecord,
    PaymentDocument,
    ReversalDocument,
    SaleDocument,
)
from stockbridge.domain.errors import ActionNeededError, RetryableError
from stockbridge.ports import LookUpOutcome, PostOutcome, PostRequest, PostResult


@dataclass(slots=True)
class _Document:
    """One document on its way: how it is written, and what became of it."""

    post: PostRequest
    write: Write | None = None
    basis: Basis | None = None  # what was read for that write
    outcome: Outcome | None = None
    result: PostResult | None = None


def post_requests(
    api: CompanyApi, requests: Sequence[PostRequest], *, today: date
) -> tuple[PostResult, ...]:
    """Write documents; one result per request, in doubt where one is left out."""
    first: dict[str, _Document] = {}
    for request in requests:
        first.setdefault(request.key, _Document(request))
    documents = list(first.values())
    basis = read_basis(api, documents_of(documents))
    sender = Sender(api)
    _encode(documents, basis, today)
    _send(sender, documents)
    _mend(sender, documents, basis, today)
    for document in documents:
        document.result = document.result or _result(document, basis)
        _remark(document)
    _remember_invoices(api, documents)
    _resolve_unknown(api, documents)
    results = [(request, first[request.key].result) for request in requests]
    found = tuple(
        replace(result, attempt_id=request.attempt_id)
        for request, result in results
        if result is not None
    )
    if not found and sender.lost:
        raise sender.lost[0]
    return found


def _remember_invoices(api: CompanyApi, documents: Sequence[_Document]) -> None:
    for one in documents:
        is_sale = isinstance(one.post.document, SaleDocument)
        if not is_sale or one.write is None or one.write.entity != "Invoice":
            continue
        if one.outcome is not None and one.outcome.record is not None:
            api.new_invoices.keep(one.outcome.record, api.wire.now())


def documents_of(documents: Sequence[_Document]) -> list[PostRequest]:
    """Return the requests of these documents."""
    return [document.post for document in documents]


def read_basis(api: CompanyApi, requests: Sequence[PostRequest]) -> Basis:
    """Read what these documents depend on, in one call for thirty kinds of record."""
    company, now = company_of(api), api.wire.now()
    wanted: dict[str, list[str]] = {}
    known: dict[Txn, Record] = {}
    for request in requests:
        try:
            txn = needed_of(request)
        except ActionNeededError:
            continue  # refused when it is encoded
        if txn is None:
            continue
        is_payment = isinstance(request.document, PaymentDocument)
        if is_payment and (invoice := api.new_invoices.take(txn, now)):
            known[txn] = invoice
        elif txn.id not in wanted.setdefault(txn.entity, []):
            wanted[txn.entity].append(txn.id)
    records = {
        **known,
        **{
            Txn(entity, str(row["Id"])): row
            for entity, rows in _read(api, wanted).items()
            for row in rows
        },
    }
    return Basis(api.settings, company, records)


def _read(api: CompanyApi, wanted: Mapping[str, list[str]]) -> dict[str, list[Record]]:
    statements = [
        (
            entity,
            queries.select(
                entity,
                [
                    queries.among("Id", ids),
                    *(queries.ALL if entity in queries.LISTS else ()),
                ],
            ),
        )
        for entity, ids in wanted.items()
        if entity in READABLE
    ]
    if not statements:
        return {}
    rows = queries.asked(api, statements)
    return {
        entity: list(found) for (entity, _), found in zip(statements, rows, strict=True)
    }


READABLE = frozenset(
    {"SalesReceipt", "Invoice", "Payment", "RefundReceipt", "CreditMemo"}
    | {"InventoryAdjustment", "Customer", "Item"}
)


def _encode(documents: Sequence[_Document], basis: Basis, today: date) -> None:
    for document in documents:
        if is_taken_back(document.post, basis):
            document.result = _taken_back(document.post)
            continue
        try:
            document.write = _write_of(document.post, basis, today)
            document.basis = basis
            if document.write is None:
                document.result = _unwritten(document.post, basis)
        except ActionNeededError as error:
            document.result = _refused(document.post, error)


def _write_of(post: PostRequest, basis: Basis, today: date) -> Write | None:
    """Return how this is written; None where a change has nothing (left) to write."""
    match post.document:
        case CustomerChange():
            return customer_changes.change_write(post, basis)
        case ItemChange():
            return item_changes.change_write(post, basis)
        case _:
            return write_of(post, basis, today=today)


def _unwritten(post: PostRequest, basis: Basis) -> PostResult:
    if isinstance(post.document, ItemChange):
        return item_changes.unwritten(post, basis)
    return customer_changes.unwritten(post, basis)


def _renew_refused(api: CompanyApi, documents: Sequence[_Document]) -> None:
    """Give a write whose request id was answered by a no another one."""
    for document in documents:
        while document.write and api.facts.was_refused(document.write.request_id):
            fresh = naming.request_id(document.write.request_id, "again")
            document.write = replace(document.write, request_id=fresh)


def _note_refused(api: CompanyApi, documents: Sequence[_Document]) -> None:
    """Remember which ids were answered by a no, also one that may not be believed.

    What is in doubt is sent again only once it was looked up and is not there.
    """
    used_up = [
        one.write.request_id
        for one in documents
        if one.write is not None
        and one.outcome is not None
        and one.outcome.refusal is not None
    ]
    if used_up:
        api.facts.note_refused(used_up)


def _send(sender: Sender, documents: Sequence[_Document]) -> None:
    """Send, each with a request id that no refusal has used up; note those that are."""
    _renew_refused(sender.api, documents)
    going = [(one, one.write) for one in documents if one.write is not None]
    outcomes = sender.send([write for _, write in going])
    for (document, _), outcome in zip(going, outcomes, strict=True):
        document.outcome = outcome
    _note_refused(sender.api, documents)


def _mend(
    sender: Sender,
    documents: Sequence[_Document],
    basis: Basis,
    today: date,
) -> None:
    """Do what a rule says about names and numbers that are taken, and old versions."""
    api = sender.api
    codes = {
        id(one): one.outcome.refusal.code
        for one in documents
        if one.outcome is not None and one.outcome.refusal is not None
    }
    named = [one for one in documents if codes.get(id(one)) == NAME_TAKEN]
    numbered = [one for one in documents if codes.get(id(one)) == NUMBER_TAKEN]
    stale = [
        one
        for one in documents
        if codes.get(id(one)) == STALE
        and one.outcome is not None
        and one.outcome.effect is not Effect.UNKNOWN
    ]
    try:
        if named:
            _settle_taken(named, names_taken(api, _pairs(named), basis))
        if numbered:
            _settle_taken(numbered, numbers_taken(api, _pairs(numbered), basis))
        if stale:
            fresh = read_basis(api, documents_of(stale))
            _encode(stale, fresh, today)
    except RetryableError as error:
        for one in (*named, *numbered, *stale):  # certainly not written
            one.result = one.result or _later(one.post, error)
    again = [
        one
        for one in (*named, *numbered, *stale)
        if one.result is None and one.write is not None
    ]
    if again:
        _send(sender, again)


def _pairs(documents: Sequence[_Document]) -> list[tuple[PostRequest, Write]]:
    return [(one.post, one.write) for one in documents if one.write is not None]


def _settle_taken(documents: Sequence[_Document], found: Sequence[Taken]) -> None:
    for document, taken in zip(documents, found, strict=True):
        document.write = taken.write
        if taken.result is not None:
            document.result = taken.result
        elif taken.error is not None:
            document.result = _refused(document.post, taken.error)


def _result(document: _Document, basis: Basis) -> PostResult | None:
    """Return what became of a document; None = not known."""
    outcome, post = document.outcome, document.post
    if outcome is None or document.write is None:
        return None
    if outcome.effect is Effect.DONE and outcome.record is not None:
        return _posted(post, document.write.entity, outcome.record, basis)
    if outcome.effect is Effect.UNKNOWN:
        return None
    error = error_of(outcome.refusal) if outcome.refusal else outcome.error
    verdict = PostOutcome.REFUSED
    if outcome.effect is Effect.NONE_YET:
        verdict = PostOutcome.RETRY
    return PostResult(post.attempt_id, verdict, error=error)


def _remark(document: _Document) -> None:
    """Say which fields of a record keep what somebody typed in QuickBooks."""
    post, result, basis = document.post, document.result, document.basis
    if not (basis and result and result.outcome is PostOutcome.POSTED):
        return
    if isinstance(post.document, CustomerChange):
        said = customer_changes.remark(post, basis)
        document.result = replace(result, error=said)
    if isinstance(post.document, ItemChange):
        document.result = replace(result, error=item_changes.remark(post, basis))


_RECORDS = (CustomerRecord, ItemRecord, CustomerChange, ItemChange)


def _posted(post: PostRequest, entity: str, record: Record, basis: Basis) -> PostResult:
    document = post.document
    if isinstance(document, ReversalDocument):
        return _taken_back(post)
    if isinstance(document, _RECORDS):
        return record_result(post.attempt_id, record)
    return document_result(post.attempt_id, entity, record, basis)


def _taken_back(post: PostRequest) -> PostResult:
    document = post.document
    if not isinstance(document, ReversalDocument):
        raise TypeError("a reversal is wanted")
    target = document.target.books_id
    return PostResult(post.attempt_id, PostOutcome.POSTED, books_id=target)


def _refused(post: PostRequest, error: ActionNeededError) -> PostResult:
    return PostResult(post.attempt_id, PostOutcome.REFUSED, error=error)


def _later(post: PostRequest, error: RetryableError) -> PostResult:
    return PostResult(post.attempt_id, PostOutcome.RETRY, error=error)


def _resolve_unknown(api: CompanyApi, documents: Sequence[_Document]) -> None:
    """Look up at once what QuickBooks answered without saying what it did."""
    unknown = [
        one
        for one in documents
        if one.result is None
        and one.outcome is not None
        and one.outcome.effect is Effect.UNKNOWN
        and one.outcome.error is None
    ]
    if not unknown:
        return
    try:
        answers = look_up(api, documents_of(unknown))
    except RetryableError:
        return  # they stay in doubt
    for document, answer in zip(unknown, answers, strict=True):
        if answer.outcome is LookUpOutcome.FOUND:
            document.result = answer.result
