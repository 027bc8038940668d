"""What the back office says to a document: posted, refused, found, missing."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet

from stockbridge.backoffice.models import (
    DocumentKind,
    DocumentLine,
    Item,
    LineKind,
    OrderLine,
    Partner,
    PostedDocument,
    RecordKey,
)
from stockbridge.companies.models import Company
from stockbridge.companies.prepared import prepared
from stockbridge.connectors.books.embedded.decode import kind_of
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
_SHOWN = ("key", "kind", "reverses", "order", "number", "currency", "total")


@dataclass(frozen=True, slots=True)
class Stored:
    """A document as the database has it, and the tax that its lines say."""

    document: PostedDocument
    tax: Decimal


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


def of_document(request: PostRequest, stored: Stored) -> Result:
    """Return a document as it is stored."""
    document, kind = stored.document, kind_of(stored.document)
    total = tax = None
    if kind in _WITH_TOTAL:
        total = Money(document.total, document.currency)
    if kind in _WITH_TAX:
        tax = Money(stored.tax, document.currency)
    return Result(
        request.attempt_id,
        PostOutcome.POSTED,
        books_id=str(document.pk),
        number=document.number,
        version="1",  # a posted document never changes
        total=total,
        total_tax=tax,
    )


def stored(ids: Collection[int]) -> list[Stored]:
    """Read documents back from the database, with the tax that their lines say."""
    return _with_tax(_documents(ids))


def stored_under(company_id: int, keys: Collection[str]) -> list[Stored]:
    """Read the documents that were posted under these keys, as `stored` does."""
    return _with_tax(_under(company_id, keys))


@prepared
def _documents(ids: Collection[int]) -> QuerySet[PostedDocument]:
    return PostedDocument.objects.filter(pk__in=ids).only(*_SHOWN).order_by()


@prepared
def _under(company_id: int, keys: Collection[str]) -> QuerySet[PostedDocument]:
    found = PostedDocument.objects.filter(company=company_id, key__in=keys)
    return found.only(*_SHOWN).order_by()


def _with_tax(documents: Sequence[PostedDocument]) -> list[Stored]:
    by_order, by_document = _taxes(documents)
    return [
        Stored(
            document,
            by_order.get(document.order_id or 0, Decimal(0))
            if _is_sale(document)
            else by_document.get(document.pk, Decimal(0)),
        )
        for document in documents
    ]


def _taxes(
    documents: Iterable[PostedDocument],
) -> tuple[dict[int, Decimal], dict[int, Decimal]]:
    """Return tax by order, as its lines now are, and by document."""
    orders = {row.order_id for row in documents if _is_sale(row)}
    others = {
        row.pk for row in documents if not _is_sale(row) and kind_of(row) in _WITH_TAX
    }
    by_order: dict[int, Decimal] = {}
    by_document: dict[int, Decimal] = {}
    _add_up(by_order, _sold_taxes({pk for pk in orders if pk is not None}))
    _add_up(by_document, _line_taxes(others))
    return by_order, by_document


@prepared
def _sold_taxes(
    order_ids: Collection[int],
) -> QuerySet[OrderLine, tuple[int, Decimal]]:
    sold = OrderLine.objects.filter(
        order__in=order_ids, kind=LineKind.TAX.value, is_replaced=False
    )
    return sold.values_list("order_id", "amount")


@prepared
def _line_taxes(
    document_ids: Collection[int],
) -> QuerySet[DocumentLine, tuple[int, Decimal]]:
    lines = DocumentLine.objects.filter(
        document__in=document_ids, kind=LineKind.TAX.value
    )
    return lines.values_list("document_id", "amount")


def _add_up(sums: dict[int, Decimal], rows: Iterable[tuple[int, Decimal]]) -> None:
    for key, amount in rows:
        sums[key] = sums.get(key, Decimal(0)) + amount


def _is_sale(document: PostedDocument) -> bool:
    return document.kind == DocumentKind.ORDER and document.reverses_id is None


def look_up(
    company: Company, requests: Sequence[PostRequest]
) -> tuple[LookUpResult, ...]:
    """Return what became of these keys. In one database a miss is certain."""
    keys = [request.key for request in requests]
    documents = {row.document.key: row for row in stored_under(company.pk, keys)}
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
    request: PostRequest, document: Stored | None, record: RecordKey | None
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
