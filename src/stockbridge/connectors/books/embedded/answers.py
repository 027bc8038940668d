"""What the back office says to a document: posted, refused, found, missing."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from stockbridge.backoffice.models import (
    Item,
    LineKind,
    Partner,
    PostedDocument,
    RecordKey,
)
from stockbridge.companies.models import Company
from stockbridge.connectors.books.embedded.decode import kind_of, line_sums
from stockbridge.domain import accounting
from stockbridge.domain.errors import ActionNeededError
from stockbridge.domain.money import Money
from stockbridge.ports import LookUpOutcome, LookUpResult, PostOutcome, PostRequest
from stockbridge.ports import PostResult as Result

#: Kinds whose total the engine compares with what it sent.
_WITH_TOTAL = frozenset(
    {
        accounting.DocumentKind.SALE,
        accounting.DocumentKind.AMENDMENT,
        accounting.DocumentKind.PAYMENT,
        accounting.DocumentKind.REFUND,
    }
)
_WITH_TAX = _WITH_TOTAL - {accounting.DocumentKind.PAYMENT}


def refused(request: PostRequest, error: ActionNeededError) -> Result:
    """Return that a person has to act."""
    return Result(request.attempt_id, PostOutcome.REFUSED, error=error)


def of_partner(request: PostRequest, partner: Partner) -> Result:
    """Return the customer that was created, or was there under this key."""
    return Result(
        request.attempt_id,
        PostOutcome.POSTED,
        books_id=str(partner.pk),
        number=partner.number,
        version=str(partner.seq),
    )


def of_item(request: PostRequest, item: Item) -> Result:
    """Return the item that was created or updated."""
    return Result(
        request.attempt_id,
        PostOutcome.POSTED,
        books_id=str(item.pk),
        number=item.sku,
        version=str(item.seq),
    )


def of_document(request: PostRequest, document: PostedDocument) -> Result:
    """Return a document as it is stored; its lines must have been fetched."""
    kind = kind_of(document)
    total = tax = None
    if kind in _WITH_TOTAL:
        total = Money(document.total, document.currency)
    if kind in _WITH_TAX:
        sums = line_sums(document)
        tax = Money(sums.get(LineKind.TAX, Decimal(0)), document.currency)
    return Result(
        request.attempt_id,
        PostOutcome.POSTED,
        books_id=str(document.pk),
        number=document.number,
        version="1",  # a posted document never changes
        total=total,
        total_tax=tax,
    )


def stored(ids: Iterable[int]) -> dict[int, PostedDocument]:
    """Read documents back from the database, with what their totals need."""
    return {document.pk: document for document in with_lines(pk__in=list(ids))}


def with_lines(**wanted: object) -> Sequence[PostedDocument]:
    """Read documents with their lines and their orders' lines."""
    return list(
        PostedDocument.objects.filter(**wanted)
        .select_related("order", "reversed_by")
        .prefetch_related("lines", "order__lines")
    )


def look_up(
    company: Company, requests: Sequence[PostRequest]
) -> tuple[LookUpResult, ...]:
    """Return what became of these keys. In one database a miss is certain."""
    keys = [request.key for request in requests]
    documents = {row.key: row for row in with_lines(company=company, key__in=keys)}
    records = {
        row.key: row
        for row in RecordKey.objects.filter(
            company=company, key__in=keys
        ).select_related("partner__merged_into", "item")
    }
    return tuple(
        _found(request, documents.get(request.key), records.get(request.key))
        for request in requests
    )


def _found(
    request: PostRequest, document: PostedDocument | None, record: RecordKey | None
) -> LookUpResult:
    result = None
    if document is not None:
        result = of_document(request, document)
    elif record is not None and record.partner is not None:
        partner = record.partner.merged_into or record.partner
        result = of_partner(request, partner)
    elif record is not None and record.item is not None:
        result = of_item(request, record.item)
    outcome = LookUpOutcome.FOUND if result else LookUpOutcome.MISSING
    return LookUpResult(request.attempt_id, outcome, result)
