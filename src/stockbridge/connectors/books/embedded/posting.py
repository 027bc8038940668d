"""Writes documents into the back office: records first, the rest in one call."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from stockbridge.backoffice.items import change_item
from stockbridge.backoffice.ledger import business_date, lock_books
from stockbridge.backoffice.models import Item, PostedDocument
from stockbridge.backoffice.posting import Posted, Refused, post, post_all
from stockbridge.backoffice.records import (
    RecordDraft,
    create_item_once,
    create_partners,
    keep_key,
)
from stockbridge.companies.models import Company
from stockbridge.companies.prepared import prepared
from stockbridge.connectors.books.embedded import answers
from stockbridge.connectors.books.embedded.customer_changes import change_customer
from stockbridge.connectors.books.embedded.encode import (
    draft_of,
    item_fields,
    opening_draft,
    partner_fields,
    sale_ids_of,
)
from stockbridge.connectors.books.embedded.item_changes import change_known_item
from stockbridge.connectors.books.embedded.removing import (
    bring_back,
    is_removal,
    remove,
)
from stockbridge.domain.accounting import (
    CustomerChange,
    CustomerRecord,
    ItemChange,
    ItemRecord,
)
from stockbridge.domain.errors import ActionNeededError, InvalidInputError
from stockbridge.ports import PostRequest, PostResult


def post_requests(
    company: Company, requests: Sequence[PostRequest], *, at: datetime
) -> tuple[PostResult, ...]:
    """Post everything in one transaction; each request is refused by itself."""
    with transaction.atomic():
        lock_books(company)
        results: dict[str, PostResult] = {}
        results |= _customers(company, requests, at)
        for request in requests:
            if isinstance(request.document, ItemRecord):
                results[request.attempt_id] = _item(company, request, at)
            if isinstance(request.document, CustomerChange):
                results[request.attempt_id] = change_customer(company, request, at=at)
            if isinstance(request.document, ItemChange):
                result = change_known_item(company, request, at=at)
                results[request.attempt_id] = result
        results |= _documents(company, requests, at)
        for request in requests:  # last: what uses a record may go with it
            if is_removal(request):
                results[request.attempt_id] = remove(company, request, at=at)
    return tuple(results[request.attempt_id] for request in requests)


def _customers(
    company: Company, requests: Sequence[PostRequest], at: datetime
) -> dict[str, PostResult]:
    wanted = [r for r in requests if isinstance(r.document, CustomerRecord)]
    if not wanted:
        return {}
    drafts = [_customer_draft(request) for request in wanted]
    try:
        made = create_partners(company, drafts, at=at)
    except ActionNeededError as error:
        if len(wanted) == 1:
            return {wanted[0].attempt_id: answers.refused(wanted[0], error)}
        return {  # one by one, so that only the one that is not right is refused
            attempt: result
            for request in wanted
            for attempt, result in _customers(company, [request], at).items()
        }
    return {
        request.attempt_id: answers.of_partner(request, made[request.key])
        for request in wanted
    }


def _customer_draft(request: PostRequest) -> RecordDraft:
    assert isinstance(request.document, CustomerRecord)
    return RecordDraft(request.key, partner_fields(request.document, request.marker))


def _item(company: Company, request: PostRequest, at: datetime) -> PostResult:
    record = request.document
    assert isinstance(record, ItemRecord)
    try:
        fields = item_fields(record)
        item = _created(company, request, fields, at)
        _give_first_quantity(company, request, item, at)
    except ActionNeededError as error:
        return answers.refused(request, error)
    return answers.of_item(request, item)


def _created(
    company: Company, request: PostRequest, fields: dict[str, Any], at: datetime
) -> Item:
    undone = bring_back(company, request.key)
    if undone is not None and keep_key(company, request.key, undone):
        return change_item(undone, {**fields, "is_active": True}, at=at)
    draft = RecordDraft(request.key, {**fields, "marker": request.marker})
    return create_item_once(company, draft, at=at)


def _give_first_quantity(
    company: Company, request: PostRequest, item: Item, at: datetime
) -> None:
    record = request.document
    assert isinstance(record, ItemRecord)
    if record.initial_quantity and item.is_tracked:
        day = business_date(company, at)
        post(company, opening_draft(request, record, item.pk, day), at=at)


def _documents(
    company: Company, requests: Sequence[PostRequest], at: datetime
) -> dict[str, PostResult]:
    wanted = [
        request
        for request in requests
        if not isinstance(
            request.document,
            CustomerRecord | ItemRecord | CustomerChange | ItemChange,
        )
        and not is_removal(request)
    ]
    if not wanted:
        return {}
    orders = _orders_of(company, wanted)
    results: dict[str, PostResult] = {}
    drafts = []
    for request in wanted:
        try:
            drafts.append((request, draft_of(request, orders)))
        except InvalidInputError as error:
            results[request.attempt_id] = answers.refused(request, error)
    outcomes = post_all(company, [draft for _, draft in drafts], at=at)
    ids = [found.document.pk for found in outcomes if isinstance(found, Posted)]
    posted = {row.document.pk: row for row in answers.stored(ids)}
    for (request, _), outcome in zip(drafts, outcomes, strict=True):
        results[request.attempt_id] = (
            answers.refused(request, outcome.error)
            if isinstance(outcome, Refused)
            else answers.of_document(request, posted[outcome.document.pk])
        )
    return results


def _orders_of(company: Company, requests: Sequence[PostRequest]) -> dict[str, int]:
    ids = {
        books_id
        for request in requests
        for books_id in sale_ids_of(request.document)
        if books_id.isdecimal()
    }
    rows = _order_ids(company.pk, {int(books_id) for books_id in ids})
    return {str(pk): order for pk, order in rows if order}


@prepared
def _order_ids(
    company_id: int, ids: Collection[int]
) -> QuerySet[PostedDocument, tuple[int, int | None]]:
    rows = PostedDocument.objects.filter(company=company_id, pk__in=ids)
    return rows.values_list("pk", "order_id")
