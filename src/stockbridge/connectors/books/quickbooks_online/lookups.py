"""What became of documents whose answer got lost: asked for, never sent again.

By our number first, where the company keeps it; then among all of their day, since a
number may be QuickBooks' own. A document is ours if its note begins with exactly our
marker. A miss counts only once nothing that we sent can still take effect: QuickBooks
works on a request for two minutes.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from stockbridge.connectors.books.quickbooks_online import naming, queries
from stockbridge.connectors.books.quickbooks_online.adjustments import (
    adjustment_number,
)
from stockbridge.connectors.books.quickbooks_online.answers import rows_of
from stockbridge.connectors.books.quickbooks_online.basis import Basis, needed_of
from stockbridge.connectors.books.quickbooks_online.client import CompanyApi
from stockbridge.connectors.books.quickbooks_online.company import company_of
from stockbridge.connectors.books.quickbooks_online.customer_changes import (
    change_of,
    was_written,
)
from stockbridge.connectors.books.quickbooks_online.customers import (
    customer_name,
    other_name,
)
from stockbridge.connectors.books.quickbooks_online.decode import (
    document_result,
    record_result,
    total_of,
)
from stockbridge.connectors.books.quickbooks_online.items import (
    is_same_item,
    item_name,
    says_the_same,
)
from stockbridge.connectors.books.quickbooks_online.json_text import Record
from stockbridge.connectors.books.quickbooks_online.naming import Txn
from stockbridge.connectors.books.quickbooks_online.payloads import (
    DocumentPayload,
    parsed,
)
from stockbridge.connectors.books.quickbooks_online.refunds import (
    refund_entity,
    refund_number,
)
from stockbridge.connectors.books.quickbooks_online.reversals import is_live, is_undone
from stockbridge.connectors.books.quickbooks_online.sales import (
    reference_of,
    sale_entity,
)
from stockbridge.domain.accounting import (
    AdjustmentDocument,
    CustomerChange,
    CustomerRecord,
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
    """A document as it is sought: its entity, number ("" = none) and day."""

    post: PostRequest
    entity: str
    number: str
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
        try:
            sought = _sought(post, basis)
        except ActionNeededError:
            continue  # it can never have been written
        if sought is not None:
            found.append(sought)
    return found


def _sought(post: PostRequest, basis: Basis) -> _Sought | None:
    document, settings = post.document, basis.settings
    match document:
        case SaleDocument():
            number = reference_of(document.reference, settings)
            entity = sale_entity(document)
        case RefundDocument():
            number = refund_number(post, document, settings)
            entity = refund_entity(settings)
        case PaymentDocument():
            number, entity = "", "Payment"
        case AdjustmentDocument():
            number, entity = adjustment_number(post), "InventoryAdjustment"
        case _:
            return None
    if not basis.company.keeps_numbers:
        number = ""
    return _Sought(post, entity, number, document.business_date)


def _documents(
    api: CompanyApi, sought: Sequence[_Sought], basis: Basis, found: _Found
) -> None:
    numbers: dict[str, set[str]] = defaultdict(set)
    for one in sought:
        if one.number:
            numbers[one.entity].add(one.number)
    asked = [
        (entity, queries.select(entity, [queries.among("DocNumber", sorted(some))]))
        for entity, some in numbers.items()
    ]
    rows = dict(zip(numbers, _answers(api, asked, found, sought), strict=True))
    for one in sought:
        _judge(one, rows.get(one.entity, ()), basis, found)
    left = [one for one in sought if one.post.attempt_id not in found.results]
    for entity, day in sorted({(one.entity, one.day) for one in left}):
        whole = _whole_day(api, entity, day, found, left)
        for one in left:
            if (one.entity, one.day) == (entity, day):
                _judge(one, whole, basis, found)


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
        if reply.refusal is not None:
            found.unasked |= {o.post.attempt_id for o in sought if o.entity == entity}
        rows.append(rows_of(reply.record or {}, entity))
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
            if (one.entity, one.day) == (entity, day)
        }
        return []


def _judge(one: _Sought, rows: Sequence[Record], basis: Basis, found: _Found) -> None:
    """Find ours among the rows: the oldest, since a copy carries our note, too."""
    ours = [r for r in rows if _carries(r, one.post)]
    if ours:
        oldest = min(ours, key=lambda row: int(row["Id"]))
        attempt = one.post.attempt_id
        result = document_result(attempt, one.entity, oldest, basis)
        found.results[attempt] = result
    elif any(_could_be(row, one, basis) for row in rows):
        found.alike.add(one.post.attempt_id)


def _carries(row: Record, post: PostRequest) -> bool:
    return naming.carries(str(row.get("PrivateNote", "")), post.marker)


def _could_be(row: Record, one: _Sought, basis: Basis) -> bool:
    """Return whether a document without any marker of ours could be this one.

    Same number, day and total: typed by hand, or stripped of its note.
    """
    note = str(row.get("PrivateNote", ""))
    if not one.number or naming.is_marked(note) or not is_live(row):
        return False
    said = parsed(DocumentPayload, row)
    total = total_of_document(one.post.document)
    is_same = said.number == one.number and said.day == one.day
    return is_same and total is not None and total_of(said, basis) == total


# ── records ──────────────────────────────────────────────────────────────────


def _records(
    api: CompanyApi, requests: Sequence[PostRequest], basis: Basis, found: _Found
) -> None:
    names: dict[str, set[str]] = defaultdict(set)
    changed = [r for r in requests if _changes(r)]
    for post in requests:
        document = post.document
        if isinstance(document, CustomerRecord):
            name = customer_name(document, post.marker, basis.settings)
            names["Customer"] |= {name, other_name(name, post.marker)}
        elif isinstance(document, ItemRecord) and not document.books_id:
            names["Item"].add(item_name(document, post.marker, basis.settings))
    fields = {"Customer": "DisplayName", "Item": "Name"}
    asked = [
        (entity, queries.select(entity, [queries.among(fields[entity], sorted(some))]))
        for entity, some in names.items()
    ]
    rows = dict(zip(names, queries.asked(api, asked), strict=True)) if asked else {}
    for post in requests:
        _judge_record(post, rows, basis, found)
    _judge_changes(api, changed, found)
    _judge_changed_customers(api, requests, found)


def _changes(post: PostRequest) -> bool:
    return isinstance(post.document, ItemRecord) and bool(post.document.books_id)


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
    elif isinstance(document, ItemRecord) and not document.books_id:
        name = item_name(document, post.marker, basis.settings).casefold()
        ours = [
            row
            for row in rows.get("Item", ())
            if str(row.get("Name", "")).casefold() == name
            and is_same_item(document, str(row.get("Sku", "")))
        ]
    if ours:
        found.results[post.attempt_id] = record_result(post.attempt_id, ours[0])


def _judge_changes(
    api: CompanyApi, requests: Sequence[PostRequest], found: _Found
) -> None:
    ids = {
        r.document.books_id: r for r in requests if isinstance(r.document, ItemRecord)
    }
    rows = queries.by_ids(api, "Item", sorted(ids)) if ids else []
    by_id = {str(row.get("Id")): row for row in rows}
    for post in requests:
        document = post.document
        if not isinstance(document, ItemRecord):
            continue
        row = by_id.get(document.books_id)
        if row is not None and says_the_same(row, document):
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
