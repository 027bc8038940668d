"""On which account money lies: by the company's choice, and by its journal."""

from collections.abc import Collection
from datetime import date

from stockbridge.backoffice.exact import sums_by
from stockbridge.backoffice.models import (
    DocumentKind,
    JournalLine,
    PostedDocument,
    Purpose,
)
from stockbridge.companies.models import Company
from stockbridge.domain.account_movements import Move, MoveKind
from stockbridge.domain.money import Money

CHUNK = 500
_KINDS = {
    DocumentKind.PAYMENT.value: MoveKind.PAYMENT,
    DocumentKind.REFUND.value: MoveKind.REFUND,
    DocumentKind.ENTRY.value: MoveKind.JOURNAL,
}


def deposit_accounts(company: Company) -> tuple[str, ...]:
    """Return the account that money lands on where nothing else is said."""
    chosen = company.default_accounts.filter(purpose=Purpose.DEPOSIT)
    return tuple(str(pk) for pk in chosen.values_list("account_id", flat=True))


def moves(
    company: Company, days: tuple[date, date], accounts: Collection[str]
) -> tuple[Move, ...]:
    """Return what each document moved on these accounts: debits less credits."""
    chosen = [int(one) for one in accounts if one.isdecimal()]
    lines = JournalLine.objects.filter(
        company=company, business_date__range=days, account__in=chosen
    )
    by = ["entry__document", "account", "business_date", "entry__currency"]
    sums = sums_by(lines, by, ["debit", "credit"])
    rows = [(key, debit - credit) for key, (debit, credit) in sums.items()]
    found = [(*_parts(key), amount) for key, amount in rows if amount]
    documents = _documents({document for document, *_ in found})
    return tuple(
        Move(
            books_id=str(document),
            kind=_kind(documents[document]),
            number=documents[document].number,
            day=day,
            account_id=str(account),
            amount=Money(amount, currency),
            memo=documents[document].memo,
        )
        for document, account, day, currency, amount in found
    )


def _parts(key: object) -> tuple[int, int, date, str]:
    assert isinstance(key, tuple)
    document, account, day, currency = key
    return document, account, day, currency


def _kind(document: PostedDocument) -> MoveKind:
    if document.reverses_id is not None:
        return MoveKind.OTHER
    return _KINDS.get(document.kind, MoveKind.OTHER)


def _documents(ids: set[int]) -> dict[int, PostedDocument]:
    found: dict[int, PostedDocument] = {}
    wanted = sorted(ids)
    for start in range(0, len(wanted), CHUNK):
        part = wanted[start : start + CHUNK]
        found |= PostedDocument.objects.in_bulk(part)
    return found
