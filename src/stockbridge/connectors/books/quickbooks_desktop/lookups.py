"""What a look-up or a preparation found.

A document is ours if its memo begins with exactly our marker. Where it names another
customer than we did, or two of them carry the marker, that is unclear; its total is
compared by whoever reads the result. One that has our number, customer and total but
not our marker may be the same sale, typed by hand or stripped of its memo: that is
unclear, too, never "missing". Another customer's or another store's document of the
same number without our marker is none of ours.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from stockbridge.connectors.books.quickbooks_desktop import (
    amending,
    first_quantities,
    item_changes,
    items,
    naming,
    queries,
    stored,
)
from stockbridge.connectors.books.quickbooks_desktop.answers import Replies, Reply
from stockbridge.connectors.books.quickbooks_desktop.basis import Basis
from stockbridge.connectors.books.quickbooks_desktop.customer_changes import (
    decided,
    was_written,
)
from stockbridge.connectors.books.quickbooks_desktop.errors import error_of
from stockbridge.connectors.books.quickbooks_desktop.filling import unfillable
from stockbridge.connectors.books.quickbooks_desktop.filling_parts import rows_of
from stockbridge.connectors.books.quickbooks_desktop.lines import unnamed_item
from stockbridge.connectors.books.quickbooks_desktop.qbxml import (
    Element,
    amount_text,
    text_of,
)
from stockbridge.connectors.books.quickbooks_desktop.refunds import gives_money
from stockbridge.connectors.books.quickbooks_desktop.settings import (
    QuickBooksDesktopSettings,
)
from stockbridge.domain.accounting import (
    AmendmentDocument,
    CancellationDocument,
    CustomerChange,
    CustomerRecord,
    Document,
    DocumentKind,
    FulfillmentDocument,
    ItemChange,
    ItemRecord,
    PaymentDocument,
    RefundDocument,
    ReversalDocument,
    SaleDocument,
)
from stockbridge.domain.errors import ActionNeededError
from stockbridge.domain.money import Money
from stockbridge.ports import (
    LookUp,
    LookUpOutcome,
    LookUpResult,
    NotDone,
    PostOutcome,
    PostRequest,
    PostResult,
    Prepare,
    Prepared,
)


def looked_up(
    ask: LookUp, replies: Replies, settings: QuickBooksDesktopSettings
) -> LookUpResult:
    """Return what became of a document."""
    asked = len(queries.looking_up(ask.post, settings))
    found = replies.parts(ask.attempt_id, range(1, asked + 1))
    known = [reply for reply in found if reply is not None and reply.is_answered]
    if len(known) < asked:
        return LookUpResult(ask.attempt_id, LookUpOutcome.UNCLEAR)
    document = ask.post.document
    records = [record for reply in known for record in reply.records]
    match document:
        case CustomerRecord():
            return _record(ask, [r for r in records if _is_our_record(r, ask.post)])
        case CustomerChange() | ItemChange():
            is_item = isinstance(document, ItemChange)
            written = item_changes.was_written if is_item else was_written
            return _record(ask, [r for r in records if written(ask.post, r, settings)])
        case ItemRecord():
            return _item(ask, document, records, settings)
        case ReversalDocument() if document.target_kind in _LISTED:
            return _gone(ask, document.target.books_id, is_gone=not records)
        case ReversalDocument():
            is_gone = not any(stored.is_live(r) for r in records)
            return _gone(ask, document.target.books_id, is_gone=is_gone)
        case CancellationDocument():
            is_gone = not any(stored.is_live(r) for r in records)
            return _gone(ask, document.sale.books_id, is_gone=is_gone)
        case RefundDocument():
            return _refund(ask, document, records, settings)
        case AmendmentDocument():
            return _amended(ask, document, records, settings)
        case _:
            return _document(ask, records, settings)


def prepared(
    ask: Prepare, replies: Replies, settings: QuickBooksDesktopSettings
) -> Prepared | NotDone:
    """Return the basis of a write, or that what it depends on is not there."""
    found = replies.parts(
        ask.attempt_id, range(1, 1 + len(queries.preparing(ask.post, settings)))
    )
    known = [reply for reply in found if reply is not None]
    bad = next((one for one in known if not one.is_answered), None)
    if not known or bad is not None:
        return _not_done(ask.attempt_id, bad)
    first = known[0].first
    if isinstance(ask.post.document, CustomerRecord):
        basis = Basis(is_name_taken=any(reply.records for reply in known))
        return Prepared(ask.attempt_id, basis.dumped())
    if first_quantities.is_apart(ask.post.document, settings):
        records = [record for reply in known for record in reply.records]
        items, moved = _parted(records)
        basis = first_quantities.basis_of(ask.post, items, moved)
        return Prepared(ask.attempt_id, basis.dumped())
    if first is None:
        return NotDone(
            ask.attempt_id,
            "What this document depends on is no longer in QuickBooks.",
            "Somebody deleted it there. Import the order again, or enter it by hand.",
            is_retryable=False,
        )
    why = _why_not(ask.post.document, first, settings)
    if why is not None:
        return NotDone(ask.attempt_id, why.message, why.remedy, is_retryable=False)
    if isinstance(ask.post.document, CustomerChange):
        others = [row for reply in known[1:] for row in reply.records]
        return Prepared(ask.attempt_id, _of_change(ask.post, first, others, settings))
    if isinstance(ask.post.document, ItemChange):
        basis = item_changes.basis_of(ask.post, first, settings)
        return Prepared(ask.attempt_id, basis.dumped())
    if isinstance(ask.post.document, AmendmentDocument):
        return Prepared(ask.attempt_id, amending.basis_of(first).dumped())
    memos = known[1].records if len(known) > 1 else ()
    return Prepared(ask.attempt_id, _basis(ask.post, first, memos).dumped())


def _why_not(
    document: Document, first: Element, settings: QuickBooksDesktopSettings
) -> ActionNeededError | None:
    """Return why a document cannot be written on what was read before it."""
    match document:
        case FulfillmentDocument():
            return unfillable(first, document, settings)
        case AmendmentDocument():
            return amending.unamendable(first, document, settings)
        case RefundDocument():
            return unnamed_item(document, stored.items_by_line(first))
        case _:
            return None


def _of_change(
    post: PostRequest,
    customer: Element,
    namesakes: Sequence[Element],
    settings: QuickBooksDesktopSettings,
) -> str:
    found = decided(post, customer, settings)
    own = text_of(customer, "ListID")
    basis = Basis(
        type="Customer",
        edit_sequence=text_of(customer, "EditSequence"),
        is_name_taken=any(text_of(row, "ListID") != own for row in namesakes),
        write=found.write,
        kept=found.kept,
    )
    return basis.dumped()


_LISTED = frozenset({DocumentKind.CUSTOMER, DocumentKind.ITEM})


def _basis(post: PostRequest, first: Element, memos: Sequence[Element]) -> Basis:
    ours = [memo for memo in memos if _is_ours(memo, post) and stored.is_live(memo)]
    return Basis(
        type=stored.kind_of(first),
        edit_sequence=text_of(first, "EditSequence"),
        customer=text_of(first, "CustomerRef/ListID"),
        tax_item=text_of(first, "ItemSalesTaxRef/ListID"),
        tax_code=text_of(first, "CustomerSalesTaxCodeRef/FullName"),
        receivable=text_of(first, "ARAccountRef/ListID"),
        items=stored.items_by_line(first),
        lines=rows_of(first) if isinstance(post.document, FulfillmentDocument) else (),
        credit_memo=text_of(ours[0], "TxnID") if ours else "",
    )


def _document(
    ask: LookUp, records: Iterable[Element], settings: QuickBooksDesktopSettings
) -> LookUpResult:
    rows = list(records)
    ours = [row for row in rows if _is_ours(row, ask.post)]
    if len(ours) == 1 and _is_of_customer(ours[0], ask.post.document):
        result = stored.document_result(ask.attempt_id, ours[0], settings)
        return LookUpResult(ask.attempt_id, LookUpOutcome.FOUND, result)
    is_alike = any(_could_be(row, ask.post, settings) for row in rows)
    outcome = LookUpOutcome.UNCLEAR if ours or is_alike else LookUpOutcome.MISSING
    return LookUpResult(ask.attempt_id, outcome)


_MONEYS = frozenset({"ARRefundCreditCardRet", "CheckRet"})


def _refund(
    ask: LookUp,
    refund: RefundDocument,
    records: Sequence[Element],
    settings: QuickBooksDesktopSettings,
) -> LookUpResult:
    """Return whether both halves are there; a half is missing: the rest is written.

    What was given back for our credit memo counts, by card or by check, whoever did it:
    a second time it must not be given back. But only money that carries our marker is
    a part of the refund: what somebody else gave is not ours to take back.
    """
    memos = [record for record in records if record.tag == "CreditMemoRet"]
    moneys = [record for record in records if record.tag in _MONEYS]
    found = _document(ask, memos, settings)
    if found.result is None or not gives_money(refund, settings):
        return found
    memo = naming.txn_of(found.result.books_id)
    ours = [stored.txn_of(money) for money in moneys if _is_ours(money, ask.post)]
    linked = [row for row in memos if stored.txn_of(row) == memo]
    if not ours and not any(map(stored.money_back, linked)):
        return LookUpResult(ask.attempt_id, LookUpOutcome.MISSING)
    both = naming.joined(memo, *dict.fromkeys(ours))
    return replace(found, result=replace(found.result, books_id=both))


def _amended(
    ask: LookUp,
    amendment: AmendmentDocument,
    records: Sequence[Element],
    settings: QuickBooksDesktopSettings,
) -> LookUpResult:
    """Return whether the order says what was written; if not, it is read again.

    Nothing is lost by that: an order that somebody changed since is held then.
    """
    for row in records:
        if amending.was_written(row, amendment, settings):
            result = stored.document_result(ask.attempt_id, row, settings)
            return LookUpResult(ask.attempt_id, LookUpOutcome.FOUND, result)
    return LookUpResult(ask.attempt_id, LookUpOutcome.MISSING)


def _could_be(
    row: Element, post: PostRequest, settings: QuickBooksDesktopSettings
) -> bool:
    """Return whether a document without any marker of ours could be this one."""
    memo = text_of(row, "Memo").removeprefix(naming.VOIDED).strip()
    if naming.is_marked(memo) or not stored.is_live(row):
        return False
    total: Money | None = None
    match _billed(post.document):
        case SaleDocument(total=total) | RefundDocument(total=total):
            pass
        case PaymentDocument(amount=total):
            pass
    if total is None:
        return False
    same = amount_text(stored.total_of(row, settings)) == amount_text(total)
    return same and _is_of_customer(row, post.document)


def _billed(document: Document) -> Document:
    """Return the sale that a fulfillment bills, any other document as it is."""
    if isinstance(document, FulfillmentDocument) and document.billed is not None:
        return document.billed
    return document


def _is_of_customer(row: Element, document: Document) -> bool:
    """Return whether a document is of the customer that we named.

    Where we named nobody, or it names nobody, it counts for any: guests have the
    customer that was set then. So it does while our customer is looked up itself.
    """
    billed = _billed(document)
    named = billed.customer if isinstance(billed, SaleDocument) else None
    said = text_of(row, "CustomerRef/ListID")
    if named is None or not named.books_id or not said:
        return True
    return said == named.books_id


def _is_ours(row: Element, post: PostRequest) -> bool:
    return naming.carries(text_of(row, "Memo"), post.marker)


def _is_our_record(row: Element, post: PostRequest) -> bool:
    """Return whether we made a record; its GUID or its note tells."""
    guid = text_of(row, "ExternalGUID").casefold()
    is_noted = naming.carries(text_of(row, "Notes"), post.marker)
    return guid == naming.guid_of(post.key) or is_noted


def _item(
    ask: LookUp,
    record: ItemRecord,
    records: Sequence[Element],
    settings: QuickBooksDesktopSettings,
) -> LookUpResult:
    name = items.item_name(record, ask.post.marker, settings)
    if not first_quantities.is_apart(record, settings):
        return _new_item(ask, record, records, name)
    rows, moved = _parted(records)
    return _stocked_item(ask, rows, moved) or _new_item(ask, record, rows, name)


def _new_item(
    ask: LookUp, record: ItemRecord, rows: Sequence[Element], name: str
) -> LookUpResult:
    """Return whether the item is there: item names are unique, so one row at most.

    An item of that name that does not carry our GUID was there before, or QuickBooks
    does not give the GUID back (?): a person looks.
    """
    ours = [row for row in rows if _is_our_record(row, ask.post)]
    if not ours and any(_is_in_the_way(row, record, name) for row in rows):
        return LookUpResult(ask.attempt_id, LookUpOutcome.UNCLEAR)
    return _record(ask, ours)


def _is_in_the_way(row: Element, record: ItemRecord, name: str) -> bool:
    """Whether an item that is not ours has our item's name, or its SKU as part number.

    One that only has the name that another naming policy would give is another item.
    """
    own = text_of(row, "FullName") or text_of(row, "Name")
    part = text_of(row, "ManufacturerPartNumber")
    return own.casefold() == name.casefold() or bool(record.sku and part == record.sku)


def _stocked_item(
    ask: LookUp, rows: Sequence[Element], moved: Sequence[Element]
) -> LookUpResult | None:
    """Return whether item and quantity are there; the item alone: the rest follows.

    None: there is no item of ours.
    """
    ours, has_quantity = first_quantities.found(ask.post, rows, moved)
    if ours is None:
        return None
    return _record(ask, [ours] if has_quantity else [])


def _parted(records: Sequence[Element]) -> tuple[list[Element], list[Element]]:
    """Return items, and adjustments."""
    moved = [one for one in records if one.tag == "InventoryAdjustmentRet"]
    return [one for one in records if one not in moved], moved


def _record(ask: LookUp, rows: Sequence[Element]) -> LookUpResult:
    if not rows:
        return LookUpResult(ask.attempt_id, LookUpOutcome.MISSING)
    if len({text_of(row, "ListID") for row in rows}) > 1:
        return LookUpResult(ask.attempt_id, LookUpOutcome.UNCLEAR)
    result = stored.record_result(ask.attempt_id, rows[0])
    return LookUpResult(ask.attempt_id, LookUpOutcome.FOUND, result)


def _gone(ask: LookUp, books_id: str, *, is_gone: bool) -> LookUpResult:
    if not is_gone:
        return LookUpResult(ask.attempt_id, LookUpOutcome.MISSING)
    result = PostResult(ask.attempt_id, PostOutcome.POSTED, books_id=books_id)
    return LookUpResult(ask.attempt_id, LookUpOutcome.FOUND, result)


def _not_done(attempt_id: str, bad: Reply | None) -> NotDone:
    if bad is None:
        return NotDone(attempt_id, "QuickBooks did not answer this question.")
    error = error_of(bad.status)
    needs_person = isinstance(error, ActionNeededError)
    return NotDone(attempt_id, error.message, error.remedy, not needs_person)
