"""Finding out what became of a write whose answer got lost.

- customer: CustomerID equals the sign; exact
- customer, also: Notes contain the sign; exact
- customer, changed: by its ListID; every field is as wanted
- new item: ALU equals the SKU; the name is equal, too
- item, changed: by its ListID; every field is as wanted
- sale, refund: Comments contain the sign; exact, Regular, type, total, customer
- order filled: the same, and the receipt names the order
- order changed: by its TxnID; sums, goods and, if it changes, address are as wanted
- sale, also: Instructions of an order contain the sign; exact, total, customer
- adjustment: Comments contain the sign; exact, Regular, the difference
- reversal: the target by its TxnID; it is Reversed
- deletion: the target by its id; it is gone

What creates is bounded by a time read from POS. A kind that is not in the table is
held (`check_document`): it could not be found again. Something with our sign that is
not what we sent is unclear: it is never sent again by itself.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import TypeAlias

from lxml import etree

from stockbridge.connectors.books.quickbooks_pos import (
    adjustments,
    amending,
    customer_changes,
    customers,
    filling,
    item_changes,
    items,
    orders,
    receipts,
    reversals,
)
from stockbridge.connectors.books.quickbooks_pos.envelopes import (
    Message,
    Node,
    Response,
    text_of,
)
from stockbridge.connectors.books.quickbooks_pos.facts import CompanyFacts
from stockbridge.connectors.books.quickbooks_pos.markers import is_signed
from stockbridge.connectors.books.quickbooks_pos.numbers import decimal_of, time_text
from stockbridge.connectors.books.quickbooks_pos.settings import PosSettings
from stockbridge.connectors.books.quickbooks_pos.texts import fit
from stockbridge.domain.accounting import (
    AdjustmentDocument,
    AmendmentDocument,
    BooksRef,
    CancellationDocument,
    CustomerChange,
    CustomerRecord,
    Document,
    FulfillmentDocument,
    ItemChange,
    ItemRecord,
    RefundDocument,
    ReversalDocument,
    SaleDocument,
)
from stockbridge.domain.errors import DefectError
from stockbridge.ports import (
    LookUp,
    LookUpOutcome,
    LookUpResult,
    PostOutcome,
    PostResult,
)

#: Clocks of several tills of one company differ a little.
MARGIN = timedelta(minutes=10)
AS_ORDER, BY_NOTES = ".order", ".notes"
Row: TypeAlias = etree._Element
Found = LookUpResult


def look_up(
    request: LookUp, settings: PosSettings, facts: CompanyFacts
) -> list[Message]:
    """Return the queries that find the document, or prove that it is not there.

    A sale is sought among receipts and orders, a customer by both places of our sign:
    how they are written may have been changed since it left.
    """
    main, post, attempt = (
        _main(request, settings, facts),
        request.post,
        request.attempt_id,
    )
    match post.document:
        case SaleDocument():
            signed = [*_since(request, facts), _contains("Instructions", post.marker)]
            also = Message("SalesOrderQueryRq", f"{attempt}{AS_ORDER}", signed)
        case CustomerRecord():
            signed = [*_since(request, facts), _contains("Notes", post.marker)]
            also = Message("CustomerQueryRq", f"{attempt}{BY_NOTES}", signed)
        case _:
            return [main]
    return [main, also]


def _main(request: LookUp, settings: PosSettings, facts: CompanyFacts) -> Message:
    post = request.post
    since = _since(request, facts)
    match post.document:
        case CustomerRecord():
            signed = _equal("CustomerID", post.marker)
            return _query("CustomerQueryRq", request, [*since, signed])
        case CustomerChange() as change:
            only = [("ListID", change.customer.books_id)]
            return _query("CustomerQueryRq", request, only)
        case ItemRecord() as record:
            alu = _equal("ALU", items.code_of(record))
            return _query("ItemInventoryQueryRq", request, [*since, alu])
        case ItemChange(item=BooksRef(books_id=list_id)):
            only = [("ListID", list_id)]
            return _query("ItemInventoryQueryRq", request, only)
        case AmendmentDocument() as amendment:
            only = [("TxnID", amending.order_of(amendment))]
            return _query("SalesOrderQueryRq", request, only)
        case SaleDocument() | RefundDocument() | FulfillmentDocument():
            signed = _contains("Comments", post.marker)
            return _query("SalesReceiptQueryRq", request, [*since, signed])
        case AdjustmentDocument():
            signed = _contains("Comments", post.marker)
            return _query("InventoryQtyAdjustmentQueryRq", request, [*since, signed])
        case ReversalDocument() | CancellationDocument() as document:
            return _target(request, taken_back(document))
        case _:
            raise DefectError(f"{type(post.document).__name__} has no look-up.")


def taken_back(document: ReversalDocument | CancellationDocument) -> ReversalDocument:
    """Return a cancelled order as what it is in POS: deleted."""
    if isinstance(document, ReversalDocument):
        return document
    return orders.deletion_of(document)


def looked_up(
    request: LookUp, answers: Mapping[str, Response], settings: PosSettings
) -> LookUpResult:
    """Return what the queries say. Raises ValueError for an unreadable row.

    A query that failed, or has no answer, proves nothing.
    """
    attempt, document = request.attempt_id, request.post.document
    names = [attempt, *(f"{attempt}{also}" for also in _also(document))]
    said = [answers[name] for name in names if name in answers]
    if len(said) < len(names) or not all(one.code in {"0", "1"} for one in said):
        return LookUpResult(attempt, LookUpOutcome.UNCLEAR)
    if isinstance(document, CustomerRecord):
        return _of_customer(request, said[0], said[1])
    found = _said(request, said[0], settings)
    if isinstance(document, SaleDocument) and found.outcome is LookUpOutcome.MISSING:
        return _of_order(request, said[1], document, settings)
    return found


def _also(document: Document) -> tuple[str, ...]:
    """Return what names the further queries about a document."""
    match document:
        case SaleDocument():
            return (AS_ORDER,)
        case CustomerRecord():
            return (BY_NOTES,)
        case _:
            return ()


def _said(request: LookUp, response: Response, settings: PosSettings) -> LookUpResult:
    attempt, document = request.attempt_id, request.post.document
    match document:
        case ReversalDocument() | CancellationDocument():
            return _of_reversal(request, response, taken_back(document))
        case ItemRecord():
            return _of_item(request, response, document)
        case CustomerChange() | ItemChange() | AmendmentDocument():
            return _of_change(request, response, document, settings)
        case AdjustmentDocument():
            return _of_adjustment(request, response, document)
        case FulfillmentDocument():
            order, sale = filling.order_of(document), filling.billed_of(document)
            if _names_other_order(request, response, order):
                return LookUpResult(attempt, LookUpOutcome.UNCLEAR)
            return _of_receipt(request, response, sale, settings)
        case SaleDocument() | RefundDocument():
            return _of_receipt(request, response, document, settings)
        case _:
            raise DefectError(f"{type(document).__name__} has no look-up.")


# ── the queries ──────────────────────────────────────────────────────────────


def _since(request: LookUp, facts: CompanyFacts) -> list[Node]:
    if request.since is None:
        return []
    moment = time_text(request.since - MARGIN, facts.zone)
    return [
        (
            "TimeCreatedFilter",
            [("MatchNumericCriterion", "GreaterThanEqual"), ("TimeCreated", moment)],
        )
    ]


def _query(tag: str, request: LookUp, filters: Sequence[Node]) -> Message:
    return Message(tag, request.attempt_id, filters)


def _equal(field: str, text: str) -> Node:
    return (f"{field}Filter", [("MatchStringCriterion", "Equal"), (field, text)])


def _contains(field: str, text: str) -> Node:
    return (f"{field}Filter", [("MatchStringCriterion", "Contains"), (field, text)])


def _target(request: LookUp, document: ReversalDocument) -> Message:
    deleted = reversals.deleted_kind(document)
    if not deleted:
        only = [("TxnID", reversals.target_id(document))]
        return _query("SalesReceiptQueryRq", request, only)
    tag, field, _ = reversals.QUERIES[deleted]
    return _query(tag, request, [(field, reversals.target_id(document))])


# ── what they say ────────────────────────────────────────────────────────────


def _of_reversal(
    request: LookUp, response: Response, document: ReversalDocument
) -> Found:
    attempt, target = request.attempt_id, reversals.target_id(document)
    deleted = reversals.deleted_kind(document)
    tag = reversals.QUERIES[deleted][2] if deleted else receipts.ROW
    rows = response.rows(tag)
    if deleted:
        is_done, is_unclear = not rows, False
    else:
        states = {text_of(row, "HistoryDocStatus") for row in rows}
        is_done = states == {receipts.REVERSED}
        is_unclear = not is_done and states != {receipts.REGULAR}
    if is_unclear:
        return LookUpResult(attempt, LookUpOutcome.UNCLEAR)
    if not is_done:
        return LookUpResult(attempt, LookUpOutcome.MISSING)
    posted = PostResult(attempt, PostOutcome.POSTED, books_id=target)
    return LookUpResult(attempt, LookUpOutcome.FOUND, posted)


def _of_item(request: LookUp, response: Response, record: ItemRecord) -> Found:
    attempt = request.attempt_id
    alu = items.code_of(record)
    rows = [row for row in response.rows(items.ROW) if text_of(row, "ALU") == alu]
    name = fit(record.name, items.NAME_CHARS_MAX)
    if any(text_of(row, "Desc1") != name for row in rows):
        return LookUpResult(attempt, LookUpOutcome.UNCLEAR)
    return _one(attempt, rows, lambda row: items.posted_item(attempt, row))


def _of_customer(request: LookUp, by_id: Response, by_notes: Response) -> Found:
    attempt = request.attempt_id
    rows = [
        *_signed(request, by_id.rows(customers.ROW), "CustomerID"),
        *_signed(request, by_notes.rows(customers.ROW), "Notes"),
    ]
    return _one(attempt, rows, lambda row: customers.posted_customer(attempt, row))


def _of_change(
    request: LookUp,
    response: Response,
    change: CustomerChange | ItemChange | AmendmentDocument,
    settings: PosSettings,
) -> Found:
    """Return whether the record says what was written; if not, it is read again."""
    attempt = request.attempt_id
    match change:
        case CustomerChange():
            people = response.rows(customers.ROW)
            same = [r for r in people if customer_changes.was_written(change, r)]
            return _one(attempt, same, lambda r: customers.posted_customer(attempt, r))
        case ItemChange():
            found = response.rows(items.ROW)
            same = [r for r in found if item_changes.was_written(change, r, settings)]
            return _one(attempt, same, lambda r: items.posted_item(attempt, r))
        case AmendmentDocument():
            rows = response.rows(orders.ROW)
            same = [r for r in rows if amending.was_written(r, change, settings)]
            return _one(
                attempt, same, lambda r: orders.posted_order(attempt, r, settings)
            )


def _of_adjustment(
    request: LookUp, response: Response, document: AdjustmentDocument
) -> Found:
    attempt = request.attempt_id
    rows = _signed(request, response.rows(adjustments.ROW), "Comments")
    found = [
        row
        for row in rows
        if adjustments.difference_of(row, document.item.books_id) == document.delta
        and text_of(row, "HistoryDocStatus") == receipts.REGULAR
    ]
    if len(found) != len(rows):
        return LookUpResult(attempt, LookUpOutcome.UNCLEAR)
    return _one(
        attempt,
        found,
        lambda row: adjustments.posted_adjustment(attempt, row, document),
    )


def _of_order(
    request: LookUp, response: Response, sale: SaleDocument, settings: PosSettings
) -> Found:
    attempt = request.attempt_id
    rows = _signed(request, response.rows(orders.ROW), "Instructions")
    found = [
        row
        for row in rows
        if decimal_of(text_of(row, "Total")) == sale.total.amount
        and _is_billed(row, sale.customer)
    ]
    if len(found) != len(rows):
        return LookUpResult(attempt, LookUpOutcome.UNCLEAR)
    return _one(attempt, found, lambda row: orders.posted_order(attempt, row, settings))


def _of_receipt(
    request: LookUp,
    response: Response,
    document: SaleDocument | RefundDocument,
    settings: PosSettings,
) -> Found:
    attempt, is_sale = request.attempt_id, isinstance(document, SaleDocument)
    rows = _signed(request, response.rows(receipts.ROW), "Comments")
    customer = document.customer if isinstance(document, SaleDocument) else None
    found = [
        row
        for row in rows
        if text_of(row, "HistoryDocStatus") == receipts.REGULAR
        and text_of(row, "TxnState") in {"", "Normal"}
        and text_of(row, "SalesReceiptType") == ("Sales" if is_sale else "Return")
        and receipts.billed_total(row, settings).amount == document.total.amount
        and _is_billed(row, customer)
    ]
    if len(found) != len(rows):
        return LookUpResult(attempt, LookUpOutcome.UNCLEAR)
    return _one(
        attempt, found, lambda row: receipts.posted_receipt(attempt, row, settings)
    )


def _names_other_order(request: LookUp, response: Response, order: str) -> bool:
    rows = _signed(request, response.rows(receipts.ROW), "Comments")
    return any(text_of(row, "SalesOrderTxnID") != order for row in rows)


def _signed(request: LookUp, rows: Sequence[Row], field: str) -> list[Row]:
    marker = request.post.marker
    return [row for row in rows if is_signed(text_of(row, field), marker)]


def _is_billed(row: Row, customer: BooksRef | None) -> bool:
    """Return whether the customer is the one we named; unnamed ones count for any."""
    wanted = customer.books_id if customer else ""
    return not wanted or text_of(row, "CustomerListID") == wanted


def _one(
    attempt: str, rows: Sequence[Row], posted: Callable[[Row], PostResult]
) -> LookUpResult:
    """Return the only one found; two with one sign are nothing to decide on."""
    if not rows:
        return LookUpResult(attempt, LookUpOutcome.MISSING)
    if len(rows) > 1:
        return LookUpResult(attempt, LookUpOutcome.UNCLEAR)
    return LookUpResult(attempt, LookUpOutcome.FOUND, posted(rows[0]))
