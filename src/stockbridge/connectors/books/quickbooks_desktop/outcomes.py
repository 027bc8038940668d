"""What QuickBooks' answers say about writes."""

from dataclasses import replace

from stockbridge.connectors.books.quickbooks_desktop import (
    first_quantities,
    naming,
    stored,
)
from stockbridge.connectors.books.quickbooks_desktop.answers import Replies, Reply
from stockbridge.connectors.books.quickbooks_desktop.basis import Basis, loaded
from stockbridge.connectors.books.quickbooks_desktop.errors import (
    NOT_FOUND,
    NOT_PROCESSED,
    Effect,
    effect_of,
    refusal_of,
)
from stockbridge.connectors.books.quickbooks_desktop.refunds import gives_money
from stockbridge.connectors.books.quickbooks_desktop.reversals import (
    LIST_KINDS,
    targets_of,
)
from stockbridge.connectors.books.quickbooks_desktop.settings import (
    QuickBooksDesktopSettings,
)
from stockbridge.domain import item_changes
from stockbridge.domain.accounting import (
    CancellationDocument,
    CustomerChange,
    CustomerField,
    CustomerRecord,
    ItemChange,
    ItemField,
    ItemRecord,
    RefundDocument,
    ReversalDocument,
)
from stockbridge.domain.customer_changes import kept_remark
from stockbridge.domain.errors import SyncError
from stockbridge.domain.record_changes import Decided
from stockbridge.ports import PostOutcome, PostResult, Write


def write_result(
    write: Write, replies: Replies, settings: QuickBooksDesktopSettings
) -> PostResult | None:
    """Return what became of a write; None = not known, it is in doubt.

    Where a document is written in two parts and only the first was, the answer is
    that of the second: the next preparation finds what is there.
    """
    parts = replies.parts(write.attempt_id, _numbers(write, settings))
    known = [part for part in parts if part is not None]
    if len(known) != len(parts):
        return None
    effects = [effect_of(part.status) for part in known]
    if Effect.UNKNOWN in effects or _may_be_gone(write, known):
        return None
    for part, effect in zip(known, effects, strict=True):
        if effect is Effect.NONE_YET:
            return _failed(write, part, PostOutcome.RETRY, settings)
        if effect is Effect.NONE:
            return _failed(write, part, PostOutcome.REFUSED, settings)
    return _posted(write, known, settings)


def _may_be_gone(write: Write, parts: list[Reply]) -> bool:
    """Return whether what is to be taken back may not be there any more.

    Somebody deleted it, or the company file was restored from an older backup. Then
    nothing is left to be done; a look-up by its id tells.
    """
    refused = [part for part in parts if part.status.is_error]
    is_reversal = isinstance(write.post.document, ReversalDocument)
    is_absent = all(part.status.code == NOT_FOUND for part in refused)
    return is_reversal and bool(refused) and is_absent


def _numbers(write: Write, settings: QuickBooksDesktopSettings) -> list[int]:
    """Return which parts a write consists of."""
    document = write.post.document
    if isinstance(document, RefundDocument):
        has_memo = bool(loaded(write.basis).credit_memo)
        memo = [] if has_memo else [1]
        return [*memo, 2] if gives_money(document, settings) else memo
    if first_quantities.is_apart(document, settings):
        return first_quantities.parts_of(loaded(write.basis))
    if isinstance(document, ReversalDocument):
        if document.target_kind in LIST_KINDS:
            return [1]
        return [number for number, _ in enumerate(targets_of(document), start=1)]
    return [1]


def _failed(
    write: Write,
    part: Reply,
    outcome: PostOutcome,
    settings: QuickBooksDesktopSettings,
) -> PostResult:
    error = refusal_of(part.status, settings, write.post.document)
    was_tried = part.status.code != NOT_PROCESSED
    return PostResult(write.attempt_id, outcome, error=error, was_tried=was_tried)


def _posted(
    write: Write, parts: list[Reply], settings: QuickBooksDesktopSettings
) -> PostResult | None:
    document = write.post.document
    if isinstance(document, ReversalDocument):
        return _done(write, document.target.books_id)
    if isinstance(document, CancellationDocument):
        return _done(write, document.sale.books_id)
    records = [part.first for part in parts]
    first = records[0] if records else None
    if first is None:
        return None  # "OK" without a record proves nothing: look it up
    if first_quantities.is_apart(document, settings):
        item = loaded(write.basis).item
        if item:
            return _done(write, item)
    if isinstance(document, CustomerRecord | ItemRecord):
        return stored.record_result(write.attempt_id, first)
    if isinstance(document, CustomerChange):
        result = stored.record_result(write.attempt_id, first)
        return replace(result, error=_remark(loaded(write.basis)))
    if isinstance(document, ItemChange):
        kept = tuple(ItemField(one) for one in loaded(write.basis).kept)
        remark = item_changes.kept_remark(Decided(kept=kept), where="QuickBooks")
        return replace(stored.record_result(write.attempt_id, first), error=remark)
    result = stored.document_result(write.attempt_id, first, settings)
    if not isinstance(document, RefundDocument):
        return result
    names = [stored.txn_of(record) for record in records if record is not None]
    memo = loaded(write.basis).credit_memo
    if memo:
        names.insert(0, naming.Txn("CreditMemo", memo))
    return PostResult(
        attempt_id=write.attempt_id,
        outcome=PostOutcome.POSTED,
        books_id=naming.joined(*names),
        number=result.number,
        version=result.version,
        total=result.total,
        total_tax=result.total_tax,
    )


def _remark(basis: Basis) -> SyncError | None:
    kept = tuple(CustomerField(one) for one in basis.kept)
    return kept_remark(Decided(kept=kept), where="QuickBooks")


def _done(write: Write, books_id: str) -> PostResult:
    return PostResult(write.attempt_id, PostOutcome.POSTED, books_id=books_id)
