"""Journal entries made by hand, as an accountant does."""

from stockbridge.backoffice.batch import Batch
from stockbridge.backoffice.documents import About, add_document
from stockbridge.backoffice.drafts import EntryDraft
from stockbridge.backoffice.journal import Sides, write_entry
from stockbridge.backoffice.models import DocumentKind, PostedDocument, Purpose
from stockbridge.domain.errors import InvalidInputError
from stockbridge.domain.money import total_of, zero


def post_entry(batch: Batch, draft: EntryDraft) -> PostedDocument:
    """Post an entry; raises InvalidInputError unless debits equal credits."""
    nothing = zero(batch.currency)
    debits = total_of((line.debit or nothing for line in draft.lines), batch.currency)
    credits_ = total_of(
        (line.credit or nothing for line in draft.lines), batch.currency
    )
    if debits != credits_ or not debits:
        raise InvalidInputError(
            f"Debits are {debits}, credits are {credits_}: they must be equal.",
            field="lines",
        )
    document = add_document(batch, draft.header, About(DocumentKind.ENTRY, debits))
    sides = Sides(batch.currency)
    for index, line in enumerate(draft.lines):
        where = f"lines.{index}"
        for side in (line.debit, line.credit):
            if side is not None and batch.checked(side, where) < 0:
                raise InvalidInputError("No side is negative.", field=where)
        account = batch.account(Purpose.ROUNDING, line.account_id, f"{where}.account")
        memo = line.memo[:200]
        sides.debit(account, line.debit or nothing, memo)
        sides.credit(account, line.credit or nothing, memo)
    write_entry(batch, document, sides, memo=draft.header.memo)
    return document
