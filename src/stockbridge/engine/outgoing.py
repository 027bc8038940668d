"""What may leave, what is in doubt, and as what it goes out."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from stockbridge.companies.prepared import prepared
from stockbridge.companies.statements import Fixed
from stockbridge.domain.accounting import Document
from stockbridge.domain.delivery import State
from stockbridge.domain.identity import marker_of
from stockbridge.domain.planning import SALE
from stockbridge.domain.references import resolved
from stockbridge.engine.codec import document_of
from stockbridge.engine.fetch import ORDERS
from stockbridge.engine.models import (
    Bridge,
    Delivery,
    DeliveryNeed,
    DeliverySource,
    Snapshot,
)
from stockbridge.engine.session import Session
from stockbridge.ports import PostRequest

#: While a person is asked which of two books takes the sales, nothing leaves; what the
#: other books take leaves no more, and what was booked here before is followed up.
_IS_HERE = Q(bridge__sales=Bridge.Sales.HERE.value)
_IS_ELSEWHERE = Q(bridge__sales=Bridge.Sales.ELSEWHERE.value)


def ready(session: Session) -> QuerySet[Delivery]:
    """Return what may leave now: all it needs is posted, its order unchanged."""
    return _ready(session.connection.pk, session.now())


def _ready(connection_id: int, now: datetime) -> QuerySet[Delivery]:
    return (
        Delivery.objects.filter(connection=connection_id, state=State.READY.value)
        .filter(Q(not_before=None) | Q(not_before__lte=now))
        .filter(Q(bridge=None) | Q(bridge__is_enabled=True))
        .filter(Q(bridge=None) | _IS_HERE | (_IS_ELSEWHERE & ~Q(kind=SALE)))
        .filter(~Exists(unmet_needs()), ~Exists(_outdated()))
        .order_by("id")
    )


@prepared
def ready_of(
    connection_id: int, now: datetime, kinds: Sequence[str], after: int, most: Fixed
) -> QuerySet[Delivery]:
    """Return what may leave now of these kinds, behind a row, the oldest first."""
    rows = _ready(connection_id, now).filter(kind__in=kinds, pk__gt=after)
    return rows[: most.value]


@prepared
def lock_still_ready(
    connection_id: int, now: datetime, ids: Sequence[int]
) -> QuerySet[Delivery, int]:
    """Return which of these may still leave, locked."""
    rows = _ready(connection_id, now).select_for_update(of=("self",))
    return rows.filter(pk__in=ids).values_list("pk", flat=True)


@prepared
def lock_ready(connection_id: int, now: datetime, most: Fixed) -> QuerySet[Delivery]:
    """Return what may leave now, locked, the oldest first."""
    rows = _ready(connection_id, now).select_for_update(of=("self",))
    return rows[: most.value]


def has_ready(session: Session) -> bool:
    """Return whether anything could leave, or is in doubt."""
    here = session.connection.pk
    return unsure.exists(here) or may_leave.exists(here, session.now())


@prepared
def may_leave(connection_id: int, now: datetime) -> QuerySet[Delivery]:
    """Return what may leave now, the oldest first."""
    return _ready(connection_id, now)


@prepared
def unsure(connection_id: int) -> QuerySet[Delivery]:
    """Return what may be in the books or not: sent, or in doubt."""
    states = [State.SENT.value, State.IN_DOUBT.value]
    return Delivery.objects.filter(connection=connection_id, state__in=states)


@prepared
def sent_before(connection_id: int) -> QuerySet[Delivery]:
    """Return what left and was never answered."""
    return Delivery.objects.filter(connection=connection_id, state=State.SENT.value)


def unmet_needs() -> QuerySet[DeliveryNeed]:
    """Return what keeps a delivery back: what it needs and the books lack."""
    rows = DeliveryNeed.objects.filter(delivery=OuterRef("pk"))
    return rows.exclude(needed__state=State.POSTED.value)


def _outdated() -> QuerySet[DeliverySource]:
    """Return what was planned from an older revision of its order: it stays."""
    newest = Snapshot.objects.filter(
        connection=OuterRef("bridge__store"),
        feed=ORDERS,
        external_id=OuterRef("order_id"),
        digest=OuterRef("revision"),
    )
    of_orders = DeliverySource.objects.filter(delivery=OuterRef("pk"))
    return of_orders.exclude(order_id="").filter(~Exists(newest))


@prepared
def doubtful(connection_id: int, now: datetime, most: Fixed) -> QuerySet[Delivery]:
    """Return what has to be looked up now, the oldest first."""
    return (
        Delivery.objects.filter(connection=connection_id, state=State.IN_DOUBT.value)
        .filter(Q(not_before=None) | Q(not_before__lte=now))
        .order_by("id")[: most.value]
    )


def requests_of(
    rows: Sequence[Delivery], *, prefix: str = "send"
) -> tuple[PostRequest, ...]:
    """Return each delivery as it goes out, references turned into ids."""
    ids = _known_ids(rows)
    return tuple(
        PostRequest(
            attempt_id=f"{prefix}-{row.pk}-{row.attempts + 1}",
            key=row.key,
            marker=marker_of(row.key, generation=row.generation),
            document=_document(row, ids),
        )
        for row in rows
    )


def _document(row: Delivery, ids: dict[str, str]) -> Document:
    document = document_of(row)
    try:
        return resolved(document, ids)
    except KeyError:
        return document  # looked up before what it needs is known: by key alone


def _known_ids(rows: Sequence[Delivery]) -> dict[str, str]:
    return dict(_posted_needs([row.pk for row in rows]))


@prepared
def _posted_needs(
    delivery_ids: Sequence[int],
) -> QuerySet[DeliveryNeed, tuple[str, str]]:
    needs = DeliveryNeed.objects.filter(
        delivery__in=delivery_ids, needed__state=State.POSTED.value
    )
    return needs.values_list("needed__key", "needed__books_id")
