"""The lock that every posting of a company takes first, its numbers and its time."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import QuerySet

from stockbridge.backoffice.accounts import make_chart
from stockbridge.backoffice.models import Ledger, Location
from stockbridge.companies.models import Company
from stockbridge.companies.prepared import prepared
from stockbridge.domain.errors import DefectError

FIRST_NUMBER = 1001


def open_books(company: Company) -> Ledger:
    """Return the company's ledger; make it, a chart and a location at first use."""
    if (known := _ledger.first(company.pk)) is not None:
        return known
    ledger, is_new = Ledger.objects.get_or_create(company=company)
    if is_new:
        make_chart(company)
        if not company.locations.exists():
            Location.objects.create(company=company, name="Main", is_default=True)
    return ledger


def lock_books(company: Company) -> Ledger:
    """Return the ledger, locked until the transaction ends.

    One lock per company, taken before anything else: postings follow one another,
    cannot deadlock, and number in the order of their commits. On SQLite the
    transaction itself is the lock (it begins IMMEDIATE).
    """
    if not transaction.get_connection().in_atomic_block:
        raise DefectError("lock_books needs a transaction")
    locked = _lock.first(company.pk)
    if locked is None:
        open_books(company)
        locked = Ledger.objects.select_for_update().get(company=company)
    if locked.currency != company.currency and not _has_documents(company):
        locked.currency = company.currency
        locked.save(update_fields=["currency"])
    return locked


@prepared
def _ledger(company_id: int) -> QuerySet[Ledger]:
    return Ledger.objects.filter(company=company_id)


@prepared
def _lock(company_id: int) -> QuerySet[Ledger]:
    return Ledger.objects.select_for_update().filter(company=company_id)


def _has_documents(company: Company) -> bool:
    """Return whether the currency of the books is settled by what is posted."""
    return company.posted_documents.exists()


def next_number(ledger: Ledger, series: str) -> str:
    """Return the next number of a series, as CO-1001; save the ledger after."""
    last = ledger.numbers.get(series, FIRST_NUMBER - 1)
    ledger.numbers = {**ledger.numbers, series: last + 1}
    return f"{series}-{last + 1}"


def next_seq(ledger: Ledger) -> int:
    """Return the next change number; save the ledger after."""
    ledger.change_seq += 1
    return ledger.change_seq


def business_date(company: Company, moment: datetime) -> date:
    """Return the day that it is in the company's time zone."""
    return moment.astimezone(ZoneInfo(company.time_zone)).date()
