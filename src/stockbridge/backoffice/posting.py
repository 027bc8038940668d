"""Posts drafts: one transaction, one effect per key, each draft by itself."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from stockbridge.backoffice.adjustments import post_adjustment
from stockbridge.backoffice.batch import Batch
from stockbridge.backoffice.drafts import (
    AdjustmentDraft,
    AmendmentDraft,
    CancellationDraft,
    Draft,
    EntryDraft,
    FulfillmentDraft,
    OrderDraft,
    PaymentDraft,
    ReceiptDraft,
    RefundDraft,
    ReversalDraft,
    TransferDraft,
)
from stockbridge.backoffice.fulfilling import fulfill
from stockbridge.backoffice.ledger import lock_books
from stockbridge.backoffice.loading import load, load_keys, needs_of
from stockbridge.backoffice.manual_entries import post_entry
from stockbridge.backoffice.models import PostedDocument
from stockbridge.backoffice.orders import (
    post_amendment,
    post_cancellation,
    post_order,
)
from stockbridge.backoffice.payments import pay
from stockbridge.backoffice.receiving import post_receipt
from stockbridge.backoffice.refunds import post_refund
from stockbridge.backoffice.reversing import post_reversal
from stockbridge.backoffice.saving import save
from stockbridge.backoffice.transfers import post_transfer
from stockbridge.companies.models import Company
from stockbridge.domain.errors import ActionNeededError

# Each poster takes the draft of its own type: the key says which.
_POSTERS: dict[type, Callable[[Batch, Any], PostedDocument]] = {
    OrderDraft: post_order,
    FulfillmentDraft: fulfill,
    CancellationDraft: post_cancellation,
    AmendmentDraft: post_amendment,
    PaymentDraft: pay,
    RefundDraft: post_refund,
    ReceiptDraft: post_receipt,
    AdjustmentDraft: post_adjustment,
    TransferDraft: post_transfer,
    EntryDraft: post_entry,
    ReversalDraft: post_reversal,
}


@dataclass(frozen=True, slots=True)
class Posted:
    """The document under the key, and whether this call made it."""

    document: PostedDocument
    is_new: bool


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing of the draft took effect; the error says what to do."""

    error: ActionNeededError


def post_all(
    company: Company, drafts: Sequence[Draft], *, at: datetime
) -> tuple[Posted | Refused, ...]:
    """Post drafts in order; one result per draft.

    A draft may refer to an order of the same call by its key. One that is refused
    leaves the others alone. A key that was posted before returns that document.
    """
    with transaction.atomic(savepoint=False):  # a refusal is no exception
        return tuple(
            result
            for group in _groups(drafts)
            for result in _post_group(company, group, at=at)
        )


def post(company: Company, draft: Draft, *, at: datetime) -> Posted:
    """Post one draft; raises ActionNeededError where it is refused."""
    (result,) = post_all(company, [draft], at=at)
    if isinstance(result, Refused):
        raise result.error
    return result


def _groups(drafts: Sequence[Draft]) -> Iterator[list[Draft]]:
    """Yield drafts that can share what is loaded; a reversal reads what is stored."""
    group: list[Draft] = []
    for draft in drafts:
        if isinstance(draft, ReversalDraft):
            yield group
            yield [draft]
            group = []
        else:
            group.append(draft)
    yield group


def _post_group(
    company: Company, drafts: Sequence[Draft], *, at: datetime
) -> list[Posted | Refused]:
    if not drafts:
        return []
    batch = Batch(company, lock_books(company), at)
    load_keys(batch, [draft.header.key for draft in drafts])
    new = [d for d in drafts if d.header.key not in batch.books.documents]
    if new:
        load(batch, needs_of(new))
    results = [_post(batch, draft) for draft in drafts]
    if batch.news.documents:
        save(batch)
    return results


def _post(batch: Batch, draft: Draft) -> Posted | Refused:
    known = batch.books.documents.get(draft.header.key)
    if known is not None:
        return Posted(known, is_new=False)
    mark = batch.mark()
    try:
        return Posted(_POSTERS[type(draft)](batch, draft), is_new=True)
    except ActionNeededError as error:
        batch.take_back(mark)
        return Refused(error)
