"""What became of documents whose answer got lost: asked for, never sent again.

By our number first, where the company keeps it; then among all of their day, since a
number may be QuickBooks' own. In each form that it may have left in (`forms`). A
document is ours if its note begins with exactly our
marker. A miss counts only once nothing that we sent can still take effect: QuickBooks
works on a request for two minutes.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from stockbridge.connectors.books.quickbooks_online import (
    forms,
    item_changes,
    naming,
    queries,
)
from stockbridge.connectors.books.quickbooks_online.answers import rows_of
from stockbridge.connectors.books.quickbooks_online.basis import Basis, needed_of
from stockbridge.connectors.books.quickbooks_online.client import CompanyApi
from stockbridge.connectors.books.quickbooks_online.company import company_of
from stockbridge.connectors.books.quickbooks_online.customer_changes import (
    change_of,
    was_written,
)
from stockbridge.connectors.books.quickbooks_online.decode import (
    document_result,
    record_result,
    total_of,
)
from stockbridge.connectors.books.quickbooks_online.items import is_same_item
from stockbridge.connectors.books.quickbooks_online.json_text import Record
from stockbridge.connectors.books.quickbooks_online.naming import Txn
from stockbridge.connectors.books.quickbooks_online.payloads import (
    DocumentPayload,
    parsed,
)
from stockbridge.connectors.books.quickbooks_online.reversals import is_live, is_undone
from stockbridge.domain.accounting import (
    AdjustmentDocument,
    CustomerChange,
    CustomerRecord,
    ItemChange,
    ItemRecord,
    PaymentDocument,
    RefundDocument,
    ReversalDocument,
    SaleDocument,
    total_of_document,
)
from stockbridge.domain.errors import ActionNeededError
from stockbridge.ports import (
    LookUpOutcome,
    LookUpResult,
    PostOutcome,
    PostRequest,
    PostResult,
)


@dataclass(frozen=True, slots=True)
class _Sought:
    """A document as it is sought: what it may be, its numbers (none known) and day."""

    post: PostRequest
    entities: tuple[str, ...]
    numbers: frozenset[str]
    day: date


@dataclass(slots=True)
class _Found:
    """What was found, by attempt; those left out are missing."""

    results: dict[str, PostResult] = field(default_factory=dict)
    alike: set[str] = field(default_factory=set)
    unasked: set[str] = field(default_factory=set)


def look_up(
    api: CompanyApi, requests: Sequence[PostRequest]
) -> tuple[LookUpResult, ...]:
    """Return what became of these documents, in their order."""
    basis = Basis(api.settings, company_of(api))
    found = _Found()
    _documents(api, _sought_of(requests, basis), basis, found)
    _records(api, requests, basis, found)
    _reversals(api, requests, found)
    # Asked before the questions, a late write could slip between.
    may_arrive = api.facts.may_still_arrive(api.wire.now())
    return tuple(_verdict(one, found, may_arrive=may_arrive) for one in requests)


def _verdict(post: PostRequest, found: _Found, *, may_arrive: bool) -> LookUpResult:
    attempt = post.attempt_id
    if attempt in found.results:
        return LookUpResult(attempt, LookUpOutcome.FOUND, found.results[attempt])
    if may_arrive or attempt in found.alike or attempt in found.unasked:
        return LookUpResult(attempt, LookUpOutcome.UNCLEAR)
    return LookUpResult(attempt, LookUpOutcome.MISSING)


# ── documents ────────────────────────────────────────────────────────────────


def _sought_of(requests: Sequence[PostRequest], basis: Basis) -> list[_Sought]:
    found = []
    for post in requests:
        document = post.document
        if not isinstance(document, _DOCUMENTS):
            continue
        numbers = forms.numbers_of(post, basis.settings)
        if not basis.company.keeps_numbers:
            numbers = frozenset()
        entities = forms.entities_of(post)
        found.append(_Sought(post, entities, numbers, document.business_date))
    return found


_DOCUMENTS = (SaleDocument, RefundDocument, PaymentDocument, AdjustmentDocument)


def _documents(
    api: CompanyApi, sought: Sequence[_Sought], basis: Basis, found: _Found
) -> None:
    numbers: dict[str, set[str]] = defaultdict(set)
    for one in sought:
        for entity in one.entities if one.numbers else ():
            numbers[entity] |= one.numbers
    asked = [
        (entity, queries.select(entity, [queries.among("DocNumber", sorted(some))]))
        for entity, some in numbers.items()
    ]
    rows = dict(zip(numbers, _answers(api, asked, found, sought), strict=True))
    for one in sought:
        _judge(one, rows, basis, found)
    left = [one for one in sought if one.post.attempt_id not in found.results]
    days: dict[date, dict[str, Sequence[Record]]] = defaultdict(dict)
    for entity, day in sorted({(e, one.day) for one in left for e in one.entities}):
        days[day][entity] = _whole_day(api, entity, day, found, left)
    for one in left:
        _judge(one, days[one.day], basis, found)


def _answers(
    api: CompanyApi,
    asked: Sequence[tuple[str, str]],
    found: _Found,
    sought: Sequence[_Sought],
) -> list[Sequence[Record]]:
    """Return the answers; what cannot be asked for is not "missing"."""
    if not asked:
        return []
    rows: list[Sequence[Record]] = []
    replies = api.ask([statement for _, statement in asked])
    for (entity, _), reply in zip(asked, replies, strict=True):
        if reply.refusal is None:
            rows.append(rows_of(reply.record or {}, entity))
            continue
        rows.append(())
        found.unasked |= {
            one.post.attempt_id for one in sought if entity in one.entities
        }
    return rows


def _whole_day(
    api: CompanyApi, entity: str, day: date, found: _Found, left: Sequence[_Sought]
) -> list[Record]:
    try:
        return list(queries.all_of(api, entity, [queries.on_day(day)]))
    except ActionNeededError:
        found.unasked |= {
            one.post.attempt_id
            for one in left
            if entity in one.entities and one.day == day
        }
        return []


def _judge(
    one: _Sought,
    rows: Mapping[str, Sequence[Record]],
    basis: Basis,
    found: _Found,
) -> None:
    """Find ours among the rows: the oldest, since a copy carries our note, too."""
    among = [(entity, row) for entity in one.entities for row in rows.get(entity, ())]
    ours = [(entity, row) for entity, row in among if _carries(row, one.post)]
    if ours:
        entity, oldest = min(ours, key=lambda known: int(known[1]["Id"]))
        attempt = one.post.attempt_id
        found.results[attempt] = document_result(attempt, entity, oldest, basis)
    elif any(_could_be(row, one, basis) for _, row in among):
        found.alike.add(one.post.attempt_id)


def _carries(row: Record, post: PostRequest) -> bool:
    return naming.carries(str(row.get("PrivateNote", "")), post.marker)


def _could_be(row: Record, one: _Sought, basis: Basis) -> bool:
    """Return whether a document without any marker of ours could be this one.

    Same number, day and total: typed by hand, or stripped of its note.
    """
    note = str(row.get("PrivateNote", ""))
    if naming.is_marked(note) or not is_live(row):
        return False
    said = parsed(DocumentPayload, row)
    total = total_of_document(one.post.document)
    is_same = said.number in one.numbers and said.day == one.day
    return is_same and total is not None and total_of(said, basis) == total


# ── records ──────────────────────────────────────────────────────────────────


def _records(
    api: CompanyApi, requests: Sequence[PostRequest], basis: Basis, found: _Found
) -> None:
    names: dict[str, set[str]] = defaultdict(set)
    for post in requests:
        document = post.document
        if isinstance(document, CustomerRecord):
            names["Customer"] |= forms.customer_names(post, document, basis.settings)
        elif isinstance(document, ItemRecord):
            names["Item"] |= forms.item_names(post, document, basis.settings)
    fields = {"Customer": "DisplayName", "Item": "Name"}
    asked = [
        (entity, queries.select(entity, [queries.among(fields[entity], sorted(some))]))
        for entity, some in names.items()
    ]
    rows = dict(zip(names, queries.asked(api, asked), strict=True)) if asked else {}
    for post in requests:
        _judge_record(post, rows, basis, found)
    _judge_changed_items(api, requests, found)
    _judge_changed_customers(api, requests, found)


def _judge_record(
    post: PostRequest,
    rows: Mapping[str, Sequence[Record]],
    basis: Basis,
    found: _Found,
) -> None:
    document = post.document
    ours: list[Record] = []
    if isinstance(document, CustomerRecord):
        ours = [
            row
            for row in rows.get("Customer", ())
            if naming.carries(str(row.get("Notes", "")), post.marker)
        ]
    elif isinstance(document, ItemRecord):
        names = forms.item_names(post, document, basis.settings)
        folded = {name.casefold() for name in names}
        ours = [
            row
            for row in rows.get("Item", ())
            if str(row.get("Name", "")).casefold() in folded
            and is_same_item(document, str(row.get("Sku", "")))
        ]
    if ours:
        found.results[post.attempt_id] = record_result(post.attempt_id, ours[0])


def _judge_changed_items(
    api: CompanyApi, requests: Sequence[PostRequest], found: _Found
) -> None:
    posts = [one for one in requests if isinstance(one.document, ItemChange)]
    ids = {item_changes.change_of(post).item.books_id for post in posts}
    rows = queries.by_ids(api, "Item", sorted(ids)) if ids else []
    by_id = {str(row.get("Id")): row for row in rows}
    for post in posts:
        row = by_id.get(item_changes.change_of(post).item.books_id)
        if row is not None and item_changes.was_written(post, row, api.settings):
            found.results[post.attempt_id] = record_result(post.attempt_id, row)


def _judge_changed_customers(
    api: CompanyApi, requests: Sequence[PostRequest], found: _Found
) -> None:
    posts = [one for one in requests if isinstance(one.document, CustomerChange)]
    ids = {change_of(post).customer.books_id for post in posts}
    rows = queries.by_ids(api, "Customer", sorted(ids)) if ids else []
    by_id = {str(row.get("Id")): row for row in rows}
    for post in posts:
        row = by_id.get(change_of(post).customer.books_id)
        if row is not None and was_written(post, row, api.settings):
            found.results[post.attempt_id] = record_result(post.attempt_id, row)


# ── reversals ────────────────────────────────────────────────────────────────


def _reversals(api: CompanyApi, requests: Sequence[PostRequest], found: _Found) -> None:
    wanted: dict[str, list[PostRequest]] = defaultdict(list)
    for post in requests:
        if isinstance(post.document, ReversalDocument):
            txn = needed_of(post)
            if txn is not None:
                wanted[txn.entity].append(post)
    for entity, posts in wanted.items():
        ids = [txn.id for post in posts if (txn := needed_of(post)) is not None]
        rows = queries.by_ids(api, entity, ids)
        known = {Txn(entity, str(row.get("Id"))): row for row in rows}
        for post in posts:
            txn = needed_of(post)
            if txn is not None and is_undone(known.get(txn)):
                _found_undone(post, found)


def _found_undone(post: PostRequest, found: _Found) -> None:
    document = post.document
    if isinstance(document, ReversalDocument):
        found.results[post.attempt_id] = PostResult(
            post.attempt_id, PostOutcome.POSTED, books_id=document.target.books_id
        )
