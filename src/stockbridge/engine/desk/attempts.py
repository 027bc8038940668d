"""Whose attempt a request is: `send-<delivery>-<number>`."""

from collections.abc import Sequence

from django.db.models import QuerySet

from stockbridge.companies.prepared import prepared
from stockbridge.engine.models import Delivery
from stockbridge.ports import DeskRequest


def rows_of(requests: Sequence[DeskRequest]) -> dict[int, Delivery]:
    """Return the documents that these requests are about, by id."""
    ids = [delivery_id(request.attempt_id) for request in requests]
    return {row.pk: row for row in Delivery.objects.filter(pk__in=ids)}


def ids_of(requests: Sequence[DeskRequest]) -> list[Delivery]:
    """Return the same with their ids alone: who settles them reads them, locked."""
    return _by_id([delivery_id(request.attempt_id) for request in requests])


@prepared
def _by_id(ids: Sequence[int]) -> QuerySet[Delivery]:
    return Delivery.objects.filter(pk__in=ids).only("kind", "key")


def delivery_id(attempt_id: str) -> int:
    """Return whose attempt it is: `send-<delivery>-<number>`."""
    return int(attempt_id.split("-")[1])
