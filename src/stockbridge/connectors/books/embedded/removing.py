"""Undo of a customer or an item that we created: out of use, if nothing uses it.

The row stays: documents of long ago may name it. An item takes its first quantity
back with it; created again, the same row comes back into use.
"""

from datetime import datetime

from django.db import transaction

from stockbridge.backoffice.drafts import Header, ReversalDraft
from stockbridge.backoffice.items import change_item
from stockbridge.backoffice.models import (
    CustomerOrder,
    Item,
    OrderLine,
    OrderStatus,
    Partner,
    PostedDocument,
    RecordKey,
    StockLevel,
)
from stockbridge.backoffice.partners import change_partner
from stockbridge.backoffice.posting import post
from stockbridge.companies.models import Company
from stockbridge.connectors.books.embedded import answers
from stockbridge.connectors.books.embedded.encode import record_id
from stockbridge.domain.accounting import DocumentKind, ReversalDocument
from stockbridge.domain.errors import (
    ActionNeededError,
    ConflictError,
    InvalidInputError,
)
from stockbridge.ports import PostRequest, PostResult

RECORDS = frozenset({DocumentKind.CUSTOMER, DocumentKind.ITEM})


def is_removal(request: PostRequest) -> bool:
    """Return whether a request takes back a record, and not a document."""
    document = request.document
    return isinstance(document, ReversalDocument) and document.target_kind in RECORDS


def remove(company: Company, request: PostRequest, *, at: datetime) -> PostResult:
    """Take a record out of use, once per key; refused while something uses it."""
    document = request.document
    assert isinstance(document, ReversalDocument)
    known = RecordKey.objects.filter(company=company, key=request.key).first()
    try:
        with transaction.atomic():
            if document.target_kind is DocumentKind.CUSTOMER:
                partner = _partner(company, document)
                if known is None:
                    _remove_partner(company, request, partner, at)
                return answers.of_partner(request, partner)
            item = _item(company, document)
            if known is None:
                _remove_item(company, request, item, at)
            return answers.of_item(request, item)
    except ActionNeededError as error:
        return answers.refused(request, error)


def bring_back(company: Company, key: str) -> Item | None:
    """Return the item that an earlier generation of this key created and undid."""
    stem = key.rsplit("/", 1)[0]
    row = (
        RecordKey.objects.filter(
            company=company, key__startswith=f"{stem}/", item__is_active=False
        )
        .select_related("item")
        .order_by("-id")
        .first()
    )
    return row.item if row else None


def _partner(company: Company, document: ReversalDocument) -> Partner:
    pk = record_id(document.target.books_id, "customer")
    partner = company.partners.filter(pk=pk).first()
    if partner is None:
        raise InvalidInputError("There is no such customer.", field="customer")
    return partner


def _item(company: Company, document: ReversalDocument) -> Item:
    pk = record_id(document.target.books_id, "item")
    item = company.items.filter(pk=pk).first()
    if item is None:
        raise InvalidInputError("There is no such item.", field="item")
    return item


def _remove_partner(
    company: Company, request: PostRequest, partner: Partner, at: datetime
) -> None:
    live = CustomerOrder.objects.filter(company=company, partner=partner)
    _refuse(live.exclude(status=OrderStatus.REVERSED).exists(), str(partner))
    own = PostedDocument.objects.filter(
        company=company, partner=partner, order=None, reversed_by=None, reverses=None
    )
    _refuse(own.exists(), str(partner))
    change_partner(partner, {"is_active": False}, at=at)
    RecordKey.objects.create(company=company, key=request.key, partner=partner)


def _remove_item(
    company: Company, request: PostRequest, item: Item, at: datetime
) -> None:
    document = request.document
    assert isinstance(document, ReversalDocument)
    lines = OrderLine.objects.filter(order__company=company, item=item)
    live = lines.exclude(order__status=OrderStatus.REVERSED)
    _refuse(live.exists(), str(item))
    opening = PostedDocument.objects.filter(
        company=company, key=f"{document.target.key}#opening", reversed_by=None
    ).first()
    if opening is not None:
        header = Header(f"{request.key}#opening", document.business_date)
        post(company, ReversalDraft(header, opening.pk, document.reason), at=at)
    stocked = StockLevel.objects.filter(item=item).exclude(on_hand=0)
    _refuse(stocked.exists(), str(item))
    change_item(item, {"is_active": False}, at=at)
    RecordKey.objects.create(company=company, key=request.key, item=item)


def _refuse(is_used: bool, name: str) -> None:  # noqa: FBT001 – the question itself
    if is_used:
        raise ConflictError(
            f"{name} is used by other documents.",
            remedy="It stays. Take it out of use by hand once nothing needs it.",
        )
