"""The journal: double entry, balanced to the cent, never changed."""

from django.db import models
from django.db.models import Q

from stockbridge.backoffice.models.accounts import Account
from stockbridge.backoffice.models.append_only import AppendOnly, AppendOnlyQuerySet
from stockbridge.backoffice.models.columns import money, of_company
from stockbridge.backoffice.models.documents import PostedDocument
from stockbridge.backoffice.models.partners import Partner


class JournalEntry(AppendOnly):
    """What one document means for the accounts; debits equal credits."""

    company = of_company("journal_entries")
    number = models.CharField(max_length=40)
    document = models.ForeignKey(PostedDocument, models.PROTECT, related_name="entries")
    business_date = models.DateField()
    posted_at = models.DateTimeField()
    currency = models.CharField(max_length=3)
    memo = models.CharField(max_length=500, blank=True)
    reverses = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="reversed_by"
    )

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        verbose_name_plural = "journal entries"
        constraints = [
            models.UniqueConstraint(
                fields=["company", "number"], name="entry_number_once"
            )
        ]
        indexes = [models.Index(fields=["company", "business_date"], name="entry_date")]

    def __str__(self) -> str:
        return self.number


class JournalLine(AppendOnly):
    """One side of an entry: a debit or a credit, never both, never negative."""

    # Company and day are the entry's, kept here, too: the journal is read by them.
    company = of_company("journal_lines")
    business_date = models.DateField()
    entry = models.ForeignKey(JournalEntry, models.PROTECT, related_name="lines")
    position = models.PositiveIntegerField()
    account = models.ForeignKey(Account, models.PROTECT, related_name="journal_lines")
    partner = models.ForeignKey(
        Partner, models.PROTECT, null=True, blank=True, related_name="+"
    )
    debit = money()
    credit = money()
    memo = models.CharField(max_length=200, blank=True)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        ordering = ["entry", "position"]
        indexes = [
            models.Index(fields=["company", "business_date"], name="journal_line_date")
        ]
        constraints = [
            models.CheckConstraint(
                condition=(Q(debit__gt=0) & Q(credit=0))
                | (Q(debit=0) & Q(credit__gt=0)),
                name="debit_or_credit",
            )
        ]

    def __str__(self) -> str:
        return f"{self.account_id}: {self.debit} / {self.credit}"
