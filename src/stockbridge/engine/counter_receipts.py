"""What the counter sold to a linked customer: asked for by a person, kept for a while.

Nothing is read by itself. Who is asked about waits in the feed's cursor until the
books call; what comes is kept as long as the company keeps persons, and goes with the
person who is erased.
"""

from datetime import UTC, datetime, time
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from stockbridge.domain.counter_receipts import CounterReceipt
from stockbridge.domain.errors import ActionNeededError, InvalidInputError
from stockbridge.engine.abilities import capabilities_of
from stockbridge.engine.codec import COUNTER_RECEIPT
from stockbridge.engine.fetch import Feed
from stockbridge.engine.models import Bridge, Connection, Cursor, Snapshot
from stockbridge.engine.people import Person
from stockbridge.engine.scrubbing import ERASED_NAME

RECEIPTS = "receipts"
ASKED_MAX = 20  # at a time: each is a call of its own


def _columns(receipt: CounterReceipt) -> dict[str, Any]:
    return {
        "key": receipt.number,
        "status": receipt.kind.value,
        "group_id": receipt.customer_id,
        "at": datetime.combine(receipt.business_date, time(), UTC),
        "amount": receipt.total.amount,
        "currency": receipt.total.currency,
        "deleted": not receipt.is_live,
    }


COUNTER_RECEIPTS = Feed(RECEIPTS, RECEIPTS, COUNTER_RECEIPT, _columns)


def tells_receipts(bridge: Bridge) -> bool:
    """Return whether the books tell what the counter sold to a customer."""
    return capabilities_of(bridge.books).tells_receipts


def ask_for_receipts(bridge: Bridge, customer: Snapshot, books_id: str) -> None:
    """Ask at the next visit what the counter sold to a linked customer.

    Raises InvalidInputError where that cannot be asked, ActionNeededError where too
    many are asked about already.
    """
    if not tells_receipts(bridge) or not books_id or customer.name == ERASED_NAME:
        raise InvalidInputError("This customer's receipts cannot be read.")
    with transaction.atomic():
        rows = Cursor.objects.select_for_update()
        row, _ = rows.get_or_create(connection=bridge.books, feed=RECEIPTS)
        asked = row.value.split()
        if books_id in asked:
            return
        if len(asked) >= ASKED_MAX:
            raise ActionNeededError(
                f"{ASKED_MAX} customers are asked about already.",
                remedy="Ask again after the next visit of the Web Connector.",
            )
        row.value = " ".join([*asked, books_id])
        row.save(update_fields=["value"])


def is_asked(bridge: Bridge, books_id: str) -> bool:
    """Return whether the next visit asks about a customer."""
    row = Cursor.objects.filter(connection=bridge.books_id, feed=RECEIPTS).first()
    return row is not None and books_id in row.value.split()


def receipts_at_the_counter(bridge: Bridge, books_id: str) -> QuerySet[Snapshot]:
    """Return what was read of a customer, the newest first."""
    return Snapshot.objects.filter(
        connection=bridge.books_id, feed=RECEIPTS, group_id=books_id, deleted_at=None
    ).order_by("-at", "-id")


def left_to_ask(asked: str, before: str, after: str) -> str:
    """Return who is still to be asked about, after a page."""
    people, _, _ = before.partition("|")
    left, _, _ = after.partition("|")
    done = set(people.split()) - set(left.split())
    return " ".join(one for one in asked.split() if one not in done)


def ask_no_more(books: Connection) -> None:
    """Forget who was asked about: the books refuse to tell."""
    Cursor.objects.filter(connection=books, feed=RECEIPTS).update(value="")


def receipts_of(person: Person) -> QuerySet[Snapshot]:
    """Return the receipts of whoever a person is in the books."""
    found = Q(pk__in=[])
    for row in person.customers:
        found |= Q(connection=row.connection_id, group_id=row.external_id)
    for link in person.links():
        found |= Q(connection=link.books_connection_id, group_id=link.books_id)
    return Snapshot.objects.filter(found, feed=RECEIPTS)
