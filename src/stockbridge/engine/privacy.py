"""A person's right to see and to be forgotten; accounting documents stay.

Export and erasure work over snapshots, documents, exchanges, logs, issues, previews
and the back office. What is erased does not come back: `suppression` remembers it.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Model, Q, QuerySet

from stockbridge.backoffice import partners
from stockbridge.companies.models import Company
from stockbridge.domain.delivery import Event
from stockbridge.domain.errors import InvalidInputError
from stockbridge.engine import suppression
from stockbridge.engine.codec import BOOKS_CUSTOMER, CUSTOMER, ORDER, dumped
from stockbridge.engine.counter_receipts import receipts_of
from stockbridge.engine.models import (
    Batch,
    Connection,
    Delivery,
    DeliveryEvent,
    DeliverySource,
    Issue,
    LogEntry,
    RunRow,
    Snapshot,
)
from stockbridge.engine.models.deliveries import AHEAD
from stockbridge.engine.people import Person, find_person, left_behind, on_their_way
from stockbridge.engine.record_look import drop_waiting
from stockbridge.engine.scrubbing import (
    ERASED_NAME,
    scrubbed_books_customer,
    scrubbed_customer,
    scrubbed_document,
    scrubbed_order,
)
from stockbridge.engine.session import Session


@dataclass(frozen=True, slots=True)
class ErasureReport:
    """What an erasure touched."""

    orders: int
    customers: int
    documents: int
    log_lines: int
    back_office: int
    waiting: int  # orders and customers on their way: erased once that is settled


def export_person(company: Company, email: str) -> dict[str, Any]:
    """Return all that is kept of a person, as JSON data."""
    person = find_person(company, _checked(email))
    return {
        "company": company.name,
        "email": person.email,
        "customers": [_snapshot(row) for row in person.customers],
        "orders": [_snapshot(row) for row in person.orders],
        "counter_receipts": [
            _snapshot(row)
            for row in receipts_of(person).select_related("connection").order_by("id")
        ],
        "documents": [
            {
                "kind": row.kind,
                "reference": row.reference,
                "date": row.business_date.isoformat() if row.business_date else None,
                "state": row.state,
                "number_in_books": row.books_number,
                "document": row.document,
            }
            for row in person.documents().order_by("id")
        ],
        "links": [
            {
                "connection": link.store_connection.name,
                "id": link.store_id,
                "id_in_books": link.books_id,
                "agreed": link.agreed,
            }
            for link in person.links().select_related("store_connection").order_by("id")
        ],
        "log": [
            {"at": row.at.isoformat(), "message": row.message}
            for row in LogEntry.objects.filter(
                _mentions("message", person.words), company=company
            ).order_by("id")
        ],
        "exchanges": [
            {
                "at": row.at.isoformat(),
                "address": row.address,
                "request": row.request,
                "answer": row.answer,
            }
            for row in person.exchanges().order_by("id")
        ],
        "back_office": partners.person(company, person.email),
    }


def erase_person(
    company: Company, email: str, *, now: datetime, by: str
) -> ErasureReport:
    """Forget a person; documents stay, without saying whose they are.

    Remembered as a hash first, so that neither a crash nor a fetch undoes it.
    """
    email = _checked(email)
    suppression.suppress(company, email, now=now, by=by)
    return _erase(find_person(company, email), now=now, by=by)


def erase_again(*, now: datetime) -> int:
    """Erase whoever came back, by a restore; return how many persons. A daily chore.

    And what was on its way when its person was erased, once that is settled.
    """
    suppression.read_back()
    count = 0
    for company in Company.objects.filter(erasures__isnull=False).distinct():
        erased = suppression.erased_of(company.pk)
        for email in _known_emails(company):
            since = erased.since(email)
            if since is None:
                continue
            person = find_person(company, email, before=since)
            is_partner = company.partners.filter(
                email_key__iexact=email, created_at__lte=since
            ).exists()
            if person.customers or person.orders or is_partner:
                _erase(person, now=now, with_partner=is_partner)
                count += 1
        with transaction.atomic():
            _forget_documents(left_behind(company, erased))
    return count


def forget_bodies(batches: QuerySet[Batch]) -> int:
    """Drop what envelopes said that are done with: the documents prove enough."""
    is_done = Q(answered_at__isnull=False) | Q(settled_at__isnull=False)
    settled = batches.filter(is_done).exclude(
        deliveries__state__in=["sent", "in_doubt"]
    )
    ids = list(settled.values_list("id", flat=True))
    nothing: dict[str, Any] = {"body": b"", "answer": "", "requests": []}
    return Batch.objects.filter(pk__in=ids).update(**nothing)


def forget_snapshot(row: Snapshot) -> None:
    """Take the person out of a snapshot; its digest stays that of the original.

    So the same record, fetched again, is known, and not taken for a change.
    """
    adapter, scrub = _kinds(row)
    if row.data is not None:
        row.data = dumped(adapter, scrub(adapter.validate_python(row.data)))
    row.name = ERASED_NAME
    if row.feed == "customers":
        row.key = row.match_key = ""
        row.name_key = row.phone_key = None
    kept = ["data", "name", "key", "match_key", "name_key", "phone_key"]
    row.save(update_fields=kept)


def _erase(
    person: Person, *, now: datetime, by: str = "", with_partner: bool = True
) -> ErasureReport:
    with transaction.atomic():
        waiting = on_their_way(person.orders)
        orders = [row for row in person.orders if row.pk not in waiting]
        # Found before the orders forget whose they are.
        unsettled = Q(state__in=["sent", "in_doubt"])
        changes = person.documents().filter(unsettled, kind="change").count()
        _drop_changes(person, now=now, by=by)
        documents = list(person.documents().exclude(unsettled))
        person.exchanges().delete()
        for row in (*person.customers, *orders):
            forget_snapshot(row)
        _forget_documents(documents)
        person.links().update(agreed=None)
        receipts_of(person).delete()
        lines = _forget_words(person)
        count = 0
        if with_partner:
            count = partners.erase(person.company, person.email, at=now)
    return ErasureReport(
        orders=len(orders),
        customers=len(person.customers),
        documents=len(documents),
        log_lines=lines,
        back_office=count,
        waiting=len(waiting) + changes,
    )


def _drop_changes(person: Person, *, now: datetime, by: str) -> None:
    """Drop changes that wait: without the person they would rename the customer."""
    live = DeliverySource.objects.filter(
        delivery__in=person.documents().filter(kind="change")
    )
    for books in Connection.objects.filter(deliveries__sources__in=live).distinct():
        session = Session(
            connection=books,
            fence=0,
            fenced=transaction.atomic,
            now=lambda: now,
            is_over=lambda: False,
            by=by,
        )
        of_books = live.filter(delivery__connection=books)
        drop_waiting(session, of_books, "The person was erased.")


def _forget_documents(documents: list[Delivery]) -> None:
    for row in documents:
        is_customer = row.kind in ("customer", "change")
        row.document = scrubbed_document(row.document, is_customer=is_customer)
        if is_customer:
            row.title = row.reference = ERASED_NAME
        row.basis = ""  # what was read for it belongs to what it said before
    fields = ["document", "title", "reference", "basis"]
    Delivery.objects.bulk_update(documents, fields, 500)
    forget_bodies(_envelopes_of(documents))
    at = {row.connection_id for row in documents}
    Batch.objects.filter(connection__in=at, kind=AHEAD).delete()  # it never left


def _envelopes_of(documents: list[Delivery]) -> QuerySet[Batch]:
    """Return the envelopes that documents ever left in, not just the last ones."""
    last = {row.batch_id for row in documents}
    sent = DeliveryEvent.objects.filter(delivery__in=documents, event=Event.SEND.value)
    named = {note.rsplit(" ", 1)[-1] for note in sent.values_list("note", flat=True)}
    return Batch.objects.filter(Q(pk__in=last - {None}) | Q(uid__in=named))


def _forget_words(person: Person) -> int:
    """Take the person's words out of all free text; return how many log lines."""
    company, words = person.company, person.words
    _replace(Issue.objects.filter(company=company), words, "title", "message")
    _replace(Issue.objects.filter(company=company), words, "details")
    _replace(RunRow.objects.filter(run__company=company), words, "label", "message")
    _replace(RunRow.objects.filter(run__company=company), words, "details")
    _replace(DeliveryEvent.objects.filter(delivery__company=company), words, "note")
    _replace(Delivery.objects.filter(company=company), words, "title", "error")
    return _replace(LogEntry.objects.filter(company=company), words, "message")


