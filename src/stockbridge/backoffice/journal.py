"""Writes balanced journal entries, and reads the journal back."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import QuerySet

from stockbridge.backoffice.batch import Batch
from stockbridge.backoffice.exact import sums_by
from stockbridge.backoffice.models import (
    Account,
    JournalEntry,
    JournalLine,
    PostedDocument,
)
from stockbridge.companies.models import Company
from stockbridge.domain.errors import DefectError
from stockbridge.domain.money import Money

SERIES = "JE"


@dataclass(slots=True)
class Sides:
    """The sides of an entry in the making; the same account and memo is one line."""

    currency: str
    amounts: dict[tuple[int, str], Decimal] = field(default_factory=dict)
    accounts: dict[int, Account] = field(default_factory=dict)

    def debit(self, account: Account, amount: Money, memo: str = "") -> None:
        """Add a debit; a negative one is a credit."""
        where = (account.pk, memo)
        self.accounts[account.pk] = account
        self.amounts[where] = self.amounts.get(where, Decimal(0)) + amount.amount

    def credit(self, account: Account, amount: Money, memo: str = "") -> None:
        """Add a credit; a negative one is a debit."""
        self.debit(account, -amount, memo)

    def balanced(self) -> list[tuple[Account, str, Decimal]]:
        """Return the lines, debits first. Raises DefectError unless they balance."""
        if sum(self.amounts.values()) != 0:
            raise DefectError(f"Debits and credits differ: {self.amounts}")
        lines = [
            (self.accounts[pk], memo, amount)
            for (pk, memo), amount in self.amounts.items()
            if amount
        ]
        return sorted(lines, key=lambda line: line[2] < 0)


@dataclass(frozen=True, slots=True)
class Balance:
    """What an account stands at: debits less credits."""

    account: Account
    debit: Decimal
    credit: Decimal

    @property
    def net(self) -> Decimal:
        """Debits less credits."""
        return self.debit - self.credit


def write_entry(
    batch: Batch,
    document: PostedDocument,
    sides: Sides,
    *,
    memo: str = "",
    reverses: JournalEntry | None = None,
) -> None:
    """Add the entry of a document to the batch; no amounts, no entry."""
    lines = sides.balanced()
    if not lines:
        return
    entry = JournalEntry(
        company=batch.company,
        number=batch.number(SERIES),
        document=document,
        business_date=document.business_date,
        posted_at=batch.at,
        currency=sides.currency,
        memo=memo or f"{document.get_kind_display()} {document.number}",
        reverses=reverses,
    )
    batch.news.entries.append(entry)
    for position, (account, line_memo, amount) in enumerate(lines, start=1):
        batch.news.journal_lines.append(
            JournalLine(
                company=batch.company,
                business_date=document.business_date,
                entry=entry,
                position=position,
                account=account,
                partner=document.partner,
                debit=max(amount, Decimal(0)),
                credit=max(-amount, Decimal(0)),
                memo=line_memo,
            )
        )


def lines_between(
    company: Company, first: date | None, last: date | None
) -> QuerySet[JournalLine]:
    """Return the journal's lines by business date, both days included, in order."""
    lines = JournalLine.objects.filter(company=company)
    if first:
        lines = lines.filter(business_date__gte=first)
    if last:
        lines = lines.filter(business_date__lte=last)
    return lines.select_related(
        "entry", "entry__document", "account", "partner"
    ).order_by("business_date", "entry_id", "position")


def balances(company: Company, *, until: date | None = None) -> list[Balance]:
    """Return what each account stands at, exactly; `until` is included."""
    lines = JournalLine.objects.filter(company=company)
    if until:
        lines = lines.filter(business_date__lte=until)
    known = sums_by(lines, ["account"], ["debit", "credit"])
    nothing = (Decimal(0), Decimal(0))
    return [
        Balance(account, *known.get(account.pk, nothing))
        for account in company.accounts.all()
    ]