def _replace(rows: QuerySet[Any], words: frozenset[str], *fields: str) -> int:
    found = Q(pk__in=[])
    for name in fields:
        found |= _mentions(name, words)
    pattern = re.compile("|".join(map(re.escape, words)), re.IGNORECASE)
    changed: list[Model] = list(rows.filter(found))
    for row in changed:
        for name in fields:
            setattr(row, name, _cleaned(getattr(row, name), pattern))
    rows.model._default_manager.bulk_update(changed, fields, 500)
    return len(changed)


def _cleaned(value: object, pattern: re.Pattern[str]) -> object:
    if isinstance(value, str):
        return pattern.sub("…", value)
    if isinstance(value, Mapping):
        return {key: _cleaned(one, pattern) for key, one in value.items()}
    if isinstance(value, list):
        return [_cleaned(one, pattern) for one in value]
    return value


def _mentions(field: str, words: frozenset[str]) -> Q:
    found = Q(pk__in=[])
    for word in words:
        # JSON may be kept with escapes for letters beyond ASCII.
        for form in {word, json.dumps(word)[1:-1]}:
            found |= Q(**{f"{field}__icontains": form})
    return found


def _kinds(row: Snapshot) -> tuple[Any, Callable[[Any], Any]]:
    if row.feed == "orders":
        return ORDER, scrubbed_order
    if row.connection.kind == "books":
        return BOOKS_CUSTOMER, scrubbed_books_customer
    return CUSTOMER, scrubbed_customer


def _known_emails(company: Company) -> set[str]:
    rows = Snapshot.objects.filter(connection__company=company, data__isnull=False)
    found = set(
        rows.filter(feed="orders").values_list("data__customer__email", flat=True)
    )
    found |= set(rows.filter(feed="customers").values_list("data__email", flat=True))
    found |= set(company.partners.values_list("email", flat=True))
    return {str(email) for email in found if email}


def _snapshot(row: Snapshot) -> dict[str, Any]:
    return {
        "connection": row.connection.name,
        "id": row.external_id,
        "seen_at": row.seen_at.isoformat(),
        "record": row.data,
    }


def _checked(email: str) -> str:
    if "@" not in email:
        raise InvalidInputError("This is no e-mail address.", field="email")
    return email
